"""What sources say is gathered cell by cell: their order never matters, and where they differ nobody wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.figures.gathering import SOURCES, Address, Asked, Gathered, Source, Told, gathered, source
from meihao.figures.interpreter import Value
from meihao.figures.snapshot import Origin
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook

FACT, ON, PLACE = "cn/compulsory/campus", date(2025, 9, 1), "990106"
COLUMNS = ("name", "primary_pupils", "junior_pupils")
Said = dict[str, dict[str, Value]]
"""What one source says: by identity, the values of columns."""


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked(PLACE, ON, {FACT: Rulebook.load().get(Fact, FACT, ON, PLACE)})


def origin(name: str, identity: str, column: str) -> Origin:
    return Origin(name, "0" * 64, "表", f"{identity}/{column}", "form")


def tells(name: str, said: Said) -> Source:
    def told(asked: Asked) -> Iterable[Told]:
        return [
            Told(FACT, identity, row, {column: origin(name, identity, column) for column in row})
            for identity, row in said.items()
        ]

    return told


VALUES: st.SearchStrategy[Value] = st.one_of(st.none(), st.integers(0, 2).map(Fraction))
ROWS = st.dictionaries(st.sampled_from(COLUMNS[1:]), VALUES, max_size=2)
SAYS: st.SearchStrategy[Said] = st.dictionaries(st.sampled_from("AB"), ROWS, max_size=2)
SOURCES_SAID = st.dictionaries(st.sampled_from(["registry", "returns", "third"]), SAYS, max_size=3)
CELLS = st.tuples(st.just(FACT), st.sampled_from("AB"), st.sampled_from(COLUMNS[1:]))
HELD = st.dictionaries(CELLS, st.sampled_from(["registry", "returns", "third", "nobody"]), max_size=4)


def truth(said: Mapping[str, Said], held: Mapping[Address, str]) -> tuple[Said, set[Address]]:
    """By enumeration: for each cell the set of all values said; one value stands, of several the held one."""
    identities = {identity for rows in said.values() for identity in rows}
    rows: Said = {identity: {} for identity in identities}
    differing: set[Address] = set()
    for identity in identities:
        for column in COLUMNS:
            by_source = {n: r[identity].get(column) for n, r in said.items() if identity in r}
            known = {n: v for n, v in by_source.items() if v is not None}
            if len(set(known.values())) > 1:
                differing.add((FACT, identity, column))
                value = known.get(held.get((FACT, identity, column), ""))
            else:
                value = next(iter(known.values()), None)
            if value is not None:
                rows[identity][column] = value
    return rows, differing


def rows_in(found: Gathered) -> Said:
    rows = found.tables[FACT].rows if FACT in found.tables else {}
    return {
        identity: {c: v for c, v in row.items() if c != "school_code" and v is not None}
        for identity, row in rows.items()
    }


@given(said=SOURCES_SAID, held=HELD, order=st.permutations(["registry", "returns", "third"]))
def test_each_cell_is_what_all_say_or_what_was_held_in_whatever_order(
    asked: Asked, said: dict[str, Said], held: dict[Address, str], order: list[str]
) -> None:
    sources = {name: tells(name, said[name]) for name in said}
    turned = {name: sources[name] for name in order if name in sources}
    found, again = gathered(asked, held, sources), gathered(asked, held, turned)
    rows, differing = truth(said, held)
    assert rows_in(found) == rows_in(again) == rows
    assert {one.at for one in found.disagreements} == differing
    assert [one.at for one in found.disagreements] == [one.at for one in again.disagreements]
    open_ = {one.at for one in found.disagreements if one.open}
    assert open_ == {at for at in differing if at[2] not in rows[at[1]]}


@given(said=SOURCES_SAID, held=HELD)
def test_a_value_s_origin_is_a_source_that_says_it(
    asked: Asked, said: dict[str, Said], held: dict[Address, str]
) -> None:
    found = gathered(asked, held, {name: tells(name, rows) for name, rows in said.items()})
    for table in found.tables.values():
        for (identity, column), at in table.origins.items():
            assert said[at.file][identity][column] == table.rows[identity][column]
            assert held.get((FACT, identity, column), at.file) == at.file or not any(
                one.at == (FACT, identity, column) for one in found.disagreements
            )


def test_two_that_differ_leave_the_cell_open_until_one_is_held(asked: Asked) -> None:
    sources = {
        "registry": tells("registry", {"A": {"name": "甲", "primary_pupils": Fraction(500)}}),
        "returns": tells("returns", {"A": {"name": "甲", "primary_pupils": Fraction(510)}}),
    }
    at = (FACT, "A", "primary_pupils")
    open_ = gathered(asked, {}, sources)
    (differing,) = open_.disagreements
    assert (differing.at, differing.open, dict(differing.said)) == (
        at,
        True,
        {"registry": 500, "returns": 510},
    )
    assert rows_in(open_)["A"] == {"name": "甲"}
    held = gathered(asked, {at: "returns"}, sources)
    assert rows_in(held)["A"]["primary_pupils"] == 510
    assert held.tables[FACT].origins["A", "primary_pupils"].file == "returns"
    assert [one.open for one in held.disagreements] == [False]


def test_a_row_that_only_names_a_unit_is_a_row(asked: Asked) -> None:
    found = gathered(asked, {}, {"returns": tells("returns", {"A": {}})})
    assert found.tables[FACT].rows == {"A": {"school_code": "A"}}
    assert gathered(asked, {}, {}).tables == {}


def test_a_name_is_one_source_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meihao.figures.gathering.SOURCES", SOURCES.copy())
    first = tells("a", {})
    source("a source of a test")(first)
    source("a source of a test")(first)  # a module that is imported again
    with pytest.raises(ValueError, match="a source of a test"):
        source("a source of a test")(tells("b", {}))
    assert "a source of a test" not in SOURCES
