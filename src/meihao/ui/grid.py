"""A form filled in cell by cell, as in a spreadsheet: one field a line, or a list of many rows.

It knows no room: it is given cells with what is to be said of each, and gives back what was typed. A cell
is called `row/column`, as in `0/primary_pupils`; the explanation of a cell goes by the same name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.utils.html import json_script
from django.utils.safestring import SafeString

from meihao.base.text import Refused, Text
from meihao.ui import numbers
from meihao.ui.drawing import written
from meihao.ui.language import said
from meihao.ui.tables import State

Origin: TypeAlias = Literal["fill", "given", "computed"]
Severity: TypeAlias = Literal["must", "explain", "marked"]
Kind: TypeAlias = Literal["text", "number", "year", "date", "choice"]

CELLS, EXPLAINED, REVISION = "cells", "explained", "revision"
_CELL, _WHY = "cell:", "why:"
_NAME = re.compile(r"\d{1,5}/[A-Za-z0-9_]{1,64}")
NEXT = "__n__"  # stands for the number of a row that is not there yet


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is said at a cell: to be mended, to be explained, or marked by who sent it back."""

    severity: Severity
    text: Text
    open: bool = True


@dataclass(frozen=True, slots=True)
class Past:
    """What a cell said before: in which version or year, and who said it."""

    when: Text
    value: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One cell. `given` is filled by the system and may be written over, `computed` may not be written.

    `wanted`: it must be filled and is not, which is counted but not yet a fault.
    """

    name: str
    label: Text
    value: str = ""
    kind: Kind = "text"
    options: tuple[tuple[str, Text], ...] = ()
    origin: Origin = "fill"
    wanted: bool = False
    troubles: tuple[Trouble, ...] = ()
    explained: str = ""
    past: tuple[Past, ...] = ()
    note: str = ""

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"cell-{self.name.replace('/', '-')}"

    @property
    def worst(self) -> Severity | Literal[""]:
        """The gravest of what is said at it and is still open."""
        severities = [one.severity for one in self.troubles if one.open]
        return next((kind for kind in ("must", "explain", "marked") if kind in severities), "")

    @property
    def asks(self) -> bool:
        """Whether an explanation is asked for, given already or not."""
        return any(one.severity == "explain" for one in self.troubles)

    @property
    def state(self) -> tuple[State, Text]:
        """How it stands, in a shape and a word."""
        if self.worst:
            return _WORST[self.worst]
        if self.wanted:
            return "", Text("未填", "empty")
        if self.asks:
            return "hollow", Text("已说明", "explained")
        return ("", _ORIGINS[self.origin]) if self.value or self.origin == "computed" else ("", Text("", ""))

    @property
    def shown(self) -> str:
        """The value as it stands where it cannot be written: the words of a choice, figures with spaces."""
        if self.kind == "choice":
            return next((said(words) for value, words in self.options if value == self.value), self.value)
        return numbers.grouped(self.value) if self.kind == "number" else self.value


_WORST: Mapping[str, tuple[State, Text]] = {
    "must": ("red", Text("必须改正", "must be mended")),
    "explain": ("yellow", Text("请改正或说明", "mend or explain")),
    "marked": ("yellow", Text("退回待核", "sent back")),
}
_ORIGINS: Mapping[Origin, Text] = {
    "fill": Text("已填", "filled"),
    "given": Text("系统带出", "given"),
    "computed": Text("系统计算", "computed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its number and words, its cell; last year and the change since, as they are shown."""

    number: str
    label: str
    unit: str
    box: Box
    last: str = ""
    change: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one category."""

    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def states(self) -> list[tuple[State, Text]]:
        """What is still to be done in it, in words; nothing where all is in order."""
        boxes = [line.box for line in self.lines]
        found: list[tuple[State, Text]] = []
        for severity, colour, zh, en in _COUNTED:
            if n := sum(box.worst == severity for box in boxes):
                found.append((colour, Text(zh.format(n=n), en.format(n=n))))
        if n := sum(box.wanted for box in boxes):
            found.append(("grey", Text(f"还需填 {n} 项", f"{n} to fill")))
        if not found and all(box.origin != "fill" for box in boxes):
            found.append(("", Text("已由系统带出", "given by the system")))
        return found or [("", Text("已填好", "filled"))]


_COUNTED: tuple[tuple[Severity, State, str, str], ...] = (
    ("must", "red", "必须改正 {n}", "{n} to mend"),
    ("explain", "yellow", "请改正或说明 {n}", "{n} to explain"),
    ("marked", "yellow", "退回待核 {n}", "{n} sent back"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column of a list."""

    title: str
    unit: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A form of many rows: its heads, its rows of cells, and the cells of a row to be added."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Box, ...], ...]
    blank: tuple[Box, ...]

    def row(self, number: int | str) -> tuple[Box, ...]:
        """An empty row of a number, or of the one to be put in."""
        return tuple(
            replace(
                box,
                name=box.name.replace(NEXT, str(number)),
                label=Text(*(one.replace(NEXT, _place(number)) for one in box.label)),
            )
            for box in self.blank
        )


def _place(number: int | str) -> str:
    return str(number + 1) if isinstance(number, int) else number


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole of it: lines in parts, or a list. `save` takes what is typed while it is typed.

    `revision` is that of what stands; where `locked` nothing can be written.
    """

    save: str
    revision: int
    parts: tuple[Part, ...] = ()
    listed: Listed | None = None
    locked: bool = False
    saved: str = ""

    @property
    def boxes(self) -> Iterator[Box]:
        """Every cell, in order."""
        for part in self.parts:
            for line in part.lines:
                yield line.box
        for row in self.listed.rows if self.listed is not None else ():
            yield from row

    @property
    def past(self) -> dict[str, dict[str, object]]:
        """What is known of each cell, for the side of the page: title, note, what it said before."""
        return {
            box.name: {
                "title": said(box.label),
                "note": box.note,
                "past": [[said(one.when), one.value, one.who] for one in box.past],
            }
            for box in self.boxes
            if box.past or box.note
        }


def drawn_grid(request: HttpRequest | None, grid: Grid) -> SafeString:
    """The form with its table; the page itself has the buttons, which name the form `grid`."""
    shown: dict[str, object] = {
        "grid": grid,
        "cell": _CELL,
        "why": _WHY,
        "past": json_script(grid.past, "grid-past"),
        "next": grid.listed.row(NEXT) if grid.listed is not None else (),
        "csrf_token": get_token(request) if request is not None else "",
    }
    return written("ui/grid.html", shown)


def answered(grid: Grid, **parts: SafeString) -> dict[str, object]:
    """What the page is told once a draft is kept: its revision, each line anew, other parts by name.

    Of a list only the cells at which something is said are told.
    """
    boxes = [box for box in grid.boxes if grid.listed is None or box.troubles]
    changes = {line.box.name: numbers.grouped(line.change) for part in grid.parts for line in part.lines}
    return {
        REVISION: grid.revision,
        "saved": grid.saved,
        "parts": parts | {"sections": written("ui/parts/grid_sections.html", {"grid": grid})},
        "cells": {
            box.name: {
                "worst": box.worst,
                "trouble": written("ui/parts/grid_trouble.html", {"box": box, "why": _WHY}),
                "state": written("ui/parts/grid_state.html", {"box": box}),
                "change": changes.get(box.name, ""),
            }
            for box in boxes
        },
    }


@dataclass(frozen=True, slots=True)
class Posted:
    """What came back: by cell what was typed and how it was explained, and on which revision."""

    cells: dict[str, str]
    explained: dict[str, str]
    revision: int


def posted(post: QueryDict) -> Posted:
    """What a page sent: each cell as a field of its own, or all of them in one. Raises `Refused`."""
    revision = post.get(REVISION) or ""
    if not (revision.isascii() and revision.isdigit() and len(revision) < 10):
        raise _garbled()
    if post.get(CELLS):
        cells, explained = (_object(post.get(name) or "{}") for name in (CELLS, EXPLAINED))
    else:
        cells, explained = (_fields(post, prefix) for prefix in (_CELL, _WHY))
    if not all(_NAME.fullmatch(name) for name in (*cells, *explained)):
        raise _garbled()
    return Posted(cells, explained, int(revision))


def _fields(post: QueryDict, prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: str(post[name]) for name in post if name.startswith(prefix)}


def _object(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _garbled() from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _garbled()
    return found


def _garbled() -> Refused:
    return Refused(
        "没有读懂发来的内容，没有保存。请重新打开本页再填。",
        "what was sent could not be read; nothing was saved. Open the page again.",
    )
