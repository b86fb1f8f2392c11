"""Invented releases are suppressed, then attacked: nothing hidden is recovered, exactly or nearly."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from bench.trust.sdc.attacking import bounds
from bench.trust.sdc.invented import District, district, linked
from meihao.methods.disclosure import UnprotectableError, protected
from meihao.methods.disclosure_lp import Ledger, audit
from meihao.methods.disclosure_rules import Rule, Table, primary

SEED, MOST_TOLD, NEAR = 20251020, 20, 1e-4
RULE = Rule(10, False, 5, Fraction(1, 2))
SEVERAL = 3  # every third district publishes several releases
MOST_EXTRA, MOST_SECONDS = 1.3, 1.0


@dataclass
class Tally:
    """What a run counts; `faults` says what was recovered, a line each."""

    districts: int = 0
    releases: int = 0
    refused: int = 0
    primary: int = 0
    hidden: int = 0
    exact: int = 0
    narrow: int = 0
    with_exact: int = 0
    extra: list[float] = field(default_factory=list)
    suppressing: float = 0.0
    auditing: float = 0.0
    faults: list[str] = field(default_factory=list)

    def count(self, primary: int, hidden: int) -> None:
        """Counts one release that goes out."""
        self.releases += 1
        self.primary += primary
        self.hidden += hidden
        self.extra.append((hidden - primary) / max(1, primary))

    @property
    def median_extra(self) -> float:
        """Further cells for each primary one, in the middle of all releases."""
        return round(statistics.median(self.extra), 2) if self.extra else 0.0

    @property
    def passes(self) -> bool:
        """Nothing recovered, there was something to recover, and it costs no more than was promised."""
        cheap = self.median_extra <= MOST_EXTRA and self.auditing <= MOST_SECONDS
        useful = self.primary >= self.releases > self.refused
        return not self.exact and not self.narrow and useful and cheap


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--n", type=int, default=120, help="districts")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--control", action="store_true", help="small cells are only blanked: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether it passed."""
    started = time.monotonic()
    tally = attacked(
        (district(number, args.seed, number % SEVERAL == 0) for number in range(args.n)), args.control
    )
    told = {
        "run": "sdc",
        "control": args.control,
        "seed": args.seed,
        **{name: value for name, value in vars(tally).items() if isinstance(value, int)},
        "median_extra": tally.median_extra,
        "slowest_suppressing_s": round(tally.suppressing, 2),
        "slowest_audit_s": round(tally.auditing, 2),
        "seconds": round(time.monotonic() - started),
        "verdict": "PASS" if tally.passes else "FAIL",
    }
    print(json.dumps(told, ensure_ascii=False))
    for fault in tally.faults[:MOST_TOLD]:
        print(fault, file=sys.stderr)
    return tally.passes


def attacked(districts: Iterator[District], blanked: bool = False) -> Tally:
    """Suppresses every release of each district in turn, and attacks all of them together."""
    tally = Tally()
    for one in districts:
        tally.districts += 1
        _judge(tally, one.number, *_published(tally, one, blanked))
    return tally


def _published(tally: Tally, one: District, blanked: bool) -> tuple[list[Table], Ledger]:
    """The releases that go out, and the ledger after the last; the gate may refuse one."""
    out: list[Table] = []
    ledger = Ledger()
    for release in one.releases:
        started = time.process_time()
        table = linked(release, dict(ledger.values), one.merged)
        marked = primary(table, RULE) - ledger.shown
        try:
            hidden, ledger = (_blanked if blanked else protected)(table, marked, RULE, ledger)
        except UnprotectableError:
            tally.refused += 1
            continue
        tally.suppressing = max(tally.suppressing, time.process_time() - started)
        out.append(table)
        tally.count(len(marked), len(hidden))
    return out, ledger


def _blanked(
    table: Table, marked: frozenset[str], rule: Rule, ledger: Ledger
) -> tuple[frozenset[str], Ledger]:
    """Small cells are blanked and nothing else: what the control publishes."""
    return marked, ledger.plus(table, marked, {key: rule.need(table.cells[key]) for key in marked})


def _judge(tally: Tally, number: int, releases: list[Table], ledger: Ledger) -> None:
    started = time.process_time()
    ours = audit(ledger)
    tally.auditing = max(tally.auditing, (time.process_time() - started) / max(1, len(releases)))
    before = tally.exact
    for key, (low, high) in sorted(bounds(releases, ledger.shown).items()):
        need = ledger.needs.get(key, 0)
        if high - low < NEAR:
            tally.exact += 1
            tally.faults.append(f"district {number}: {key} is {low:.0f} exactly")
        elif high - low < need - NEAR:
            tally.narrow += 1
            tally.faults.append(f"district {number}: {key} lies between {low:.1f} and {high:.1f}")
        if (key in ours.exact) is not (high - low < NEAR):
            tally.faults.append(f"district {number}: {key}: the gate's own audit saw {ours.intervals[key]}")
            tally.narrow += 1
    tally.with_exact += tally.exact > before
