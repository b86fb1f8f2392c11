"""The rooms keep their order in the database too: no foreign key points up, which imports do not show."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

Keys = Iterable[tuple[str, str]]


@pytest.fixture
def rooms(root: Path) -> list[str]:
    """The rooms, lowest first, as the linter of imports has them."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (
        c["layers"] for c in contracts if c["type"] == "layers" and c["containers"] == ["meihao.records"]
    )
    return list(reversed(layers))


def upward(keys: Keys, rooms: Sequence[str]) -> list[str]:
    """The keys that point at a room above their own, or at what is no room."""
    return [
        f"{one} → {other}"
        for one, other in keys
        if one in rooms and (other not in rooms or rooms.index(other) > rooms.index(one))
    ]


def keys() -> list[tuple[str, str]]:
    """From room to room, each relation of each model."""
    return [
        (model._meta.app_label, field.related_model._meta.app_label)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and not isinstance(field.related_model, str)
    ]


def test_every_foreign_key_points_down_or_stays(rooms: list[str]) -> None:
    found = keys()
    assert ("registry", "accounts") in found
    assert upward(found, rooms) == []


def test_a_key_that_points_up_is_caught(rooms: list[str]) -> None:
    assert upward([("accounts", "registry"), ("registry", "sessions")], rooms) == [
        "accounts → registry",
        "registry → sessions",
    ]
