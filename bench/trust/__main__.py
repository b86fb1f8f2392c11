"""`python -m bench.trust hostile {files|mutate|sheet} [--n N] [--seed S] [--control]`.

Prints one line of JSON that ends in PASS or FAIL. Exits with 0 (PASS), 1 (FAIL), or 2 where the run
itself could not be made: a control is right only where it exits with 1.
"""

from __future__ import annotations

import argparse
import sys
import traceback

from bench.trust.hostile import command as hostile

_SUITES = {"hostile": hostile}


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
