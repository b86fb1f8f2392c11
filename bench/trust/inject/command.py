"""The dictionary typed into every text field of every form and into addresses: refused in words, or inert."""

from __future__ import annotations

import argparse
import json
import sys
import time

from bench.trust.canary.home import platform

SEED, MOST_TOLD = 20251020, 20


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--n", type=int, default=0, help="so many strings into each field (0: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--control", action="store_true", help="pages that do not escape: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether it passed."""
    started = time.monotonic()
    with platform():
        from bench.trust.canary.builder import Builder  # noqa: PLC0415 - wants Django set up
        from bench.trust.inject.control import unescaped  # noqa: PLC0415
        from bench.trust.inject.dictionary import STRINGS  # noqa: PLC0415
        from bench.trust.inject.fields import type_all  # noqa: PLC0415

        world = Builder(2, 1, args.seed).build()
        if args.control:
            with unescaped():
                typed = type_all(world, every=24, only=["registry:found", "registry:organisations"])
        else:
            typed = type_all(world, every=args.n)
    told = {
        "run": "inject",
        "control": args.control,
        "seed": args.seed,
        "strings": len(STRINGS),
        "fields": typed.fields,
        "sent": typed.sent,
        "kept": typed.kept,
        "statuses": {str(status): count for status, count in sorted(typed.statuses.items())},
        "faults": len(typed.faults),
        "seconds": round(time.monotonic() - started),
        "verdict": "FAIL" if typed.faults else "PASS",
    }
    print(json.dumps(told, ensure_ascii=False))
    for fault in typed.faults[:MOST_TOLD]:
        print(fault, file=sys.stderr)
    return not typed.faults
