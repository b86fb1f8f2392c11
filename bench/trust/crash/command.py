"""An import that is killed: all of it or nothing. A database that is stopped: nothing lost, nothing twice."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from bench.trust.crash import killing, stopping

_ROWS, _KILLS, _STOPS = 20_000, 20, 3
_MOST_TOLD = 20


class VoidRunError(RuntimeError):
    """The kills came too early or too late: the run shows nothing."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("what", choices=("import", "db"))
    parser.add_argument("--rows", type=int, default=_ROWS, help=f"pupils in the list ({_ROWS})")
    parser.add_argument("--n", type=int, default=0, help=f"so many kills ({_KILLS}) or stops ({_STOPS})")
    parser.add_argument("--seed", type=int, default=killing.SEED)
    parser.add_argument(
        "--control", action="store_true", help="commits in chunks, or sends again without the key: must FAIL"
    )


def run(args: argparse.Namespace) -> bool:
    """Runs it and says whether it passed. Raises `VoidRunError` for a run that shows nothing."""
    told, faults = (_import if args.what == "import" else _db)(args)
    print(json.dumps({"run": f"crash {args.what}", "control": args.control, **told}, ensure_ascii=False))
    for fault in faults[:_MOST_TOLD]:
        print(fault, file=sys.stderr)
    if told["verdict"] == "VOID":
        raise VoidRunError(json.dumps(told))
    return str(told["verdict"]) == "PASS"


def _import(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    outcome = killing.run(args.rows, args.n or _KILLS, args.seed, in_chunks=args.control)
    told = {
        "seed": args.seed,
        "rows": args.rows,
        "kills": outcome.kills,
        **{kind: outcome.counts[kind] for kind in ("all", "nothing", "partial")},
        "length_s": round(outcome.length.wall_s, 2),
        "verdict": outcome.verdict,
    }
    return told, outcome.faults


def _db(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    found = stopping.run(args.n or _STOPS, new_keys=args.control)
    told = {
        "stops": len(found.back_s),
        "acknowledged": len(found.acknowledged),
        "stored": len(found.stored),
        "doubled": len(found.doubled),
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
        "lost": found.lost,
        "dropped": found.dropped,
        "back_s": found.back_s,
        "verdict": found.verdict,
    }
    return told, found.faults
