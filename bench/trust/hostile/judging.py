"""What a run counts, how it is judged, and what it says at the end."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from meihao.base.text import Text

MOST_SECONDS = 5.0  # of processor time, so that a busy machine is no fault of the reader
MOST_MB = 512
_TICKS = os.sysconf("SC_CLK_TCK")
_INSIDE = re.compile(r"Traceback|\w+(Error|Exception)\b|\bNone\b|0x[0-9a-f]{6,}")


@dataclass
class Tally:
    """The counts of one run; `faults` says what is wrong, a line each."""

    cases: int = 0
    refused: int = 0
    sent_back: int = 0
    taken: int = 0
    crashes: int = 0
    partly: int = 0
    unworded: int = 0
    wrong: int = 0
    more: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def fault(self, kind: str, title: str, said: object) -> None:
        """Counts one fault of a kind."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.faults.append(f"{kind}: {title}: {said}")

    def word(self, title: str, path: Path, text: Text) -> None:
        """Judges the words of a refusal."""
        wrong = unworded(path, text)
        if wrong:
            self.fault("unworded", title, f"{wrong}: {text.zh} | {text.en}")

    def counts(self) -> dict[str, int]:
        """The counts by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)} | self.more


def unworded(path: Path, text: Text) -> str | None:
    """What is wrong with the words of a refusal: it names the file, the fault and the remedy, in both
    languages, and shows nothing of our inside."""
    if not text.zh.startswith(f"「{path.name}」") or not text.en.startswith(f"“{path.name}” "):
        return "does not begin with the name of the file"
    zh, en = text.zh.replace(path.name, ""), text.en.replace(path.name, "")
    if "请" not in zh or not zh.endswith("。"):
        return "does not ask for a remedy in Chinese"
    if len(re.findall(r"[A-Za-z]{2,}", en)) < 5 or not en.endswith("."):
        return "is no sentence in English"
    if _INSIDE.search(zh + en) or str(path.parent) in zh + en:
        return "shows something of the inside"
    return None


@dataclass
class Meter:
    """The slowest case, by processor time of this process and of the reader's child, and the child's peak."""

    slowest_s: float = 0.0
    slowest: str = ""
    slowest_wall_s: float = 0.0
    child_mb: int = 0
    greatest: str = ""

    @contextmanager
    def over(self, title: str, pid: int | None) -> Iterator[None]:
        """Measures one case; `pid` is the child that serves it."""
        wall, spent = time.monotonic(), time.process_time() + _seconds(pid)
        try:
            yield
        finally:
            wall = time.monotonic() - wall
            # a child that died took its count with it: the wall bounds what it can have used
            spent = time.process_time() + _seconds(pid) - spent if _lives(pid) else wall
            self._note(title, spent, wall, _peak_mb(pid))

    def _note(self, title: str, spent: float, wall: float, peak: int) -> None:
        self.slowest_wall_s = max(self.slowest_wall_s, wall)
        if spent > self.slowest_s:
            self.slowest_s, self.slowest = spent, title
        if peak > self.child_mb:
            self.child_mb, self.greatest = peak, title

    def told(self) -> dict[str, float | str]:
        """The measures by name."""
        return {name: round(v, 2) if isinstance(v, float) else v for name, v in vars(self).items()}


def _lives(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


def _seconds(pid: int | None) -> float:
    """Processor seconds a process has used."""
    if pid is None:
        return 0.0
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _peak_mb(pid: int | None) -> int:
    if pid is None:
        return 0
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) >> 10 if peak else 0
