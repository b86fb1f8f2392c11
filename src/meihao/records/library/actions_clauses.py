"""How clauses come in: from a pasted text, or named by the policies that cite them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, require
from meihao.records.library import numbering
from meihao.records.library.actions import recorded
from meihao.records.library.checks import document_to_change, last_version
from meihao.records.library.citations import Citation, by_document
from meihao.records.library.models import Clause, Document, Kind, Version

ENTER_CITED = "library.cited.enter"
_NATION = "中华人民共和国"
_KINDS = (
    (("办法",), Kind.MEASURES),
    (("条例",), Kind.REGULATION),
    (("规程", "规定"), Kind.RULE),
    (("方案",), Kind.PLAN),
    (("标准",), Kind.STANDARD),
    (("通知",), Kind.NOTICE),
    (("意见",), Kind.NORMATIVE),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a pasted text: clauses that came in, and clauses whose text was filled in."""

    added: int
    filled: int


def add_clauses(*, by: Acting, key: str, pasted: str) -> Taken:
    """Adds the clauses of a pasted text to the last version; `numbering.read` is the preview of it.

    A clause known by citation only is given its text. Raises `Refused` where one has a text already.
    """
    row = document_to_change(by, key)
    found = numbering.read(pasted).clauses
    with transaction.atomic():
        version = last_version(row)
        known = {clause.anchor: clause for clause in Clause._plain.filter(version=version)}
        _none_twice(found, known)
        filled = _fill([one for one in found if one.anchor in known], known)
        added = _add(version, [one for one in found if one.anchor not in known], known.values())
        recorded(by, "library.clauses.add", row, {"added": added, "filled": filled})
    return Taken(added, filled)


def _none_twice(found: Sequence[numbering.Found], known: dict[str, Clause]) -> None:
    twice = [one for one in found if one.anchor in known and known[one.anchor].text]
    if twice:
        names = "、".join(one.number for one in twice[:5])
        raise Refused(
            f"{names} 已有条文。条文有修订时请发布新版本。",
            f"{names}: the text is recorded already. Issue a new version where it was revised.",
        )


def _fill(found: Sequence[numbering.Found], known: dict[str, Clause]) -> int:
    for one in found:
        clause = known[one.anchor]
        clause.text, clause.chapter = one.text, one.chapter
        clause.save(update_fields=["text", "chapter"])
    return len(found)


def _add(version: Version, found: Sequence[numbering.Found], known: Iterable[Clause]) -> int:
    start = max((clause.position for clause in known), default=0) + 1
    rows = [
        Clause(
            version=version,
            position=start + at,
            number=one.number,
            anchor=one.anchor,
            chapter=one.chapter,
            text=one.text,
        )
        for at, one in enumerate(found)
    ]
    Clause._plain.bulk_create(rows)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Entered:
    """What `enter_cited` added."""

    documents: int
    clauses: int


def enter_cited(*, by: Acting, on: date) -> Entered:
    """Enters what the shipped policies cite on everybody's shelf, with numbers and clauses as cited.

    From when a document holds is not known from a citation and stays open. A document, or a clause, that
    only policies of confidence M cite is marked 待核. Running it again adds what is new and nothing else.
    """
    require(by, ENTER_CITED)
    entered = clauses = 0
    with transaction.atomic():
        shelf = {(row.title, row.number): row for row in Document._plain.filter(organisation=None)}
        for (title, number), citations in by_document().items():
            row = shelf.get((title, number))
            if row is None:
                row = _cited_document(title, number, citations)
                entered += 1
            clauses += _cite(row, citations)
        if entered or clauses:
            detail = {"documents": entered, "clauses": clauses, "on": on}
            audit.record(by, ENTER_CITED, detail=detail)
    return Entered(entered, clauses)


def _cited_document(title: str, number: str, citations: Sequence[Citation]) -> Document:
    row = Document._plain.create(
        title=title, number=number, kind=kind_of(title, number), public=True, doubtful=_doubtful(citations)
    )
    Version._plain.create(document=row, trial="试行" in title or "暂行" in title)
    return row


def _cite(row: Document, citations: Sequence[Citation]) -> int:
    """Adds the clauses that are cited and not yet recorded to the last version."""
    version = last_version(row)
    known = {clause.anchor: clause.position for clause in Clause._plain.filter(version=version)}
    at, added = max(known.values(), default=0), 0
    by_clause: dict[str, list[Citation]] = {}
    for one in citations:
        by_clause.setdefault(one.reference.clause, []).append(one)
    for clause, citing in by_clause.items():
        anchor = numbering.anchor(clause)
        if anchor in known:
            continue
        at, added, known[anchor] = at + 1, added + 1, at + 1
        Clause._plain.create(
            version=version, position=at, number=clause[:80], anchor=anchor, doubtful=_doubtful(citing)
        )
    return added


def _doubtful(citations: Iterable[Citation]) -> bool:
    return all(one.confidence != "H" for one in citations)


def kind_of(title: str, number: str) -> Kind:
    """What sort of document a title names, by its last word; an order (令) is a rule."""
    if "令" in number:
        return Kind.RULE
    plain = title.removesuffix("（试行）").removesuffix("（暂行）")
    if plain.startswith(_NATION) and plain.endswith("法"):
        return Kind.LAW
    return next((kind for endings, kind in _KINDS if plain.endswith(endings)), Kind.OTHER)
