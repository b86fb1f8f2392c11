"""The words of blank forms, as the `synonyms` policies give them: captions taken apart, units, titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.stages import Stage
from meihao.documents.returns.headers import key_of
from meihao.policy.kinds import Synonyms

BELOW = "›"  # stands between a caption and the one below it
_NUMBERING = re.compile(r"\([0-9一二三四五六七八九十]{1,3}\)|[0-9一二三四五六七八九十]{1,3}([、)]|\.(?!\d))")
_OPENING = re.compile(r"\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、")
_BRACKETED = re.compile(r"(.+)\(([^()]*)\)")
_PLACES = re.compile(r"保留(?:([0-6])|([一两二三四]))位小数")
_WHOLE = re.compile(r"保留整数|取整数")
_COUNTED = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4}
_TABLE_UNIT = re.compile(r"\(?(?:金额|计量)?单位:([^:()]+)\)?")


@dataclass(frozen=True, slots=True)
class Said:
    """A caption taken apart: the words that carry its meaning, the stage and the unit it names.

    `outer` are captions above it whose words are not known to be without meaning.
    """

    core: str
    stage: Stage | None
    unit: str | None
    outer: tuple[str, ...]
    torn: bool = False  # two stages are named at once

    @property
    def whole(self) -> str:
        """The words with those above them."""
        return BELOW.join((*self.outer, self.core))


class Vocabulary:
    """The words of all `synonyms` in force, and the units that facts use."""

    def __init__(self, policies: Iterable[Synonyms], units: Iterable[str]) -> None:
        self.policies = tuple(policies)
        self._same: dict[str, str] = {}
        self._times: dict[tuple[str, str], int] = {}
        self._printed: set[str] = set()
        for policy in self.policies:
            self._same |= {key_of(other): key_of(own) for other, own in policy.units.same.items()}
            for big, smalls in policy.units.times.items():
                self._times |= {(key_of(big), key_of(small)): n for small, n in smalls.items()}
            self._printed |= {key_of(unit) for unit in policy.units.printed}
        self._units = {key_of(unit) for unit in units} | set(self._same) | set(self._same.values())
        self._units |= {unit for pair in self._times for unit in pair}
        self._neutral = {self._bare(word) for p in self.policies for word in p.neutral}
        self._narrowing = tuple(word for policy in self.policies for word in policy.narrowing)
        self._stages = {key_of(words): s for s in Stage for words in (s.words.zh, s.part.zh)}

    def heads(self, part: str) -> set[str]:
        """The captions of columns with one purpose: `label`, `value`, `unit`, `skip`."""
        return {self._bare(word) for p in self.policies for word in getattr(p.headings, part)}

    def head(self, text: str) -> str:
        """A caption as `heads` gives it."""
        return self._bare(text)

    def is_note(self, text: str) -> bool:
        """Whether a text is a note below or beside a form: 注：…"""
        key = key_of(text)
        return any(key.startswith(f"{key_of(w)}:") for p in self.policies for w in p.headings.note)

    def opens(self, text: str) -> bool:
        """Whether a text reads like the head of what follows it: 一、…  （二）…"""
        return _OPENING.match(key_of(text)) is not None

    # --- captions

    def apart(self, path: Sequence[str]) -> Said:
        """A caption and those above it, outermost first, taken apart."""
        stages: set[Stage] = set()
        outer: list[str] = []
        core, unit = "", None
        for place, text in enumerate(path):
            core, here = self._split(text)
            unit = here or unit
            if core in self._stages:
                stages.add(self._stages[core])
            elif place < len(path) - 1 and core not in self._neutral:
                outer.append(core)
        if core in self._stages and outer:
            core = outer.pop()  # 「在校学生数 › 小学」 asks for pupils, not for 「小学」
        return Said(core, min(stages, default=None), unit, tuple(outer), len(stages) > 1)

    def staged(self, core: str) -> tuple[str, Stage] | None:
        """A caption that names its stage itself, as the words beside it: 小学学生人数, 人数（小学）."""
        for word, stage in self._stages.items():
            if core.endswith(f"({word})"):
                return core.removesuffix(f"({word})"), stage
        for word, stage in sorted(self._stages.items(), key=lambda pair: -len(pair[0])):
            if core.startswith(word) and len(core) > len(word) + 1:
                return core.removeprefix(word), stage
        return None

    def _bare(self, text: str) -> str:
        return self._split(text)[0]

    def _split(self, text: str) -> tuple[str, str | None]:
        """A caption without its numbering, its mark of a required field and what is in brackets behind
        it as a unit or a rounding; and that unit."""
        core = key_of(text).lstrip("*★").rstrip(":")
        core = _NUMBERING.sub("", core, count=1) if _NUMBERING.match(core) else core
        unit: str | None = None
        while match := _BRACKETED.fullmatch(core):
            inside = match[2].removeprefix("单位:")
            if self.is_unit(inside):
                unit = unit or inside
            elif places_in(inside) is None:
                break
            core = match[1]
        return core.rstrip(":"), unit

    # --- units

    def is_unit(self, text: str) -> bool:
        """Whether a text is a unit, and nothing else."""
        return key_of(text) in self._units

    def convert(self, value: Fraction, have: str, want: str) -> Fraction | None:
        """An amount in another unit, exactly; None where the two do not measure the same."""
        had, wanted = self._one(have), self._one(want)
        if had == wanted:
            return value
        if (had, wanted) in self._times:
            return value * self._times[had, wanted]
        if (wanted, had) in self._times:
            return value / self._times[wanted, had]
        return None

    def must_be_printed(self, unit: str) -> bool:
        """Whether a blank without a unit leaves it open in which of several this is asked."""
        return self._one(unit) in self._printed

    def _one(self, unit: str) -> str:
        key = key_of(unit)
        return self._same.get(key, key)

    # --- titles

    def confining(self, titles: Sequence[str]) -> list[str]:
        """The words in a form's titles that confine it to part of the schools, or to another time."""
        told = [key_of(title) for title in titles]
        return [word for word in self._narrowing if any(word in title for title in told)]

    def stage_of(self, titles: Sequence[str]) -> Stage | None:
        """The one stage that a form's titles speak of; None where they name none, or several."""
        told = "".join(key_of(title) for title in titles).replace("中小学", "")
        found = {stage for word, stage in self._stages.items() if word in told}
        return found.pop() if len(found) == 1 else None

    def units_of_table(self, titles: Sequence[str]) -> list[str]:
        """The units that a line above a form gives for all of it: 单位：人、万元."""
        lines = (m[1] for title in titles if (m := _TABLE_UNIT.fullmatch(key_of(title))))
        return [unit for line in lines for unit in re.split("[、,/]", line) if self.is_unit(unit)]


def places_in(text: str) -> int | None:
    """The decimals that a text asks for: 保留两位小数."""
    text = key_of(text)
    if match := _PLACES.search(text):
        return int(match[1]) if match[1] else _COUNTED[match[2]]
    return 0 if _WHOLE.search(text) else None
