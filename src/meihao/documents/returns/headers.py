"""Headers of collated sheets: the official field names, a bureau's own, and those not understood.

The official names (and the aliases a form lists) need no confirmation. Any other header is read
only through a `mapping` policy in which a person has confirmed it; until then it is listed with
suggestions, and nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

from meihao.base.text import Refused
from meihao.policy.kinds import Fact, Form, Heading, Mapping_

SAME_UNIT = {"平方米": "㎡", "m²": "㎡", "m2": "㎡"}
_FACTORS = {("元", "万元"): Fraction(1, 10000), ("万元", "元"): Fraction(10000)}
_LIKENESS = 0.5  # below this two names share little more than a common word
LONGEST = 200  # characters of a name; a text longer than this is none, however long its cell


def key_of(label: str) -> str:
    """A name without what varies in writing: width, spaces, line breaks, kinds of dash.

    Empty where the text is too long for a name, so that no cell costs more than a name does.
    """
    return _key(label) if len(label) <= LONGEST else ""


@lru_cache(maxsize=16_384)
def _key(label: str) -> str:
    text = unicodedata.normalize("NFKC", label)
    return re.sub(r"\s+", "", text).replace("—", "-").replace("–", "-").lower()


class Headers:
    """What headers mean under the mappings in force."""

    def __init__(self, mappings: Iterable[Mapping_]) -> None:
        self._mapped: dict[tuple[str, str], Heading] = {}
        self._names: dict[str, dict[str, str]] = {}  # of each form, by its key
        for mapping in mappings:
            for header, heading in mapping.headers.items():
                if heading.column and heading.confirmed_by and heading.confirmed_on:
                    self._mapped[mapping.form, key_of(header)] = heading

    def column(self, form: Form, fact: Fact, header: str) -> str | None:
        """The column a header fills, None where it is not understood.

        A unit in brackets behind an official name is accepted where it is that field's own unit.
        """
        key = key_of(header)
        mapped = self._mapped.get((form.key, key))
        if mapped is not None:
            return mapped.column
        names = self._names.get(form.key)
        if names is None:
            names = {key_of(name): f.column for f in form.fields for name in (f.label, *f.aliases)}
            self._names[form.key] = names
        if key in names:
            return names[key]
        bare = re.fullmatch(r"(.+)\((.+)\)", key)
        column = names.get(bare[1]) if bare else None
        if bare is None or column is None:
            return None
        unit = fact.columns[column].unit
        written = key_of(SAME_UNIT.get(bare[2], bare[2]))
        return column if unit is not None and key_of(unit) == written else None

    def factor(self, form: Form, fact: Fact, header: str) -> Fraction:
        """What values under a mapped header are multiplied by; 1 unless its unit differs."""
        mapped = self._mapped.get((form.key, key_of(header)))
        unit = fact.columns[mapped.column].unit if mapped and mapped.column else None
        if mapped is None or mapped.unit is None or mapped.unit == unit:
            return Fraction(1)
        factor = _FACTORS.get((mapped.unit, unit or ""))
        if factor is None:
            raise Refused(
                f"「{header}」的单位 {mapped.unit} 不能换算成 {unit}。",
                f"“{header}”: {mapped.unit} cannot be turned into {unit}.",
            )
        return factor


def suggestions(header: str, labels: Sequence[str], most: int = 3) -> list[str]:
    """The field names most like a header, best first; empty where none is like it."""
    by_key = {key_of(label): label for label in labels}
    return [by_key[key] for key in get_close_matches(key_of(header), by_key, most, _LIKENESS)]
