"""A reconciliation with everything it needs, resolved for one place and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from meihao.base.text import Refused
from meihao.documents.returns.headers import Headers, key_of
from meihao.policy.expressions import BadExpression, Expression, Kind, columns_of, kind_of
from meihao.policy.kinds import Fact, Form, Mapping_, Reconciliation, Side
from meihao.policy.rulebook import Rulebook

RECONCILIATION = "cn/exports/reconciliation"


@dataclass(frozen=True)
class Plan:
    """A reconciliation, the fact of each source, and the exports with the headers known for them."""

    policy: Reconciliation
    facts: Mapping[str, Fact]
    forms: Mapping[str, Form]
    mappings: tuple[Mapping_, ...]
    on: date
    place: str
    versions: Mapping[str, str]

    @cached_property
    def headers(self) -> Headers:
        """The headers that a person has confirmed."""
        return Headers(self.mappings)

    def mappings_of(self, source: str) -> list[Mapping_]:
        """Every mapping in force for an export."""
        return [mapping for mapping in self.mappings if mapping.form == self.forms[source].key]

    def needed(self, source: str) -> frozenset[str]:
        """The given columns of a source that the reconciliation asks for; no other is ever read."""
        policy, fact = self.policy, self.facts[source]
        sides = [m.sides[source] for m in policy.measures.values() if source in m.sides]
        nodes = [node for side in sides for node in (side.where, side.value) if node is not None]
        scope = policy.sources[source].in_scope
        named = {name for side in sides for name in side.distinct}
        for node in (*nodes, *((scope,) if scope is not None else ())):
            named |= set(given(node, fact))
        return frozenset({fact.identity, fact.name_column, *named})

    def personal(self, header: str) -> str | None:
        """The word that marks a header as being about a person; None where it is not."""
        key = key_of(header)
        return next((word for word in self.policy.never_read.words if key_of(word) in key), None)


def given(node: Expression, fact: Fact) -> Iterator[str]:
    """The given columns an expression reads, itself or through derived columns."""
    for name in columns_of(node):
        if name in fact.formulas:
            yield from given(fact.formulas[name], fact)
        else:
            yield name


def make_plan(rulebook: Rulebook, key: str, on: date, place: str) -> Plan:
    """Resolves a reconciliation. Raises `Refused` where a rule is missing or does not fit its facts."""
    policy = rulebook.get(Reconciliation, key, on, place)
    facts = {name: rulebook.get(Fact, s.fact, on, place) for name, s in policy.sources.items()}
    forms = {n: rulebook.get(Form, s.form, on, place) for n, s in policy.sources.items() if s.form}
    keys = {form.key for form in forms.values()}
    mappings = tuple(m for m in rulebook.all(Mapping_, on, place) if m.form in keys)
    named = [policy.key, *(f.key for f in facts.values()), *(f.key for f in forms.values())]
    sources = [rulebook.source(name, on, place) for name in (*named, *(m.key for m in mappings))]
    versions = {source.policy.version: source.digest for source in sources}
    _fits(policy, facts)
    return Plan(policy, facts, forms, mappings, on, place, dict(sorted(versions.items())))


def _fits(policy: Reconciliation, facts: Mapping[str, Fact]) -> None:
    for source, spec in policy.sources.items():
        if spec.in_scope is not None:
            _typed(f"sources.{source}.in_scope", spec.in_scope, "bool", facts[source])
    for name, measure in policy.measures.items():
        for source, side in measure.sides.items():
            _side(f"measures.{name}.sides.{source}", side, facts[source])


def _side(at: str, side: Side, fact: Fact) -> None:
    if side.where is not None:
        _typed(f"{at}.where", side.where, "bool", fact)
    _typed(f"{at}.value", side.value, "number", fact)
    absent = [name for name in side.distinct if name not in fact.columns]
    if absent:
        raise Refused(
            f"{at}.distinct：{fact.key} 没有列 {'、'.join(absent)}。",
            f"{at}.distinct: {fact.key} has no column {', '.join(absent)}.",
        )


def _typed(at: str, node: Expression, wanted: Kind, fact: Fact) -> None:
    kinds = fact.kinds
    try:
        for name, formula in fact.formulas.items():
            kinds[name] = kind_of(formula, kinds)
        found = kind_of(node, kinds)
    except BadExpression as error:
        raise Refused(f"{at}：{error}", f"{at}: {error}") from None
    if found not in (wanted, "null"):
        raise Refused(f"{at}：应为 {wanted}，却是 {found}。", f"{at}: {wanted} wanted, {found} found.")


def listed(words: Iterable[str]) -> tuple[str, str]:
    """Words set out in Chinese and in English."""
    told = list(words)
    return "、".join(told), ", ".join(told)
