"""Addresses of the files that pages load."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


@lru_cache
def address(name: str) -> str:
    """`/static/ui/page.js?3f2a91c0`: the digest lets browsers keep a file until another takes its place."""
    found = finders.find(name)
    if found is None:
        return static(name)
    return f"{static(name)}?{hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8]}"
