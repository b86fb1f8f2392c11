"""schemathesis in short: every address and form, as six roles, and no answer is a crash."""

from __future__ import annotations

import pytest

from bench.trust.canary.crawling import LEAVE
from bench.trust.canary.routes import patterns
from bench.trust.canary.world import World
from bench.trust.fuzz.openapi import document
from bench.trust.fuzz.running import ROLES, broken_pages, fuzz
from tests.web.conftest import Small

pytestmark = pytest.mark.filterwarnings("ignore")  # those of another's code, which we do not mend


def test_no_answer_is_a_crash(small: Small, world: World) -> None:
    fuzzed = fuzz(world, 2, 7, known=small.forms)
    assert fuzzed.crashes == []
    assert fuzzed.operations == 2 * len([name for name, _, _ in patterns() if name not in LEAVE])
    assert fuzzed.sent > 2 * fuzzed.operations
    assert set(ROLES) <= fuzzed.roles
    assert {200, 302, 403, 404, 422} <= set(fuzzed.statuses)


def test_a_page_that_breaks_is_told(small: Small, world: World) -> None:
    """The control."""
    with broken_pages():
        assert fuzz(world, 4, 7, only=["registry:organisations"], known=small.forms).crashes


def test_the_document_says_every_address_and_the_fields_of_its_forms(small: Small, world: World) -> None:
    paths = document(world, small.forms)["paths"]
    assert len(paths) == len([name for name, _, _ in patterns() if name not in LEAVE])
    sent = paths["/accounts/open"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"][
        "schema"
    ]
    assert {"username", "name", "email"} <= set(sent["properties"])
    (key, *_) = paths["/registry/people/{key}"]["get"]["parameters"]
    assert key["schema"]["anyOf"][0]["enum"]
