"""A district with data, for the tests of snapshots and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meihao.figures import gathering
from tests.releases.figures_world import DemoSource, World, build, told


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> DemoSource:
    """The demonstration's rows as the only source there is."""
    found = told()
    monkeypatch.setattr(gathering, "SOURCES", {"demo": found})
    return found


@pytest.fixture
def uploads(tmp_path: Path, settings: Any) -> Path:
    """Uploads of each test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def world(db: None, source: DemoSource, uploads: Path) -> World:
    """The district in the registry, with its data."""
    return build()
