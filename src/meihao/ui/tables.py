"""A table as it is shown: columns, one page of rows, filters, order. It knows no model and no room.

What is looked at stands in the address: `?page=2&q=禾&sort=-pupils&stage=primary&stage=junior`.
`asked` reads it, the tag `{% table table %}` writes it, `meihao.ui.workbooks.workbook` exports what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, TypeAlias

from django.http import QueryDict

from meihao.base.text import Text

Kind: TypeAlias = Literal["text", "code", "number", "date", "state"]
_ROWS = Text("条", "rows")
State: TypeAlias = Literal["", "red", "yellow", "blue", "green", "hollow", "grey"]

PAGE, SEARCH, SORT = "page", "q", "sort"
PER_PAGE = 50


class Missing(StrEnum):
    """Why there is no value: a cell is never blank, and missing is never zero."""

    NONE = "—"
    UNREPORTED = "…"
    WITHHELD = "※"

    @property
    def means(self) -> Text:
        """What the symbol says, for the legend under a table."""
        return _MEANS[self]


_MEANS = {
    Missing.NONE: Text("无此项", "does not apply"),
    Missing.UNREPORTED: Text("未报", "not reported"),
    Missing.WITHHELD: Text("保密", "withheld"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A number's unit stands in the head, never in the cells."""

    key: str
    title: Text
    kind: Kind = "text"
    unit: Text | None = None
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `text` of a number is plain ("12146", "-3", "98.79%"): the table sets the thousands.

    `state` draws the shape, `word` says what it means; `href` makes the text a link.
    """

    text: str = ""
    href: str = ""
    state: State = ""
    word: Text | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row, a cell for each column. `key` is what a bulk action is told; `actions` are two at most."""

    cells: tuple[Cell, ...]
    key: str = ""
    actions: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a table can be narrowed by: values with their names, and the values chosen.

    Where `single`, one value at most is chosen.
    """

    name: str
    title: Text
    options: tuple[tuple[str, Text], ...]
    chosen: tuple[str, ...] = ()
    single: bool = False

    @property
    def picked(self) -> list[tuple[str, Text]]:
        """The options that are chosen, in their order."""
        return [(value, title) for value, title in self.options if value in self.chosen]


@dataclass(frozen=True, slots=True)
class Empty:
    """Why there are no rows: none yet, filtered out, or not reported or not permitted; and one way on."""

    kind: Literal["none", "filtered", "denied"]
    what: Text
    why: Text
    action: tuple[Text, str] | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """What can be done to several rows at once: posted to `href` as `row=<key>…&verb=<value>`."""

    href: str
    verbs: tuple[tuple[str, Text], ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One page of a table. `total` counts the rows on all pages; `order` says what they are ordered by.

    `searchable` shows the search box; `search` is what was asked for, `sort` the column ("-key": falling).
    `export` is the address of the workbook. `nouns` counts the rows: Text("所", "schools").
    """

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    page: int = 1
    per_page: int = PER_PAGE
    filters: tuple[Filter, ...] = ()
    search: str = ""
    order: Text | None = None
    empty: Empty | None = None
    export: str = ""
    sort: str = ""
    searchable: bool = False
    bulk: Bulk | None = None
    nouns: Text = _ROWS

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{len(row.cells)} cells in a table of {len(self.columns)} columns")

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves rows out."""
        return bool(self.search) or any(filter_.chosen for filter_ in self.filters)

    @property
    def missing(self) -> list[Missing]:
        """The symbols that occur, for the legend."""
        shown = {cell.text for row in self.rows for cell in row.cells}
        return [symbol for symbol in Missing if symbol in shown]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a table; `filters` are the given ones with what is chosen."""

    page: int = 1
    search: str = ""
    sort: str = ""
    filters: tuple[Filter, ...] = ()

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values chosen in one filter; empty where it does not narrow."""
        return next((filter_.chosen for filter_ in self.filters if filter_.name == name), ())

    @property
    def sort_key(self) -> str:
        """The column asked for, without its direction."""
        return self.sort.removeprefix("-")

    @property
    def falling(self) -> bool:
        """Whether the greatest comes first."""
        return self.sort.startswith("-")

    def window(self, per_page: int = PER_PAGE) -> slice:
        """Which of all rows the page shows."""
        return slice((self.page - 1) * per_page, self.page * per_page)


def asked(get: QueryDict, filters: Sequence[Filter] = (), columns: Sequence[Column] = ()) -> Asked:
    """What the address asks: values that no filter has and columns that cannot be sorted are left out."""
    return Asked(
        page=_page(get.get(PAGE, "")),
        search=" ".join((get.get(SEARCH) or "").replace("\0", "").split())[:64],
        sort=_sort(get.get(SORT, ""), columns),
        filters=tuple(replace(filter_, chosen=_chosen(get, filter_)) for filter_ in filters),
    )


def _page(said: str | None) -> int:
    number = said or ""
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def _sort(said: str | None, columns: Sequence[Column]) -> str:
    key = said or ""
    sortable = {column.key for column in columns if column.sortable}
    return key if key.removeprefix("-") in sortable else ""


def _chosen(get: QueryDict, filter_: Filter) -> tuple[str, ...]:
    wanted = set(get.getlist(filter_.name)[-1:] if filter_.single else get.getlist(filter_.name))
    return tuple(value for value, _ in filter_.options if value in wanted)
