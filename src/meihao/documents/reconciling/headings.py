"""Which export a heading row belongs to, and which of its columns may be read.

A sheet is recognised by headers that the mappings know, confirmed or not; a column is read only
where its header is confirmed, the reconciliation needs it, and it is not about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from meihao.base.text import Refused
from meihao.documents.reconciling.plan import Plan
from meihao.documents.returns.headers import key_of

HEADING_ROWS = 15  # a heading stands within the first rows of a sheet
_AT_LEAST = 3  # headers that must be known: two columns of codes and names are in any list of schools

HeaderState: TypeAlias = Literal["read", "not_needed", "unconfirmed", "personal", "unknown"]


@dataclass(frozen=True, slots=True)
class Header:
    """One header of an export: the column it stands for, and whether that column is read."""

    place: int
    text: str
    column: str | None
    state: HeaderState
    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading row understood as that of one export."""

    source: str
    row: int
    headers: tuple[Header, ...]

    @property
    def read(self) -> dict[int, Header]:
        """The headers whose columns are read, by place."""
        return {header.place: header for header in self.headers if header.state == "read"}

    def of(self, state: HeaderState) -> list[Header]:
        """The headers of one state, from left to right."""
        return [header for header in self.headers if header.state == state]


def heading_of(plan: Plan, row: int, texts: Mapping[int, str]) -> Heading | None:
    """The row as a heading of the export that knows most of its headers; None where none or two do."""
    scored = {source: _known(plan, source, texts) for source in plan.forms}
    best = max(map(len, scored.values()), default=0)
    likely = [source for source, known in scored.items() if len(known) == best]
    if best < _AT_LEAST or len(likely) > 1:
        return None
    (source,) = likely
    headers = tuple(_header(plan, source, place, text) for place, text in sorted(texts.items()))
    _once(plan, source, headers)
    return Heading(source, row, headers)


def _known(plan: Plan, source: str, texts: Mapping[int, str]) -> set[str]:
    """The columns of an export that a row's headers stand for; none unless some are its own."""
    fact = plan.facts[source]
    columns = {column for text in texts.values() if (column := known_column(plan, source, text))}
    return columns if columns - {fact.identity, fact.name_column} else set()


def known_column(plan: Plan, source: str, text: str) -> str | None:
    """The column a header stands for in any mapping of the export, confirmed or not."""
    column = plan.headers.column(plan.forms[source], plan.facts[source], text)
    if column is not None:
        return column
    key = key_of(text)
    for mapping in plan.mappings_of(source):
        for header, heading in mapping.headers.items():
            if heading.column is not None and key_of(header) == key:
                return heading.column
    return None


def _header(plan: Plan, source: str, place: int, text: str) -> Header:
    form, fact = plan.forms[source], plan.facts[source]
    if plan.personal(text) is not None:
        return Header(place, text, None, "personal")
    column = plan.headers.column(form, fact, text)
    if column is None:
        known = known_column(plan, source, text)
        return Header(place, text, known, "unconfirmed" if known else "unknown")
    if column not in plan.needed(source):
        return Header(place, text, column, "not_needed")
    return Header(place, text, column, "read", plan.headers.factor(form, fact, text))


def _once(plan: Plan, source: str, headers: tuple[Header, ...]) -> None:
    """Two confirmed headers for one column: nobody but the bureau can say which one holds."""
    seen: dict[str, str] = {}
    for header in headers:
        if header.state != "read" or header.column is None:
            continue
        if header.column in seen:
            title = plan.facts[source].titled(header.column)
            pair = (seen[header.column], header.text)
            raise Refused(
                f"「{pair[0]}」和「{pair[1]}」都确认为「{title.zh}」，请在表头对照里只留一个。",
                f"“{pair[0]}” and “{pair[1]}” are both confirmed as “{title.en}”: keep one in the mapping.",
            )
        seen[header.column] = header.text
