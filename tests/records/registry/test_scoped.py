"""A query without a scope raises, in whatever way it would read, change or let out rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery

from meihao.records.accounts.models import User
from meihao.records.registry.models import Code, Grant, Organisation, Particulars
from meihao.records.registry.scoped import ScopedQuerySet, UnscopedError
from tests.records.registry.district import District, grant, holder, person

Query = ScopedQuerySet[Particulars]
READS: dict[str, Callable[[Any], object]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "repr": repr,
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "step": lambda rows: rows[:4:2],
    "contains": lambda rows: Particulars() in rows,
    "iterator": lambda rows: list(rows.iterator()),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "earliest": lambda rows: rows.earliest("since"),
    "latest": lambda rows: rows.latest("since"),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains()": lambda rows: rows.contains(Particulars(pk=1)),
    "aggregate": lambda rows: rows.aggregate(Max("since")),
    "annotate": lambda rows: list(rows.annotate(n=Count("organisation"))),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name", flat=True)),
    "only": lambda rows: list(rows.only("name")),
    "defer": lambda rows: list(rows.defer("name")),
    "distinct": lambda rows: list(rows.distinct()),
    "reverse": lambda rows: list(rows.order_by("pk").reverse()),
    "dates": lambda rows: list(rows.dates("since", "year")),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "explain": lambda rows: rows.explain(),
    "sql": lambda rows: str(rows.query),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "raw": lambda rows: list(rows.raw("SELECT * FROM registry_particulars")),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "bulk_update": lambda rows: rows.bulk_update([Particulars(pk=1, name="x")], ["name"]),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "exclude": lambda rows: list(rows.exclude(organisation__codes__value="x")),
    "union": lambda rows: list(rows.union(_scoped())),
    "union of": lambda rows: list(_scoped().union(rows)),
    "intersection": lambda rows: list(_scoped().intersection(rows)),
    "difference": lambda rows: list(_scoped().difference(rows)),
    "or": lambda rows: list(_scoped() | rows),
    "or of": lambda rows: list(rows | _scoped()),
    "sliced or": lambda rows: list(_scoped()[:1] | rows),
    "or of sliced": lambda rows: list(rows | _scoped()[:1]),
    "and": lambda rows: list(_scoped() & rows),
    "xor": lambda rows: list(_scoped() ^ rows),
    "in": lambda rows: list(User.objects.filter(grants__organisation__in=rows.values("organisation"))),
    "plain in": lambda rows: list(Organisation._plain.filter(particulars__in=rows)),
    "subquery": lambda rows: list(User.objects.annotate(n=Subquery(rows.values("name")[:1]))),
    "exists()": lambda rows: list(User.objects.filter(Exists(rows.filter(pk=OuterRef("pk"))))),
    "prefetch": lambda rows: list(Organisation._plain.prefetch_related(Prefetch("particulars", rows))),
}


def _scoped() -> Query:
    return Particulars.objects.scoped(Q(pk=1), "test")


@pytest.fixture
def district(db: None) -> District:
    return District()


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_no_way_of_reading_goes_without_a_scope(district: District, read: Callable[[Any], object]) -> None:
    before = sorted(Particulars._plain.values_list("pk", "name"))
    for query in (Particulars.objects.all(), Particulars.objects.filter(name__contains="小学")):
        with pytest.raises(UnscopedError), transaction.atomic():
            read(query)
    assert sorted(Particulars._plain.values_list("pk", "name")) == before


def test_neither_does_a_manager_of_related_rows(district: District) -> None:
    user = holder("principal", district.first).user
    assert user is not None
    ways: list[Callable[[], object]] = [
        lambda: list(district.first.particulars.all()),
        lambda: district.first.codes.count(),
        lambda: district.first.events.exists(),
        lambda: user.grants.first(),
        lambda: Particulars.objects.get(pk=1),
        lambda: Particulars.objects.in_bulk(),
        lambda: list(Particulars.objects.raw("SELECT 1")),
        lambda: list(Organisation._plain.prefetch_related("codes")),
        lambda: list(User.objects.prefetch_related("grants")),
    ]
    for way in ways:
        with pytest.raises(UnscopedError):
            way()


def test_a_scope_is_kept_through_whatever_is_chained(district: District) -> None:
    one = Particulars.objects.scoped(Q(organisation=district.first), "test")
    assert [row.name for row in one.all().filter(until=None).order_by("name")] == ["禾渚镇中心小学"]
    assert one.count() == len(one) == one.aggregate(n=Count("pk"))["n"] == 1
    assert list(one.values_list("name", flat=True)) == ["禾渚镇中心小学"]
    assert list(Organisation._plain.filter(particulars__in=one)) == [district.first]
    other = Particulars.objects.scoped(Q(organisation=district.second), "test")
    assert {row.organisation_id for row in one | other} == {district.first.pk, district.second.pk}
    assert len(one.union(other)) == 2
    codes = Prefetch("codes", Code.objects.scoped(Q(organisation=district.first), "test"))
    units = Organisation._plain.filter(pk__in=[district.first.pk, district.second.pk])
    held = {unit.pk: unit.codes.all() for unit in units.prefetch_related(codes)}
    assert [len(held[pk]) for pk in (district.first.pk, district.second.pk)] == [1, 0]
    assert one.exclude(name="x").exists()
    assert one.update(short_name="中心校") == 1
    assert Particulars._plain.filter(short_name="中心校").count() == 1


def test_what_is_written_needs_no_scope(district: District) -> None:
    user = User.objects.get(pk=grant(person(), "principal", district.first).user_id)
    made = Grant.objects.create(
        user=user, role="clerk", organisation=district.first, since="2025-01-01", given_by="测试"
    )
    made.role = "teacher"
    made.save()
    assert Grant._plain.get(pk=made.pk).role == "teacher"
    assert made.organisation == district.first


def test_everything_is_a_scope_too(district: District) -> None:
    assert Particulars.objects.scoped(None, "the installation").count() == Particulars._plain.count()


def test_the_test_sees_a_hole(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the check the very same reads go through."""
    monkeypatch.setattr("meihao.records.registry.scoped.ScopedQuery.check_scope", lambda self: None)
    assert Particulars.objects.count() == Particulars._plain.count() > 0
