"""Frames between the reader and its child: a length, then that many bytes.

JSON only, never pickle: the child has handled a stranger's file, so nothing it says may run here.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

LONGEST = 1 << 30
_LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], body: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)


def receive(stream: IO[bytes]) -> bytes:
    """Read one frame; `EOFError` if the other side has gone or talks nonsense."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST:
        raise EOFError
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return body


def send_json(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write one frame of JSON, in ASCII so that even half a surrogate pair survives the way."""
    send(stream, json.dumps(message).encode("ascii"))


def receive_json(stream: IO[bytes]) -> dict[str, Any]:
    """Read one frame of JSON."""
    message: dict[str, Any] = json.loads(receive(stream))
    return message
