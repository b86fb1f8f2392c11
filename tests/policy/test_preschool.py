"""县域学前教育普及普惠: a small district by hand, every item told, Henan's limit, what is left open."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.base.divisions import NATION
from meihao.base.text import Refused
from meihao.figures.clauses import Answer, ClauseResult, ClauseState, declaration_code
from meihao.figures.engines import Engine, FastEngine, PlainEngine
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import DECLARATIONS, Plan, make_plan
from meihao.figures.result import Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.check import check
from meihao.policy.kinds import Limit
from meihao.policy.rulebook import Rulebook, shipped

DAY = date(2025, 10, 20)
STANDARD = "cn/preschool-coverage"
KINDERGARTEN, DISTRICT = "cn/preschool/kindergarten", "cn/preschool/district"
HENAN = "41/preschool-coverage/henan.yaml"
ENGINES = pytest.mark.parametrize("engine", [PlainEngine(), FastEngine()], ids=lambda engine: engine.name)


@cache
def plan(place: str = NATION) -> Plan:
    return make_plan(Rulebook.load(), STANDARD, DAY, place)


def number(**values: int | str) -> dict[str, Value]:
    return {name: Fraction(value) for name, value in values.items()}


NOBODY = number(nursery_children=0, small_children=0, middle_children=0, big_children=0, mixed_children=0)
NO_CLASS = number(
    **dict.fromkeys(("nursery_classes", "small_classes", "small_classes_25", "middle_classes"), 0),
    **dict.fromkeys(
        ("middle_classes_30", "big_classes", "big_classes_35", "mixed_classes", "mixed_classes_30"), 0
    ),
)
STANDARDS = number(public_funds_standard=600, collective_funds_standard=400, inclusive_funds_standard=500)
COMMON: dict[str, Value] = {
    **NOBODY,
    **NO_CLASS,
    **STANDARDS,
    "site_kind": "幼儿园",
    "service": "全日制",
    "inspector": True,
    "residential": False,
}
# A: 100 children, 4 classes, one above its norm; designed in 2018, rooms of 8.10 m² a child
A: dict[str, Value] = COMMON | {
    "name": "甲幼儿园",
    "ownership": "公办",
    "sponsor": "教育部门",
    "residential": True,
    **number(design_year=2018, small_children=51, small_classes=2, small_classes_25=1),
    **number(middle_children=25, middle_classes=1, middle_classes_30=1, big_children=24),
    **number(big_classes=1, big_classes_35=1, outdoor_area=400, activity_area=810, building_area=1044),
    **number(books=500, staff=15, principals=1, teachers=8, care_workers=4, health_workers=1, other_staff=1),
    **number(certified_principals=1, certified_teachers=8, funded_children=100, funds_received=6),
}
# B: 60 children, 10 more in a nursery class; run by a street, one teacher short of a certificate
B: dict[str, Value] = COMMON | {
    "name": "乙幼儿园",
    "ownership": "公办",
    "sponsor": "街道",
    **number(design_year=2000, nursery_children=10, nursery_classes=1, small_children=20, small_classes=1),
    **number(small_classes_25=1, middle_children=20, middle_classes=1, middle_classes_30=1, big_children=20),
    **number(
        big_classes=1, big_classes_35=1, outdoor_area=279, activity_area=600, building_area=800, books=300
    ),
    **number(staff=13, principals=1, teachers=8, care_workers=4, health_workers=0, other_staff=0),
    **number(certified_principals=1, certified_teachers=7, funded_children=60, funds_received="2.4"),
}
# C: 40 children, private and inclusive, in a residential complex, without a care worker
C: dict[str, Value] = COMMON | {
    "name": "丙幼儿园",
    "ownership": "普惠性民办",
    "sponsor": "社会组织或个人",
    "residential": True,
    **number(design_year=2016, mixed_children=40, mixed_classes=2, mixed_classes_30=2),
    **number(outdoor_area=160, activity_area=400, building_area=500, books=200, staff=8, principals=1),
    **number(teachers=5, care_workers=0, health_workers=1, other_staff=1, certified_principals=1),
    **number(certified_teachers=5, funded_children=40, funds_received="1.99"),
}
# D: 50 children, other private; E: 11 children in classes attached to a school
D: dict[str, Value] = COMMON | {
    "name": "丁幼儿园",
    "ownership": "其他民办",
    "sponsor": "社会组织或个人",
    **number(design_year=2010, big_children=50, big_classes=2, big_classes_35=2),
    **number(outdoor_area=200, activity_area=410, building_area=522, books=300, staff=9, principals=1),
    **number(teachers=4, care_workers=2, health_workers=1, other_staff=1, certified_principals=1),
    **number(certified_teachers=4),
}
E: dict[str, Value] = {
    **NOBODY,
    "name": "戊小学附设幼儿班",
    "site_kind": "附设幼儿班",
    "ownership": "公办",
    **number(mixed_children=11),
}
ROWS: dict[str, Row] = {
    code: {"kindergarten_code": code, **row} for code, row in zip("ABCDE", (A, B, C, D, E), strict=True)
}
THERE: dict[str, Value] = {
    "division_code": "990106",
    **STANDARDS,
    **number(registered_children=300, resident_children=290, rural_towns=3, towns_with_central=2),
    **number(tenured_pay=8, nontenured_pay=6, unlicensed=0, sent=500, valid=400, satisfied=340),
}


def snapshot(
    rows: Mapping[str, Row], district: Row = THERE, place: str = NATION, unheld: frozenset[str] = frozenset()
) -> Snapshot:
    """The small district, with every finding declared to hold but those of `unheld`."""
    facts = plan(place).facts
    codes = [declaration_code(c, t) for c in plan(place).clauses for t in c.tests if t.declared]
    declared: dict[str, Row] = {code: {"code": code, "holds": code not in unheld} for code in codes}
    tables = {KINDERGARTEN: dict(rows), DISTRICT: {"990106": district}, DECLARATIONS: declared}
    filled = {key: Table(facts[key], table) for key, table in tables.items()}
    return Snapshot(DAY, place, filled, plan(place).versions)


def evaluated(
    rows: Mapping[str, Row] = ROWS,
    place: str = NATION,
    engine: Engine | None = None,
    unheld: frozenset[str] = frozenset(),
) -> Evaluation:
    return evaluate(snapshot(rows, place=place, unheld=unheld), plan(place), engine or PlainEngine())


def results(evaluation: Evaluation) -> list[ClauseResult]:
    blocks = [evaluation.block(name) for name in evaluation.plan.standard.blocks]
    return [result for block in blocks for result in block.clauses]


def states(evaluation: Evaluation) -> dict[str, str]:
    return {result.clause.id: str(result.state) for result in results(evaluation)}


def computed(evaluation: Evaluation) -> dict[str, Answer]:
    answers = [(result.clause.id, a) for result in results(evaluation) for a in result.answers]
    return {f"{clause}.{a.test.id}": a for clause, a in answers if a.test.source != "declared"}


def values(evaluation: Evaluation) -> dict[str, str | None]:
    return {at: answer.printed for at, answer in computed(evaluation).items()}


# --- by hand

# 100 + 60 + 40 + 50 = 250 children aged 3 to 6 in kindergartens, 10 below 3, 11 in attached classes
BY_HAND = {
    "p1.rate": "87.00",  # 261 of 300
    "p1.resident_rate": "90.00",  # 261 of 290
    "p2.share": "80.00",  # 200 of 250
    "p3.share": "64.00",  # 160 of 250
    "p7.central": "66.67",  # 2 of 3
    "p9.inclusive_share": "100.00",  # A and C
    "p10.standard": "600.00",
    "p10.in_full": "100.00",  # 6 against 100 × 600
    "p11.standard": "400.00",
    "p11.in_full": "100.00",  # 2.4 against 60 × 400
    "p12.standard": "500.00",
    "p12.in_full": "0.00",  # 1.99 against 40 × 500
    "p16.pay_ratio": "75.00",  # 6 of 8
    "p23.share": "100.00",
    "p24.left": "0",
    # designed before 2017: B (70 children), C (40), D (50)
    "p26.outdoor_share": "66.67",  # 279 < 280; 160; 200
    "p26.activity_share": "100.00",  # 600 ≥ 571.9; 400 ≥ 326.8; 410 ≥ 408.5
    "p26.building_share": "100.00",  # 800 ≥ 730.8; 500 ≥ 417.6; 522 = 522
    "p26.met_share": "50.00",  # C and D of four
    "p26.books_each": "5.00",  # 1300 for 260
    "p27.met_share": "0.00",  # A: 810 < 817
    "p27.outdoor_share": "100.00",
    "p27.activity_share": "0.00",
    "p27.building_share": "100.00",
    "p28.share": "90.91",  # 3 + 3 + 2 + 2 of 11
    # A 15·7 ≥ 100, 12·9 ≥ 100, 8 = 2·4 and 4 = 4; B 13·7 ≥ 70, 12·9, 8 = 2·4 and 4; C 8·7 ≥ 40, 5·9 ≥ 40,
    # 5 ≥ 2·2 but no care worker and 5 < 3·2; D 9·7 ≥ 50, 6·9 ≥ 50, 4 = 2·2 and 2 = 2
    "p29.share": "75.00",
    "p29.staff_share": "100.00",
    "p29.carers_share": "100.00",
    "p29.class_share": "75.00",
    "p31.children_each": "10.40",  # 260 by 25
    "p32.rate": "96.55",  # 28 of 29
    "recognition.rate": "85.00",  # 340 of 400
}
OTHERWISE = {
    "p7": "failed",
    "p11": "basic",  # the system is there, at 400 yuan
    "p12": "failed",
    "p16": "not_set",
    "p27": "failed",
    "p29": "failed",  # below 80 %
    "p32": "failed",
}


@ENGINES
def test_a_small_district_by_hand(engine: Engine) -> None:
    evaluation = evaluated(engine=engine)
    assert values(evaluation) == BY_HAND
    found = states(evaluation)
    assert {clause: state for clause, state in found.items() if state != "reached"} == OTHERWISE
    assert [str(evaluation.block(name).state) for name in evaluation.plan.standard.blocks] == [
        *("reached", "failed", "failed", "reached")
    ]
    assert evaluation.whole is State.FAILED


@ENGINES
def test_who_falls_short_and_by_how_much(engine: Engine) -> None:
    answers = computed(evaluated(engine=engine))
    told = {at: [(short.name, short.lacks) for short in answer.short] for at, answer in answers.items()}
    assert {at: rows for at, rows in told.items() if rows} == {
        "p7.central": [("990106", "1")],
        "p12.in_full": [("丙幼儿园", "0.01")],
        "p26.outdoor_share": [("乙幼儿园", "1.00")],
        "p26.met_share": [("甲幼儿园", None), ("乙幼儿园", None)],
        "p27.met_share": [("甲幼儿园", None)],
        "p27.activity_share": [("甲幼儿园", "7.00")],
        "p28.share": [("甲幼儿园", "1")],
        "p29.share": [("丙幼儿园", None)],
        "p29.class_share": [("丙幼儿园", "1")],
        "p32.rate": [("乙幼儿园", "1")],
    }


def test_a_finding_that_does_not_hold_fails_its_item_alone() -> None:
    assert states(evaluated(unheld=frozenset({"preschool-coverage.p36.drill"}))) == {
        **states(evaluated()),
        "p36": "failed",
    }


def test_what_nobody_declared_is_undecided() -> None:
    codes = {declaration_code(c, t) for c in plan().clauses for t in c.tests if t.declared}
    bare = Snapshot(DAY, NATION, {}, plan().versions)
    found = states(evaluate(bare, plan(), PlainEngine()))
    assert len(codes) == 50
    assert set(found.values()) == {"undecided"}


# --- every item


def test_every_item_is_told_with_its_source() -> None:
    evaluation = evaluated()
    found = states(evaluation)
    assert set(found) == {*(f"p{n}" for n in range(1, 37)), "recognition"}
    for clause in evaluation.plan.clauses:
        assert clause.reference[0].number == "教督〔2020〕1号"
        assert clause.confidence in ("H", "M")
    numbered = [clause.no for clause in evaluation.plan.clauses if clause.id != "recognition"]
    assert sorted(numbered) == list(range(1, 37))
    assert None not in values(evaluation).values()


def test_the_limits_are_the_texts() -> None:
    """Read by hand; what no source of the nation gives is null, and never one city's number."""

    def told(limit: Limit | None) -> str | None:
        given = limit.model_dump(exclude_none=True) if limit else {}
        return next((f"{operator} {value}" for operator, value in given.items()), None)

    tests = {f"{c.id}.{t.id}": t for c in plan().clauses for t in c.tests if t.declared is None}
    must: dict[str | None, set[str]] = {}
    for at, test in tests.items():
        must.setdefault(told(test.must), set()).add(at)
    assert {at for at in must.pop(None) if tests[at].counts} == {"p16.pay_ratio"}
    assert must == {
        "at_most 0": {"p24.left"},
        "at_most 15": {"p31.children_each"},
        "at_least 50": {"p3.share", "p26.outdoor_share", "p26.activity_share", "p26.building_share"},
        "at_least 80": {"p2.share"},
        "at_least 85": {"p1.rate", "p28.share", "recognition.rate"},
        "at_least 100": {"p7.central", "p9.inclusive_share", "p10.in_full", "p11.in_full", "p12.in_full"}
        | {"p23.share", "p27.met_share", "p29.share", "p32.rate"},
        "at_least 500": {"p10.standard", "p11.standard", "p12.standard"},
    }
    assert {at: told(test.basic) for at, test in tests.items() if test.basic} == {
        "p11.standard": "at_least 0",
        "p12.standard": "at_least 0",
        "p27.met_share": "at_least 97",
        "p29.share": "at_least 80",
    }


# --- Henan


@ENGINES
def test_the_nation_is_reached_where_henan_is_not(engine: Engine) -> None:
    for place, children, national, local in (
        (NATION, 11, ClauseState.REACHED, None),
        ("990106", 11, ClauseState.REACHED, None),
        ("410106", 11, ClauseState.REACHED, ClauseState.FAILED),
        ("410106", 20, ClauseState.REACHED, ClauseState.REACHED),  # 270 of 300: 90 % is enough
        ("410106", 19, ClauseState.REACHED, ClauseState.FAILED),
        ("410106", 4, ClauseState.FAILED, ClauseState.FAILED),
    ):
        rows = {**ROWS, "E": {**ROWS["E"], "mixed_children": Fraction(children)}}
        evaluation = evaluated(rows, place=place, engine=engine)
        block = evaluation.block("coverage")
        clause = block.clause("p1")
        assert clause is not None
        assert (clause.state, clause.local) == (national, local)
        assert block.local == (None if local is None else State(local))
        others = {c.clause.id for c in block.clauses if c.local is not None}
        assert others == (set() if local is None else {"p1"})


@pytest.mark.parametrize(
    ("limit", "refused"),
    [
        ("p1: {rate: {at_least: 90}}", False),
        ("p1: {rate: {at_least: 85}}", False),
        ("p1: {rate: {at_least: 84.99}}", True),
        ("p1: {rate: {more_than: 90}}", True),
        ("p31: {children_each: {at_most: 15.01}}", True),
        ("p31: {children_each: {at_most: 14}}", False),
        ("p99: {rate: {at_least: 90}}", True),
    ],
)
def test_a_place_may_ask_more_and_never_less(tmp_path: Path, limit: str, refused: bool) -> None:
    text = (shipped() / HENAN).read_text(encoding="utf-8")
    assert "p1: {rate: {at_least: 90}}" in text
    local = tmp_path / HENAN
    local.parent.mkdir(parents=True)
    local.write_text(text.replace("p1: {rate: {at_least: 90}}", limit), encoding="utf-8")
    rulebook = Rulebook.load(tmp_path)
    assert bool(check(rulebook)) == refused
    if refused:
        with pytest.raises(Refused):
            make_plan(rulebook, STANDARD, DAY, "410106")
    else:
        assert len(make_plan(rulebook, STANDARD, DAY, "410106").refinements) == 1


# --- random districts, and gaps

KINDS = {"small": 25, "middle": 30, "big": 35, "mixed": 30}


@st.composite
def kindergartens(draw: st.DrawFn) -> dict[str, Row]:
    """Rows that could be reported, some values not."""
    rows: dict[str, Row] = {}
    for code in "ABCDE"[: draw(st.integers(1, 5))]:
        row: dict[str, Value] = {**ROWS["A"], "kindergarten_code": code}
        for column, choices in {
            "site_kind": ["幼儿园", "教学点", "附设幼儿班"],
            "ownership": ["公办", "普惠性民办", "其他民办"],
            "sponsor": ["教育部门", "街道", "社会组织或个人"],
            "service": ["全日制", "全日制", "半日制"],
        }.items():
            row[column] = draw(st.sampled_from(choices))
        for kind, band in KINDS.items():
            classes = draw(st.integers(0, 3))
            row |= number(**{f"{kind}_children": draw(st.integers(0, 40)), f"{kind}_classes": classes})
            row |= number(**{f"{kind}_classes_{band}": draw(st.integers(0, classes))})
        for column in ("outdoor_area", "activity_area", "building_area"):
            row[column] = Fraction(draw(st.integers(0, 1500)))
        for column in ("staff", "teachers", "care_workers"):
            row[column] = Fraction(draw(st.integers(0, 30)))
        row["design_year"] = Fraction(draw(st.sampled_from([2016, 2017])))
        gone = draw(st.sets(st.sampled_from(sorted(set(row) - {"kindergarten_code"})), max_size=3))
        rows[code] = {name: value for name, value in row.items() if name not in gone}
    return rows


@given(kindergartens())
@settings(max_examples=30)
def test_both_engines_add_up_alike_with_gaps(rows: dict[str, Row]) -> None:
    there = snapshot(rows)
    assert PlainEngine().total(there, plan()) == FastEngine().total(there, plan())


@given(kindergartens())
@settings(max_examples=30)
def test_no_gap_turns_a_decided_item_round(rows: dict[str, Row]) -> None:
    """What is reached or fails while values are missing is so when the values of A fill the gaps."""
    before = states(evaluated(rows))
    after = states(evaluated({code: {**ROWS["A"], **row} for code, row in rows.items()}))
    decided = {clause for clause, state in before.items() if state in ("reached", "failed")}
    assert {clause: before[clause] for clause in decided} == {clause: after[clause] for clause in decided}
