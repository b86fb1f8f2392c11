"""Which shipped policies cite which document: titles and numbers are compared in one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias
from unicodedata import normalize

from meihao.base.text import Text
from meihao.policy.kinds import Confidence, Reference
from meihao.policy.rulebook import Rulebook

Cited: TypeAlias = "tuple[str, str]"
"""Title and number of a document, each in its one spelling; an empty number is none given."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One policy that cites a document: which, from when until before when, and what it cites of it."""

    policy: str
    title: Text
    since: date
    until: date | None
    reference: Reference
    confidence: Confidence


def title_of(said: str) -> str:
    """A title in its one spelling: without 《》, without blanks inside Chinese text."""
    plain = normalize("NFC", said).replace("\0", "").strip().removeprefix("《").removesuffix("》")
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", " ".join(plain.split()))


def number_of(said: str | None) -> str:
    """A document number in its one spelling: 教督[2017] 6 号 is 教督〔2017〕6号."""
    plain = re.sub(r"\s", "", normalize("NFC", said or "").replace("\0", ""))
    return re.sub(r"[\[(（【](\d{4})[\])）】]", lambda found: f"〔{found[1]}〕", plain)


def same(reference: Reference) -> Cited:
    """Which document a policy's reference means."""
    return title_of(reference.document), number_of(reference.number)


@lru_cache(maxsize=1)
def by_document() -> Mapping[Cited, tuple[Citation, ...]]:
    """Every citation in the shipped policies, by document, in the order of the policies' keys."""
    found: dict[Cited, list[Citation]] = {}
    for source in Rulebook.load().sources():
        policy = source.policy
        for reference in policy.reference:
            one = Citation(policy.key, policy.title, policy.since, policy.until, reference, policy.confidence)
            found.setdefault(same(reference), []).append(one)
    return {document: tuple(citations) for document, citations in found.items()}


def citing(title: str, number: str) -> tuple[Citation, ...]:
    """The citations of one document; those without a number too, where a title alone names it."""
    known, named = by_document(), (title_of(title), number_of(number))
    without = known.get((named[0], ""), ()) if named[1] else ()
    return (*known.get(named, ()), *without)
