"""An import that is killed: all of it is there afterwards, or nothing."""

from __future__ import annotations

import argparse
import json
import sys

from bench.trust.crash import killing

_ROWS, _KILLS = 20_000, 20
_MOST_TOLD = 20


class VoidRunError(RuntimeError):
    """The kills came too early or too late: the run shows nothing."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("what", choices=("import",))
    parser.add_argument("--rows", type=int, default=_ROWS, help=f"pupils in the list ({_ROWS})")
    parser.add_argument("--n", type=int, default=_KILLS, help=f"so many kills ({_KILLS})")
    parser.add_argument("--seed", type=int, default=killing.SEED)
    parser.add_argument("--control", action="store_true", help="commits in chunks: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs it and says whether it passed. Raises `VoidRunError` for a run that shows nothing."""
    outcome = killing.run(args.rows, args.n, args.seed, in_chunks=args.control)
    told = {
        "run": f"crash {args.what}",
        "control": args.control,
        "seed": args.seed,
        "rows": args.rows,
        "kills": outcome.kills,
        **{kind: outcome.counts[kind] for kind in ("all", "nothing", "partial")},
        "length_s": round(outcome.length.wall_s, 2),
        "verdict": outcome.verdict,
    }
    print(json.dumps(told, ensure_ascii=False))
    for fault in outcome.faults[:_MOST_TOLD]:
        print(fault, file=sys.stderr)
    if outcome.verdict == "VOID":
        raise VoidRunError(f"{dict(outcome.counts)} of {outcome.kills}")
    return outcome.verdict == "PASS"
