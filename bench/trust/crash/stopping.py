"""A database that is stopped at once while people write, three times, and started again.

Each writer sends one form after the other. A form whose answer is 503, or is lost, is sent again with the
same key until it is acknowledged; every fifth answer the writer loses on purpose, as a bad line would. What
was acknowledged must then be stored, and nothing twice. The control sends again with a new key.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from bench.serving import HOST, ROOT, served
from bench.trust.crash.copies import POSTGRES, Home, fresh

WRITERS = 6
LOST = 5  # one answer in so many is lost on the way
BACK_S = 5.0  # how soon after the database the platform has to write again
_UP_S, _DOWN_S, _AGAIN_S, _PATIENCE_S = 3.0, 1.5, 0.1, 30.0
_LEAST = 10  # acknowledged forms and lost answers, or the run shows nothing
_TOKEN = "x" * 32
_STORED = (
    "select name, count(distinct organisation_id) from registry_particulars "
    "where name like 'crash %' group by name"
)


@dataclass
class Stopped:
    """What the writers saw, and what was stored afterwards."""

    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    dropped: int = 0
    back_s: list[float] = field(default_factory=list)
    stored: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    last: float = 0.0  # when a form was last acknowledged
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def void(self) -> bool:
        """Whether the database was hardly missed, or hardly anything written."""
        return not self.statuses[503] or len(self.acknowledged) < _LEAST or self.lost < _LEAST

    @property
    def doubled(self) -> list[str]:
        """What is stored more than once."""
        return sorted(name for name, count in self.stored.items() if count > 1)

    @property
    def verdict(self) -> str:
        """FAIL for any fault, VOID where nothing was shown, else PASS."""
        return "FAIL" if self.faults else "VOID" if self.void else "PASS"


def run(stops: int, *, new_keys: bool = False) -> Stopped:
    """Stops the database so many times while people write. Wants PostgreSQL in `pg_virtualenv`."""
    if not POSTGRES:
        raise RuntimeError("pg_virtualenv env MEIHAO_DATABASE=postgres …: a file cannot be stopped")
    found = Stopped()
    with tempfile.TemporaryDirectory(prefix="meihao-stop-") as folder, fresh(Path(folder), "stop") as home:
        prepared = _prepared(home)
        with served(home.environment) as (port, _):
            over = threading.Event()
            writers = [
                threading.Thread(
                    target=_Writer(number, port, session, prepared["under"][0], found, new_keys), args=(over,)
                )
                for number, session in enumerate(prepared["sessions"])
            ]
            for writer in writers:
                writer.start()
            for _ in range(stops):
                _stop_once(found)
            time.sleep(_UP_S)
            over.set()
            for writer in writers:
                writer.join()
        with psycopg.connect(dbname=home.database) as line:
            found.stored = {str(name): int(count) for name, count in line.execute(_STORED).fetchall()}
    _judge(found)
    return found


def _prepared(home: Home) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "bench.trust.crash", "writers", str(WRITERS)]
    ran = subprocess.run(command, cwd=ROOT, env=home.environment, check=True, capture_output=True, text=True)
    found: dict[str, list[str]] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _stop_once(found: Stopped) -> None:
    time.sleep(_UP_S)
    _cluster("stop", "-m", "immediate")
    time.sleep(_DOWN_S)
    _cluster("start")
    there = time.monotonic()
    while found.last < there and time.monotonic() < there + _PATIENCE_S:
        time.sleep(_AGAIN_S)
    found.back_s.append(round(max(0.0, found.last - there), 2) if found.last >= there else _PATIENCE_S)


def _cluster(verb: str, *mode: str) -> None:
    """`pg_virtualenv` calls its cluster so, and says its version in the environment."""
    version = os.environ["PGVERSION"]
    command = ["pg_ctlcluster", *mode, "--skip-systemctl-redirect", version, "regress", verb]
    subprocess.run(command, check=True, capture_output=True)


@dataclass
class _Writer:
    number: int
    port: int
    session: str
    under: str
    found: Stopped
    new_keys: bool
    sent: int = 0

    def __call__(self, over: threading.Event) -> None:
        """Sends forms until it is over, the last one until it is acknowledged."""
        form = 0
        while not over.is_set():
            self._through(f"crash {self.number}-{form}")
            form += 1

    def _through(self, name: str) -> None:
        key, until = str(uuid4()), time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if self._acknowledged(name, str(uuid4()) if self.new_keys else key):
                self.found.acknowledged.add(name)
                self.found.last = time.monotonic()
                return
            time.sleep(_AGAIN_S)
        self.found.faults.append(f"{name}: not acknowledged within {_PATIENCE_S} s")

    def _acknowledged(self, name: str, key: str) -> bool:
        self.sent += 1
        form = {
            "kind": "section", "name": name, "under": self.under, "on": "2025-09-01", "basis": "虚构",
            "key": key, "confirmed": "1", "csrfmiddlewaretoken": _TOKEN,
        }  # fmt: skip
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={_TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line = http.client.HTTPConnection(HOST, self.port, timeout=_PATIENCE_S)
        try:
            line.request("POST", "/registry/organisations/found/unit", urlencode(form), headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.found.dropped += 1
            self.found.faults.append(f"{name}: no answer: {error!r}")
            return False
        finally:
            line.close()
        return self._counted(name, answer)

    def _counted(self, name: str, answer: http.client.HTTPResponse) -> bool:
        with self.found.lock:
            self.found.statuses[answer.status] += 1
        if answer.status == 503:
            if not answer.headers.get("Retry-After"):
                self.found.faults.append(f"{name}: 503 that does not say when to come again")
            return False
        if answer.status != 302 or "sign-in" in answer.headers.get("Location", ""):
            self.found.faults.append(f"{name}: {answer.status} {answer.headers.get('Location', '')}")
            return False
        if self.sent % LOST == 0:
            with self.found.lock:
                self.found.lost += 1
            return False
        return True


def _judge(found: Stopped) -> None:
    missing = sorted(found.acknowledged - set(found.stored))
    found.faults += [f"{name}: acknowledged and not stored" for name in missing]
    found.faults += [f"{name}: stored {found.stored[name]} times" for name in found.doubled]
    found.faults += [f"back after {one} s" for one in found.back_s if one > BACK_S]
