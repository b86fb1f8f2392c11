"""What can be sent to the platform, as an OpenAPI document: out of the addresses and the forms themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import resolve

from bench.trust.canary.crawling import LEAVE
from bench.trust.canary.judging import HOME
from bench.trust.canary.routes import KINDS_OF_SEGMENT, WORDS, patterns
from bench.trust.canary.world import World
from bench.trust.inject.fields import PARAMETERS, Found, found

_FORM = "application/x-www-form-urlencoded"
_ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
_FORMATS = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "IntConverter": {"type": "integer", "minimum": 0},
}
_DAYS = {"date": {"type": "string", "format": "date"}}
_TEXT = {"type": "string", "maxLength": 300}

Document = dict[str, Any]


def document(world: World, known: Iterable[Found] | None = None) -> Document:
    """The document of every route: GET with what an address may ask, POST with the fields of its forms.

    `known`: the forms, where they have been looked for already.
    """
    sent = _posted(found(world) if known is None else known)
    paths: Document = {}
    for name, written, converters in patterns():
        if name in LEAVE:
            continue
        path = "/" + _ARGUMENT.sub(r"{\1}", written)
        arguments = [_argument(world, written, key, type(kind).__name__) for key, kind in converters.items()]
        asked = [{"name": key, "in": "query", "schema": _TEXT} for key in PARAMETERS]
        operations = {"get": _operation(name, "get", [*arguments, *asked])}
        operations["post"] = _operation(name, "post", arguments) | {
            "requestBody": {"content": {_FORM: {"schema": _object(sent.get(name, {}))}}}
        }
        paths[path] = operations
    return {"openapi": "3.0.3", "info": {"title": "Meihao", "version": "0"}, "paths": paths}


def _operation(name: str, method: str, parameters: list[Document]) -> Document:
    answers = {"default": {"description": "a page, or a refusal in words"}}
    return {"operationId": f"{method} {name}", "parameters": parameters, "responses": answers}


def _argument(world: World, written: str, key: str, converter: str) -> Document:
    """An argument of an address: one that is there, or any of its kind."""
    before = re.search(rf"([a-z-]+)/<[a-z]+:{key}>", written)
    kind = KINDS_OF_SEGMENT.get(before[1], "") if before else ""
    pools = world.home(HOME)
    known = [*pools.get(kind, []), *(pools[key] if key in pools else WORDS.get(key, ()))]
    some = _FORMATS.get(converter, {"type": "string", "pattern": "^[a-z0-9_-]{1,40}$"})
    there = [str(one) if not isinstance(one, int) else one for one in known]
    schema = {"anyOf": [{"enum": there}, some]} if there else some
    return {"name": key, "in": "path", "required": True, "schema": schema}


def _posted(forms: Iterable[Found]) -> dict[str, dict[str, Document]]:
    """The fields that are sent to each route, from whichever of its forms."""
    fields: dict[str, dict[str, Document]] = {}
    for one in forms:
        if one.form.method != "post":
            continue
        target = urlsplit(urljoin(one.address, one.form.action or one.address)).path
        known = fields.setdefault(resolve(target).view_name, {})
        for name, kind in one.form.typed.items():
            known[name] = {"anyOf": [_DAYS[kind], _TEXT]} if kind in _DAYS else _TEXT
        for name, choices in one.form.choices.items():
            known[name] = {"anyOf": [{"enum": sorted(set(choices))}, _TEXT]} if choices else _TEXT
    return fields


def _object(fields: dict[str, Document]) -> Document:
    return {"type": "object", "properties": fields, "required": sorted(fields)}
