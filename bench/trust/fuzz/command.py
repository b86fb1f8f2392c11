"""schemathesis on every address and form as six roles, and on the API by tokens: no answer is a crash."""

from __future__ import annotations

import argparse
import json
import sys
import time

from bench.trust.canary.home import platform

SEED, EXAMPLES, MOST_TOLD = 20251020, 240, 20  # 240 of each of two kinds and 130 operations: 60 000


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "--n", type=int, default=EXAMPLES, help="requests of each operation, as many bad ones"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--control", action="store_true", help="a page that breaks on a word: must FAIL")


def run(args: argparse.Namespace) -> bool:
    """Runs what is asked for and says whether it passed."""
    started = time.monotonic()
    with platform():
        from bench.trust.canary.builder import Builder  # noqa: PLC0415 - wants Django set up
        from bench.trust.fuzz.interface import fuzz_api  # noqa: PLC0415
        from bench.trust.fuzz.running import broken_pages, fuzz  # noqa: PLC0415

        world = Builder(2, 1, args.seed).build()
        if args.control:
            with broken_pages():
                fuzzed = fuzz(world, 4, args.seed, only=["registry:organisations"])
        else:
            fuzzed = fuzz(world, args.n, args.seed)
            fuzzed.add(fuzz_api(world, args.n, args.seed))
    told = {
        "run": "fuzz",
        "control": args.control,
        "seed": args.seed,
        "operations": fuzzed.operations,
        "roles": len(fuzzed.roles),
        "sent": fuzzed.sent,
        "statuses": {str(status): count for status, count in sorted(fuzzed.statuses.items())},
        "crashes": len(fuzzed.crashes),
        "seconds": round(time.monotonic() - started),
        "verdict": "FAIL" if fuzzed.crashes else "PASS",
    }
    print(json.dumps(told, ensure_ascii=False))
    for crash in fuzzed.crashes[:MOST_TOLD]:
        print(crash, file=sys.stderr)
    return not fuzzed.crashes
