"""Filters against a plain reading of all records, and what nobody learns by asking."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meihao.records.registry.models import ClassGroup, Enrolment
from meihao.records.registry.oneroster.answers import BadQuery
from meihao.records.registry.oneroster.filters import Filter, Predicate, parsed
from tests.records.registry.oneroster.service import Roster, System, system

TEXTS = ("=", "!=", ">", ">=", "<", "<=", "~")
KEYS, TIMES = ("=", "!="), TEXTS[:-1]
FIELDS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "/orgs": (
        "orgs",
        dict.fromkeys(("status", "name", "type", "identifier"), TEXTS)
        | {"sourcedId": KEYS, "parent.sourcedId": KEYS, "dateLastModified": TIMES},
    ),
    "/classes": (
        "classes",
        dict.fromkeys(("title", "classCode", "classType", "grades", "course.sourcedId"), TEXTS)
        | {"terms.sourcedId": TEXTS, "school.sourcedId": KEYS, "dateLastModified": TIMES, "status": TEXTS},
    ),
    "/enrollments": (
        "enrollments",
        {"user.sourcedId": KEYS, "class.sourcedId": KEYS, "beginDate": TIMES, "endDate": TIMES}
        | {"sourcedId": KEYS, "role": TEXTS, "status": TEXTS, "dateLastModified": TIMES},
    ),
    "/users": (
        "users",
        {"roles.role": TEXTS, "roles.org.sourcedId": KEYS, "enabledUser": TEXTS, "status": TEXTS}
        | {"sourcedId": KEYS, "dateLastModified": TIMES},
    ),
    "/demographics": ("demographics", {"sex": TEXTS, "status": TEXTS, "sourcedId": KEYS}),
    "/academicSessions": (
        "academicSessions",
        dict.fromkeys(("sourcedId", "title", "type", "startDate", "schoolYear", "parent.sourcedId"), TEXTS),
    ),
    "/courses": ("courses", dict.fromkeys(("sourcedId", "title", "grades"), TEXTS)),
}
"""What each list can be filtered by, and how; said by hand."""


@pytest.fixture
def whole(db: None) -> System:
    """Some of everything: closed classes, pupils who left, several years, an end to come."""
    roster = Roster()
    gone = {"until": date(2024, 9, 20), "left_by": "transferred"}
    Enrolment._plain.filter(person=roster.pupils[0]).update(**gone)
    Enrolment._plain.filter(person=roster.pupils[1]).update(until=date(2025, 1, 10), left_by="transferred")
    ClassGroup._plain.filter(pk=roster.first_grade.pk).update(until=date(2024, 9, 30))
    ClassGroup._plain.create(
        organisation=roster.district.first, school_year=2023, grade=-1, number=12, since=date(2023, 9, 1)
    )
    return system(roster.district.bureau)


# --- the plain reading: its own words, none of the code that is tested


def told(record: Any, path: list[str]) -> list[str]:
    """Every text at a path."""
    if isinstance(record, list):
        return [text for one in record for text in told(one, path)]
    if not path:
        return [record]
    return told(record[path[0]], path[1:]) if path[0] in record else []


def midnight(text: str) -> datetime:
    if len(text) == 10:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return datetime.fromisoformat(text)


def fulfilled(record: Any, field: str, op: str, value: str) -> bool:
    as_time = field == "dateLastModified"
    for text in told(record, field.split(".")):
        left: Any = midnight(text) if as_time else text
        right: Any = midnight(value) if as_time else value
        met = {
            "=": lambda left=left, right=right: left == right,
            "!=": lambda left=left, right=right: left != right,
            ">": lambda left=left, right=right: left > right,
            ">=": lambda left=left, right=right: left >= right,
            "<": lambda left=left, right=right: left < right,
            "<=": lambda left=left, right=right: left <= right,
            "~": lambda left=left, right=right: left.find(right) >= 0,
        }
        if met[op]():
            return True
    return False


def predicates(records: list[Any], fields: dict[str, tuple[str, ...]]) -> st.SearchStrategy[Any]:
    """A field, an operator it has, and a value: one that is there, a piece of one, or one beside it."""

    def values(field: str) -> st.SearchStrategy[str]:
        there = sorted({text for one in records for text in told(one, field.split("."))}) or ["2024-09-01"]
        known = st.sampled_from(there)
        if field == "dateLastModified":
            moments = st.integers(1_230_000_000, 1_760_000_000).map(
                lambda one: datetime.fromtimestamp(one, UTC)
            )
            days = st.dates(date(2024, 8, 30), date(2024, 10, 12)).map(str)
            return known | days | moments.map(datetime.isoformat)
        if field in ("beginDate", "endDate"):
            return known | st.dates(date(2024, 8, 30), date(2025, 1, 12)).map(str)
        pieces = st.tuples(known, st.integers(0, 6), st.integers(1, 6)).map(
            lambda t: t[0][t[1] : t[1] + t[2]]
        )
        return known | pieces | st.text("a班3'禾-", max_size=3)

    def one(field: str) -> st.SearchStrategy[tuple[str, str, str]]:
        return st.tuples(st.just(field), st.sampled_from(fields[field]), values(field))

    return st.sampled_from(sorted(fields)).flatmap(one)


def written(field: str, op: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"{field}{op}'{quoted}'"


@pytest.mark.parametrize("path", FIELDS)
def test_a_filter_keeps_what_a_plain_reading_keeps(whole: System, path: str) -> None:
    plural, fields = FIELDS[path]
    records = whole.get(path, limit="1000").body[plural]
    assert records
    pair = predicates(records, fields)
    seen: list[int] = []

    @settings(max_examples=16, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pair, st.none() | st.tuples(st.sampled_from(("AND", "OR")), pair))
    def search(one: tuple[str, str, str], more: Any) -> None:
        text = written(*one)
        kept = {record["sourcedId"] for record in records if fulfilled(record, *one)}
        if more is not None:
            join, other = more
            others = {record["sourcedId"] for record in records if fulfilled(record, *other)}
            text, kept = f"{text} {join} {written(*other)}", kept & others if join == "AND" else kept | others
        found = whole.get(path, limit="1000", filter=text)
        assert found.status == 200, (text, found.body)
        assert set(found.keys(plural)) == kept, text
        assert found.headers["X-Total-Count"] == str(len(kept))
        seen.append(len(kept))

    search()
    assert 0 in seen
    assert max(seen) > 0


@pytest.mark.parametrize("path", FIELDS)
def test_an_order_is_that_of_the_texts(whole: System, path: str) -> None:
    plural, fields = FIELDS[path]
    tried = 0
    for field in fields:
        found = whole.get(path, sort=field, limit="1000").body[plural]
        texts = [told(one, field.split(".")) for one in found]
        if any(len(text) > 1 for text in texts) or field in ("roles.org.sourcedId", "roles.role"):
            continue  # several texts are no order
        there = [text for text in texts if text]
        assert there == sorted(there), field
        assert texts[: len(there)] == there, field  # what is absent comes last
        tried += 1
    assert tried >= 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status='active'", Filter((Predicate("status", "=", "active"),))),
        (" a.b >= 'x''y' ", Filter((Predicate("a.b", ">=", "x'y"),))),
        (
            "a!='' OR b~'或 AND 且'",
            Filter((Predicate("a", "!=", ""), Predicate("b", "~", "或 AND 且")), "OR"),
        ),
        ("", None),
    ],
)
def test_the_grammar_is_read(text: str, said: Filter | None) -> None:
    assert parsed(text) == said


@pytest.mark.parametrize(
    "text", ["a", "a=b", "a='b", "a=='b'", "a='b'c='d'", "a='b' and c='d'", "a='b' AND", "='b'", "a='\x00'"]
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        parsed(text)


# --- names


def ask_about_names(client: System, name: str) -> set[int]:
    """The answers to everything by which somebody would try to learn a name."""
    answers = set[int]()
    for field in ("familyName", "givenName", "name", "identifier"):
        for op in ("=", "!=", ">", "~"):
            answers.add(client.get("/users", filter=f"{field}{op}'{name}'").status)
        answers.add(client.get("/students", sort=field).status)
        answers.add(client.get("/enrollments", filter=f"user.{field}='{name}'").status)
    return answers


@pytest.mark.parametrize("role", ["client", "client-names"])
def test_nobody_learns_a_name_by_asking_which_records_it_would_keep(db: None, role: str) -> None:
    roster = Roster()
    assert ask_about_names(system(roster.district.bureau, role), "苏") == {400}


def test_an_order_says_nothing_of_names(db: None) -> None:
    """With names and without them the same people come in the same order."""
    roster = Roster()
    named, nameless = (system(roster.district.bureau, role) for role in ("client-names", "client"))
    for sort in ("", "sourcedId", "status", "dateLastModified", "enabledUser"):
        one, other = (client.get("/users", sort=sort) for client in (named, nameless))
        assert one.keys("users") == other.keys("users")
        assert one.body != other.body
