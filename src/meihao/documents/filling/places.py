"""A place of a blank that is to be filled, and what the blank says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from meihao.base.text import Text
from meihao.documents.workbook import Cell


@dataclass(frozen=True, slots=True)
class Place:
    """One cell to fill, or one gap in a sentence.

    `path` are its captions, outermost first; `titles` the words above the form; `unit` the unit printed
    beside it; `given` what stands there already; `aside` other words of its row, which may say how to
    round; `school` the school its row names; `trouble` why it cannot be filled, whatever is known.
    """

    sheet: str
    ref: str
    path: tuple[str, ...]
    titles: tuple[str, ...] = ()
    unit: str | None = None
    given: Cell | None = None
    formula: bool = False
    aside: tuple[str, ...] = ()
    school: str | None = None
    trouble: Text | None = None
    gap: int | None = None

    @property
    def caption(self) -> str:
        """Its captions in one line, for print."""
        return " › ".join(" ".join(text.split()) for text in self.path)


class Meanings(Protocol):
    """What the search for places has to know of captions: enough to tell a form from other text."""

    def knows(self, path: Sequence[str]) -> bool:
        """Whether a caption with those above it means something."""
        ...

    def wants_words(self, path: Sequence[str]) -> bool:
        """Whether a caption asks for words rather than a number."""
        ...

    def offers(self, path: Sequence[str], answer: str) -> bool:
        """Whether an answer is one of those that a caption lets one choose from."""
        ...

    def names_school(self, path: Sequence[str]) -> Literal["code", "name"] | None:
        """Whether a caption asks for the code or the name of a school."""
        ...


class Roster(Protocol):
    """The schools that are known."""

    def codes(self) -> list[str]:
        """Their codes, in order."""
        ...

    def find(self, code: str, name: str) -> str | Text:
        """The code of the school that a row names, or why there is none; empty words name nothing."""
        ...
