"""`python -m bench.web.preparing WHAT …`: a home made ready by the rooms' own actions.

As JSON it says what is to be asked of it.

`lists SCHOOLS SESSIONS`: so many schools; the key of the authority, the cookies of an officer's sessions.
`returns SCHOOLS ROWS`: a form is asked of each school; for each the address of its page, the cookie of its
clerk's session, the workbook that is handed in. `figures SESSIONS`: the demonstration; an officer's sessions.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from meihao.policy.kinds import Given

FOUNDED, ASKED, BASIS = date(2015, 9, 1), date(2025, 9, 1), "澄教〔2015〕1号（虚构）"
TOWNS = 12
FORM = "cn/homework/class-return"
_EACH = 3
_WEEKS = timedelta(days=14)


def lists(schools: str, sessions: str) -> dict[str, Any]:
    """Schools in a registry, and an officer."""
    bureau, _ = _district(int(schools))
    return {
        "under": str(bureau.key),
        "sessions": _opened("officer", "section-officer", bureau, int(sessions)),
    }


def returns(schools: str, rows: str) -> dict[str, Any]:
    """A form that is asked of all schools, and the clerk of each with a workbook of so many rows."""
    from meihao.policy.rulebook import Rulebook  # noqa: PLC0415
    from meihao.records.returns import actions  # noqa: PLC0415
    from meihao.records.returns.models import Return  # noqa: PLC0415

    bureau, founded = _district(int(schools))
    _opened("officer", "section-officer", bureau, 1)
    by = _by("officer")
    campaign = actions.issue(
        by=by,
        authority=bureau,
        form=FORM,
        audience=founded,
        title="书面作业抽样调查（虚构）",
        on=ASKED,
        due=by.day + _WEEKS,
        rulebook=Rulebook.load(),
    )
    handed_in = []
    for number, filed in enumerate(Return.objects.scoped(None, "bench").filter(campaign=campaign)):
        (session,) = _opened(f"clerk{number}", "clerk", filed.organisation, 1)
        book = _workbook(filed.code, int(rows), number)
        handed_in.append({"path": f"/returns/r/{filed.key}/upload", "session": session, "book": book})
    return {"handed_in": handed_in}


def figures(sessions: str) -> dict[str, Any]:
    """The demonstration, and its officer."""
    from django.core.management import call_command  # noqa: PLC0415

    from bench.serving import sessions as sessions_of  # noqa: PLC0415

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("demo", stdout=nowhere)
    opened = sessions_of("bureau-head", int(sessions))
    return {"sessions": opened, "paths": _opened_from("/figures/s/cn/compulsory-balance/", opened[0])}


def _opened_from(result: str, session: str) -> list[str]:
    """A result, and the first pages of each kind that it leads to: items, schools, single figures."""
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = session
    led = sorted(set(re.findall(rf'href="({result}[iuf]/[^"#]+)"', client.get(result).content.decode())))
    found = [result]
    for kind in "iuf":
        found += [html.unescape(one) for one in led if one.startswith(f"{result}{kind}/")][:_EACH]
    return found


def _district(schools: int) -> tuple[Any, list[Any]]:
    """An authority with towns and so many schools, founded in one transaction."""
    from django.core.management import call_command  # noqa: PLC0415 - these want Django set up
    from django.db import transaction  # noqa: PLC0415

    from meihao.records.registry import actions  # noqa: PLC0415
    from meihao.records.registry.models import Kind  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        bureau = actions.found_unit(
            _by(),
            kind=Kind.AUTHORITY,
            name="澄砚区教育局（虚构）",
            under=None,
            on=FOUNDED,
            basis=BASIS,
            division_code="990106",
        ).organisation
        towns = [
            actions.found_unit(
                _by(), kind=Kind.TOWN, name=f"虚构{number}镇", under=bureau, on=FOUNDED, basis=BASIS
            ).organisation
            for number in range(TOWNS)
        ]
        return bureau, [_school(number, bureau, towns[number % TOWNS]) for number in range(schools)]


def _school(number: int, bureau: Any, town: Any) -> Any:
    from bench.web.uploads import code  # noqa: PLC0415
    from meihao.records.registry import actions  # noqa: PLC0415
    from meihao.records.registry.models import Ownership, Sponsor, Type  # noqa: PLC0415

    return actions.found_institution(
        _by(),
        name=f"澄砚区第{number + 1}小学（虚构）",
        type=Type.PRIMARY,
        under=bureau,
        on=FOUNDED,
        basis=BASIS,
        ownership=Ownership.PUBLIC,
        sponsor=Sponsor.EDUCATION,
        urban_rural="121",
        code=code(number),
        town=town,
    ).organisation


def _by(username: str = "") -> Any:
    """The operator's console, or a person who acts."""
    from meihao.records.accounts.acting import Acting, command  # noqa: PLC0415
    from meihao.records.accounts.models import User  # noqa: PLC0415

    at = datetime.now(UTC)
    return Acting(User.objects.get(username=username), at) if username else command("bench", at)


def _opened(username: str, role: str, unit: Any, count: int) -> list[str]:
    """An account with a grant, and so many sessions of it."""
    from bench.serving import sessions  # noqa: PLC0415
    from meihao.records.accounts.actions import open_account  # noqa: PLC0415
    from meihao.records.registry.actions_grants import give_grant  # noqa: PLC0415

    user = open_account(by=_by(), username=username, name=f"虚构{username}")
    give_grant(_by(), user=user, role=role, organisation=unit, on=FOUNDED)
    return sessions(username, count)


def _workbook(code: str, rows: int, number: int) -> str:
    """The blank of the form with so many sampled classes of a school (虚构); where it lies."""
    from meihao.documents.returns.writing import write_form  # noqa: PLC0415
    from meihao.policy.rulebook import Rulebook  # noqa: PLC0415
    from meihao.records.returns.models import Campaign  # noqa: PLC0415
    from meihao.records.returns.queries import form_of  # noqa: PLC0415

    path = Path(os.environ["MEIHAO_HOME"], f"{number}.xlsx")
    filled = form_of(Campaign.objects.scoped(None, "bench").get(), Rulebook.load())
    classes: list[dict[str, Given]] = [
        {
            "class_code": f"{code}-{place}",
            "class_name": f"三年级（{place + 1}）班",
            "school_code": code,
            "grade": "三年级",
            "mean_minutes": Fraction(40 + place % 20),
            "answers": Fraction(30 + place % 15),
        }
        for place in range(rows)
    ]
    write_form(filled.form, filled.fact, path, classes)
    return str(path)


MADE: dict[str, Callable[..., dict[str, Any]]] = {"lists": lists, "returns": returns, "figures": figures}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meihao.web.settings")
    django.setup()
    print(json.dumps(MADE[sys.argv[1]](*sys.argv[2:])))
