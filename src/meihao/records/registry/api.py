"""Operations of this room under /api/v1: organisations as they are on a day.

OneRoster's operations stand in `oneroster/api.py`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from meihao.records.accounts.acting import Missing
from meihao.records.accounts.api import DECLARED, Request, fresh, opened_by
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.scopes import ORGANISATIONS
from meihao.records.registry import queries
from meihao.records.registry.models import Kind, Ownership, Type, title
from meihao.records.registry.queries import Asked, OrganisationRow

router = Router(tags=["organisations"])


class Code(Schema):
    """A word of ours, and what it is called."""

    key: str
    zh: str
    en: str


class OrganisationOut(Schema):
    """A unit on a day; `code` is its institution or division code, "" where it bears none."""

    key: UUID
    kind: Code
    code: str
    name: str
    type: Code | None
    ownership: Code | None
    inclusive: bool | None
    town: str
    since: date


class Organisations(Schema):
    """One page of units; `total` counts those of all pages."""

    as_of: date
    total: int
    page: int
    per_page: int
    organisations: list[OrganisationOut]


class Wanted(Schema):
    """What is asked for. `as_of`: the day looked at, today without one; `kind`: some of the kinds."""

    as_of: date | None = None
    kind: list[Kind] = Field(default_factory=list)
    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(LIMITS.page_rows, ge=1, le=LIMITS.page_most)


@router.get(
    "/organisations",
    **opened_by(ORGANISATIONS),
    response={200: Organisations, **DECLARED},
    url_name="organisations",
    operation_id="organisations",
    summary="机构 Organisations",
)
def organisations(request: Request, wanted: Query[Wanted]) -> HttpResponseBase:
    """The units in scope that there are on a day, by code."""
    day = wanted.as_of or request.by.day
    found = queries.organisations(
        request.by, day, Asked(kinds=tuple(wanted.kind)), page=wanted.page, per_page=wanted.per_page
    )
    rows = [_out(row) for row in found.rows]
    said = {"as_of": day, "total": found.total, "page": wanted.page, "per_page": wanted.per_page}
    return fresh(request, _json(said | {"organisations": rows}))


@router.get(
    "/organisations/{uuid:key}",
    **opened_by(ORGANISATIONS),
    response={200: OrganisationOut, **DECLARED},
    url_name="organisation",
    operation_id="organisation",
    summary="一个机构 One organisation",
)
def organisation(request: Request, key: UUID, as_of: date | None = None) -> HttpResponseBase:
    """One unit in scope on a day; 404 where it is not there on that day."""
    day = as_of or request.by.day
    found = queries.organisations(request.by, day, Asked(kinds=(), keys=(str(key),)))
    if not found.rows:
        raise Missing
    return fresh(request, _json(_out(found.rows[0])))


def _out(row: OrganisationRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": _code(row.kind),
        "code": row.code,
        "name": row.name,
        "type": _code(Type(row.type)) if row.type else None,
        "ownership": _code(Ownership(row.ownership)) if row.ownership else None,
        "inclusive": row.inclusive,
        "town": row.town,
        "since": row.since,
    }


def _code(choice: Kind | Type | Ownership) -> dict[str, str]:
    said = title(choice)
    return {"key": choice.value, "zh": said.zh, "en": said.en}


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, default=str).encode()
