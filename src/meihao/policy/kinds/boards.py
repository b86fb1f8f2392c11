"""`board`: which figures stand on one screen, in which order; what each must come to is its standard's."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from meihao.policy.kinds.base import Model, Policy, Words


class Tile(Model):
    """One figure by its address in a standard; `title` where the board calls it shorter than its rule."""

    standard: str
    figure: str
    title: Words | None = None


class Board(Policy):
    """The figures of one screen, in order.

    `gaps_of` are the standards whose gaps stand below them; `units_of` is the one whose units are drawn on
    the map, and shown to a school as its own.
    """

    kind: Literal["board"]
    tiles: tuple[Tile, ...] = Field(min_length=1, max_length=12)
    gaps_of: tuple[str, ...] = ()
    units_of: str
