"""A line for each run in bench/RESULTS.md: where, with what, when, and what came of it."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.md"
HEADING = """
## Under load

`make bench-web` adds these lines. Arrivals are fixed beforehand, and what a request took is counted from
when it was due; the generator runs on the same cores, and its own processor time stands beside.
`server ms` is the processor time of the server for each request (more on a busy machine); `load` is how busy
it was.

| run | database | p50 ms | p95 ms | p99 ms | errors | server ms | more | generator | where, when | verdict |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
_MORE = ("schools", "rate", "seconds", "paths", "workbooks", "rows", "stored", "done_s", "requests")


def record(told: Mapping[str, object], results: Path = RESULTS) -> None:
    """Adds the line of a run, and before the first the heading of the table."""
    text = results.read_text("utf-8")
    if "## Under load" not in text:
        text = text.rstrip("\n") + "\n" + HEADING
    results.write_text(text + line(told), "utf-8")


def line(told: Mapping[str, object]) -> str:
    """One run as a row of the table."""
    more = ", ".join(f"{name} {told[name]}" for name in _MORE if name in told)
    generator = f"{told['generator_cpu_s']} s CPU, p95 {told['generator_late_p95_ms']} ms late"
    cells = [told["run"], told["database"], told["p50_ms"], told["p95_ms"], told["p99_ms"], told["errors"]]
    cells += [
        told["server_cpu_ms_each"],
        more,
        generator,
        f"{_where()}, load {told['load']}",
        told["verdict"],
    ]
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _where() -> str:
    """Cores, system, versions and the day."""
    day = datetime.now(UTC).date()
    django, server = version("django"), version("granian")
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, Django {django}, "
        f"granian {server}, SQLite {sqlite3.sqlite_version}, {day}"
    )
