"""How a command prints a one-time link."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def printed(username: str, token: str, at: str = "") -> str:
    """The link at an address such as `https://edu.example`; without one, at the first of `MEIHAO_HOSTS`."""
    if not at:
        host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
        at = f"{'https' if settings.HTTPS else 'http'}://{host}"
    return (
        f"{username}\n{at.rstrip('/')}{reverse('accounts:link', args=[token])}\n"
        "链接 72 小时内有效，只能用一次；请当面或用可靠的途径交给本人。\n"
        "Good for 72 hours, once. Hand it over in person or by a channel you trust."
    )
