"""One process with a home of its own: prepares it for an import or for writers, or imports until killed.

`begin` is said when the comparing begins, inside the transaction; `done` when all is committed. Then it waits
to be killed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from bench.serving import sessions
from bench.trust.crash import lists
from bench.trust.crash.copies import ANCHOR
from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.actions import open_account
from meihao.records.registry import actions
from meihao.records.registry.actions_grants import give_grant
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing import queries as imports
from meihao.records.registry.importing.steps import Plan
from meihao.records.registry.models import Kind, Organisation, Ownership, Sponsor, Type

PLACE, BASIS = "990106", "澄教〔2010〕1号（虚构）"
FOUNDED = date(2010, 9, 1)
NOTED = "crash.json"
_STEP_S = 0.2


def acting() -> Acting:
    """Who imports."""
    return command("crash", datetime(2025, 9, 1, 2, tzinfo=UTC))


def prepare(rows: int) -> None:
    """A home with last year's roll applied and this year's staged."""
    call_command("migrate", verbosity=0)
    bureau = _district()
    with Reader() as reader:
        _applied(bureau, _list("last.xlsx", list(lists.last_year(rows))), lists.LAST_YEAR, reader)
        data = _list("this.xlsx", list(lists.roll(rows)))
        shown = _staged(bureau, data, lists.THIS_YEAR, reader)
    assert not shown.refusals, shown.refusals[:3]
    noted = {"batch": str(shown.batch.key), "digest": shown.plan.digest, "counts": dict(shown.plan.counts)}
    Path(settings.HOME, NOTED).write_text(json.dumps(noted), "utf-8")
    call_command("audit", "head", to=Path(settings.HOME, ANCHOR), stdout=StringIO())


def _district() -> Organisation:
    bureau = actions.found_unit(
        acting(), kind=Kind.AUTHORITY, name="澄砚区教育局（虚构）", under=None, on=FOUNDED, basis=BASIS
    ).organisation
    for number, code in enumerate(lists.codes(), 1):
        actions.found_institution(
            acting(),
            name=f"澄砚区第{number}小学（虚构）",
            type=Type.PRIMARY,
            under=bureau,
            on=FOUNDED,
            basis=BASIS,
            ownership=Ownership.PUBLIC,
            sponsor=Sponsor.EDUCATION,
            code=code,
        )
    return bureau


def _list(name: str, rows: list[list[object]]) -> bytes:
    path = lists.written(Path(settings.HOME, name), rows)
    data = path.read_bytes()
    path.unlink()
    return data


def _staged(bureau: Organisation, data: bytes, on: date, reader: Reader) -> importing.Shown:
    return importing.stage(
        acting(),
        organisation=bureau,
        data=data,
        file_name="学生.xlsx",
        on=on,
        place=PLACE,
        rulebook=Rulebook.load(),
        reader=reader,
    )


def _applied(bureau: Organisation, data: bytes, on: date, reader: Reader) -> None:
    shown = _staged(bureau, data, on, reader)
    given = {"place": PLACE, "rulebook": Rulebook.load(), "reader": reader}
    importing.apply(acting(), batch=shown.batch, digest=shown.plan.digest, **given)  # type: ignore[arg-type]


def apply() -> None:
    """Imports what is staged, as the page does, saying when it begins."""
    noted = json.loads(Path(settings.HOME, NOTED).read_text("utf-8"))
    planner = importing.PLANNERS[importing.PUPIL_FORM]
    importing.PLANNERS[importing.PUPIL_FORM] = _told(planner)
    with Reader() as reader:
        importing.apply(
            acting(),
            batch=imports.batch(acting(), noted["batch"]),
            digest=noted["digest"],
            place=PLACE,
            rulebook=Rulebook.load(),
            reader=reader,
        )


def chunks() -> None:
    """The control: every school committed by itself, and the file settled at the end."""
    noted = json.loads(Path(settings.HOME, NOTED).read_text("utf-8"))
    batch = imports.batch(acting(), noted["batch"])
    with Reader() as reader:
        shown = importing.shown(acting(), batch, place=PLACE, rulebook=Rulebook.load(), reader=reader)
    say("begin")
    for step in shown.plan.steps:
        step.run(acting())
    importing.discard(acting(), batch=batch)


def _told(planner: Callable[..., Plan]) -> Callable[..., Plan]:
    def run(*args: object) -> Plan:
        say("begin")
        return planner(*args)

    return run


def say(word: str) -> None:
    """A line for whoever started this."""
    with suppress(BrokenPipeError):
        print(word, flush=True)


def writers(count: int) -> None:
    """A home with an officer of the bureau, signed in so many times; says the sessions and the unit."""
    call_command("migrate", verbosity=0)
    by = command("crash", datetime.now(UTC))
    bureau = actions.found_unit(
        by, kind=Kind.AUTHORITY, name="澄砚区教育局（虚构）", under=None, on=FOUNDED, basis=BASIS
    ).organisation
    officer = open_account(by=by, username="officer", name="虚构干部")
    give_grant(by, user=officer, role="section-officer", organisation=bureau, on=FOUNDED)
    say(json.dumps({"under": [str(bureau.key)], "sessions": sessions("officer", count)}))


def main(verb: str, *words: str) -> None:
    """Does one of the four."""
    if verb in ("prepare", "writers"):
        {"prepare": prepare, "writers": writers}[verb](int(words[0]))
        return
    parent = os.getppid()
    {"apply": apply, "chunks": chunks}[verb]()
    say("done")
    while os.getppid() == parent:  # whoever was to kill it may be gone
        time.sleep(_STEP_S)
