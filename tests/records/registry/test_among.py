"""`__among` finds what `__in` finds; what a page reads once is read anew by the next page."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meihao.records.registry import access
from meihao.records.registry.models import Organisation, Particulars
from tests.records.registry.district import DAY, bureau, grant, holder, school

READ = "registry.organisation.read"
pytestmark = pytest.mark.django_db


@pytest.fixture(name="units")
def _units() -> list[int]:
    under = bureau()
    return [under.pk, *(school(under, f"第{number}小学").pk for number in range(6))]


@pytest.mark.parametrize(("model", "path"), [(Organisation, "pk"), (Particulars, "organisation")])
def test_it_finds_what_in_finds(units: list[int], model: Any, path: str) -> None:
    rows, drawn = model.objects.scoped(None, "a test"), Random(7)
    for _ in range(12):
        chosen = frozenset(drawn.sample([*units, 10**12, 0], drawn.randint(0, 8)))
        found, wanted = (
            list(rows.filter(**{f"{path}__{how}": chosen}).order_by("pk").values_list("pk", flat=True))
            for how in ("among", "in")
        )
        assert found == wanted
        left = rows.exclude(**{f"{path}__among": chosen}).count()
        assert left + len(found) == rows.count()


def test_however_many_they_are_they_are_one_value(units: list[int]) -> None:
    rows = Particulars.objects.scoped(None, "a test").filter(organisation__among=range(100_000))
    assert rows.count() == len(units)  # `__in` may not be given so many on either database
    with CaptureQueriesContext(connection) as asked:
        rows.exists()
    assert len(asked) == 1


def test_a_page_asks_once_who_holds_what_and_the_next_one_anew() -> None:
    under = bureau()
    one, other = school(under, "第一小学"), school(under, "第二小学")
    by = holder("clerk", one)
    with access.one_reading():
        before = access.scope(by, READ).organisations
        with CaptureQueriesContext(connection) as asked:
            assert access.scope(by, READ).organisations == before
            assert access.holds(by, READ)
        assert len(asked) == 0
        grant(by, "clerk", other, DAY)
        assert access.scope(by, READ).organisations == before
    with access.one_reading():
        assert access.scope(by, READ).organisations == before | {other.pk}
    assert access.scope(by, READ).organisations == before | {other.pk}


def test_who_changes_something_reads_at_every_call() -> None:
    under = bureau()
    one, other = school(under, "第一小学"), school(under, "第二小学")
    by = holder("clerk", one)
    before = access.scope(by, READ).organisations
    grant(by, "clerk", other, DAY)
    assert access.scope(by, READ).organisations == before | {other.pk}
