"""What the registry knows of the units that a form is asked of, as the cells of their returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from meihao.figures.gathering import SOURCES, Asked, gathered
from meihao.figures.interpreter import Row
from meihao.policy.kinds import Fact, Form
from meihao.records.returns.checking import canonical_rows, cell, own_column

REGISTRY = "registry"


def rows_known(
    form: Form, fact: Fact, place: str, on: date, codes: Iterable[str]
) -> dict[str, list[dict[str, str]]]:
    """By code, the rows the registry knows for a return: its own, or all where an authority lists others.

    A form whose rows are about something smaller than a unit begins empty.
    """
    tables = gathered(Asked(place, on, {fact.key: fact}), {}, {REGISTRY: SOURCES[REGISTRY]}).tables
    known: Mapping[str, Row] = tables[fact.key].rows if fact.key in tables else {}
    return {code: canonical_rows(_rows_for(code, fact, known), form) for code in codes}


def _rows_for(code: str, fact: Fact, known: Mapping[str, Row]) -> list[Row]:
    own = own_column(fact)
    if own == fact.identity:
        return [known[code]] if code in known else []
    return [] if own is not None else [known[identity] for identity in sorted(known)]


def as_cells(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Rows of texts by cell."""
    return {cell(number, column): text for number, row in enumerate(rows) for column, text in row.items()}
