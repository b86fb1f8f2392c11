"""The small world of marks, and the forms that are found in it: made once, and put back for each test."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from bench.trust.canary.builder import Builder
from bench.trust.canary.world import World
from bench.trust.inject.fields import Found, found
from tests.kept import Rows, kept, looked_at


@dataclass(frozen=True)
class Small:
    """One district with one school; where its files lie; every form that a role is shown in it."""

    world: World
    rows: Rows
    files: Path
    forms: list[Found]


@pytest.fixture(scope="session")
def small(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Small:
    files = tmp_path_factory.mktemp("small") / "files"
    with override_settings(MEDIA_ROOT=files):
        world, rows = kept(django_db_blocker, lambda: Builder(1, 1, 7).build())
        return Small(world, rows, files, looked_at(django_db_blocker, rows, lambda: found(world)))


@pytest.fixture
def world(small: Small, db: None, settings: Any, caplog: pytest.LogCaptureFixture) -> World:
    settings.MEDIA_ROOT = small.files
    caplog.set_level(logging.CRITICAL)  # a refused page is no news here
    small.rows.put()
    return small.world
