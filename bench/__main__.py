"""`python -m bench`: each workload beside a peer and a limit taken in the same run.

Prints medians of five rounds, the rounds taken in turn, and the ratio pair by pair.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import openpyxl

from bench.districts import campuses
from meihao.demo import write_demo
from meihao.documents.returns.intake import take_in
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import snapshot_of
from meihao.figures.plan import make_plan
from meihao.policy.rulebook import Rulebook

DAY, ROUNDS = date(2025, 10, 20), 5
RULES = Rulebook.load()


def in_turn(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each run, round by round: A B C, A B C, …"""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def told(title: str, seconds: Mapping[str, list[float]]) -> None:
    """A line a run: median, and its ratio to the first, pair by pair."""
    print(f"\n{title}")
    first = next(iter(seconds.values()))
    for name, taken in seconds.items():
        ratio = statistics.median(other / mine for other, mine in zip(taken, first, strict=True))
        print(f"  {name:<44}{statistics.median(taken):>9.3f} s{ratio:>9.2f} x")


def engines(count: int = 20_000) -> None:
    """The amounts of every indicator, without and with relaxation, at every school-stage."""
    plan = make_plan(RULES, "cn/compulsory-balance", DAY)
    snapshot = snapshot_of(plan, campuses(count))
    with tempfile.TemporaryDirectory() as folder:
        snapshot.write(Path(folder))
        on_disk = replace(snapshot, folder=Path(folder))
        (parquet,) = Path(folder).glob("cn.compulsory.campus.parquet")
        numbers = [name for name, column in plan.fact.columns.items() if column.kind == "number"]
        sums = ", ".join(f"sum({name})" for name in numbers)

        def scan() -> object:
            with duckdb.connect() as connection:
                return connection.execute(f"SELECT {sums} FROM read_parquet('{parquet}')").fetchall()

        runs = {
            "fast engine, snapshot on disk": lambda: FastEngine().measure(on_disk, plan),
            "fast engine, rows in memory": lambda: FastEngine().measure(snapshot, plan),
            "peer: plain engine (row by row)": lambda: PlainEngine().measure(snapshot, plan),
            "limit: one sum over every number column": scan,
        }
        told(f"{count} campuses, {len(plan.formulas())} formulas", in_turn(runs))


def intake() -> None:
    """Reading and checking the 64 workbooks of the invented district, in a limited child process."""
    with tempfile.TemporaryDirectory() as folder:
        returns = write_demo(Path(folder), RULES)
        files = sorted(returns.rglob("*.xlsx"))

        def ours() -> object:
            with Reader() as reader:
                return take_in(returns, RULES, DAY, "cn", reader)

        def bare() -> object:
            return [list(openpyxl.load_workbook(path).worksheets[0].values) for path in files]

        runs = {"read, check, assemble (with a new child)": ours, "limit: openpyxl reads the cells": bare}
        told(f"{len(files)} workbooks", in_turn(runs))


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}, openpyxl {openpyxl.__version__}")
    engines()
    intake()
