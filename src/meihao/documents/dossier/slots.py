"""What the dossier has a place for: every clause, indicator and veto of a standard, and each document wanted.

The letter is the block's (A the first), the figures are the clause's own number: C03 is clause 3 of
the third block, C03-1 the first document it asks for. What is computed rests on returns, so they are named
as its documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Literal, TypeAlias

from meihao.base.stages import Stage
from meihao.figures.plan import Item, Plan
from meihao.figures.words import columns_read
from meihao.policy.expressions import Expression
from meihao.policy.kinds import Clause, Fact, Measure

EVIDENCE = "cn/evaluation/evidence"  # the fact that holds what the bureau says of its documents
RECORD = "核查或认定的依据（来源未列明名称）"
Kind: TypeAlias = Literal["document", "return", "record"]


@dataclass(frozen=True)
class Slot:
    """A place for one document: `wanted` by the source, or a `return` that carries the figures.

    `form` is the key of that return; `code` names the slot in the return of evidence.
    """

    number: str
    code: str
    wanted: str
    kind: Kind
    form: str | None = None


@dataclass(frozen=True)
class Place:
    """One clause, indicator or veto with its slots; `subject` is its short name in the standard (g3, r4)."""

    number: str
    block: str
    subject: str
    title: str
    slots: tuple[Slot, ...]


def places(plan: Plan) -> tuple[Place, ...]:
    """Every place of the standard's dossier, in the order of its blocks."""
    return tuple(
        place
        for letter, block in zip(ascii_uppercase, plan.standard.blocks, strict=False)
        for place in _of_block(plan, block, letter)
    )


def _of_block(plan: Plan, block: str, letter: str) -> Iterator[Place]:
    items = plan.of_block(block)
    for number, item in enumerate(items, 1):
        wanted = _returns(plan, _columns_of_item(plan, item))
        yield _place(plan, f"{letter}{number:02}", block, item.id, item.indicator.short.zh, wanted)
    for clause in plan.clauses_of(block):
        yield from _of_clause(plan, clause, letter, len(items))


def _of_clause(plan: Plan, clause: Clause, letter: str, first: int) -> Iterator[Place]:
    """One place a clause; a clause that is a list of vetoes has one for each of them."""
    if len(clause.tests) > 1 and vetoes(clause) and len(plan.clauses_of(clause.block)) == 1:
        for number, test in enumerate(clause.tests, first + 1):
            subject = f"{clause.id}.{test.id}"
            yield _place(plan, f"{letter}{number:02}", clause.block, subject, test.title.zh, _named(clause))
        return
    wanted = [*_named(clause), *_returns(plan, _columns_of_clause(plan, clause))]
    yield _place(plan, f"{letter}{first + clause.no:02}", clause.block, clause.id, clause.short.zh, wanted)


def vetoes(clause: Clause) -> bool:
    """Whether each of its matters must not exist."""
    return all(test.declared is not None and not test.declared.expects for test in clause.tests)


_Wanted: TypeAlias = tuple[str, Kind, str | None]


def _place(plan: Plan, number: str, block: str, subject: str, title: str, wanted: Iterable[_Wanted]) -> Place:
    standard = plan.standard.key.rsplit("/", 1)[-1]
    named = list(wanted) or [(RECORD, "record", None)]
    slots = tuple(
        Slot(f"{number}-{place}", f"{standard}.{number}-{place}", words, kind, form)
        for place, (words, kind, form) in enumerate(named, 1)
    )
    return Place(number, block, subject, title, slots)


def _named(clause: Clause) -> list[_Wanted]:
    return [(name, "document", None) for name in clause.evidence]


def _returns(plan: Plan, columns: Iterable[tuple[str, str]]) -> list[_Wanted]:
    """The forms that carry some columns, each once."""
    forms = [plan.carrier(column, fact) for fact, column in columns]
    return [(title, "return", key) for key, title in {f.key: f.title.zh for f in forms if f}.items()]


def _columns_of_clause(plan: Plan, clause: Clause) -> Iterator[tuple[str, str]]:
    for total in clause.totals.values():
        fact = plan.facts[total.fact or clause.fact or plan.fact.key]
        nodes = [total.value, *([total.where] if total.where is not None else [])]
        read = [(fact.key, column) for node in nodes for column in reported(node, fact)]
        yield from read or [(fact.key, fact.identity)]


def _columns_of_item(plan: Plan, item: Item) -> Iterator[tuple[str, str]]:
    for measure in (item.numerator, item.denominator):
        for stage in plan.stages:
            for node in _nodes(measure, stage):
                yield from ((plan.fact.key, column) for column in reported(node, plan.fact))


def _nodes(measure: Measure, stage: Stage) -> list[Expression]:
    return [measure.value[stage], *([measure.share[stage]] if measure.share else [])]


def reported(node: Expression, fact: Fact) -> list[str]:
    """The reported columns an expression rests on, through the derived ones."""
    found: dict[str, None] = {}
    for name in columns_read(node):
        below = [name] if name in fact.columns else reported(fact.formulas[name], fact)
        found |= dict.fromkeys(below)
    return list(found)
