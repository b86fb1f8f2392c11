"""The key ring, by which fields are sealed and found again: in `settings.KEYS`, never in the tree.

`data-0001`, `data-0002` … are data keys of 32 bytes, in hexadecimal; the last one seals, all of them open.
`blind` is the one key of the blind indexes. Each is made at first use, readable by its owner alone, and
never written over. A key is known by a fingerprint of itself: a ring that was lost and made anew does not
pass for the old one.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LENGTH = 32  # bytes of a key
ID_LENGTH = 8  # bytes of its fingerprint
BLIND = "blind"
_DATA = re.compile(r"data-(\d{4,})")
_OTHERS = 0o077  # what group and others might do with a file


class KeyRingError(RuntimeError):
    """The ring cannot be used as it lies there: the operator has to look at it."""


@dataclass(frozen=True)
class Key:
    """One data key. No cipher is given the key itself, each is given one derived for it alone."""

    number: int
    _secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.number}, {self.id.hex()})"

    @cached_property
    def id(self) -> bytes:
        """The fingerprint by which a sealed value names its key, 8 bytes."""
        return self._derived(b"id", ID_LENGTH)

    @cached_property
    def aes(self) -> AESGCM:
        """AES-256-GCM under this key."""
        return AESGCM(self._derived(b"aes", 32))

    @cached_property
    def sm4(self) -> bytes:
        """The key of SM4, 16 bytes."""
        return self._derived(b"sm4", 16)

    def _derived(self, use: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=b"meihao sealed field " + use).derive(self._secret)


@dataclass(frozen=True)
class Ring:
    """The data keys by fingerprint, the one that seals, and the key of the blind indexes."""

    keys: Mapping[bytes, Key]
    current: Key
    blind: bytes

    def __repr__(self) -> str:
        return f"Ring({len(self.keys)} keys)"


def ring() -> Ring:
    """The ring as it lies in the folder now; its first keys are made if there are none."""
    return _read(settings.KEYS, os.stat(settings.KEYS).st_mtime_ns)


@lru_cache(maxsize=4)
def _read(folder: Path, changed: int) -> Ring:
    """`changed` reads the folder again when another process has put a key there."""
    if not _numbers(folder):
        _make(folder / _name(1))
    keys = [Key(number, _secret(folder / _name(number))) for number in _numbers(folder)]
    blind = folder / BLIND
    if not blind.exists():
        _make(blind)
    return Ring({key.id: key for key in keys}, keys[-1], _secret(blind))


def rotate() -> Key:
    """Adds a data key, which seals from now on; the others stay and open what they sealed.

    Two rotations at one moment add two keys.
    """
    folder = Path(settings.KEYS)
    number = ring().current.number + 1
    while not _make(folder / _name(number)):
        number += 1
    _read.cache_clear()
    return Key(number, _secret(folder / _name(number)))


def _name(number: int) -> str:
    return f"data-{number:04}"


def _numbers(folder: Path) -> list[int]:
    matches = (_DATA.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in matches if match)


def _make(path: Path) -> bool:
    """Makes a key under a name, on the disk before it seals anything; whether the name was free."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)  # whoever comes first wins; no key is written over
    except FileExistsError:
        return False
    finally:
        partial.unlink()
    _keep(path.parent)
    return True


def _keep(folder: Path) -> None:
    """A power cut does not take a name from the folder once something may be sealed by its key."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _secret(path: Path) -> bytes:
    if path.stat().st_mode & _OTHERS:
        raise KeyRingError(f"{path.name}: readable by others than its owner (chmod 600)")
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        secret = b""
    if len(secret) != LENGTH:
        raise KeyRingError(f"{path.name}: not {LENGTH} bytes in hexadecimal")
    return secret
