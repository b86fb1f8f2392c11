"""`python -m bench.web pages|figures [--rate R] [--seconds S] [--path P …]`;
`python -m bench.web deadline|returns [--n SCHOOLS] [--rows N] [--within S]`.

`pages` turns over the list of 800 schools, `figures` the pages of the demonstration's figures; `deadline` are
lists of pupils, `returns` the workbooks of a form, each handed in by the clerk of a school.

Each runs on the database that the environment says (`pg_virtualenv env MEIHAO_DATABASE=postgres …`), in a
home of its own. Prints one line of JSON that ends in PASS or FAIL, exits with 0 or 1, and with `--record`
adds a line to bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.serving import cpu_s, served
from bench.trust.crash.copies import Home, fresh
from bench.web import telling, uploads
from bench.web.load import Fired, Request, arrivals, fire, moments
from bench.web.running import prepared

LIST = "/registry/organisations"
PATHS = (LIST, f"{LIST}?page=8", f"{LIST}?q=7&type=211", f"{LIST}?ownership=public&page=3")
RATE, SECONDS, SCHOOLS, SESSIONS, SEED = 10.0, 60.0, 800, 16, 20251124
P95_MS = 300  # 本项目所定：so long a list may take, nineteen times of twenty
HANDED_IN, ROWS, WITHIN_S, DONE_S = 100, 500, 300.0, 480.0  # 本项目所定：the hour before a deadline, pressed
"""Schools, rows of each workbook, over so many seconds, and when the last has to be done."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the two; 0 where it passed."""
    args = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="meihao-bench-") as folder, fresh(Path(folder), "web") as home:
        told = RUNS[args.what](args, home)
    print(json.dumps(told, ensure_ascii=False))
    if args.record:
        telling.record(told)
    return 0 if told["verdict"] == "PASS" else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("what", choices=list(RUNS))
    parser.add_argument("--rate", type=float, default=RATE, help=f"requests a second ({RATE:g})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"for so long ({SECONDS:g})")
    parser.add_argument("--path", action="append", help="an address to ask for; may be given again")
    parser.add_argument("--schools", type=int, default=SCHOOLS, help=f"in the registry ({SCHOOLS})")
    parser.add_argument("--n", type=int, default=HANDED_IN, help=f"workbooks ({HANDED_IN})")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of each ({ROWS})")
    parser.add_argument("--within", type=float, default=WITHIN_S, help=f"seconds ({WITHIN_S:g})")
    parser.add_argument("--record", action="store_true", help="add a line to bench/RESULTS.md")
    return parser


def _pages(args: argparse.Namespace, home: Home) -> dict[str, Any]:
    """Lists that people turn over."""
    made = prepared(home, "lists", args.schools, SESSIONS)
    told = _read(args, home, args.path or PATHS, made["sessions"])
    return told | {"schools": args.schools}


def _figures(args: argparse.Namespace, home: Home) -> dict[str, Any]:
    """Figures of the demonstration that people open: results, items, schools, single figures."""
    made = prepared(home, "figures", SESSIONS)
    return _read(args, home, args.path or made["paths"], made["sessions"])


def _read(args: argparse.Namespace, home: Home, paths: Sequence[str], sessions: list[str]) -> dict[str, Any]:
    """Pages that are asked for at a rate, each session in its turn; every page was read once before."""
    due = arrivals(args.rate, args.seconds, SEED)
    cookies = [f"sessionid={session}" for session in sessions]
    requests = [Request(paths[n % len(paths)], cookies[n % len(cookies)]) for n in range(len(due))]
    with served(home.environment) as (port, process):
        fire(port, requests[: 2 * len(paths)], [0.0] * (2 * len(paths)))  # templates and results are read
        spent = cpu_s(process)
        fired = fire(port, requests, due)
        spent = cpu_s(process) - spent
    asked = {"rate": args.rate, "seconds": args.seconds, "paths": len(paths)}
    passed = not fired.faults(200) and fired.ms(95) <= P95_MS
    return _told(args, fired, 200, spent) | asked | _verdict(passed)


def _deadline(args: argparse.Namespace, home: Home) -> dict[str, Any]:
    """Schools that hand a workbook in, to the page that takes lists of pupils."""
    made = prepared(home, "lists", max(args.n, args.schools), SESSIONS)
    page = uploads.Page("/registry/imports", {"organisation": made["under"], "on": "2025-09-01"})
    requests = [
        page.request(
            made["sessions"][school % SESSIONS], f"{school}.xlsx", uploads.workbook(school, args.rows)
        )
        for school in range(args.n)
    ]
    told = _handed_in(args, home, requests, "registry_importbatch")
    return told | {"schools": max(args.n, args.schools)}


def _returns(args: argparse.Namespace, home: Home) -> dict[str, Any]:
    """Schools that hand in the workbook of a form, each by its clerk, to the page of its return."""
    made = prepared(home, "returns", args.n, args.rows)["handed_in"]
    requests = [
        uploads.Page(one["path"], {}).request(one["session"], "上报.xlsx", Path(one["book"]).read_bytes())
        for one in made
    ]
    return _handed_in(args, home, requests, "returns_submission") | {"schools": args.n}


def _handed_in(args: argparse.Namespace, home: Home, requests: list[Request], table: str) -> dict[str, Any]:
    """Workbooks at moments of their own within the time that there is; afterwards each is in a table."""
    due = moments(args.n, args.within, SEED)
    with served(home.environment) as (port, process):
        fired = fire(port, requests, due)
        spent = cpu_s(process)
    last = max(one.done_s for one in fired.shots)
    stored = home.rows(table)
    handed = {"workbooks": args.n, "rows": args.rows, "stored": stored, "done_s": round(last)}
    passed = not fired.faults(302) and last <= DONE_S and stored == args.n
    return _told(args, fired, 302, spent) | handed | _verdict(passed)


def _told(args: argparse.Namespace, fired: Fired, right: int, spent_s: float) -> dict[str, Any]:
    """The figures of a run, the server's processor time for each request among them."""
    return {
        "run": f"web {args.what}",
        "database": os.environ.get("MEIHAO_DATABASE", "sqlite"),
        "requests": len(fired.shots),
        "errors": len(fired.faults(right)),
        **{f"p{share}_ms": round(fired.ms(share)) for share in (50, 95, 99)},
        "server_cpu_ms_each": round(spent_s * 1000 / max(1, len(fired.shots))),
        "generator_cpu_s": round(fired.cost_s, 1),
        "generator_late_p95_ms": round(fired.late_ms(95), 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _verdict(passed: bool) -> dict[str, str]:
    return {"verdict": "PASS" if passed else "FAIL"}


RUNS = {"pages": _pages, "figures": _figures, "deadline": _deadline, "returns": _returns}

if __name__ == "__main__":
    sys.exit(main())
