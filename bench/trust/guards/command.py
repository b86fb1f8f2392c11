"""Guards taken out one at a time: for each, a test turns red."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

from bench.trust.guards.copies import NoVerdictError, copied, covering, green, survives
from bench.trust.guards.sites import DOUBLED, Site, harmless, sites

SEED, COUNT = 20251020, 20


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--n", type=int, help=f"so many guards, by chance ({COUNT}; 0: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--quick", action="store_true", help="the rooms' tests of guards alone")
    parser.add_argument("--control", action="store_true", help="takes out what is no guard: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether every guard was missed by a test."""
    started, survived = time.monotonic(), list[Site]()
    with copied() as root:
        known = sites(root)
        every = [site for site in known if not any(site.is_at(root, one) for one in DOUBLED)]
        chosen = _chosen(every, args) if not args.control else harmless(root)
        if not args.control:
            _sound(chosen, root)
        for site in chosen:
            if survives(site, root, 1 if args.quick or args.control else None):
                survived.append(site)
                print(f"survived: {site}", file=sys.stderr, flush=True)
    told = {
        "run": "guards",
        "control": args.control,
        "seed": args.seed,
        "sites": len(every),
        "doubled": len(known) - len(every),
        "tried": len(chosen),
        "killed": len(chosen) - len(survived),
        "survived": [str(site) for site in survived],
        "seconds": round(time.monotonic() - started),
        "verdict": "FAIL" if survived else "PASS",
    }
    print(json.dumps(told, ensure_ascii=False))
    return not survived


def _chosen(every: list[Site], args: argparse.Namespace) -> list[Site]:
    count = COUNT if args.n is None else args.n or len(every)
    return sorted(random.Random(args.seed).sample(every, min(count, len(every))))


def _sound(chosen: list[Site], root: Path) -> None:
    """With every guard in its place the same tests are green, or red would mean nothing."""
    first = {tuple(covering(site, root)[0]) for site in chosen}
    for tests in sorted(first):
        if not green(list(tests), root):
            raise NoVerdictError(f"the tests are red with every guard in its place: {tests}")
