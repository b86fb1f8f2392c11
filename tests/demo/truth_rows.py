"""The raw rows of twenty seeds, and the files in which what they come to is kept.

`python -m tests.demo.truth_rows` writes the files anew, by `truth_program`; nothing of our engines is asked.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from meihao.demo.district import SEED, District, invent
from meihao.demo.kindergartens import Preschool, invent_kindergartens
from meihao.policy.rulebook import Rulebook
from tests.demo import truth_program

ON = date(2025, 10, 20)
SEEDS = (SEED, *range(1, 20))
FOLDER = Path(__file__).parent / "truth"


@cache
def rulebook() -> Rulebook:
    """The shipped policies: the demonstration asks them which columns a return has."""
    return Rulebook.load()


@cache
def invented(seed: int) -> tuple[District, Preschool]:
    """What the schools and the kindergartens of a seed hand in."""
    return invent(rulebook(), ON, seed), invent_kindergartens(rulebook(), ON, seed)


@cache
def truth(seed: int) -> dict[str, Any]:
    """What a seed comes to, by the independent program."""
    district, preschool = invented(seed)
    return {
        **truth_program.compulsory(district.schools),
        "preschool": truth_program.preschool(preschool.kindergartens, preschool.district),
    }


def written(seed: int) -> str:
    """The text of a seed's file: one line a school-stage, so that a change is seen where it is."""
    found = truth(seed)
    units = ",\n".join(f"{json.dumps(unit)}: {json.dumps(told)}" for unit, told in found["units"].items())
    others = ",\n".join(f"{json.dumps(key)}: {json.dumps(found[key])}" for key in found if key != "units")
    return f'{{"units": {{\n{units}\n}},\n{others}\n}}\n'


def main() -> None:
    """Writes all files."""
    FOLDER.mkdir(exist_ok=True)
    for seed in SEEDS:
        (FOLDER / f"{seed}.json").write_text(written(seed), encoding="utf-8")


if __name__ == "__main__":
    main()
