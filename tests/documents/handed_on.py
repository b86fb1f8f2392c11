"""Districts for the papers that a bureau hands on: schools, the district's own row, findings, assignments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from meihao.base.school_year import MonthDay, school_year_on
from meihao.base.text import Text
from meihao.documents.gaps import ASSIGNMENTS, Gap, gaps_of
from meihao.documents.report import Report
from meihao.documents.returns.received import Intake
from meihao.figures.clauses import declaration_code
from meihao.figures.engines import PlainEngine
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.plan import DECLARATIONS, Plan, make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import Fact
from tests.documents.tables_district import DAY, JUNIOR, PRIMARY, rulebook, school

DISTRICT = "cn/compulsory/district"
PLACE = "990106"
ROOMS = {
    "built_by_2016": False,
    "small_rural_class_under_30": False,
    **dict.fromkeys(("music_rooms", "music_rooms_96", "art_rooms", "art_rooms_90"), 1),
    **dict.fromkeys(("music_rooms_73", "music_rooms_61", "art_rooms_67", "art_rooms_61"), 0),
    **dict.fromkeys((f"classes_{band}" for band in ("46_50", "51_55", "56_60", "61_65", "66_up")), 0),
}
THERE = {"division_code": PLACE, "name": "某区", "eligible_teachers": 640, "rotated_teachers": 64}


@cache
def asked(standard: str = "cn/compulsory-balance", place: str = PLACE) -> Plan:
    """A standard in force on the day."""
    return make_plan(rulebook(), standard, DAY, place)


def exact(row: Mapping[str, Any]) -> Row:
    """Whole numbers as the exact numbers a snapshot holds."""
    return {
        name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in row.items()
    }


def schools() -> list[Row]:
    """One of each: sunk, spare, short of rooms, eased by the relaxation, not reported, a junior school."""
    base, junior = PRIMARY | ROOMS, JUNIOR | ROOMS
    return [
        school("1", base, sports_ground_area=2000),
        school("2", base, equipment_value=95, music_rooms_96=0),
        school("3", base, art_rooms_90=0, art_rooms_67=1, built_by_2016=True),
        school("4", base, teaching_area=None, classes_46_50=2),
        school("5", junior),
    ]


def assigned(**found: Mapping[str, str | None]) -> dict[str, Row]:
    """What the bureau has assigned under the standard, by clause."""
    rows = {f"compulsory-balance.{code}": dict(row) for code, row in found.items()}
    return {code: {"code": code, **row} for code, row in rows.items()}


def evaluated(
    rows: Iterable[Row] | None = None,
    district: Mapping[str, Any] | None = None,
    unheld: Iterable[str] = (),
    undeclared: Iterable[str] = (),
    assignments: Mapping[str, Row] | None = None,
    pending: tuple[str, ...] = (),
    plan: Plan | None = None,
) -> Evaluation:
    """A district against a standard; every finding is declared to hold as expected but those named."""
    plan = plan or asked()
    found = schools() if rows is None else list(rows)
    there = exact(THERE if district is None else district)
    held = _declared(plan, set(unheld), set(undeclared))
    tables = {
        plan.fact.key: Table(plan.fact, {str(row[plan.fact.identity]): row for row in found}),
        DECLARATIONS: Table(plan.facts[DECLARATIONS], held),
        ASSIGNMENTS: Table(rulebook().get(Fact, ASSIGNMENTS, DAY, plan.place), dict(assignments or {})),
    }
    for key in plan.facts.keys() - tables.keys():
        if plan.facts[key].identity == "division_code":
            tables[key] = Table(plan.facts[key], {PLACE: there})
    snapshot = Snapshot(DAY, plan.place, tables, plan.versions, pending)
    return evaluate(snapshot, plan, PlainEngine())


def _declared(plan: Plan, unheld: set[str], undeclared: set[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for clause in plan.clauses:
        for test in clause.tests:
            name = f"{clause.id}.{test.id}"
            if test.declared is not None and name not in undeclared:
                code = declaration_code(clause, test)
                rows[code] = {"code": code, "holds": test.declared.expects is (name not in unheld)}
    return rows


def gaps(**changes: Any) -> tuple[Gap, ...]:
    """The gaps of a district."""
    return gaps_of(evaluated(**changes))


def report(evaluation: Evaluation | None = None, district: str = "某区", **changes: Any) -> Report:
    """A report on a district; its intake holds nothing."""
    found = evaluation or evaluated(**changes)
    intake = Intake((), found.snapshot.tables, (), (), (), (), found.plan.place)
    year = school_year_on(DAY, MonthDay(9, 1), MonthDay(9, 1))
    return Report(intake, found, Text(district, district), year)


def hundreds() -> Report:
    """More than two hundred gaps, with names as long as they come: nothing reported, nothing held."""
    base = PRIMARY | ROOMS | {"sports_ground_area": 0, "gymnasium_area": 0, "backbone_teachers": 0}
    base |= {"teaching_area": 201, "music_rooms_96": 0, "art_rooms_90": 0, "classes_46_50": 1}
    rows = [school(f"{number:03}", base, name=f"很长的校名第{number}小学" * 4) for number in range(40)]
    rows += [{"school_code": f"9{n}", "name": f"未报{n}", "school_type": "九年一贯制"} for n in range(3)]
    findings = [f"{c.id}.{t.id}" for c in asked().clauses for t in c.tests if t.declared]
    long = {"owner": "一个名称非常非常长的责任科室" * 3, "deadline": "2026-08-31", "measure": "措施" * 80}
    tasks = assigned(**dict.fromkeys(("r2", "r4", "r5", "g3", "g5", "disqualifiers"), long))
    evaluation = evaluated(
        rows, unheld=findings[::2], undeclared=findings[1::2], assignments=tasks, pending=("某校.xlsx",)
    )
    return report(evaluation, district="一个名称很长很长的自治县" * 3)
