"""Sealed fields: what the database holds of them says nothing without the key ring.

A sealed value is bytes: version (1), cipher (1), key (8), nonce (12), ciphertext, tag (16). The first ten
and the purpose of the field are authenticated with it, so that a value opens nowhere but in its own field,
and only as it was written. The ciphers are AES-256-GCM (NIST SP 800-38D) and SM4-GCM (GB/T 32907, RFC 8998);
the nonce is random, which GCM allows for 2^32 values a key.

What is sealed cannot be searched. `blind` gives the fingerprint of a value, for equality alone, which is
kept in a column beside it.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from meihao.records.accounts.keys import ID_LENGTH, Key, ring

VERSION = 1
CIPHERS: Final = {"aes": 1, "sm4": 2}
HEAD = 2 + ID_LENGTH
_NONCE, _TAG = 12, 16
_PURPOSE = re.compile(r"[a-z_]+(\.[a-z_]+){2}")


class SealError(Exception):
    """A sealed value does not open. The text never holds any of it."""


class UnknownKeyError(SealError):
    """It was sealed by a key that is not in the ring."""


class BrokenSealError(SealError):
    """It is not as it was written, or not where it was written."""


class Sealed:
    """A sealed text. Whatever shows it says 已加密; `opened` alone says what it is."""

    __slots__ = ("blob", "purpose")

    def __init__(self, blob: bytes, purpose: str) -> None:
        self.blob, self.purpose = blob, purpose

    @classmethod
    def of(cls, text: str, purpose: str) -> Sealed:
        """Seals a text for one field, by the last key of the ring and the cipher of the settings."""
        return cls(seal(text.encode(), purpose), purpose)

    def opened(self) -> str:
        """What was sealed. Raises `UnknownKeyError`, `BrokenSealError`."""
        return opened(self.blob, self.purpose).decode()

    def __repr__(self) -> str:
        return "已加密"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        """The same bytes; the same text sealed twice is not the same."""
        if not isinstance(other, Sealed):
            return NotImplemented
        return self.blob == other.blob and self.purpose == other.purpose

    def __hash__(self) -> int:
        return hash((self.blob, self.purpose))


# a template calls what it is given, but never what is marked so: a variable left in a page opens nothing
Sealed.opened.alters_data = True  # type: ignore[attr-defined]


def seal(data: bytes, purpose: str) -> bytes:
    """Bytes sealed for one field or one kind of file, whole in memory; `opened` opens them."""
    key = ring().current
    head, nonce = header(key), os.urandom(_NONCE)
    return head + nonce + _SEAL[head[1]](key, nonce, data, head + purpose.encode())


def opened(blob: bytes, purpose: str) -> bytes:
    """What was sealed for a purpose. Raises `UnknownKeyError`, `BrokenSealError`."""
    head, nonce = blob[:HEAD], blob[HEAD : HEAD + _NONCE]
    body = blob[HEAD + _NONCE :]
    if len(body) < _TAG or head[0] != VERSION or head[1] not in _OPEN:
        raise BrokenSealError(f"{purpose}: no sealed value")
    key = ring().keys.get(head[2:])
    if key is None:
        raise UnknownKeyError(f"{purpose}: sealed by key {head[2:].hex()}, which the ring has not")
    try:
        return _OPEN[head[1]](key, nonce, body, head + purpose.encode())
    except InvalidTag:
        raise BrokenSealError(f"{purpose}: changed, or another field's") from None


def header(key: Key) -> bytes:
    """How a value begins that is sealed by this key and the cipher of the settings."""
    return bytes((VERSION, CIPHERS[settings.CIPHER])) + key.id


def blind(value: str, purpose: str) -> str:
    """HMAC-SHA256 of a value for one field: 64 hexadecimal digits, equal where the values are."""
    return hmac.digest(ring().blind, f"{purpose}\0{value}".encode(), "sha256").hex()


def _aes_seal(key: Key, nonce: bytes, text: bytes, beside: bytes) -> bytes:
    return key.aes.encrypt(nonce, text, beside)


def _aes_open(key: Key, nonce: bytes, body: bytes, beside: bytes) -> bytes:
    return key.aes.decrypt(nonce, body, beside)


def _sm4_seal(key: Key, nonce: bytes, text: bytes, beside: bytes) -> bytes:
    writing = Cipher(algorithms.SM4(key.sm4), modes.GCM(nonce)).encryptor()
    writing.authenticate_additional_data(beside)
    return writing.update(text) + writing.finalize() + writing.tag


def _sm4_open(key: Key, nonce: bytes, body: bytes, beside: bytes) -> bytes:
    reading = Cipher(algorithms.SM4(key.sm4), modes.GCM(nonce, body[-_TAG:])).decryptor()
    reading.authenticate_additional_data(beside)
    return reading.update(body[:-_TAG]) + reading.finalize()


_SEAL = {CIPHERS["aes"]: _aes_seal, CIPHERS["sm4"]: _sm4_seal}
_OPEN = {CIPHERS["aes"]: _aes_open, CIPHERS["sm4"]: _sm4_open}


class _Sealing(DeferredAttribute):
    """The attribute of a sealed field: a text is sealed when it is assigned."""

    field: SealedField

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = self.field.taken(value)


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A column of a sealed text; its value is `Sealed` or None. `purpose` is `room.thing.field`, for good."""

    descriptor_class = _Sealing

    def __init__(self, purpose: str, **kwargs: Any) -> None:
        if not _PURPOSE.fullmatch(purpose):
            raise ValueError(f"not room.thing.field: {purpose!r}")
        self.purpose = purpose
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """As Django's, with the purpose."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.purpose, *args], kwargs

    def taken(self, value: object) -> Sealed | None:
        """A value as the attribute keeps it. Raises `TypeError` for what can be none, without showing it."""
        if value is None:
            return None
        if isinstance(value, str):
            return Sealed.of(value, self.purpose)
        if isinstance(value, bytes | memoryview):
            return Sealed(bytes(value), self.purpose)
        if isinstance(value, Sealed) and value.purpose == self.purpose:
            return value
        raise TypeError(f"{self.purpose}: not a value of this field ({type(value).__name__})")

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> Sealed | None:
        """What a query gives."""
        return self.taken(value)

    def get_prep_value(self, value: object) -> bytes | None:
        """What the database is given: never a text, which could only be meant for a search."""
        if isinstance(value, str):
            raise TypeError(f"{self.purpose}: what is sealed is not searched; ask its blind index")
        taken = self.taken(value)
        return None if taken is None else taken.blob

    def value_to_string(self, obj: models.Model) -> str:
        """For a dump: the sealed bytes."""
        value = self.value_from_object(obj)
        return base64.b64encode(value.blob).decode() if isinstance(value, Sealed) else ""


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
