"""Reading a rulebook as a whole: what one file says must fit what the others say.

Columns exist, types fit, references resolve on every day a version is in force, a local file is
stricter and never looser. Everything is told with `file:line`. (Worked examples are run by
`meihao.figures.examples`, which knows how to compute.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from meihao.base.divisions import NATION, lineage
from meihao.base.text import Refused, Text
from meihao.policy.expressions import (
    BadExpression,
    Comparison,
    Expression,
    Kind,
    children,
    divides,
    kind_of,
    written,
)
from meihao.policy.kinds import (
    Board,
    Clause,
    Disclosure,
    Element,
    Fact,
    Form,
    Indicator,
    Known,
    Mapping_,
    Measure,
    Reconciliation,
    Refinement,
    Standard,
    Synonyms,
    Total,
)
from meihao.policy.reader import Source
from meihao.policy.rulebook import Rulebook
from meihao.policy.strictness import looser, looser_limits
from meihao.policy.yaml_nodes import Place

Fault: TypeAlias = tuple[Place, str | Text]


def check(rulebook: Rulebook) -> list[Refused]:
    """Every fault of a rulebook, in order of key."""
    faults: list[Refused] = []
    for source in rulebook.sources():
        for place, message in _faults(source, rulebook):
            words = message if isinstance(message, Text) else Text(message, message)
            fault = source.refused(place, words.zh, words.en)
            assert isinstance(fault, Refused)
            faults.append(fault)
    return faults


def _faults(source: Source, rulebook: Rulebook) -> Iterator[Fault]:
    policy, on = source.policy, source.policy.since
    code = policy.key.split("/", 1)[0]
    place = NATION if code == NATION else code
    try:
        lineage(place)
        match policy:
            case Fact():
                yield from _fact(policy)
                yield from _given(policy, rulebook, on, place)
            case Element():
                yield from _measure(policy, (), rulebook, on, place)
            case Indicator():
                yield from _indicator(policy, rulebook, on, place)
            case Clause():
                yield from _clause(policy, rulebook, on, place)
            case Standard():
                yield from _standard(policy, rulebook, on, place)
            case Refinement():
                yield from _refinement(policy, rulebook, on, place)
            case Form():
                yield from _form(policy, rulebook, on, place)
            case Synonyms():
                yield from _synonyms(policy, rulebook)
            case Reconciliation():
                yield from _reconciliation(policy, rulebook, on, place)
            case Known():
                yield from _known(policy, rulebook, on, place)
            case Mapping_():
                yield from _mapping(policy, rulebook, on, place)
            case Disclosure():
                for element in policy.open:
                    rulebook.get(Element, element, on, place)
            case Board():
                for standard in {policy.units_of, *policy.gaps_of, *(tile.standard for tile in policy.tiles)}:
                    rulebook.get(Standard, standard, on, place)
    except Refused as refusal:
        yield (), refusal.text


def _typed(node: Expression, wanted: Kind, columns: Mapping[str, Kind], fact: Fact) -> str | None:
    """What is wrong with an expression, or None."""
    try:
        kind = kind_of(node, columns)
    except BadExpression as error:
        return str(error)
    if kind not in (wanted, "null"):
        return f"{wanted} wanted, {kind} found: {written(node)}"
    return _divided(node, fact)


def _divided(node: Expression, fact: Fact) -> str | None:
    """Comparing a quotient through a derived column is as unclear as comparing one outright."""
    if isinstance(node, Comparison) and (
        divides(node.left, fact.formulas) or divides(node.right, fact.formulas)
    ):
        return f"compare undivided numbers: {written(node)}"
    return next((fault for child in children(node) if (fault := _divided(child, fact))), None)


def columns_of(fact: Fact) -> dict[str, Kind]:
    """The types of a fact's columns, given and derived. Raises `BadExpression`."""
    kinds = fact.kinds
    for name, formula in fact.formulas.items():
        kinds[name] = kind_of(formula, kinds)
    return kinds


def _fact(fact: Fact) -> Iterator[Fault]:
    kinds = fact.kinds
    for key in (fact.identity, fact.name_column):
        if key not in kinds:
            yield ("identity",), f"no such column: {key}"
    for name, column in fact.columns.items():
        if column.at_most is not None and (fault := _typed(column.at_most, "number", kinds, fact)):
            yield ("columns", name, "at_most"), fault
    for name, formula in fact.formulas.items():
        if name in kinds:
            yield ("derived", name), f"{name} is a column already"
        try:
            kinds[name] = kind_of(formula, kinds)
        except BadExpression as error:
            yield ("derived", name, "value"), str(error)
            return
    for stage, present in fact.units.items():
        if fault := _typed(present, "bool", kinds, fact):
            yield ("units", str(stage)), fault


def _given(fact: Fact, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    for name, column in fact.columns.items():
        if column.given_by is None:
            continue
        theirs = rulebook.get(Fact, column.given_by, on, place).columns.get(name)
        if theirs is None or (theirs.type, theirs.unit, theirs.scale) != (
            column.type,
            column.unit,
            column.scale,
        ):
            yield ("columns", name, "given_by"), f"{column.given_by} has no such column of this type and unit"


def _measure(measure: Measure, at: Place, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    fact = rulebook.get(Fact, measure.fact, on, place)
    columns = columns_of(fact)
    for name, sides in (("value", measure.value), ("share", measure.share or {})):
        for stage, node in sides.items():
            if fault := _typed(node, "number", columns, fact):
                yield (*at, name, str(stage)), fault
    absent = [stage for stage in fact.units if stage not in measure.value]
    if absent:
        yield (*at, "value"), f"no value for {', '.join(absent)}"


def _indicator(policy: Indicator, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    for side in ("numerator", "denominator"):
        named = getattr(policy, side)
        if isinstance(named, str):
            rulebook.get(Element, named, on, place)
        else:
            yield from _measure(named, (side,), rulebook, on, place)
    if policy.relaxed is not None:
        yield from _measure(policy.relaxed.adds, ("relaxed", "adds"), rulebook, on, place)
    judged = policy.judged_in
    if judged is None:
        return
    standard = rulebook.get(Standard, judged.standard, on, place)
    if judged.block not in standard.blocks:
        yield ("judged_in", "block"), f"{judged.standard} has no block {judged.block}"
    fact = rulebook.get(Fact, standard.fact, on, place)
    yield from _given_columns(policy, fact)
    for stage, text in looser(policy, rulebook, on):
        yield ("judged_in", "at_least", str(stage)), text
    block = standard.blocks.get(judged.block)
    if judged.at_least is None and judged.counts and block is not None and block.unit_rule is not None:
        yield ("judged_in", "at_least"), f"{judged.block} judges units: thresholds are wanted"
    for stage in fact.units:
        if judged.at_least is not None and stage not in judged.at_least:
            yield ("judged_in", "at_least"), f"no threshold for {stage}"


def _clause(policy: Clause, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    standard = rulebook.get(Standard, policy.standard, on, place)
    if policy.block not in standard.blocks:
        yield ("block",), f"{policy.standard} has no block {policy.block}"
    others = (c for c in rulebook.all(Clause, on, place) if c.standard == policy.standard)
    if any(other.id == policy.id and other.key != policy.key for other in others):
        yield ("id",), f"{policy.standard} has another clause {policy.id}"
    for name, total in policy.totals.items():
        yield from _total(total, policy.fact or standard.fact, ("totals", name), rulebook, on, place)
    for number, test in enumerate(policy.tests):
        named = {policy.totals[name].fact for name in (test.numerator, test.denominator) if name}
        if test.part and len(named) > 1:
            yield ("tests", number, "part"), "numerator and denominator are of two facts"
        if test.lack is not None:
            fact = rulebook.get(Fact, policy.fact or standard.fact, on, place)
            if fault := _typed(test.lack.value, "number", columns_of(fact), fact):
                yield ("tests", number, "lack", "value"), fault
    fact = rulebook.get(Fact, policy.fact or standard.fact, on, place)
    known = {*policy.totals, *(test.id for test in policy.tests), *fact.columns}
    for name in policy.blanks:
        if name not in known:
            yield ("finding",), f"no such total, test or column: {name}"
    if not any(test.counts for test in policy.tests):
        yield ("tests",), "no test counts: nothing would be judged"
    if not policy.examples and any(test.source == "computed" for test in policy.tests):
        yield ("examples",), "a computed test wants a worked example"
    for number, example in enumerate(policy.examples):
        for key, rows in example.rows.items():
            fact = rulebook.get(Fact, key, on, place)
            for column in {name for row in rows for name in row} - set(fact.columns):
                yield ("examples", number, "rows", key), f"no such column: {column}"


def _total(
    total: Total, fact_key: str, at: Place, rulebook: Rulebook, on: date, place: str
) -> Iterator[Fault]:
    fact = rulebook.get(Fact, total.fact or fact_key, on, place)
    columns = columns_of(fact)
    if fault := _typed(total.value, "number", columns, fact):
        yield (*at, "value"), fault
    if divides(total.value, fact.formulas):
        yield (*at, "value"), f"a total adds up, it does not divide: {written(total.value)}"
    if total.where is not None and (fault := _typed(total.where, "bool", columns, fact)):
        yield (*at, "where"), fault


def _refinement(policy: Refinement, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    rulebook.get(Standard, policy.refines, on, place)
    clauses = {c.id: c for c in rulebook.all(Clause, on, place) if c.standard == policy.refines}
    for at, text in looser_limits(policy, clauses):
        yield ("limits", *at), text


def _given_columns(policy: Indicator, fact: Fact) -> Iterator[Fault]:
    for number, example in enumerate(policy.examples):
        for column in example.given:
            if column not in fact.columns:
                yield ("examples", number, "given", column), f"no such column: {column}"


def _standard(policy: Standard, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    fact = rulebook.get(Fact, policy.fact, on, place)
    if fault := _typed(policy.in_scope, "bool", columns_of(fact), fact):
        yield ("in_scope",), fault
    for number, example in enumerate(policy.examples):
        for column in (*example.columns, *example.common):
            if column not in fact.columns:
                yield ("examples", number), f"no such column: {column}"
        if any(len(row) != len(example.columns) for row in example.rows):
            yield ("examples", number, "rows"), "a row has more or fewer values than there are columns"


def _form(policy: Form, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    fact = rulebook.get(Fact, policy.fact, on, place)
    columns = columns_of(fact)
    for name, total in policy.table.totals.items() if policy.table else ():
        yield from _total(total, policy.fact, ("table", "totals", name), rulebook, on, place)
    if policy.completes is not None:
        rulebook.get(Form, policy.completes, on, place)
    for number, field in enumerate(policy.fields):
        if field.column not in fact.columns:
            yield ("fields", number, "column"), f"no such column: {field.column}"
        if field.required_when is not None and (fault := _typed(field.required_when, "bool", columns, fact)):
            yield ("fields", number, "required_when"), fault
    for number, rule in enumerate(policy.checks):
        if fault := _typed(rule.holds, "bool", columns, fact):
            yield ("checks", number, "holds"), fault
        for column in rule.marks:
            if column not in policy.by_column:
                yield ("checks", number, "marks"), f"no field of this form: {column}"


def _latest(rulebook: Rulebook, key: str) -> Fact:
    """A fact as it is now: captions are for whichever facts are in force when a blank comes."""
    policy = rulebook.versions(key)[-1].policy
    assert isinstance(policy, Fact)
    return policy


def _synonyms(policy: Synonyms, rulebook: Rulebook) -> Iterator[Fault]:
    for key, names in policy.adds_up.items():
        for name in set(names) - set(_latest(rulebook, key).columns):
            yield ("adds_up", key), f"no such column: {name}"
    for number, caption in enumerate(policy.captions):
        for side in ("school", "district"):
            means = getattr(caption, side)
            if means is None:
                continue
            at, fact = ("captions", number, side), _latest(rulebook, means.fact)
            try:
                kind_of(means.value, columns_of(fact))
            except BadExpression as error:
                yield (*at, "value"), str(error)
            if means.where and (fault := _typed(means.where, "bool", columns_of(fact), fact)):
                yield (*at, "where"), fault


def _reconciliation(policy: Reconciliation, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    facts = {name: rulebook.get(Fact, source.fact, on, place) for name, source in policy.sources.items()}
    for name, source in policy.sources.items():
        fact = facts[name]
        if source.form is not None and rulebook.get(Form, source.form, on, place).fact != source.fact:
            yield ("sources", name, "form"), f"{source.form} is a form of another fact"
        if source.in_scope is not None and (fault := _typed(source.in_scope, "bool", columns_of(fact), fact)):
            yield ("sources", name, "in_scope"), fault
    for name, measure in policy.measures.items():
        for source_name, side in measure.sides.items():
            fact, at = facts[source_name], ("measures", name, "sides", source_name)
            columns = columns_of(fact)
            if side.where is not None and (fault := _typed(side.where, "bool", columns, fact)):
                yield (*at, "where"), fault
            if fault := _typed(side.value, "number", columns, fact):
                yield (*at, "value"), fault
            for column in side.distinct:
                if column not in fact.columns:
                    yield (*at, "distinct"), f"no such column: {column}"


def _mapping(policy: Mapping_, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    form = rulebook.get(Form, policy.form, on, place)
    fact = rulebook.get(Fact, form.fact, on, place)
    for header, heading in policy.headers.items():
        if heading.column is not None and heading.column not in fact.columns:
            yield ("headers", header, "column"), f"no such column: {heading.column}"


def _known(policy: Known, rulebook: Rulebook, on: date, place: str) -> Iterator[Fault]:
    fact, source = (rulebook.get(Fact, key, on, place) for key in (policy.fact, policy.source))
    columns = columns_of(source)
    if policy.by not in source.columns:
        yield ("by",), f"no such column: {policy.by}"
    for name, asked in policy.columns.items():
        if name not in fact.columns or fact.columns[name].kind != "number":
            yield ("columns", name), f"no such column of numbers: {name}"
        if fault := _typed(asked.value, "number", columns, source):
            yield ("columns", name, "value"), fault
        if asked.where is not None and (fault := _typed(asked.where, "bool", columns, source)):
            yield ("columns", name, "where"), fault
    for number, example in enumerate(policy.examples):
        for column in {column for row in example.rows for column in row} - set(source.columns):
            yield ("examples", number, "rows"), f"no such column: {column}"
        for name in {name for gives in example.gives.values() for name in gives} - set(policy.columns):
            yield ("examples", number, "gives"), f"no such column: {name}"
