"""The invented kindergartens: only what is planted is wrong, and the result is what plain Python says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from meihao.demo.district import REGISTER_FILE, REGISTER_FORM, invent
from meihao.demo.institutions import institutions
from meihao.demo.kindergartens import (
    KINDERGARTEN_FOLDER,
    KINDERGARTEN_FORM,
    PRESCHOOL,
    PRESCHOOL_FORM,
    Preschool,
    findings,
    invent_kindergartens,
    write_kindergartens,
)
from meihao.demo.names import BANNER, DISTRICT, DIVISION
from meihao.demo.schools import Row
from meihao.documents.returns.intake import Intake, take_in
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.clauses import declaration_code
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.interpreter import Interpreter
from meihao.figures.judging import evaluate
from meihao.figures.plan import DECLARATIONS, make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

ON = date(2025, 10, 20)
SEEDS = (990106, 1, 2, 3, 4, 5)
FACT, THERE = "cn/preschool/kindergarten", "cn/preschool/district"
STANDARDS = ("public_funds_standard", "collective_funds_standard", "inclusive_funds_standard")
PLANTED = {
    "p8": "failed",
    "p9": "failed",
    "p10": "failed",
    "p16": "not_set",
    "p27": "failed",
    "p29": "basic",
    "p32": "failed",
}


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


@cache
def preschool(seed: int) -> Preschool:
    return invent_kindergartens(rulebook(), ON, seed)


def evaluated(tables: dict[str, Table], place: str = DIVISION, fast: bool = False) -> Evaluation:
    plan = make_plan(rulebook(), PRESCHOOL, ON, place)
    found = {str(row["code"]): row for row in findings(rulebook(), ON)}
    tables = tables | {DECLARATIONS: Table(plan.facts[DECLARATIONS], dict(found))}
    snapshot = Snapshot(ON, place, tables, plan.versions)
    return evaluate(snapshot, plan, FastEngine() if fast else PlainEngine())


def tables(seed: int) -> dict[str, Table]:
    """The rows as they come out of the returns: each kindergarten with what the district says for all."""
    district = preschool(seed).district
    below = {name: district[name] for name in STANDARDS}
    rows = {str(row["kindergarten_code"]): {**row, **below} for row in preschool(seed).kindergartens}
    facts = {key: rulebook().get(Fact, key, ON) for key in (FACT, THERE)}
    return {FACT: Table(facts[FACT], dict(rows)), THERE: Table(facts[THERE], {DIVISION: district})}


def states(evaluation: Evaluation) -> dict[str, str]:
    blocks = [evaluation.block(name) for name in evaluation.plan.standard.blocks]
    return {result.clause.id: str(result.state) for block in blocks for result in block.clauses}


def short(evaluation: Evaluation) -> dict[str, list[str]]:
    blocks = [evaluation.block(name) for name in evaluation.plan.standard.blocks]
    answers = [(r.clause.id, answer) for block in blocks for r in block.clauses for answer in r.answers]
    told = {
        f"{clause}.{a.test.id}": [s.name.removeprefix(DISTRICT) for s in a.short] for clause, a in answers
    }
    return {at: names for at, names in told.items() if names}


# --- the rows


def test_every_kindergarten_of_the_register_is_there_and_invented() -> None:
    rows = preschool(990106).kindergartens
    codes = {str(row["kindergarten_code"]) for row in rows if row["site_kind"] == "幼儿园"}
    assert codes == {one.code for one in institutions() if one.type == "幼儿园"}
    assert len(rows) == 13
    assert all(str(row["kindergarten_code"])[2:4] == "99" for row in rows)
    assert all(str(row["name"]).startswith(DISTRICT) for row in rows)
    assert preschool(990106).district["division_code"] == DIVISION


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert invent_kindergartens(rulebook(), ON, 990106) == preschool(990106)
    assert preschool(1) != preschool(990106)


def complaints(key: str, rows: list[Row]) -> list[tuple[str, str]]:
    """Each check that does not hold and each field that is empty and must not be."""
    form = rulebook().get(Form, key, ON)
    fact = rulebook().get(Fact, form.fact, ON)
    found = []
    for row in rows:
        reader, name = Interpreter(fact, row), str(row["name"])
        for field in form.fields:
            wanted = field.required or (field.required_when is not None and reader.truth(field.required_when))
            if wanted and row.get(field.column) is None:
                found.append((name, field.label))
        found += [(name, c.says.zh) for c in form.checks if reader.truth(c.holds) is False]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_returns_need_no_mending_and_no_explanation(seed: int) -> None:
    assert complaints(KINDERGARTEN_FORM, preschool(seed).kindergartens) == []
    assert complaints(PRESCHOOL_FORM, [preschool(seed).district]) == []


def test_a_return_with_a_mistake_is_complained_of() -> None:
    """The control of the test above."""
    row = preschool(990106).kindergartens[0]
    broken = {**row, "activity_area": Fraction(99999), "certified_teachers": None}
    told = [text for _, text in complaints(KINDERGARTEN_FORM, [broken])]
    assert told == ["持教师资格证的幼儿园专任教师数", "幼儿活动用房建筑面积大于园舍总建筑面积"]


# --- what it comes to


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_is_planted_is_wrong(seed: int) -> None:
    evaluation = evaluated(tables(seed))
    assert {clause: state for clause, state in states(evaluation).items() if state != "reached"} == PLANTED
    assert short(evaluation) == {
        "p9.inclusive_share": ["毫芽幼儿园"],
        "p10.in_full": ["砚朵幼儿园"],
        "p26.outdoor_share": ["小笺幼儿园"],
        "p26.met_share": ["小笺幼儿园", "砚芽幼儿园"],
        "p27.met_share": ["砚芽幼儿园"],
        "p27.activity_share": ["砚芽幼儿园"],
        "p28.share": ["小墨幼儿园"],
        "p29.share": ["墨朵幼儿园"],
        "p29.class_share": ["墨朵幼儿园"],
        "p32.rate": ["墨芽幼儿园"],
    }


def amount(row: Row, *columns: str) -> Fraction:
    numbers = [row.get(column) for column in columns]
    return sum((number for number in numbers if isinstance(number, Fraction)), Fraction(0))


def truth(seed: int) -> dict[str, Fraction]:
    """The numbers of the district, worked out over the rows in plain Python."""
    rows, district = preschool(seed).kindergartens, preschool(seed).district
    ages = ("small_children", "middle_children", "big_children", "mixed_children")
    classes = ("small_classes", "middle_classes", "big_classes", "mixed_classes")
    within = ("small_classes_25", "middle_classes_30", "big_classes_35", "mixed_classes_30")
    real = [row for row in rows if row["site_kind"] == "幼儿园"]
    heads = {str(row["name"]): amount(row, *ages, "nursery_children") for row in real}

    def total(chosen: list[Row], *columns: str) -> Fraction:
        return sum((amount(row, *columns) for row in chosen), Fraction(0))

    def meets(row: Row) -> bool:
        each = heads[str(row["name"])]
        areas = (("outdoor_area", "4"), ("activity_area", "8.17"), ("building_area", "10.44"))
        return all(amount(row, area) / each >= Fraction(norm) for area, norm in areas)

    def staffed(row: Row) -> bool:
        each, groups = heads[str(row["name"])], int(amount(row, *classes, "nursery_classes"))
        teachers, carers = amount(row, "teachers"), amount(row, "care_workers")
        by_class = teachers >= 3 * groups or (teachers >= 2 * groups and carers >= groups)
        return each / amount(row, "staff") <= 7 and each / (teachers + carers) <= 9 and by_class

    public = [row for row in real if row["ownership"] == "公办"]
    inclusive = [row for row in real if row["ownership"] != "其他民办"]
    complexes = [row for row in real if row["residential"]]
    new = [row for row in real if amount(row, "design_year") >= 2017]
    bureau = [row for row in public if row["sponsor"] == "教育部门"]
    standard = amount(district, "public_funds_standard")
    paid = [
        r for r in bureau if amount(r, "funds_received") >= standard * amount(r, "funded_children") / 10000
    ]
    people = total(real, "principals", "teachers")
    return {
        "p1.rate": total(rows, *ages) / amount(district, "registered_children") * 100,
        "p2.share": total(inclusive, *ages) / total(real, *ages) * 100,
        "p3.share": total(public, *ages) / total(real, *ages) * 100,
        "p9.inclusive_share": Fraction(sum(row in inclusive for row in complexes), len(complexes)) * 100,
        "p10.in_full": Fraction(len(paid), len(bureau)) * 100,
        "p26.met_share": Fraction(sum(map(meets, real)), len(real)) * 100,
        "p27.met_share": Fraction(sum(map(meets, new)), len(new)) * 100,
        "p28.share": total(real, *within) / total(real, *classes) * 100,
        "p29.share": Fraction(sum(map(staffed, real)), len(real)) * 100,
        "p31.children_each": sum(heads.values(), Fraction(0)) / total(real, "teachers"),
        "p32.rate": total(real, "certified_principals", "certified_teachers") / people * 100,
    }


@pytest.mark.parametrize("fast", [False, True], ids=["plain", "fast"])
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_values_are_those_of_plain_python(seed: int, fast: bool) -> None:
    evaluation = evaluated(tables(seed), fast=fast)
    blocks = [evaluation.block(name) for name in evaluation.plan.standard.blocks]
    found = {f"{r.clause.id}.{a.test.id}": a.value for b in blocks for r in b.clauses for a in r.answers}
    wanted = truth(seed)
    assert {at: found[at] for at in wanted} == wanted
    assert Fraction(87) <= wanted["p1.rate"] < 90


def test_where_more_is_asked_the_same_rows_fail() -> None:
    here, henan = evaluated(tables(990106)), evaluated(tables(990106), "410106")
    clauses = [one.block("coverage").clause("p1") for one in (here, henan)]
    assert [(str(c.state), c.local and str(c.local)) for c in clauses if c] == [
        ("reached", None),
        ("reached", "failed"),
    ]


# --- the workbooks


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("preschool")
    write_kindergartens(folder, rulebook(), ON)
    return folder


def taken(folder: Path) -> Intake:
    with Reader() as reader:
        return take_in(folder, rulebook(), ON, None, reader, units=FACT)


def known(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {
        code: {name: value for name, value in row.items() if value is not None} for code, row in rows.items()
    }


def test_the_workbooks_come_back_as_the_rows_they_were(written: Path) -> None:
    intake = taken(written)
    assert [(receipt.outcome, receipt.marks) for receipt in intake.receipts] == [("taken", [])] * 15
    assert sheets(intake) == {"幼儿园填报数据", "学前教育区县填报数据", "认定结论"}
    declared = {str(row["code"]): row for row in findings(rulebook(), ON)}
    given: dict[str, Mapping[str, Row]] = {DECLARATIONS: declared}
    given |= {key: {code: dict(row) for code, row in t.rows.items()} for key, t in tables(990106).items()}
    assert {key: table.rows for key, table in intake.tables.items()} == {
        key: known(rows) for key, rows in given.items()
    }
    assert states(evaluated(dict(intake.tables))) == states(evaluated(tables(990106)))
    origin = intake.tables[FACT].origins["1199000001", "public_funds_standard"]
    assert origin.form == PRESCHOOL_FORM


def test_a_kindergarten_of_the_register_that_is_silent_leaves_what_needs_it_undecided(tmp_path: Path) -> None:
    write_kindergartens(tmp_path, rulebook(), ON)
    next((tmp_path / KINDERGARTEN_FOLDER).glob("1199000004_*")).unlink()
    form = rulebook().get(Form, REGISTER_FORM, ON)
    register = invent(rulebook(), ON).register
    write_form(form, rulebook().get(Fact, form.fact, ON), tmp_path / REGISTER_FILE, register, BANNER.zh)
    intake = taken(tmp_path)
    assert intake.unreported == ("1199000004",)
    there = states(evaluated({key: table for key, table in intake.tables.items() if key in (FACT, THERE)}))
    # what is lost at one cannot be mended by another; p27 wants 97 % at least, and 3 of 4 are 75 %
    assert {clause for clause, state in there.items() if state == "failed"} == {
        "p8",
        "p9",
        "p10",
        "p27",
        "p32",
    }
    assert {clause for clause, state in there.items() if state == "undecided"} >= {"p1", "p23", "p29", "p31"}
    assert "reached" not in {there[clause] for clause in ("p2", "p3", "p26", "p27", "p28")}


def sheets(intake: Intake) -> set[str]:
    return {row.sheet for receipt in intake.receipts for sheet in receipt.sheets for row in sheet.rows}


def test_every_workbook_says_that_it_is_invented(written: Path) -> None:
    paths = sorted(written.rglob("*.xlsx"))
    assert len(paths) == 15
    books = [load_workbook(path) for path in paths]
    assert {book.properties.description for book in books} == {BANNER.zh}
    assert len(list((written / KINDERGARTEN_FOLDER).iterdir())) == 13


def test_the_bytes_are_their_seeds(tmp_path: Path, written: Path) -> None:
    write_kindergartens(tmp_path, rulebook(), ON)
    for path in written.rglob("*.xlsx"):
        assert (tmp_path / path.relative_to(written)).read_bytes() == path.read_bytes()


def test_one_sheet_of_all_kindergartens_is_read_as_well(tmp_path: Path) -> None:
    form = rulebook().get(Form, KINDERGARTEN_FORM, ON)
    book = Workbook()
    book.worksheets[0].append([field.label for field in form.fields])
    for row in preschool(990106).kindergartens:
        cells = [row.get(field.column) for field in form.fields]
        book.worksheets[0].append([plain(cell) for cell in cells])
    book.save(tmp_path / "汇总.xlsx")
    intake = taken(tmp_path)
    assert [receipt.marks for receipt in intake.receipts] == [[]]
    assert intake.unknown == ()
    assert len(intake.tables[FACT].rows) == 13


def plain(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return float(value) if isinstance(value, Fraction) else value


# --- what was declared


def test_every_matter_is_declared_once_and_one_does_not_hold() -> None:
    plan = make_plan(rulebook(), PRESCHOOL, ON, DIVISION)
    codes = [declaration_code(c, t) for c in plan.clauses for t in c.tests if t.declared]
    rows = findings(rulebook(), ON)
    assert sorted(str(row["code"]) for row in rows) == sorted(codes)
    assert [row["code"] for row in rows if row["holds"] is not True] == ["preschool-coverage.p8.in_step"]
    assert all(set(row) == set(plan.facts[DECLARATIONS].columns) for row in rows)
    assert all("虚构" in str(row["declared_by"]) for row in rows)
