"""Clauses: both engines add up alike, certain states stay certain, and nothing is passed by silence."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from meihao.base.text import Refused
from meihao.figures.clauses import ClauseState, declaration_code
from meihao.figures.engines import FastEngine, PlainEngine, Sums_
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import DECLARATIONS, Basis, Plan, make_plan
from meihao.figures.result import Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.figures.trace import trace
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook
from tests.figures.districts import TYPES

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
STANDARDS = ("cn/compulsory-balance", "cn/preschool-coverage", "cn/compulsory-basic-2012")
PLANS = {standard: make_plan(RULES, standard, DAY) for standard in STANDARDS}
BALANCE = PLANS["cn/compulsory-balance"]


def drawn(rng: Random, fact: Fact, column: str) -> Value:
    spec = fact.columns[column]
    if spec.type == "yesno":
        return rng.choice([True, False])
    if spec.type == "choice":
        return rng.choice(spec.choices)
    if spec.type in ("text", "code", "date"):
        return f"{column}{rng.randint(0, 9)}"
    whole = Fraction(rng.choice([0, 1, rng.randint(0, 60), rng.randint(0, 3000)]))
    return whole / 10 if spec.scale else whole


# what the checks of the forms hold together: a total and its parts
_TOTALS = {
    "music_rooms": [f"music_rooms_{size}" for size in (96, 73, 61, 54)],
    "art_rooms": [f"art_rooms_{size}" for size in (90, 67, 61, 54)],
    "classes": [],
}
_BANDS = ("upto_25", "26_30", "31_35", "36_40", "41_45", "46_50", "51_55", "56_60", "61_65", "66_up")


def full_row(rng: Random, fact: Fact, identity: str) -> dict[str, Value]:
    """A row with every value, as the forms' checks would have it."""
    row = {column: drawn(rng, fact, column) for column in fact.columns} | {fact.identity: identity}
    for total, parts in _TOTALS.items():
        if total in row and parts:
            row[total] = sum((_number(row[part]) for part in parts), Fraction(rng.randint(0, 3)))
    if "primary_classes" in row:
        _consistent(rng, row)
    return row


def _number(value: Value) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def _consistent(rng: Random, row: dict[str, Value]) -> None:
    """Pupils as the type of school has them, classes by band and stage that add up."""
    pupils = dict(zip(("primary", "junior", "senior"), TYPES[str(row["school_type"])], strict=True))
    for stage, taught in pupils.items():
        row[f"{stage}_pupils"] = Fraction(rng.randint(1, 3000)) if taught else Fraction(0)
    for band in _BANDS:
        parts = {
            stage: Fraction(rng.randint(0, 2)) if taught else Fraction(0) for stage, taught in pupils.items()
        }
        for stage in ("primary", "junior"):
            row[f"{stage}_classes_{band}"] = parts[stage]
        row[f"classes_{band}"] = sum(parts.values(), Fraction(0))
    for prefix in ("", "primary_", "junior_"):
        row[f"{prefix}classes"] = sum((_number(row[f"{prefix}classes_{b}"]) for b in _BANDS), Fraction(0))


def gapped(rng: Random, fact: Fact, row: Row, gaps: float) -> Row:
    kept = {column: value for column, value in row.items() if rng.random() >= gaps or column == "school_type"}
    return {**kept, fact.identity: row[fact.identity]}


def snapshot(plan: Plan, seed: int, gaps: float) -> Snapshot:
    rng, hidden = Random(seed), Random(-seed)
    tables = {}
    for key, fact in plan.facts.items():
        if key != DECLARATIONS:
            full = {f"R{n}": full_row(rng, fact, f"R{n}") for n in range(rng.randint(1, 6))}
            tables[key] = Table(fact, {i: gapped(hidden, fact, row, gaps) for i, row in full.items()})
    return Snapshot(DAY, "cn", tables, plan.versions)


def totals(plan: Plan, given: Snapshot) -> tuple[Sums_, Sums_]:
    return PlainEngine().total(given, plan), FastEngine().total(given, plan)


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("seed", range(6))
def test_the_engines_add_up_alike(standard: str, seed: int) -> None:
    plain, fast = totals(PLANS[standard], snapshot(PLANS[standard], seed, gaps=0.15 * (seed % 3)))
    assert plain
    assert plain == fast


def test_an_engine_that_loses_a_row_is_caught() -> None:
    """The control of the test above."""
    given = snapshot(BALANCE, 1, gaps=0)
    table = given.table(BALANCE.fact)
    fewer = Table(BALANCE.fact, dict(list(table.rows.items())[1:]))
    short = Snapshot(DAY, "cn", {**given.tables, BALANCE.fact.key: fewer}, BALANCE.versions)
    assert PlainEngine().total(given, BALANCE) != FastEngine().total(short, BALANCE)


def states(evaluation: Evaluation) -> dict[tuple[str, str, Basis], ClauseState]:
    return {
        (result.clause.id, answer.test.id, basis): answer.state
        for basis in Basis
        for name in evaluation.plan.standard.blocks
        for result in evaluation.block(name, basis).clauses
        for answer in result.answers
    }


@pytest.mark.parametrize("seed", range(25))
def test_filling_the_gaps_never_turns_what_was_certain(seed: int) -> None:
    """A state told while values are missing is the state once they are filled in, whatever they are."""
    before = states(evaluate(snapshot(BALANCE, seed, gaps=0.2), BALANCE, PlainEngine()))
    after = states(evaluate(snapshot(BALANCE, seed, gaps=0), BALANCE, PlainEngine()))
    certain = {at: state for at, state in before.items() if state is not ClauseState.UNDECIDED}
    assert {at: after[at] for at in certain} == certain


def test_the_gaps_of_that_test_hide_something() -> None:
    """Its control: with the gaps some states are open, and some are certain all the same."""
    open_, certain = 0, 0
    for seed in range(25):
        found = list(states(evaluate(snapshot(BALANCE, seed, gaps=0.2), BALANCE, PlainEngine())).values())
        computed = [state for state in found if state is not ClauseState.NOT_SET]
        open_ += computed.count(ClauseState.UNDECIDED)
        certain += computed.count(ClauseState.FAILED)
    assert open_ > 100
    assert certain > 50


# --- nothing is passed by silence


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_item_of_a_standard_has_a_state_a_clause_and_a_formula(standard: str) -> None:
    plan = PLANS[standard]
    found = evaluate(snapshot(plan, 3, gaps=0), plan, PlainEngine())
    clauses = [r for name in plan.standard.blocks for r in found.block(name).clauses]
    assert {result.clause.id for result in clauses} == {clause.id for clause in plan.clauses}
    for result in clauses:
        assert result.state in ClauseState
        assert result.clause.reference
        for answer in result.answers:
            if answer.test.source == "declared":
                assert answer.state is ClauseState.UNDECIDED
                continue
            assert answer.test.formula
            assert answer.numerator is not None
            assert answer.test.denominator is None or answer.denominator is not None
            assert trace(found, f"test/{result.clause.id}/{answer.test.id}").children
    counts = {
        "cn/compulsory-balance": (27, 7),
        "cn/preschool-coverage": (37, 0),
        "cn/compulsory-basic-2012": (2, 8),
    }
    assert (len(clauses), len(plan.items)) == counts[standard]


@pytest.mark.parametrize("standard", STANDARDS)
def test_with_nothing_reported_nothing_is_reached(standard: str) -> None:
    plan = PLANS[standard]
    found = evaluate(Snapshot(DAY, "cn", {}, plan.versions), plan, FastEngine())
    assert found.whole is State.UNDECIDED
    assert set(states(found).values()) <= {ClauseState.UNDECIDED, ClauseState.NOT_SET}


def test_what_is_declared_is_the_answer_that_reaches() -> None:
    clause = BALANCE.clause("disqualifiers")
    assert clause is not None
    fact = BALANCE.facts[DECLARATIONS]
    codes = [declaration_code(clause, test) for test in clause.tests]

    def state(*answers: bool | None) -> ClauseState:
        given: dict[str, Row] = {
            code: {"code": code, "holds": holds} for code, holds in zip(codes, answers, strict=True)
        }
        told = Snapshot(DAY, "cn", {DECLARATIONS: Table(fact, given)}, BALANCE.versions)
        result = evaluate(told, BALANCE, PlainEngine()).block("disqualifiers").clause("disqualifiers")
        assert result is not None
        return result.state

    assert len(codes) == 7
    assert state(*[False] * 7) is ClauseState.REACHED
    assert state(True, *[False] * 6) is ClauseState.FAILED
    assert state(None, *[False] * 6) is ClauseState.UNDECIDED


# --- dates


def changed(tmp_path: Path, at: str) -> Rulebook:
    """The rules with g11 asking 15 % from a day on."""
    old = next(s.document.path for s in RULES.versions("cn/compulsory-balance/g11")).read_text(
        encoding="utf-8"
    )
    new = old.replace("since: 2017-04-01", f"since: {at}").replace("at_least: 10}", "at_least: 15}")
    new = new.replace("states: {share: reached", "states: {share: failed")
    target = tmp_path / "cn" / "compulsory-balance" / "g11.yaml"
    target.parent.mkdir(parents=True)
    ended = old.replace("since: 2017-04-01", f"since: 2017-04-01\nuntil: {at}")
    target.write_text(f"{ended}---\n{new}", encoding="utf-8")
    return Rulebook.load(tmp_path)


def test_a_limit_changed_from_a_date_changes_results_from_that_date_only(tmp_path: Path) -> None:
    rules = changed(tmp_path, "2025-11-01")
    row: Row = {"eligible_teachers": Fraction(640), "rotated_teachers": Fraction(64)}

    def state(rulebook: Rulebook, on: date) -> ClauseState:
        plan = make_plan(rulebook, "cn/compulsory-balance", on)
        fact = plan.facts["cn/compulsory/district"]
        given = Snapshot(
            on, "cn", {fact.key: Table(fact, {"1": {**row, "division_code": "1"}})}, plan.versions
        )
        result = evaluate(given, plan, FastEngine()).block("government").clause("g11")
        assert result is not None
        answer = result.answer("share")
        assert answer is not None
        return answer.state

    assert state(rules, date(2025, 10, 31)) is ClauseState.REACHED
    assert state(rules, date(2025, 11, 1)) is ClauseState.FAILED
    assert state(RULES, date(2025, 11, 1)) is ClauseState.REACHED


def test_last_years_rules_keep_their_names_after_the_rules_have_moved_on(tmp_path: Path) -> None:
    """What ended since is still the rule it was: its digest does not change with its last day."""
    moved = make_plan(changed(tmp_path, "2025-11-01"), "cn/compulsory-balance", DAY)
    assert moved.versions == BALANCE.versions


def test_a_refinement_is_stricter_or_refused(tmp_path: Path) -> None:
    text = (
        "kind: refinement\nkey: 4101/compulsory-balance/local\ntitle: {zh: 地方, en: local}\n"
        "since: 2020-01-01\n"
        "reference: [{document: 文, number: null, clause: 条}]\nconfidence: M\n"
        "reviewed: {by: null, on: null, next: null}\nrefines: cn/compulsory-balance\n"
        "limits: {g11: {share: {at_least: %s}}}\n"
    )
    target = tmp_path / "4101" / "compulsory-balance" / "local.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(text % 12, encoding="utf-8")
    plan = make_plan(Rulebook.load(tmp_path), "cn/compulsory-balance", DAY, "410106")
    fact = plan.facts["cn/compulsory/district"]
    row: Row = {
        "division_code": "1",
        "eligible_teachers": Fraction(100),
        "rotated_teachers": Fraction(11),
        "rotated_backbone": Fraction(5),
    }
    given = Snapshot(DAY, "410106", {fact.key: Table(fact, {"1": row})}, plan.versions)
    result = evaluate(given, plan, PlainEngine()).block("government").clause("g11")
    assert result is not None
    assert (result.state, result.local) == (ClauseState.REACHED, ClauseState.FAILED)
    target.write_text(text % 9, encoding="utf-8")
    with pytest.raises(Refused, match="地方可以更严，不能更松"):
        make_plan(Rulebook.load(tmp_path), "cn/compulsory-balance", DAY, "410106")
