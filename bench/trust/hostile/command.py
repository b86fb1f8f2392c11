"""The three runs and their controls, each told in one line of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from bench.trust.hostile import files, mutate, sheet
from bench.trust.hostile.judging import Meter, Tally

_MOST_TOLD = 20
_MUTANTS, _SHEETS = 300, 5  # of a short run
_CONTROL_MUTANTS, _CONTROL_SHEETS = 120, 1


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("what", choices=("files", "mutate", "sheet"))
    parser.add_argument("--n", type=int, help=f"so many mutants ({_MUTANTS}) or sheets ({_SHEETS})")
    parser.add_argument("--seed", type=int, default=mutate.SEED)
    parser.add_argument("--control", action="store_true", help="without what protects: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether it passed."""
    told: dict[str, Any] = {"run": f"hostile {args.what}", "control": args.control, "seed": args.seed}
    tally, more, passed = _RUNS[args.what](args)
    told |= tally.counts() | more | {"verdict": "PASS" if passed else "FAIL"}
    print(json.dumps(told, ensure_ascii=False))
    for fault in tally.faults[:_MOST_TOLD]:
        print(fault, file=sys.stderr)
    if len(tally.faults) > _MOST_TOLD:
        print(f"… and {len(tally.faults) - _MOST_TOLD} more", file=sys.stderr)
    return passed


Told = tuple[Tally, dict[str, Any], bool]


def _files(args: argparse.Namespace) -> Told:
    if args.control:
        tally, bitten = files.control()
        # each of the worst must do harm, or the control shows nothing about it
        return tally, {"bitten": bitten}, bitten < len(files.WORST)
    return _judged(files.run(), files.passed)


def _mutate(args: argparse.Namespace) -> Told:
    count = args.n or (_CONTROL_MUTANTS if args.control else _MUTANTS)
    return _judged(mutate.run(count, args.seed, forgiving=args.control), mutate.passed)


def _sheet(args: argparse.Namespace) -> Told:
    count = args.n or (_CONTROL_SHEETS if args.control else _SHEETS)
    if args.control:
        with sheet.unchecked():
            return _judged(sheet.run(count, args.seed), sheet.passed)
    return _judged(sheet.run(count, args.seed), sheet.passed)


def _judged(ran: tuple[Tally, Meter], passed: Any) -> Told:
    tally, meter = ran
    return tally, meter.told(), passed(tally, meter)


_RUNS = {"files": _files, "mutate": _mutate, "sheet": _sheet}
