"""A stream encrypted in pieces: nothing of it is believed before it was authenticated, and its end is known.

AES-256-GCM over pieces of one MiB. The key comes from a passphrase by scrypt with a salt of its own. The
nonce of a piece is a random prefix, its place, and whether it is the last; the header is authenticated
with every piece. So a piece changed, moved, left out or cut off is refused, as is a wrong passphrase
(the construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from meihao.base.text import Refused

MAGIC = b"MEIHAO-SEALED-1\n"
PIECE = 1 << 20
_TAG = 16
_HEADER = struct.Struct(">16s16sBBB7s")  # magic, salt, log2 of n, r, p, prefix of the nonces
_LOG_N, _R, _P = 15, 8, 1  # 32 MiB and about 0.1 s: OWASP's line for scrypt
_MOST_LOG_N = 17


class SealingWriter:
    """Writes what it is given, encrypted, to a stream; only `close` makes it whole."""

    def __init__(self, out: IO[bytes], passphrase: bytes) -> None:
        salt, prefix = os.urandom(16), os.urandom(7)
        self._header = _HEADER.pack(MAGIC, salt, _LOG_N, _R, _P, prefix)
        self._cipher = _cipher(passphrase, salt, _LOG_N, _R, _P)
        self._out, self._prefix, self._place = out, prefix, 0
        self._waiting = bytearray()
        out.write(self._header)

    def write(self, data: bytes) -> int:
        """Takes any number of bytes; whole pieces are written, the rest waits."""
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is never empty unless all is
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Writes the last piece, marked as such."""
        self._piece(bytes(self._waiting), last=True)

    def _piece(self, data: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._place, last)
        self._out.write(self._cipher.encrypt(nonce, data, self._header))
        self._place += 1


class SealedReader:
    """Reads what `SealingWriter` wrote. Reading raises `Refused` where it is not what was written."""

    def __init__(self, source: IO[bytes], passphrase: bytes) -> None:
        self._header = source.read(_HEADER.size)
        if len(self._header) != _HEADER.size or not self._header.startswith(MAGIC):
            raise Refused("这不是美好教育的备份文件。", "This is no backup of Meihao.")
        _, salt, log_n, r, p, self._prefix = _HEADER.unpack(self._header)
        if log_n > _MOST_LOG_N or not 1 <= r <= 8 or not 1 <= p <= 4 or log_n < 1:
            raise _refused()
        self._cipher = _cipher(passphrase, salt, log_n, r, p)
        self._source, self._place, self._ready = source, 0, b""
        self._ahead = source.read(PIECE + _TAG)

    def read(self, size: int) -> bytes:
        """As many bytes, fewer only at the end."""
        while len(self._ready) < size and self._ahead:
            self._ready += self._piece()
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def drain(self) -> None:
        """Reads to the end, so that the end itself is authenticated."""
        while self._ahead:
            self._piece()
        self._ready = b""

    def _piece(self) -> bytes:
        data, self._ahead = self._ahead, self._source.read(PIECE + _TAG)
        nonce = _nonce(self._prefix, self._place, not self._ahead)
        self._place += 1
        try:
            return self._cipher.decrypt(nonce, data, self._header)
        except InvalidTag:
            raise _refused() from None


def _nonce(prefix: bytes, place: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", place, last)


def _cipher(passphrase: bytes, salt: bytes, log_n: int, r: int, p: int) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << log_n, r=r, p=p).derive(passphrase))


def _refused() -> Refused:
    return Refused(
        "口令不对，或备份文件已损坏、被改动或不完整。没有恢复任何内容。",
        "The passphrase is wrong, or the backup is damaged, changed or incomplete. Nothing was restored.",
    )
