"""Class sizes, school sizes, homework, and what a district fixed for itself: counted, seldom judged."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.documents.returns.checks import broken
from meihao.documents.returns.intake import incoming, take_in
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import differences
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan, make_plan
from meihao.figures.result import Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import Fact, Form, Given
from meihao.policy.reader import Source, read
from meihao.policy.rulebook import Rulebook, shipped

DAY = date(2025, 10, 20)
SHANGJIE = "410106"
RULES = Rulebook.load()
SIZES = make_plan(RULES, "cn/class-size", DAY)
SCHOOLS = make_plan(RULES, "cn/school-size", DAY)
HOMEWORK = make_plan(RULES, "cn/homework", DAY)
TRAINING = make_plan(RULES, "410106/teacher-development", DAY, SHANGJIE)
BANDS = {
    "upto_25": (0, 25),
    "26_30": (26, 30),
    "31_35": (31, 35),
    "36_40": (36, 40),
    "41_45": (41, 45),
    "46_50": (46, 50),
    "51_55": (51, 55),
    "56_60": (56, 60),
    "61_65": (61, 65),
    "66_up": (66, 999),
}


def judged(plan: Plan, rows: Mapping[str, Row], pending: tuple[str, ...] = ()) -> Evaluation:
    table = Table(plan.fact, dict(rows))
    snapshot = Snapshot(plan.on, plan.place, {plan.fact.key: table}, plan.versions, pending)
    evaluation = evaluate(snapshot, plan, PlainEngine())
    assert FastEngine().total(snapshot, plan) == evaluation.sums
    return evaluation


def answer(evaluation: Evaluation, clause: str, test: str = "share") -> Answer:
    (block,) = evaluation.plan.standard.blocks
    result = evaluation.block(block).clause(clause)
    assert result is not None
    found = result.answer(test)
    assert found is not None
    return found


def listed(found: Answer) -> dict[str, str | None]:
    return {short.identity: short.lacks for short in found.short}


# --- class sizes


def school(code: str, kind: str, sizes: Sequence[int]) -> Row:
    """A school of one stage with classes of these sizes."""
    stages = ("primary", "junior") if kind == "小学" else ("junior", "primary")
    banded = {
        f"classes_{band}": Fraction(sum(low <= size <= high for size in sizes))
        for band, (low, high) in BANDS.items()
    }
    pupils: dict[str, Given] = {
        f"{stages[0]}_pupils": Fraction(sum(sizes)),
        f"{stages[1]}_pupils": Fraction(0),
    }
    return {"school_code": code, "school_type": kind, "classes": Fraction(len(sizes)), **pupils, **banded}


edges = st.sampled_from([35, 36, 45, 46, 50, 51, 55, 56, 65, 66])
class_sizes = st.lists(st.one_of(st.integers(1, 90), edges), min_size=1, max_size=8)
roll_edges = st.sampled_from([49, 50, 99, 100, 2000, 2001, 2500, 2501])
rolls = st.lists(st.one_of(st.integers(1, 4000), roll_edges), min_size=1, max_size=9)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["小学", "初中"]), class_sizes), min_size=1, max_size=5))
def test_classes_are_counted_by_the_size_they_have(drawn: list[tuple[str, list[int]]]) -> None:
    schools = {f"S{number}": one for number, one in enumerate(drawn)}
    evaluation = judged(SIZES, {code: school(code, *one) for code, one in schools.items()})
    every = [size for _, sizes in drawn for size in sizes]

    def share(low: int, high: int) -> Fraction:
        return Fraction(100 * sum(low <= size <= high for size in every), len(every))

    assert answer(evaluation, "super_large").value == share(66, 999)
    assert answer(evaluation, "large").value == share(56, 999)
    bands = {"upto_35": (0, 35), "from_36": (36, 45), "from_46": (46, 55)}
    for test, (low, high) in bands.items():
        assert answer(evaluation, "bands", test).value == share(low, high)
    for clause, least in (("super_large", 66), ("large", 56)):
        above = {code: sum(size >= least for size in sizes) for code, (_, sizes) in schools.items()}
        free = answer(evaluation, clause, "free")
        assert listed(free) == {code: str(count) for code, count in above.items() if count}
    for test, kind, most in (("primary", "小学", 45), ("junior", "初中", 50)):
        over = {c: sum(s > most for s in sizes) for c, (k, sizes) in schools.items() if k == kind}
        found = answer(evaluation, "norm", test)
        assert listed(found) == {code: str(count) for code, count in over.items() if count}
        assert found.state is (ClauseState.FAILED if any(over.values()) else ClauseState.REACHED)


def test_basically_gone_is_no_number() -> None:
    """However few large classes there are, no source says that they are few enough for a county."""
    evaluation = judged(SIZES, {"A": school("A", "小学", [40] * 12)})
    for clause, test in (("super_large", "share"), ("super_large", "free"), ("large", "share")):
        assert answer(evaluation, clause, test).state is ClauseState.NOT_SET
        assert answer(evaluation, clause, test).test.must is None
    assert evaluation.whole is State.UNDECIDED


def test_a_file_still_out_leaves_the_counts_open() -> None:
    rows = {"A": school("A", "小学", [40, 70])}
    assert answer(judged(SIZES, rows), "super_large").printed == "50.00"
    assert answer(judged(SIZES, rows, ("乙.xlsx",)), "super_large").state is ClauseState.UNDECIDED


# --- school sizes


@settings(max_examples=25)
@given(rolls)
def test_every_school_stands_in_one_size_and_no_pupil_is_lost(pupils: list[int]) -> None:
    rows: dict[str, Row] = {
        f"S{n}": {
            "school_code": f"S{n}",
            "school_type": "九年一贯制",
            "primary_pupils": Fraction(count // 2),
            "junior_pupils": Fraction(count - count // 2),
        }
        for n, count in enumerate(pupils)
    }
    evaluation = judged(SCHOOLS, rows)
    bands = {"under_50": (0, 49), "from_50": (50, 99), "from_100": (100, 2000)}
    bands |= {"from_2001": (2001, 2500), "from_2501": (2501, 9999)}
    for band, (low, high) in bands.items():
        inside = [count for count in pupils if low <= count <= high]
        assert answer(evaluation, "schools", band).value == len(inside)
        assert answer(evaluation, "pupils", band).value == Fraction(100 * sum(inside), sum(pupils))
        assert answer(evaluation, "schools", band).state is ClauseState.NOT_SET
    assert evaluation.whole is State.UNDECIDED


# --- homework


def sampled(code: str, grade: str, minutes: str | None, answers: int = 40) -> Row:
    mean = {} if minutes is None else {"mean_minutes": Fraction(minutes)}
    told: Row = {"class_code": code, "class_name": f"虚构{grade}{code}", "school_code": "2199000001"}
    return {**told, "grade": grade, "answers": Fraction(answers), **mean}


SAMPLE = [
    sampled("A", "一年级", "0"),
    sampled("B", "二年级", "0.5"),
    sampled("C", "三年级", "60"),
    sampled("D", "六年级", "60.01"),
    sampled("E", "七年级", "90"),
    sampled("F", "九年级", "75"),
]


def by_code(rows: Sequence[Row]) -> dict[str, Row]:
    return {str(row["class_code"]): row for row in rows}


def test_each_grade_has_its_limit_and_the_classes_over_it_are_named() -> None:
    evaluation = judged(HOMEWORK, by_code(SAMPLE))
    found = {clause.id: answer(evaluation, clause.id) for clause in HOMEWORK.clauses}
    assert {name: one.printed for name, one in found.items()} == {
        "grades_1_2": "50.0",
        "grades_3_6": "50.0",
        "grades_7_9": "100.0",
    }
    assert {name: listed(one) for name, one in found.items()} == {
        "grades_1_2": {"B": "0.5"},
        "grades_3_6": {"D": "0.1"},
        "grades_7_9": {},
    }
    assert {one.state for one in found.values()} == {ClauseState.NOT_SET}


@settings(max_examples=25)
@given(st.lists(st.decimals(0, 200, places=1), min_size=1, max_size=8))
def test_the_share_is_of_the_classes_within(minutes: list[Fraction]) -> None:
    for grade, clause, most in (
        ("二年级", "grades_1_2", 0),
        ("五年级", "grades_3_6", 60),
        ("八年级", "grades_7_9", 90),
    ):
        rows = [sampled(f"K{number}", grade, str(one)) for number, one in enumerate(minutes)]
        found = answer(judged(HOMEWORK, by_code(rows)), clause)
        assert found.value == Fraction(100 * sum(one <= most for one in minutes), len(minutes))
        assert set(listed(found)) == {f"K{number}" for number, one in enumerate(minutes) if one > most}


def test_a_class_without_answers_keeps_its_grades_open_and_no_others() -> None:
    evaluation = judged(HOMEWORK, by_code([*SAMPLE, sampled("G", "四年级", None, answers=0)]))
    states = {clause.id: answer(evaluation, clause.id).state for clause in HOMEWORK.clauses}
    assert states == {
        "grades_1_2": ClauseState.NOT_SET,
        "grades_3_6": ClauseState.UNDECIDED,
        "grades_7_9": ClauseState.NOT_SET,
    }
    assert listed(answer(evaluation, "grades_3_6")) == {"D": "0.1"}


# --- their returns


PERIODS: list[Row] = [
    {"period": "2025-Q1", "period_name": "2025 年一季度", "rhythm": "季度", "lectures": Fraction(1)},
    {"period": "2025-Q2", "period_name": "2025 年二季度", "rhythm": "季度", "lectures": Fraction(0)},
    {
        "period": "2025-春",
        "period_name": "2025 年春季学期",
        "rhythm": "学期",
        "trainees": Fraction(12),
        "trainees_done": Fraction(11),
    },
]


@pytest.mark.parametrize(
    ("key", "rows", "plan"),
    [
        ("cn/homework/class-return", SAMPLE, HOMEWORK),
        ("410106/teacher-development/period-return", PERIODS, TRAINING),
    ],
)
def test_a_return_comes_back_as_it_went_out(tmp_path: Path, key: str, rows: list[Row], plan: Plan) -> None:
    form = RULES.get(Form, key, DAY, plan.place)
    write_form(form, plan.fact, tmp_path / "表.xlsx", [dict(row) for row in rows])
    with Reader() as reader:
        taken = take_in(tmp_path, RULES, DAY, plan.place, reader, units=plan.fact.key)
    (receipt,) = taken.receipts
    assert (receipt.outcome, receipt.marks) == ("taken", [])
    read = taken.tables[plan.fact.key].rows
    known = {code: {c: v for c, v in row.items() if v is not None} for code, row in read.items()}
    assert known == {str(row[plan.fact.identity]): dict(row) for row in rows}
    assert judged(plan, read).blocks == judged(plan, known).blocks


@pytest.mark.parametrize(
    ("changes", "marked"),
    [
        ({}, []),
        ({"answers": Fraction(0)}, ["answers"]),
        ({"answers": Fraction(101)}, ["answers"]),
        ({"mean_minutes": Fraction(481)}, ["mean_minutes"]),
    ],
)
def test_a_survey_that_does_not_fit_is_marked(changes: dict[str, Given], marked: list[str]) -> None:
    form = RULES.get(Form, "cn/homework/class-return", DAY)
    row = {**SAMPLE[2], **changes}
    assert [check.marks[0] for check in broken(form, HOMEWORK.fact, row)] == marked


# --- what the district fixed for itself


def test_a_missed_quarter_is_named_and_so_is_a_trainee_without_a_lesson() -> None:
    evaluation = judged(TRAINING, {str(row["period"]): row for row in PERIODS})
    quarter, term = (answer(evaluation, name) for name in ("quarterly_lecture", "termly_activity"))
    assert (quarter.printed, quarter.state, listed(quarter)) == ("50.0", ClauseState.FAILED, {"2025-Q2": "1"})
    assert (term.printed, term.state, listed(term)) == ("91.7", ClauseState.FAILED, {"2025-春": "1"})
    assert evaluation.whole is State.FAILED


def test_only_there_does_its_form_come_in() -> None:
    here, elsewhere = (incoming(RULES, DAY, place) for place in (SHANGJIE, "990106"))
    local = {form.key for form in here.forms} - {form.key for form in elsewhere.forms}
    assert "410106/teacher-development/period-return" in local
    assert "cn/homework/class-return" in {form.key for form in elsewhere.forms}


def test_nothing_of_the_district_says_it_is_sure() -> None:
    """Its sources are accounts of measures, not the measures: every file of it is 待核."""
    local = [source.policy for source in RULES.sources() if source.policy.key.startswith("410106/")]
    assert len(local) >= 5
    assert {policy.confidence for policy in local} == {"M"}


# --- the examples bite


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("cn/class-size/super-large.yaml", "value: classes_66_up}", "value: classes_66_up * 2}"),
        ("cn/class-size/large.yaml", "value: classes_56_60 + classes_61_65", "value: classes_61_65"),
        ("cn/class-size/bands.yaml", "value: classes_36_40 + classes_41_45", "value: classes_41_45"),
        ("cn/class-size/norm.yaml", "primary_class_count - primary_over_45", "primary_class_count"),
        ("cn/school-size/schools.yaml", "compulsory_roll <= 2000", "compulsory_roll <= 2001"),
        ("cn/school-size/pupils.yaml", "compulsory_roll < 50", "compulsory_roll < 40"),
        ("cn/homework/grades-1-2.yaml", "mean_minutes = 0", "mean_minutes <= 10"),
        ("cn/homework/grades-3-6.yaml", "mean_minutes <= 60", "mean_minutes < 60"),
        ("cn/homework/grades-7-9.yaml", "mean_minutes <= 90", "mean_minutes < 90"),
        ("410106/teacher-development/quarterly-lecture.yaml", "lectures >= 1", "lectures >= 0"),
        ("410106/teacher-development/termly-activity.yaml", "value: trainees_done", "value: trainees"),
    ],
)
def test_a_changed_rule_breaks_its_example(tmp_path: Path, name: str, old: str, new: str) -> None:
    text = (shipped() / name).read_text(encoding="utf-8")
    assert old in text
    target = tmp_path / name
    target.parent.mkdir(parents=True)
    for written, holds in ((text, True), (text.replace(old, new), False)):
        target.write_text(written, encoding="utf-8")
        (changed,) = read(target, tmp_path)
        assert (list(differences(with_changed(changed), PlainEngine())) == []) is holds


def with_changed(changed: Source) -> Rulebook:
    """The files of the changed file's standard, and the facts it may read."""
    key = changed.policy.key
    wanted = (
        s for s in RULES.sources() if isinstance(s.policy, Fact) or s.policy.key.startswith(parent(key))
    )
    return Rulebook([*(source for source in wanted if source.policy.key != key), changed])


def parent(key: str) -> str:
    return key.rsplit("/", 1)[0]
