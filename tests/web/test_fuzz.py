"""schemathesis in short: every address and form, as six roles, and no answer is a crash."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bench.trust.canary.builder import Builder
from bench.trust.canary.crawling import LEAVE
from bench.trust.canary.routes import patterns
from bench.trust.canary.world import World
from bench.trust.fuzz.openapi import document
from bench.trust.fuzz.running import ROLES, broken_pages, fuzz

pytestmark = pytest.mark.filterwarnings("ignore")  # those of another's code, which we do not mend


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    caplog.set_level(logging.CRITICAL)  # a refused page is no news here
    return Builder(1, 1, 7).build()


def test_no_answer_is_a_crash(world: World) -> None:
    fuzzed = fuzz(world, 2, 7)
    assert fuzzed.crashes == []
    assert fuzzed.operations == 2 * len([name for name, _, _ in patterns() if name not in LEAVE])
    assert fuzzed.sent > 2 * fuzzed.operations
    assert set(ROLES) <= fuzzed.roles
    assert {200, 302, 403, 404, 422} <= set(fuzzed.statuses)


def test_a_page_that_breaks_is_told(world: World) -> None:
    """The control."""
    with broken_pages():
        assert fuzz(world, 4, 7, only=["registry:organisations"]).crashes


def test_the_document_says_every_address_and_the_fields_of_its_forms(world: World) -> None:
    paths = document(world)["paths"]
    assert len(paths) == len([name for name, _, _ in patterns() if name not in LEAVE])
    sent = paths["/accounts/open"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"][
        "schema"
    ]
    assert {"username", "name", "email"} <= set(sent["properties"])
    (key, *_) = paths["/registry/people/{key}"]["get"]["parameters"]
    assert key["schema"]["anyOf"][0]["enum"]
