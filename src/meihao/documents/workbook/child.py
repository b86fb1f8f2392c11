"""The child process: the only place where a stranger's workbook is interpreted.

It takes requests on its standard input and answers on its standard output until either closes. It
opens no file of the user's: it is handed the bytes, and hands bytes back.
"""

from __future__ import annotations

import json
import math
import os
import sys
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from meihao.base.text import Refused, Text
from meihao.documents.workbook.annotate import annotated
from meihao.documents.workbook.appearance import custom_properties, seen_sheets
from meihao.documents.workbook.container import MB, broken
from meihao.documents.workbook.content import Content
from meihao.documents.workbook.csvs import Package
from meihao.documents.workbook.filled import filled, shape
from meihao.documents.workbook.model import Filling, Limits, Mark, Note
from meihao.documents.workbook.wire import receive, receive_json, send, send_json

if sys.platform != "win32":
    import resource

OUT_OF_MEMORY = 71
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY


def main() -> None:
    """Serve requests until the reader closes the pipe."""
    limits = Limits(**json.loads(sys.argv[1]))
    _confine(limits)
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not be taken for a frame
    while True:
        try:
            request, data = receive_json(requests), receive(requests)
        except EOFError:
            return
        _allow_time(limits)
        _serve(request, data, limits, replies)
        replies.flush()


def _confine(limits: Limits) -> None:
    if sys.platform == "win32":
        return  # no such limits there: the reader's clock is what holds
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, limits.memory_mb * MB)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 32)
    # openpyxl writes each sheet of an annotated copy to a temporary file
    _limit(resource.RLIMIT_FSIZE, 2 * limits.unpacked_mb * MB)


def _limit(what: int, most: int) -> None:
    if sys.platform != "win32":
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))


def _allow_time(limits: Limits) -> None:
    """Give this file its own processor time: the limit counts from the start of the process."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = math.ceil(used.ru_utime + used.ru_stime)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu_s, hard))


def _serve(request: dict[str, Any], data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    try:
        if request["task"] == "read":
            _read(data, limits, replies)
        elif request["task"] == "csvs":
            _csvs(data, limits, replies)
        elif request["task"] == "see":
            _see(data, limits, replies)
        elif request["task"] == "annotate":
            _annotate(request, data, limits, replies)
        else:
            _fill(request, data, limits, replies)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # nothing more can be relied on, not even the way out
    except Refused as problem:
        send_json(replies, {"refused": list(problem.text)})
    except ParseError as problem:
        if problem.code == _NO_MEMORY:
            os._exit(OUT_OF_MEMORY)
        refused = broken("XML 格式错误", "its XML is not well-formed")
        send_json(replies, {"refused": list(refused.text)})
    except Exception:
        # openpyxl raises whatever its parts happen to raise on a malformed one
        refused = broken("结构不符合 Excel 的格式", "its structure is not that of an Excel workbook")
        send_json(replies, {"refused": list(refused.text)})


def _read(data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    content = Content(data, limits)
    for part in content.parts:
        send_json(replies, {"sheet": part.name, "hidden": part.hidden})
        for portion in content.cells(part):
            if portion:
                send_json(replies, {"cells": portion})
    send_json(replies, {"done": content.properties})


def _csvs(data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    package = Package(data, limits)
    for name in package.names:
        send_json(replies, {"sheet": name, "hidden": False})
        for portion in package.cells(name):
            if portion:
                send_json(replies, {"cells": portion})
    send_json(replies, {"done": {}})


def _see(data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    content = Content(data, limits)
    for sheet in seen_sheets(content):
        send_json(replies, {"seen": sheet})
    send_json(replies, {"done": custom_properties(content)})


def _check(data: bytes, limits: Limits) -> None:
    """The limits are checked on the stream before the workbook is built in memory."""
    content = Content(data, limits)
    for part in content.parts:
        for _ in content.cells(part):
            pass


def _fill(request: dict[str, Any], data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    """The shape of a blank, or the blank filled in."""
    _check(data, limits)
    if request["task"] == "shape":
        send_json(replies, {"done": {}, "shape": shape(data)})
        return
    cells = [Filling(*cell) for cell in request["cells"]]
    copy = filled(data, cells, [Note(*note) for note in request["notes"]], request["title"])
    send_json(replies, {"done": {}, "copy": True})
    send(replies, copy)


def _annotate(request: dict[str, Any], data: bytes, limits: Limits, replies: IO[bytes]) -> None:
    _check(data, limits)
    marks = [Mark(sheet, ref, severity, Text(*text)) for sheet, ref, severity, text in request["marks"]]
    copy = annotated(data, marks, request["lang"])
    send_json(replies, {"done": {}, "copy": True})
    send(replies, copy)


if __name__ == "__main__":
    main()
