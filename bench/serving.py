"""The platform behind its server, as an installation runs it, and people who have signed in."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST, APPLICATION = "127.0.0.1", "meihao.web.wsgi:application"
_TICKS = os.sysconf("SC_CLK_TCK")
_STARTS_WITHIN_S, _STEP_S = 60.0, 0.1


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def served(
    environment: Mapping[str, str], *, workers: int = 2, threads: int = 4
) -> Iterator[tuple[int, int]]:
    """The platform in processes of its own; the port, and the number of the process above them."""
    port = free_port()
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--no-ws", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "error"]
    log = Path(environment["MEIHAO_HOME"], "server.log")
    with log.open("wb") as written:
        running = subprocess.Popen(
            [*command, APPLICATION], cwd=ROOT, env=dict(environment), stdout=written, stderr=written
        )
    try:
        _wait(port, running)
        yield port, running.pid
    finally:
        running.terminate()
        running.wait()


def cpu_s(process: int) -> float:
    """Processor seconds of a process and of those that it has started, so far."""
    found, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        stat = Path(f"/proc/{one}/stat").read_text("ascii", "replace")
        found += sum(map(int, stat.rpartition(")")[2].split()[11:13]))
        waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split())
    return found / _TICKS


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and running.poll() is None:
        line = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            line.request("GET", "/health")
            if line.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(_STEP_S)
    raise RuntimeError("the platform did not start")


def sessions(username: str, count: int) -> list[str]:
    """So many sessions of a person, as the value of their cookie. Wants Django set up."""
    from django.test import Client  # noqa: PLC0415 - wants Django set up

    from meihao.records.accounts.models import User  # noqa: PLC0415

    person, found = User.objects.get(username=username), []
    for _ in range(count):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        found.append(client.cookies["sessionid"].value)
    return found
