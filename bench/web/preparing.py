"""`python -m bench.web.preparing SCHOOLS SESSIONS`: a home with so many schools, and sessions of an officer.

Says as JSON: the key of the authority, the cookies of the sessions.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime

import django

FOUNDED, BASIS = date(2015, 9, 1), "澄教〔2015〕1号（虚构）"
TOWNS = 12


def prepare(schools: int, count: int) -> None:
    """Migrates, founds the schools by the registry's own action in one transaction, and signs in."""
    from django.core.management import call_command  # noqa: PLC0415 - these want Django set up
    from django.db import transaction  # noqa: PLC0415

    from bench.serving import sessions  # noqa: PLC0415
    from meihao.records.accounts.acting import command  # noqa: PLC0415
    from meihao.records.accounts.actions import open_account  # noqa: PLC0415
    from meihao.records.registry import actions  # noqa: PLC0415
    from meihao.records.registry.actions_grants import give_grant  # noqa: PLC0415
    from meihao.records.registry.models import Kind  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    by = command("bench", datetime.now(UTC))
    with transaction.atomic():
        bureau = actions.found_unit(
            by, kind=Kind.AUTHORITY, name="澄砚区教育局（虚构）", under=None, on=FOUNDED, basis=BASIS
        ).organisation
        towns = [
            actions.found_unit(
                by, kind=Kind.TOWN, name=f"虚构{number}镇", under=bureau, on=FOUNDED, basis=BASIS
            ).organisation
            for number in range(TOWNS)
        ]
        for number in range(schools):
            _school(by, number, bureau, towns[number % TOWNS])
        officer = open_account(by=by, username="officer", name="虚构干部")
        give_grant(by, user=officer, role="section-officer", organisation=bureau, on=FOUNDED)
    print(json.dumps({"under": str(bureau.key), "sessions": sessions("officer", count)}))


def _school(by: object, number: int, bureau: object, town: object) -> None:
    from bench.web.uploads import code  # noqa: PLC0415
    from meihao.records.registry import actions  # noqa: PLC0415
    from meihao.records.registry.models import Ownership, Sponsor, Type  # noqa: PLC0415

    actions.found_institution(
        by,  # type: ignore[arg-type]
        name=f"澄砚区第{number + 1}小学（虚构）",
        type=Type.PRIMARY,
        under=bureau,  # type: ignore[arg-type]
        on=FOUNDED,
        basis=BASIS,
        ownership=Ownership.PUBLIC,
        sponsor=Sponsor.EDUCATION,
        urban_rural="121",
        code=code(number),
        town=town,  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meihao.web.settings")
    django.setup()
    prepare(int(sys.argv[1]), int(sys.argv[2]))
