"""An import of twenty thousand rows, killed at moments drawn over its whole length and after it.

The length is measured once, from the first comparison inside the transaction to the commit. The moments are
drawn one from each of as many equal parts of that length and most of it again, so that both outcomes come
about; a run in which one of them hardly does shows nothing and is void. While the import runs its moments are
counted in processor time, which a busy machine does not stretch.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.trust.crash import lists
from bench.trust.crash.copies import ROOT, Home, State, copied, fresh, settled

SEED = 20251124
_BEYOND = 1.8  # how far the moments reach, in lengths of the import
_LEAST = 4  # one in so many of each outcome, or the run is void
_TICKS = os.sysconf("SC_CLK_TCK")
_STEP_S = 0.005


class Length(NamedTuple):
    """How long an import takes: by the clock, and of processor time."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass
class Outcome:
    """What came of the kills: how many of each kind, and what was wrong."""

    kills: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    length: Length = field(default_factory=Length)

    @property
    def void(self) -> bool:
        """Whether an outcome came about too seldom to show anything."""
        return min(self.counts["all"], self.counts["nothing"]) * _LEAST < self.kills

    @property
    def verdict(self) -> str:
        """FAIL for any fault, VOID where nothing was shown, else PASS."""
        return "FAIL" if self.faults else "VOID" if self.void else "PASS"


def run(rows: int, kills: int, seed: int, *, in_chunks: bool = False) -> Outcome:
    """Prepares a home, and kills an import so many times, each on a copy of it."""
    with prepared(rows) as made:
        return killed(made, rows, moments(kills, seed), in_chunks=in_chunks)


@contextmanager
def prepared(rows: int) -> Iterator[Home]:
    """A home in which a list of so many rows is staged, and the head of the trail noted."""
    with tempfile.TemporaryDirectory(prefix="meihao-crash-") as folder, fresh(Path(folder), "made") as made:
        worker = [sys.executable, "-m", "bench.trust.crash", "prepare", str(rows)]
        subprocess.run(worker, cwd=ROOT, env=made.environment, check=True)
        yield made


def killed(made: Home, rows: int, at: Sequence[float], *, in_chunks: bool = False) -> Outcome:
    """What becomes of copies of a prepared home in which an import is killed; `at` is in its lengths."""
    verb = "chunks" if in_chunks else "apply"
    before, outcome = made.state(), Outcome(len(at))
    with copied(made, "whole") as whole:
        outcome.length = _length(whole, verb)
        after = whole.state()
    outcome.faults += [] if in_chunks else _misjudged(rows, before, after)
    for number, part in enumerate(at):
        with copied(made, f"trial{number}") as trial:
            _kill(trial, verb, part, outcome.length)
            _judge(trial, before, after, f"killed after {part:.3f} lengths", outcome)
    return outcome


def moments(kills: int, seed: int) -> list[float]:
    """When to kill, in lengths of the import from its beginning: one moment of each equal part."""
    drawn, part = random.Random(seed), _BEYOND / kills
    return [part * (number + drawn.random()) for number in range(kills)]


@contextmanager
def _working(home: Home, verb: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that has begun; killed at the end, whatever it is at."""
    command = [sys.executable, "-m", "bench.trust.crash", verb]
    process = subprocess.Popen(command, cwd=ROOT, env=home.environment, stdout=subprocess.PIPE, text=True)
    try:
        _hear(process, "begin")
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        settled(home)


def _hear(process: subprocess.Popen[str], word: str) -> None:
    said = process.stdout.readline().strip() if process.stdout is not None else ""
    if said != word:
        raise RuntimeError(f"the worker said {said!r}, not {word!r}")


def _length(home: Home, verb: str) -> Length:
    with _working(home, verb) as process:
        began, spent = time.monotonic(), _cpu_s(process)
        _hear(process, "done")
        return Length(time.monotonic() - began, _cpu_s(process) - spent)


def _kill(home: Home, verb: str, part: float, length: Length) -> None:
    """Kills an import after a part of its length; one that is done by then, so much later."""
    with _working(home, verb) as process:
        spent, told = _cpu_s(process), [process.stdout.fileno()] if process.stdout is not None else []
        while _cpu_s(process) - spent < part * length.cpu_s:
            if select.select(told, [], [], _STEP_S)[0]:
                time.sleep(max(0.0, part - 1) * length.wall_s)
                break


def _cpu_s(process: subprocess.Popen[str]) -> float:
    """Processor seconds that a process has used."""
    stat = Path(f"/proc/{process.pid}/stat").read_text("ascii", "replace")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _judge(home: Home, before: State, after: State, title: str, outcome: Outcome) -> None:
    if broken := home.broken():
        outcome.faults.append(f"{title}: the database is broken: {broken}")
    found = home.state()
    kind = "nothing" if found == before else "all" if found == after else "partial"
    outcome.counts[kind] += 1
    if kind == "partial":
        outcome.faults.append(f"{title}: neither {before} nor {after}: {found}")
    elif tampered := home.tampered():
        outcome.faults.append(f"{title}: the trail: {tampered}")


def _misjudged(rows: int, before: State, after: State) -> list[str]:
    """Whether an import that nobody killed did what the list says, counted from the list itself."""
    known = sum(1 for _ in lists.last_year(rows))
    schools = min(rows, lists.SCHOOLS)
    classes = {(row[4], row[5], row[6]) for row in lists.roll(rows)}
    wanted = State(
        rows,
        rows + known,
        rows,
        before.classes + len(classes),
        before.entries + schools + 1,
        before.lists + schools,
        "applied",
    )
    right = (before.persons, before.still_open, before.batch) == (known, known, "staged")
    return [] if right and after == wanted else [f"the import itself: {before}, then {after}, not {wanted}"]
