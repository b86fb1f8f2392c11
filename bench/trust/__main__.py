"""`python -m bench.trust hostile {files|mutate|sheet} [--n N] [--seed S] [--control]`;
`python -m bench.trust {canary|guards|inject|fuzz|sdc} [--n N] [--seed S] [--control]`;
`python -m bench.trust crash import [--rows N] [--n KILLS] [--seed S] [--control]`;
`python -m bench.trust crash db [--n STOPS] [--control]`.

Prints one line of JSON that ends in PASS or FAIL. Exits with 0 (PASS), 1 (FAIL), or 2 where the run
itself could not be made: a control is right only where it exits with 1.
"""

from __future__ import annotations

import argparse
import sys
import traceback

from bench.trust.canary import command as canary
from bench.trust.crash import command as crash
from bench.trust.fuzz import command as fuzz
from bench.trust.guards import command as guards
from bench.trust.hostile import command as hostile
from bench.trust.inject import command as inject
from bench.trust.sdc import command as sdc

_SUITES = {
    "crash": crash,
    "hostile": hostile,
    "canary": canary,
    "fuzz": fuzz,
    "guards": guards,
    "inject": inject,
    "sdc": sdc,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    suites = parser.add_subparsers(dest="suite", required=True)
    for name, suite in _SUITES.items():
        suite.add_to(suites.add_parser(name, help=suite.__doc__))
    args = parser.parse_args(arguments)
    try:
        return 0 if _SUITES[args.suite].run(args) else 1
    except Exception:
        traceback.print_exc()
        return 2


if __name__ == "__main__":
    sys.exit(main())
