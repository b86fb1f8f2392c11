"""One child that reads for all tests of imports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from meihao.documents.workbook import Reader
from tests.records.registry.district import District


@pytest.fixture(scope="package")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def district(db: None) -> District:
    return District()
