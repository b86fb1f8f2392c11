"""The whole corpus, in groups."""

from __future__ import annotations

from bench.trust.hostile import attacks, contents, frames, odd, packages, places, strangers
from bench.trust.hostile.cases import Case

CORPUS: tuple[Case, ...] = tuple(
    case for room in (strangers, packages, frames, contents, attacks, odd, places) for case in room.CASES
)
BY_TITLE = {case.title: case for case in CORPUS}
assert len(BY_TITLE) == len(CORPUS), "two cases under one title"
