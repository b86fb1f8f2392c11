"""Operations under /api/v1 that tell figures: those of a standard, and one with whether it recomputes.

What a connected system may see of a place by name is what its grants give, as on the pages.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from meihao.base.exact import decimal_text
from meihao.base.text import Text
from meihao.figures.addressed import Addressed, addressed, addresses
from meihao.records.accounts.acting import Missing
from meihao.records.accounts.api import DECLARED, Request, Words, fresh, opened_by
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.scopes import FIGURES
from meihao.releases import evaluating, queries
from meihao.releases.queries import Looked
from meihao.releases.seen import Seen

router = Router(tags=["figures"])
_OF_PLACE = ("cv", "test")


class Asked(Schema):
    """A limit: on which side (≥, ≤, ＜, ＞) of which value, exact."""

    sign: str
    value: str


class FigureOut(Schema):
    """One figure. Numbers are exact: a decimal or a quotient `a/b`; null: not known. `printed`: rounded."""

    address: str
    title: Words
    unit: Words
    value: str | None
    printed: str | None
    numerator: str | None
    denominator: str | None
    asked: Asked | None
    standing: str


class Data(Schema):
    """What was looked at: place, day and hash of the rows; `taken`: a snapshot, not the rows of now."""

    place: str
    on: str
    rows: str
    taken: bool
    open_cells: int


class Figures(Schema):
    """One page of the figures of a standard; `total` counts those of all pages."""

    standard: str
    data: Data
    total: int
    page: int
    per_page: int
    figures: list[FigureOut]


class One(Schema):
    """One figure; `recomputed`: the plain engine gets the same from the same rows."""

    standard: str
    data: Data
    figure: FigureOut
    recomputed: bool


class Which(Schema):
    """Of which standard; `at`: a division code, `on`: a day of data, `data`: a snapshot or `working`."""

    standard: str
    at: str = ""
    on: str = ""
    data: str = ""


class Wanted(Which):
    """A page of them."""

    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(LIMITS.page_rows, ge=1, le=LIMITS.page_most)


@router.get(
    "/figures",
    **opened_by(FIGURES),
    response={200: Figures, **DECLARED},
    url_name="figures",
    operation_id="figures",
    summary="一项标准的数 The figures of a standard",
)
def figures(request: Request, wanted: Query[Wanted]) -> HttpResponseBase:
    """The figures in scope by name, in the order of the standard."""
    looked = _looked(request, wanted)
    evaluation = evaluating.evaluation(looked.snapshot, wanted.standard)
    seen = [address for address in addresses(evaluation) if _may(looked.seen, address)]
    first = (wanted.page - 1) * wanted.per_page
    shown = [_out(addressed(evaluation, one)) for one in seen[first : first + wanted.per_page]]
    said = {"total": len(seen), "page": wanted.page, "per_page": wanted.per_page, "figures": shown}
    return fresh(request, _json({"standard": wanted.standard, "data": _data(looked)} | said))


@router.get(
    "/figures/{path:address}",
    **opened_by(FIGURES),
    response={200: One, **DECLARED},
    url_name="figure",
    operation_id="figure",
    summary="一个数 One figure",
)
def figure(request: Request, address: str, wanted: Query[Which]) -> HttpResponseBase:
    """One figure, and whether it recomputes; 404 where it is not in scope by name."""
    looked = _looked(request, wanted)
    evaluation = evaluating.evaluation(looked.snapshot, wanted.standard)
    if not _may(looked.seen, address):
        raise Missing
    found = addressed(evaluation, address)
    again = addressed(evaluating.recomputed(looked.snapshot, wanted.standard), address)
    body = {"standard": wanted.standard, "data": _data(looked), "figure": _out(found)}
    return fresh(request, _json(body | {"recomputed": found == again}))


def _looked(request: Request, wanted: Which) -> Looked:
    get = {queries.AT: wanted.at, queries.ON: wanted.on, queries.DATA: wanted.data}
    return queries.look(request.by, request.by.day, get)


def _may(seen: Seen, address: str) -> bool:
    """Whether a figure may be told: those of the place to all, a unit's own where it is seen by name."""
    kind, *rest = address.split("/")
    return seen.whole or kind in _OF_PLACE or (bool(rest) and rest[0] in seen)


def _data(looked: Looked) -> dict[str, Any]:
    return {
        "place": looked.place.code,
        "on": looked.on.isoformat(),
        "rows": evaluating.hash_of(looked.snapshot),
        "taken": looked.taken is not None,
        "open_cells": looked.open_cells,
    }


def _out(one: Addressed) -> dict[str, Any]:
    return {
        "address": one.address,
        "title": _words(one.title),
        "unit": _words(one.unit),
        "value": _exact(one.value),
        "printed": one.printed,
        "numerator": _exact(one.numerator),
        "denominator": _exact(one.denominator),
        "asked": None if one.asked is None else {"sign": one.asked.sign, "value": _exact(one.asked.value)},
        "standing": one.standing.value,
    }


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
