"""The states of figures as pages show them: one shape and one word each, worst first everywhere."""

from __future__ import annotations

from fractions import Fraction

from meihao.base.exact import sqrt_half_up
from meihao.base.text import Text
from meihao.documents.readiness import words
from meihao.figures.addressed import Standing
from meihao.figures.clauses import ClauseState
from meihao.figures.result import CellState, DispersionResult, State
from meihao.ui.numbers import grouped

CELL_SHAPES = {
    CellState.REACHED: "hollow",
    CellState.SPARE: "yellow",
    CellState.BELOW: "red",
    CellState.SHOWN: "",
    CellState.UNDECIDED: "grey",
}
STATE_SHAPES = {State.REACHED: "green", State.FAILED: "red", State.UNDECIDED: "grey"}
CLAUSE_SHAPES = {
    ClauseState.REACHED: "green",
    ClauseState.BASIC: "yellow",
    ClauseState.FAILED: "red",
    ClauseState.UNDECIDED: "grey",
    ClauseState.NOT_SET: "grey",
}
STANDING_SHAPES = {
    Standing.REACHED: "green",
    Standing.SPARE: "yellow",
    Standing.FAILED: "red",
    Standing.UNDECIDED: "grey",
    Standing.SHOWN: "",
}
REASON_WORDS = {
    "lock": Text("锁定", "lock"),
    "nightly": Text("每夜", "nightly"),
    "demand": Text("按需", "on demand"),
}
STATE_WORDS, CELL_WORDS, DISPERSION_WORDS = words.UNIT_WORDS, words.CELL_WORDS, words.DISPERSION_WORDS


def value(printed: str | None) -> str:
    """A printed number with its thousands apart; … where it is not known."""
    return "…" if printed is None else grouped(printed)


def length(found: DispersionResult) -> Fraction:
    """A coefficient, for drawing only."""
    return Fraction(0) if found.squared is None else Fraction(sqrt_half_up(found.squared, 4))


def percent(part: Fraction, whole: Fraction) -> str:
    """A place on a line from 0 to `whole`, in percent of it, for drawing."""
    return f"{float(min(max(part / whole, Fraction(0)), Fraction(1))) * 100:.2f}%" if whole else "0%"
