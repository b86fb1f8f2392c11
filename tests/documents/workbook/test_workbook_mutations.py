"""A sound workbook with something wrong in it: read or refused, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from tests.documents.workbook import hostile

Parts = dict[str, str | bytes]
Change = Callable[[random.Random, str], str]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def cut(chance: random.Random, body: str) -> str:
    return body[: chance.randrange(len(body))]


def lose_a_tag(chance: random.Random, body: str) -> str:
    tag = chance.choice(list(re.finditer(r"<[^>]*>", body)))
    return body[: tag.start()] + body[tag.end() :]


def double_a_tag(chance: random.Random, body: str) -> str:
    tag = chance.choice(list(re.finditer(r"<[^>]*>", body)))
    return body[: tag.end()] + tag.group() + body[tag.end() :]


def change_a_value(chance: random.Random, body: str) -> str:
    value = chance.choice(list(re.finditer(r'"[^"]*"', body)))
    strange = chance.choice(["", "-1", "9" * 30, "XFD1048576", "../../x", "\ufffd", "1e400", "&amp;"])
    return f'{body[: value.start()]}"{strange}"{body[value.end() :]}'


def lose_an_attribute(chance: random.Random, body: str) -> str:
    value = chance.choice(list(re.finditer(r' [\w:]+="[^"]*"', body)))
    return body[: value.start()] + body[value.end() :]


def swap_a_character(chance: random.Random, body: str) -> str:
    place = chance.randrange(len(body))
    return body[:place] + chance.choice("<>&\"'\x00\x0b长0") + body[place + 1 :]


CHANGES: tuple[Change, ...] = (
    cut,
    lose_a_tag,
    double_a_tag,
    change_a_value,
    lose_an_attribute,
    swap_a_character,
)


def changed_part(chance: random.Random, change: Change) -> bytes:
    content: Parts = hostile.parts()
    name = chance.choice(list(content))
    body = content[name]
    assert isinstance(body, str)
    content[name] = change(chance, body)
    return hostile.packed(content)


def changed_package(chance: random.Random) -> bytes:
    data = bytearray(hostile.good())
    for _ in range(chance.choice((1, 1, 8))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def mutants() -> Iterator[bytes]:
    """About two hundred mutants, the same every time."""
    chance = random.Random(20240901)
    for change in CHANGES:
        for _ in range(20):
            yield changed_part(chance, change)
    for _ in range(60):
        yield changed_package(chance)
    for name in hostile.parts():
        yield hostile.without(name)


def test_every_mutant_is_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    path, good = tmp_path / "变.xlsx", tmp_path / "好.xlsx"
    good.write_bytes(hostile.good())
    reader.read(good)
    first, read, refused = reader.pid, 0, list[str]()
    for mutant in mutants():
        path.write_bytes(mutant)
        try:
            reader.read(path)
            read += 1
        except Refused as problem:
            refused.append(problem.text.zh)
    assert len(reader.read(good).sheets[0].cells) == 4
    assert reader.pid == first  # none of them killed the child
    assert all(words.startswith("「变.xlsx」") for words in refused)
    assert min(read, len(refused)) > 20  # the mutants are neither all sound nor all hopeless
