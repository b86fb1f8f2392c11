"""One case of the corpus: what makes the file, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

Cells: TypeAlias = Mapping[str, Mapping[str, object]]  # sheet → reference → value
Builder: TypeAlias = Callable[[], bytes]

USUAL = "学校A.xlsx"


@dataclass(frozen=True)
class Case:
    """`put` makes the file in a folder and says where it is; `build` is its bytes, where it is a file.

    It is refused with one of `words` in the Chinese sentence, or taken with just these `cells`; where
    both are given, either may happen, as where Python's own reader of packages differs by version.
    """

    group: str
    name: str
    put: Callable[[Path], Path]
    words: tuple[str, ...] = ()
    cells: Cells | None = None
    build: Builder | None = None

    @property
    def title(self) -> str:
        """How a report names it."""
        return f"{self.group}: {self.name}"


def written(build: Builder, name: str = USUAL) -> Callable[[Path], Path]:
    """What writes the bytes of a file under a name."""

    def put(folder: Path) -> Path:
        (folder / name).write_bytes(build())
        return folder / name

    return put


def refused(group: str, cases: Mapping[str, tuple[Builder, str]]) -> list[Case]:
    """Files that must be refused; `|` stands between words of which one is enough."""
    return [
        Case(group, name, written(build), tuple(words.split("|")), build=build)
        for name, (build, words) in cases.items()
    ]


def either(group: str, cases: Mapping[str, tuple[Builder, str]], cells: Cells) -> list[Case]:
    """Files that may be refused, or else must be taken with these cells."""
    return [replace(case, cells=cells) for case in refused(group, cases)]


def taken(group: str, cases: Mapping[str, tuple[Builder, Cells]]) -> list[Case]:
    """Odd but valid files that must be taken with what was written in them."""
    return [Case(group, name, written(build), cells=cells) for name, (build, cells) in cases.items()]
