"""Districts for the tests of the draft report: rows of three standards, evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from docx import Document

from meihao.base.school_year import school_year_on
from meihao.base.text import Text
from meihao.demo.basic2012 import basic2012_rows
from meihao.demo.district import invent
from meihao.demo.kindergartens import findings, invent_kindergartens
from meihao.documents.report import Report
from meihao.documents.returns.received import Intake
from meihao.documents.self_report import (
    SelfReport,
    paragraphs,
)
from meihao.figures.engines import Engine, FastEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import DECLARATIONS, Plan, make_plan
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.kinds import Calendar, Fact
from meihao.policy.rulebook import Rulebook

ON, PLACE = date(2025, 10, 20), "990106"
BALANCE, PRESCHOOL, BASIC = "cn/compulsory-balance", "cn/preschool-coverage", "cn/compulsory-basic-2012"
STANDARDS = (BALANCE, PRESCHOOL, BASIC)
CAMPUS, DISTRICT = "cn/compulsory/campus", "cn/compulsory/district"
ASSIGNMENT = "cn/evaluation/assignment"
Rows = Mapping[str, Iterable[Mapping[str, Any]]]


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


@cache
def plan(standard: str = BALANCE) -> Plan:
    return make_plan(rulebook(), standard, ON, PLACE)


def report(rows: Rows, standard: str = BALANCE, engine: Engine | None = None) -> Report:
    """Rows by fact, evaluated; each row carries what the district gives it, as on the way in."""
    tables = {}
    for key, given_rows in rows.items():
        fact = rulebook().get(Fact, key, ON, PLACE)
        tables[key] = Table(fact, {str(row[fact.identity]): dict(row) for row in given_rows})
    for table in tables.values():
        for name, column in table.fact.columns.items():
            source = tables.get(column.given_by or "")
            for identity, row in table.rows.items() if source else ():
                assert source is not None
                table.rows[identity] = {**row, name: next(iter(source.rows.values())).get(name)}
    asked = plan(standard)
    snapshot = Snapshot(ON, PLACE, tables, asked.versions)
    calendar = rulebook().get(Calendar, "cn/school-year", ON)
    year = school_year_on(ON, calendar.school_year_starts, calendar.census)
    intake = Intake((), tables, (), (), (), (), PLACE)
    return Report(intake, evaluate(snapshot, asked, engine or FastEngine()), Text("澄砚区", "Chengyan"), year)


@cache
def invented(standard: str = BALANCE) -> Report:
    return report(rows_of(standard), standard)


def rows_of(standard: str) -> Rows:
    if standard == PRESCHOOL:
        preschool = invent_kindergartens(rulebook(), ON)
        facts = ("cn/preschool/kindergarten", "cn/preschool/district", DECLARATIONS)
        declared = findings(rulebook(), ON)
        return dict(zip(facts, (preschool.kindergartens, [preschool.district], declared), strict=True))
    district = invent(rulebook(), ON)
    if standard == BASIC:
        return {"cn/compulsory-basic-2012/campus": basic2012_rows(district.schools)}
    return {
        CAMPUS: district.schools,
        DISTRICT: [district.district],
        DECLARATIONS: district.declared,
        "cn/institution/register": district.register,
    }


def lines(written: SelfReport) -> list[str]:
    return [line.text for line in paragraphs(Document(str(written.path)))]
