"""Figures by the API: what the pages show, exact, to whom they may be told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.urls import reverse

from meihao.figures.addressed import addressed, addresses
from meihao.records.accounts.scopes import FIGURES, ORGANISATIONS
from meihao.records.registry.models import Organisation
from meihao.releases import evaluating, taking
from tests.records.registry.oneroster.service import System, system
from tests.releases.figures_world import ON, STANDARD, World

LOOK = {"standard": STANDARD, "on": str(ON), "data": "working"}


def connected(world: World, unit: Organisation, *scopes: str) -> System:
    return system(unit, scopes=scopes or (FIGURES,))


def got(service: System, path: str, **more: str) -> Any:
    return service.get(path, **LOOK, **more)


def test_every_figure_is_told_as_the_evaluation_has_it(world: World) -> None:
    service = connected(world, world.bureau)
    answer = got(service, reverse("api:figures"), per_page="100")
    body = answer.body
    working = taking.working(world.person("bureau-head", world.bureau), world.bureau, ON)
    evaluation = evaluating.evaluation(working.snapshot, STANDARD)
    wanted = addresses(evaluation)
    assert (answer.status, body["total"]) == (200, len(wanted))
    assert [one["address"] for one in body["figures"]] == wanted[: len(body["figures"])]
    for one in body["figures"]:
        own = addressed(evaluation, one["address"])
        assert (None if one["value"] is None else Fraction(one["value"])) == own.value
        assert (one["printed"], one["standing"]) == (own.printed, own.standing)
    assert body["data"] == {
        "place": "990106",
        "on": str(ON),
        "rows": working.snapshot.logical_hash,
        "taken": False,
        "open_cells": 0,
    }


def test_one_figure_recomputes_and_an_unknown_one_is_refused(world: World) -> None:
    service = connected(world, world.bureau)
    body = got(service, reverse("api:figure", args=["r4/2199000001/primary"])).body
    assert body["recomputed"] is True
    assert (body["figure"]["printed"], body["figure"]["standing"]) == ("4.14", "spare")
    assert body["figure"]["asked"] == {"sign": "≥", "value": "4.5"}
    assert got(service, reverse("api:figure", args=["r4/nobody/primary"])).status == 422
    assert service.get(reverse("api:figures"), standard="cn/none").status == 404


def test_a_school_is_told_its_own_and_those_of_the_place(world: World) -> None:
    code = "2199000003"
    service = connected(world, world.schools[code])
    told = got(service, reverse("api:figures"), per_page="100").body["figures"]
    assert {one["address"].split("/")[1] for one in told if one["address"].startswith("r")} == {code}
    assert any(one["address"].startswith("cv/") for one in told)
    for address in ("r4/2199000001/primary", "count/overall"):
        assert got(service, reverse("api:figure", args=[address])).status == 404


def test_another_scope_does_not_open_figures(world: World) -> None:
    service = connected(world, world.bureau, ORGANISATIONS)
    assert got(service, reverse("api:figures")).status == 403
