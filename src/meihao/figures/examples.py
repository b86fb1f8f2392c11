"""Worked examples of policy files, run: what the file says it comes to, and what it does come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from meihao.base.divisions import NATION
from meihao.base.exact import decimal_text, half_up, sqrt_half_up
from meihao.figures.clauses import declaration_code
from meihao.figures.disclosed import differences_of
from meihao.figures.engines import Engine, UnitKey
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.known import summed
from meihao.figures.plan import DECLARATIONS, Basis, Plan, make_plan
from meihao.figures.result import BlockResult, Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import (
    AnyPolicy,
    Clause,
    ClauseExample,
    Disclosure,
    Expected,
    Fact,
    Indicator,
    IndicatorExample,
    Known,
    Standard,
    StandardExample,
)
from meihao.policy.rulebook import Rulebook

_DISPERSION = {State.REACHED: "within", State.FAILED: "over", State.UNDECIDED: "undecided"}


def differences(rulebook: Rulebook, engine: Engine, standard: str | None = None) -> Iterator[str]:
    """Where an example does not come to what its file says; of one standard's files, or of all."""
    plans: dict[tuple[str, date, str], Plan] = {}

    def plan_of(standard: str, policy: AnyPolicy) -> Plan:
        key = (standard, policy.since, _place(policy.key))
        if key not in plans:
            plans[key] = make_plan(rulebook, *key)
        return plans[key]

    for source in rulebook.sources():
        policy = source.policy
        if standard not in (None, _standard_of(policy)):
            continue
        where = f"{source.document.path}:{source.document.line(('examples',))}"
        if isinstance(policy, Indicator) and policy.judged_in is not None:
            plan = plan_of(policy.judged_in.standard, policy)
            for example in policy.examples:
                yield from (f"{where} {text}" for text in _indicator(plan, policy, example, engine))
        if isinstance(policy, Clause):
            plan = plan_of(policy.standard, policy)
            for case in policy.examples:
                yield from (f"{where} {text}" for text in _clause(plan, policy, case, engine))
        if isinstance(policy, Disclosure):
            yield from (f"{where} {text}" for text in differences_of(policy))
        if isinstance(policy, Known):
            fact = rulebook.get(Fact, policy.source, policy.since, _place(policy.key))
            yield from (f"{where} {text}" for text in _known(policy, fact))
        if isinstance(policy, Standard):
            plan = plan_of(policy.key, policy)
            for worked in policy.examples:
                yield from (f"{where} {worked.id}: {text}" for text in _standard(plan, worked, engine))


def _standard_of(policy: AnyPolicy) -> str | None:
    """The standard a policy belongs to."""
    if isinstance(policy, Indicator):
        return policy.judged_in.standard if policy.judged_in else None
    return policy.standard if isinstance(policy, Clause) else policy.key


def _place(key: str) -> str:
    code = key.split("/", 1)[0]
    return NATION if code == NATION else code


def rows_of(plan: Plan, example: StandardExample) -> dict[str, Row]:
    """The rows of a worked example, by identity."""
    rows = [{**example.common, **dict(zip(example.columns, row, strict=True))} for row in example.rows]
    return {str(row[plan.fact.identity]): row for row in rows}


def snapshot_of(plan: Plan, rows: Mapping[str, Row], on: date | None = None) -> Snapshot:
    """Rows as a snapshot, for examples and tests."""
    return Snapshot(on or plan.on, plan.place, {plan.fact.key: Table(plan.fact, dict(rows))}, plan.versions)


def _indicator(plan: Plan, policy: Indicator, example: IndicatorExample, engine: Engine) -> Iterator[str]:
    row = {plan.fact.identity: "E", **example.given}
    measured = engine.measure(snapshot_of(plan, {"E": row}), plan)
    amounts = measured[UnitKey("E", example.stage)].amounts
    over, under = amounts.get((policy.id, Basis(example.basis))) or amounts[policy.id, Basis.STRICT]
    value = over / under * policy.scale if over is not None and under else None
    printed = None if value is None else f"{half_up(value, policy.places):f}"
    found = (_told(over), _told(under), printed)
    wanted = (example.numerator, example.denominator, example.prints)
    if found != wanted:
        yield f"{example.says.zh}: {wanted} expected, {found} found"


def _clause(plan: Plan, policy: Clause, example: ClauseExample, engine: Engine) -> Iterator[str]:
    evaluation = evaluate(_rows_given(plan, policy, example), plan, engine)
    strict, relaxed = (evaluation.block(policy.block, basis).clause(policy.id) for basis in Basis)
    assert strict is not None
    assert relaxed is not None
    found = {name: evaluation.total(policy.id, name).value for name in example.totals}
    pairs: list[tuple[str, object, object]] = [
        (f"total {name}", wanted, _told(found[name])) for name, wanted in example.totals.items()
    ]
    for test, wanted in example.values.items():
        answer = strict.answer(test)
        pairs.append((f"value {test}", wanted, answer.printed if answer else None))
    for result, states in ((strict, example.states), (relaxed, example.relaxed)):
        for test, state in states.items():
            answer = result.answer(test)
            pairs.append((f"{result.basis} {test}", state, str(answer.state) if answer else None))
    if example.state is not None:
        pairs.append(("state", example.state, str(strict.state)))
    for what, wanted_, found_ in pairs:
        if wanted_ != found_:
            yield f"{example.says.zh}: {what}: {wanted_} expected, {found_} found"


def _known(policy: Known, fact: Fact) -> Iterator[str]:
    for example in policy.examples:
        found = summed(policy, fact, example.rows)
        for identity, gives in example.gives.items():
            for name, wanted in gives.items():
                value = found.get(identity, {}).get(name)
                told = _told(value) if isinstance(value, Fraction) else None
                if told != wanted:
                    yield f"{example.says.zh}: {identity} {name}: {wanted} expected, {told} found"


def _rows_given(plan: Plan, policy: Clause, example: ClauseExample) -> Snapshot:
    """The rows of an example as a snapshot; a row without an identity is numbered."""
    tables = {}
    for key, rows in example.rows.items():
        fact = plan.facts[key]
        numbered: list[Row] = [{fact.identity: f"E{number}", **row} for number, row in enumerate(rows, 1)]
        tables[key] = Table(fact, {str(row[fact.identity]): row for row in numbered})
    if example.declared:
        fact = plan.facts[DECLARATIONS]
        codes = {declaration_code(policy, test): test.id for test in policy.tests}
        declared: dict[str, Row] = {
            code: {fact.identity: code, "holds": example.declared[test]}
            for code, test in codes.items()
            if test in example.declared
        }
        tables[DECLARATIONS] = Table(fact, dict(declared))
    return Snapshot(plan.on, plan.place, tables, plan.versions)


def _told(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)


def _standard(plan: Plan, example: StandardExample, engine: Engine) -> Iterator[str]:
    evaluation = evaluate(snapshot_of(plan, rows_of(plan, example)), plan, engine)
    for name in (name for name, block in plan.standard.blocks.items() if block.judges_units):
        found = observed(evaluation, evaluation.block(name), example.expect)
        for what, wanted in _flat(example.expect).items():
            if found.get(what) != wanted:
                yield f"{what}: {wanted} expected, {found.get(what)} found"


def _flat(expected: Expected) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for code, stages in expected.values.items():
        flat |= {f"{i}/{code}/{s}": v for s, items in stages.items() for i, v in items.items()}
    for code, states in expected.units.items():
        flat |= {f"state/{code}/{s}": state for s, state in states.items()}
    for kind, tables in (("cv", expected.dispersions), ("mean", expected.means)):
        flat |= {f"{kind}/{i}/{s}": v for s, items in tables.items() for i, v in items.items()}
    flat |= {
        f"within/{i}/{s}": v for s, items in expected.dispersion_states.items() for i, v in items.items()
    }
    flat |= {f"composite/{stage}": value for stage, value in expected.composites.items()}
    return flat | ({"result": expected.result} if expected.result else {})


def observed(evaluation: Evaluation, block: BlockResult, expected: Expected) -> dict[str, str | None]:
    """What an evaluation came to, told with as many decimals as the expectation has."""
    places = {what: _places(text) for what, text in _flat(expected).items()}
    found: dict[str, str | None] = {"result": str(block.state)}
    for unit in block.out_of_scope:
        found[f"state/{unit.key.campus}/{unit.key.stage}"] = "out_of_scope"
    for result in block.units:
        at = f"{result.unit.key.campus}/{result.unit.key.stage}"
        found[f"state/{at}"] = str(result.state)
        for item, cell in result.cells.items():
            value = cell.figure.value
            text = None if value is None else f"{half_up(value, places.get(f'{item}/{at}', 2)):f}"
            found[f"{item}/{at}"] = text
    found |= {f"composite/{composite.stage}": composite.printed for composite in block.composites}
    for d in block.dispersions:
        at = f"{d.item.id}/{d.stage}"
        squared = d.squared
        cv = None if squared is None else f"{sqrt_half_up(squared, places.get(f'cv/{at}', 3)):f}"
        found[f"cv/{at}"] = cv
        found[f"within/{at}"] = _DISPERSION[d.state]
        found[f"mean/{at}"] = d.sums.mean_rounded(places.get(f"mean/{at}", 2), d.item.indicator.scale)
    return found


def _places(text: str | None) -> int:
    return len(text.partition(".")[2]) if text else 0
