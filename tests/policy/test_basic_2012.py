"""The basic balance of 2012: the mean of eight coefficients against its limit; no school is judged."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.base.exact import sqrt_half_up
from meihao.base.stages import Stage
from meihao.documents.returns.checks import broken
from meihao.figures.clauses import ClauseState
from meihao.figures.engines import FastEngine, PlainEngine, UnitKey
from meihao.figures.examples import differences, rows_of, snapshot_of
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.result import BlockResult, CellState, CompositeResult, Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import Form, Standard
from meihao.policy.reader import read
from meihao.policy.rulebook import Rulebook, shipped

KEY = "cn/compulsory-basic-2012"
FIRST, DAY = date(2012, 1, 20), date(2025, 10, 20)
RULES = Rulebook.load()
PLAN = make_plan(RULES, KEY, DAY)
DISTRICT = PLAN.facts[f"{KEY}/district"]
EXAMPLES = {example.id: example for example in RULES.get(Standard, KEY, DAY).examples}
ITEMS = tuple(f"b{number}" for number in range(1, 9))
LIMITS = {Stage.PRIMARY: Decimal("0.65"), Stage.JUNIOR: Decimal("0.55")}
HELD = ("teaching_area", "sports_area", "equipment_value", "computers", "books")
STAFF = ("teachers", "above_required", "mid_title")
TYPES = {
    "小学": ("primary",),
    "初中": ("junior",),
    "九年一贯制": ("primary", "junior"),
    "十二年一贯制": ("primary", "junior", "senior"),
    "完全中学": ("junior", "senior"),
}


@st.composite
def schools(draw: st.DrawFn, code: str) -> Row:
    kind = draw(st.sampled_from(sorted(TYPES)))
    row: dict[str, Value] = {"school_code": code, "name": f"校{code}", "school_type": kind}
    for stage in ("primary", "junior", "senior"):
        row[f"{stage}_pupils"] = Fraction(draw(st.integers(1, 900)) if stage in TYPES[kind] else 0)
    for column in HELD:
        row[column] = Fraction(draw(st.integers(1, 20000)))
    for stage in ("primary", "junior"):
        for column in STAFF:
            row[f"{stage}_{column}"] = Fraction(draw(st.integers(1, 90)))
    return row


@st.composite
def districts(draw: st.DrawFn) -> dict[str, Row]:
    codes = [f"S{number}" for number in range(draw(st.integers(1, 6)))]
    return {code: draw(schools(code)) for code in codes}


def block(rows: Mapping[str, Row]) -> BlockResult:
    return evaluate(snapshot_of(PLAN, rows), PLAN, PlainEngine()).block("resources")


def composite(rows: Mapping[str, Row], stage: Stage = Stage.PRIMARY) -> CompositeResult:
    return next(found for found in block(rows).composites if found.stage is stage)


# --- the composite, by another way


def amounts(row: Row, stage: Stage) -> Iterator[tuple[Decimal, Decimal]]:
    """(amount, pupils) of a school at a stage for each indicator, from the words of the method."""
    number = {name: Decimal(int(value)) for name, value in row.items() if isinstance(value, Fraction)}
    weights = {"primary": Decimal(1), "junior": Decimal("1.1"), "senior": Decimal("1.32")}
    whole = sum((number[f"{name}_pupils"] * weight for name, weight in weights.items()), Decimal(0))
    pupils = number[f"{stage}_pupils"]
    for column in HELD:
        yield number[column] * pupils * weights[stage] / whole, pupils
    for column in STAFF:
        yield number[f"{stage}_{column}"], pupils


def coefficient(pairs: list[tuple[Decimal, Decimal]]) -> Decimal:
    """S ÷ X̄ with S = √ Σ (pᵢ/P)·(Xᵢ − X̄)², as printed in the method."""
    everybody = sum((pupils for _, pupils in pairs), Decimal(0))
    mean = sum((amount for amount, _ in pairs), Decimal(0)) / everybody
    spread = sum((pupils / everybody * (amount / pupils - mean) ** 2 for amount, pupils in pairs), Decimal(0))
    return spread.sqrt() / mean


@settings(max_examples=60)
@given(districts())
def test_the_composite_is_the_methods_in_sixty_digits(rows: dict[str, Row]) -> None:
    found = {result.stage: result for result in block(rows).composites}
    with localcontext() as context:
        context.prec = 60
        for stage, limit in LIMITS.items():
            taught = [row for row in rows.values() if row[f"{stage}_pupils"]]
            assert (stage in found) is bool(taught)
            if not taught:
                continue
            by_item = zip(*(amounts(row, stage) for row in taught), strict=True)
            wanted = sum(map(coefficient, map(list, by_item)), Decimal(0)) / 8
            printed = found[stage].printed
            assert printed is not None
            assert abs(Decimal(printed) - wanted) <= Decimal("0.0005") + Decimal(10) ** -40
            if abs(wanted - limit) > Decimal(10) ** -40:
                assert found[stage].state is (State.REACHED if wanted < limit else State.FAILED)


# 渝、皖公布的差异系数表：八项系数与综合，三位小数
PUBLISHED = (
    ("万州区小学", "0.437 0.419 0.255 0.188 0.171 0.263 0.263 0.420", "0.302"),
    ("万州区初中", "0.381 0.298 0.264 0.212 0.207 0.502 0.445 0.539", "0.356"),
    ("黔江区小学", "0.633 0.891 0.435 0.328 0.351 0.391 0.379 0.541", "0.494"),
    ("黔江区初中", "0.808 0.445 0.537 0.472 0.492 0.243 0.272 0.265", "0.442"),
    ("江津区小学", "0.535 0.478 0.376 0.354 0.191 0.264 0.254 0.369", "0.353"),
    ("庐阳区小学", "0.881 1.299 0.977 0.379 0.170 0.334 0.286 0.408", "0.592"),
    ("庐阳区初中", "0.353 0.784 0.146 0.491 0.037 0.226 0.223 0.253", "0.314"),
    ("蜀山区小学", "0.711 0.649 0.472 0.338 0.235 0.274 0.260 0.396", "0.417"),
)


def two_schools(coefficients: list[Fraction], stage: Stage) -> dict[str, Row]:
    """Schools of 100 and 900 pupils with just these coefficients: 1000 + 3k and 9000 − 3k give k ÷ 1000."""
    kind = {Stage.PRIMARY: "小学", Stage.JUNIOR: "初中"}[stage]
    columns = (*HELD, *(f"{stage}_{column}" for column in STAFF))
    empty = {f"{other}_pupils": Fraction(0) for other in LIMITS}
    made: dict[str, Row] = {}
    for code, pupils, sign in (("A", 100, 1), ("B", 900, -1)):
        held = {c: 10 * pupils + sign * 3000 * k for c, k in zip(columns, coefficients, strict=True)}
        taught = {f"{stage}_pupils": Fraction(pupils)}
        made[code] = {"school_code": code, "school_type": kind, **empty, **held, **taught}
    return made


@pytest.mark.parametrize(("where", "listed", "wanted"), PUBLISHED, ids=[line[0] for line in PUBLISHED])
def test_the_published_tables_come_out(where: str, listed: str, wanted: str) -> None:
    stage = Stage.PRIMARY if "小学" in where else Stage.JUNIOR
    coefficients = [Fraction(one) for one in listed.split()]
    result = block(two_schools(coefficients, stage))
    shown = [f"{sqrt_half_up(found.squared or Fraction(0), 3):f}" for found in result.dispersions]
    assert shown == listed.split()
    (only,) = result.composites
    assert only.printed == wanted
    assert only.state is (State.REACHED if Decimal(wanted) <= LIMITS[stage] else State.FAILED)


def test_the_limit_is_included_and_no_more() -> None:
    """Eight coefficients of just 0.55 hold in lower secondary schools; one of 0.551 more does not."""
    limit = [Fraction("0.55")] * 8
    assert composite(two_schools(limit, Stage.JUNIOR), Stage.JUNIOR).state is State.REACHED
    over = [*limit[:7], Fraction("0.551")]
    assert composite(two_schools(over, Stage.JUNIOR), Stage.JUNIOR).state is State.FAILED


def test_the_published_coefficient_and_split() -> None:
    books = block(rows_of(PLAN, EXAMPLES["dispersion"])).dispersion("b5", Stage.PRIMARY)
    assert books is not None
    assert f"{sqrt_half_up(books.squared or Fraction(0), 5)}" == "0.51526"
    assert books.limit is None
    nine = block(rows_of(PLAN, EXAMPLES["split"]))
    told = []
    for stage in LIMITS:
        unit = nine.unit(UnitKey("N1", stage))
        assert unit is not None
        figure = unit.cells["b5"].figure
        assert figure.value is not None
        assert figure.numerator is not None
        told.append((round(float(figure.value), 5), round(float(figure.numerator), 2)))
    assert told == [(58.50378, 9711.63), (64.35416, 13514.37)]


# --- what is missing


def test_one_missing_number_leaves_it_open() -> None:
    rows = two_schools([Fraction("0.1")] * 8, Stage.PRIMARY)
    assert composite(rows).state is State.REACHED
    open_ = {**rows, "A": {name: value for name, value in rows["A"].items() if name != "books"}}
    found = composite(open_)
    assert (found.state, found.printed) == (State.UNDECIDED, None)
    assert found.squares[4] is None
    result = block(open_)
    assert result.state is State.UNDECIDED
    unit = result.unit(UnitKey("A", Stage.PRIMARY))
    assert unit is not None
    assert [reason.zh for reason in unit.reasons] == ["图书：缺「图书册数」（基本均衡学校数据表）"]


def test_a_failure_that_nothing_can_mend_is_told_at_once() -> None:
    """Seven coefficients of 0.8 make a mean of 0.7 even if the eighth were 0."""
    for known, state in (("0.8", State.FAILED), ("0.7", State.UNDECIDED)):
        rows = two_schools([Fraction(known)] * 8, Stage.PRIMARY)
        open_ = {**rows, "A": {name: value for name, value in rows["A"].items() if name != "books"}}
        assert composite(open_).state is state


@settings(max_examples=40)
@given(st.data())
def test_what_is_decided_stays_decided(data: st.DataObject) -> None:
    rows = data.draw(districts())
    full = {found.stage: found.state for found in block(rows).composites}
    for found in block(gapped(data, rows)).composites:
        if found.state is not State.UNDECIDED and found.stage in full:
            assert full[found.stage] is found.state


def gapped(data: st.DataObject, rows: dict[str, Row]) -> dict[str, Row]:
    columns = sorted({*HELD, "primary_books"} | {f"{s}_{c}" for s in ("primary", "junior") for c in STAFF})
    gone = {code: set(data.draw(st.lists(st.sampled_from(columns), max_size=3))) for code in rows}
    return {code: {c: v for c, v in row.items() if c not in gone[code]} for code, row in rows.items()}


@settings(max_examples=40)
@given(st.data())
def test_both_engines_agree(data: st.DataObject) -> None:
    rows = gapped(data, data.draw(districts()))
    score = data.draw(st.one_of(st.none(), st.decimals(0, 100, places=2).map(Fraction)))
    snapshot = with_district(rows, {"government_score": score, "survey_valid": Fraction(400)})
    plain, fast = PlainEngine(), FastEngine()
    assert plain.measure(snapshot, PLAN) == fast.measure(snapshot, PLAN)
    assert plain.total(snapshot, PLAN) == fast.total(snapshot, PLAN)


# --- the other parts


def with_district(rows: Mapping[str, Row], told: Row) -> Snapshot:
    row = {"division_code": "990106", **told}
    tables = {PLAN.fact.key: Table(PLAN.fact, dict(rows)), DISTRICT.key: Table(DISTRICT, {"990106": row})}
    return Snapshot(DAY, "cn", tables, PLAN.versions)


def judged(told: Row) -> Evaluation:
    rows = two_schools([Fraction("0.1")] * 8, Stage.PRIMARY)
    return evaluate(with_district(rows, told), PLAN, PlainEngine())


def test_every_clause_has_a_value_or_a_state() -> None:
    told = {"government_score": Fraction(85), "survey_valid": Fraction(400)}
    for answered, wanted in ((340, State.REACHED), (339, State.FAILED)):
        evaluation = judged({**told, "survey_satisfied": Fraction(answered)})
        clauses = [clause for name in PLAN.standard.blocks for clause in evaluation.block(name).clauses]
        printed = {c.clause.id: [a.printed for a in c.answers if a.test.counts] for c in clauses}
        assert printed == {"government": ["85.00"], "satisfaction": ["85.0" if answered == 340 else "84.8"]}
        assert evaluation.whole is wanted
    silent = judged({})
    for name in ("government", "recognition"):
        (clause,) = silent.block(name).clauses
        assert clause.state is ClauseState.UNDECIDED
        assert {answer.printed for answer in clause.answers} == {None}
    assert silent.whole is State.UNDECIDED


def test_nothing_is_asked_of_a_single_school() -> None:
    rows = two_schools([Fraction(0)] * 8, Stage.PRIMARY)
    poor = {code: {**row, **dict.fromkeys(HELD, Fraction(0))} for code, row in rows.items()}
    units = block(poor).units
    assert len(units) == 2
    assert all(unit.state is not State.FAILED for unit in units)
    cells = [cell for unit in units for cell in unit.cells.values()]
    assert {cell.state for cell in cells} == {CellState.SHOWN}
    assert not any(cell.misses or cell.shortfall for cell in cells)


def test_it_holds_from_its_first_day_with_a_form_of_its_own() -> None:
    early = make_plan(RULES, KEY, FIRST)
    assert tuple(item.id for item in early.items) == ITEMS
    columns = {form.name: set(form.by_column) for form in early.forms}
    asked = (early.fact, early.facts[DISTRICT.key])
    assert columns == dict(
        zip(("school-return", "district-return"), (set(f.columns) for f in asked), strict=True)
    )


def test_its_sheets_are_not_taken_for_other_forms() -> None:
    """Beside code and name of the school no label is another form's."""
    mine = {field.label for form in PLAN.forms for field in form.fields}
    returns = [form for form in RULES.all(Form, DAY) if form.layout != "table" and form.into == "figures"]
    others = [form for form in returns if form not in PLAN.forms]
    assert len(others) > 3
    theirs = {label for form in others for field in form.fields for label in (field.label, *field.aliases)}
    assert mine & theirs <= {"学校代码", "学校名称"}


SOUND: Row = {
    "school_type": "九年一贯制",
    "primary_pupils": Fraction(400),
    "junior_pupils": Fraction(200),
    "equipment_value": Fraction(90),
    **{f"{stage}_{column}": Fraction(20) for stage in ("primary", "junior") for column in STAFF},
}


@pytest.mark.parametrize(
    ("changes", "marked"),
    [
        ({}, []),
        ({"primary_above_required": 21}, ["primary_above_required"]),
        ({"junior_above_required": 21}, ["junior_above_required"]),
        ({"primary_mid_title": 21}, ["primary_mid_title"]),
        ({"junior_mid_title": 21}, ["junior_mid_title"]),
        ({"senior_pupils": 9}, ["senior_pupils"]),
        ({"junior_pupils": 0}, ["school_type", "junior_teachers"]),
        ({"equipment_value": 900_000}, ["equipment_value"]),
    ],
)
def test_a_return_that_does_not_fit_is_marked(changes: dict[str, int], marked: list[str]) -> None:
    form = RULES.get(Form, f"{KEY}/school-return", DAY)
    row = {**SOUND, **{column: Fraction(number) for column, number in changes.items()}}
    assert [check.marks[0] for check in broken(form, PLAN.fact, row)] == marked


@pytest.mark.parametrize(
    ("row", "marked"),
    [
        ({"government_score": 91, "survey_valid": 400, "survey_satisfied": 400}, []),
        ({"government_score": 101}, ["government_score"]),
        (dict.fromkeys(("admission_score", "provision_score", "teachers_score", "quality_score"), 20), []),
        (
            {
                "government_score": 81,
                **dict.fromkeys(
                    ("admission_score", "provision_score", "teachers_score", "quality_score"), 20
                ),
            },
            ["government_score"],
        ),
        ({"survey_valid": 400, "survey_satisfied": 401}, ["survey_satisfied"]),
        ({"survey_satisfied": 1}, ["survey_valid"]),
    ],
)
def test_a_district_return_that_does_not_fit_is_marked(row: dict[str, int], marked: list[str]) -> None:
    form = RULES.get(Form, f"{KEY}/district-return", DAY)
    told = {column: Fraction(number) for column, number in row.items()}
    assert [check.marks[0] for check in broken(form, DISTRICT, told)] == marked


# --- the examples bite


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (f"{KEY}.yaml", "primary: 0.65, ", "primary: 0.649, "),
        (f"{KEY}.yaml", "in_scope: not (school_type = '教学点')", "in_scope: true"),
        (f"{KEY}/campus.yaml", "junior_roll * 1.1 + ", "junior_roll * 1.2 + "),
        (f"{KEY}/b3.yaml", "equipment_value * 10000", "equipment_value * 1000"),
        (f"{KEY}/b6.yaml", "junior: junior_teachers", "junior: primary_teachers"),
        (f"{KEY}/government.yaml", "at_least: 85", "more_than: 85"),
        (f"{KEY}/satisfaction.yaml", "at_least: 85", "at_least: 84"),
    ],
)
def test_a_changed_rule_breaks_its_example(tmp_path: Path, name: str, old: str, new: str) -> None:
    text = (shipped() / name).read_text(encoding="utf-8")
    assert old in text
    target = tmp_path / name
    target.parent.mkdir(parents=True)
    for written, holds in ((text, True), (text.replace(old, new, 1), False)):
        target.write_text(written, encoding="utf-8")
        (changed,) = read(target, tmp_path)
        others = (source for source in RULES.sources() if source.policy.key != changed.policy.key)
        mine = [source for source in others if source.policy.key.startswith(KEY)]
        assert (list(differences(Rulebook([*mine, changed]), PlainEngine())) == []) is holds
