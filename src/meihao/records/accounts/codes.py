"""Secrets of the entrance: one-time codes by RFC 6238, recovery codes, digests of what is never kept.

The moment is passed in, and the time step a code belongs to is given back, so that whoever checks can
refuse the same step again, in whichever process. (allauth's own codes ask the clock and remember the
last one in a process; that is why they are not used.)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from io import BytesIO
from urllib.parse import quote

import qrcode  # type: ignore[import-untyped]
from django.utils.crypto import salted_hmac
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

from meihao.records.accounts import limits

STEP = 30  # seconds; RFC 6238 §5.2
DIGITS = 6
ISSUER = "Meihao"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def new_secret() -> str:
    """A secret for an authenticator: 160 bits, base 32 (RFC 4226 §4)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one time step (RFC 4226 §5.3)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFF_FFFF) % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, at: datetime, after: int = 0) -> int | None:
    """The time step a code is right for, later than the last one used; None where it is wrong."""
    here, typed = int(at.timestamp()) // STEP, "".join(code.split())
    drift = limits.LIMITS.code_drift
    for step in range(here - drift, here + drift + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), typed.encode()):
            return step
    return None


def otpauth(secret: str, username: str) -> str:
    """The address that an authenticator reads from the picture."""
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}')}?secret={secret}&issuer={quote(ISSUER)}"


def picture(address: str) -> str:
    """The address as a QR code: an `<svg>` element."""
    drawn = BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(drawn)
    return drawn.getvalue().decode().partition("?>")[2].strip()


def recovery_code() -> str:
    """A code of 50 random bits, as it is written down: `ABCDE-FGHJK`."""
    drawn = [secrets.choice(_LETTERS) for _ in range(10)]
    return f"{''.join(drawn[:5])}-{''.join(drawn[5:])}"


def digest(kind: str, secret: str) -> str:
    """The keyed digest under which a recovery code or a tried name is kept, 64 hexadecimal digits."""
    plain = "".join(secret.split()).replace("-", "").upper() if kind == "recovery" else secret
    return salted_hmac(f"meihao.accounts.{kind}", plain, algorithm="sha256").hexdigest()
