"""Everybody walks through a world of marks; nobody may meet one that is none of theirs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from bench.trust.canary.home import platform

SEED, DISTRICTS, SCHOOLS, MOST = 20251020, 3, 20, 60
DAYS = ("", "2013-01-01", "2025-01-15")
_MOST_TOLD = 20


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--districts", type=int, default=DISTRICTS)
    parser.add_argument("--schools", type=int, default=SCHOOLS, help="of each district")
    parser.add_argument("--most", type=int, default=MOST, help="addresses of one path that are walked")
    parser.add_argument("--roles", default="", help="of these roles alone, with commas")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--control", action="store_true", help="leaks planted, one at a time: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether it passed. Raises where the walk was empty (VOID)."""
    started = time.monotonic()
    with platform():
        told, faults, verdict = _control(args) if args.control else _walked(args)
    told = {"run": "canary", "control": args.control, "seed": args.seed} | told
    told |= {"seconds": round(time.monotonic() - started), "verdict": verdict}
    print(json.dumps(told, ensure_ascii=False))
    for fault in faults[:_MOST_TOLD]:
        print(fault, file=sys.stderr)
    if verdict == "VOID":
        raise RuntimeError("the walk was empty: it shows nothing")
    return verdict == "PASS"


Told = tuple[dict[str, Any], list[str], str]


def _walked(args: argparse.Namespace) -> Told:
    from bench.trust.canary.builder import Builder  # noqa: PLC0415
    from bench.trust.canary.judging import judge  # noqa: PLC0415 - wants Django set up

    world = Builder(args.districts, args.schools, args.seed).build()
    only = [role for role in args.roles.split(",") if role]
    judged = judge(world, only, most=args.most, records=2, days=DAYS)
    told = {
        "marks": len(world.plain.canaries),
        "walks": len(only or world.visitors) * len(DAYS),
        "responses": judged.responses,
        "opened": judged.shown,
        "routes": len(judged.routes),
        "inside": sum(judged.inside.values()),
        "leaks": len(judged.leaks),
        "crashes": len(judged.faults),
        "void": len(judged.void),
    }
    return told, [*judged.leaks, *judged.faults, *judged.void], judged.verdict


def _control(args: argparse.Namespace) -> Told:
    from bench.trust.canary.builder import Builder  # noqa: PLC0415
    from bench.trust.canary.judging import judge  # noqa: PLC0415 - wants Django set up
    from bench.trust.canary.leaks import LEAKS  # noqa: PLC0415

    world, missed, leaks = Builder(2, 1, args.seed).build(), [], 0
    for name, leak in LEAKS.items():
        with leak():
            found = judge(world, ["principal"], most=2, sending=False).leaks
        leaks += len(found)
        missed += [] if found else [f"not caught: {name}"]
    told = {"planted": len(LEAKS), "caught": len(LEAKS) - len(missed), "leaks": leaks}
    # each leak must be caught, or the control shows nothing about it
    return told, missed, "PASS" if missed else "FAIL"
