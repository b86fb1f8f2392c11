"""The child process as its parent sees it: started, asked, timed, stopped, and its death explained."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from threading import Timer
from typing import IO, Any

from meihao.base.text import Refused
from meihao.documents.workbook.model import Limits
from meihao.documents.workbook.wire import receive, receive_json, send, send_json

# openpyxl would import these if they happen to be installed. They take memory before the first cell is
# read (numpy), or parse what we have only checked for another parser (lxml, PIL). They are barred before
# anything else is imported, so that no order of imports can let them in.
_BARRED = ("numpy", "lxml", "PIL", "defusedxml")
# -I: neither the folder we stand in nor the environment decides which modules the child loads;
# it gets the very places its parent loads from, however the parent was installed or started
_START = (
    f"import sys; sys.modules.update(dict.fromkeys({_BARRED!r})); sys.path[:] = sys.argv[2:]; "
    "from meihao.documents.workbook.child import main; main()"
)
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_MEND = (
    "请删除数据之外的空行、空列和多余的工作表，另存为 .xlsx 再交。",
    "Delete the empty rows and columns beyond the data and any sheets not needed, and save it as .xlsx.",
)


class Child:
    """One child process; `idle` is false while, or once, a request has no complete answer."""

    def __init__(self, limits: Limits) -> None:
        self.idle = True
        self._limits = limits
        self._late = False
        self._folder = tempfile.TemporaryDirectory(prefix="meihao-")
        self._process = _started(limits, self._folder.name)
        self._requests, self._replies = _pipes(self._process)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def usable(self) -> bool:
        """Whether the process lives and waits for a request."""
        return self.idle and self._process.poll() is None

    def stop(self) -> None:
        """End the process and remove its temporary files."""
        self._process.kill()
        for pipe in (self._requests, self._replies):
            with suppress(OSError):  # unsent bytes have nowhere to go
                pipe.close()
        self._process.wait()
        self._folder.cleanup()

    def ask(self, request: dict[str, Any], data: bytes) -> Iterator[dict[str, Any]]:
        """Send one request; its replies as they come, the last one holding `done`."""
        self.idle = False
        clock = Timer(self._limits.wall_s, self._stop_late)
        clock.start()
        try:
            self._send(request, data)
            while not self.idle:
                reply = receive_json(self._replies)
                self.idle = "done" in reply or "refused" in reply
                if "refused" in reply:
                    raise Refused(*reply["refused"])
                if "copy" in reply:
                    reply["copy"] = receive(self._replies)
                yield reply
        except (EOFError, OSError):
            raise self._death() from None
        finally:
            clock.cancel()
            clock.join()

    def _send(self, request: dict[str, Any], data: bytes) -> None:
        send_json(self._requests, request)
        send(self._requests, data)
        self._requests.flush()

    def _stop_late(self) -> None:
        self._late = True
        self._process.kill()

    def _death(self) -> Refused:
        self._process.kill()
        code = self._process.wait()
        limits = self._limits
        if self._late or (sys.platform != "win32" and code == -signal.SIGXCPU):
            seconds = f"{limits.wall_s if self._late else limits.cpu_s:g}"
            return Refused(
                f"读取时间超过上限（{seconds} 秒）。{_MEND[0]}",
                f"takes longer to read than is allowed ({seconds} s). {_MEND[1]}",
            )
        return Refused(
            f"读取所需内存超过上限（{limits.memory_mb} MB），或内容已损坏。{_MEND[0]}",
            f"needs more memory than is allowed ({limits.memory_mb} MB), or is damaged. {_MEND[1]}",
        )


def _started(limits: Limits, folder: str) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    places = [os.path.abspath(place) for place in sys.path]
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _START, json.dumps(asdict(limits)), *places],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**kept, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
    )


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
