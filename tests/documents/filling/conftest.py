"""The demonstration, evaluated once for all tests of filling."""

from collections.abc import Iterator

import pytest

from meihao.documents.workbook import Reader
from tests.documents.filling.demonstration import Demonstration, demonstration


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with Reader() as reader:
        yield demonstration(tmp_path_factory.mktemp("demo"), reader)
