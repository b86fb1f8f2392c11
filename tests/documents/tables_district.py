"""Small districts for the tests of the printed tables: rows, evaluated and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from meihao.documents.tables import PrintedCell, write_tables
from meihao.figures.engines import Engine, PlainEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan, make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.rulebook import Rulebook

DAY = date(2025, 10, 20)
STANDARD = "cn/compulsory-balance"
PLACE = "990106"

# every one of the seven indicators of a primary school of 500 reaches its threshold
PRIMARY = {
    "school_type": "小学",
    "primary_pupils": 500,
    "junior_pupils": 0,
    "primary_teachers_college": 4,
    "primary_teachers_bachelor": 20,
    "primary_teachers_master": 2,
    "primary_teachers_doctor": 0,
    "backbone_teachers": 6,
    "pe_teachers": 3,
    "music_teachers": 1,
    "fine_art_teachers": 1,
    "arts_teachers": 0,
    "teaching_area": 2600,
    "indoor_sports_area": 200,
    "gymnasium_area": 200,
    "sports_ground_area": 3800,
    "equipment_value": 110,
    "multimedia_rooms": 12,
    "dense_city_centre": False,
    "small_rural_50_99": False,
    "sponsor": "7",
    "primary_grades": 6,
    "classes": 12,
}
JUNIOR = PRIMARY | {
    "school_type": "初中",
    "primary_pupils": 0,
    "junior_pupils": 600,
    "junior_teachers_bachelor": 30,
    "junior_teachers_master": 6,
    "junior_teachers_doctor": 0,
    "backbone_teachers": 9,
    "pe_teachers": 4,
    "teaching_area": 3720,
    "sports_ground_area": 6180,
    "equipment_value": 156,
    "multimedia_rooms": 15,
    "primary_grades": None,
    "junior_grades": 3,
}
NINE_YEAR = PRIMARY | JUNIOR | {"school_type": "九年一贯制", "primary_pupils": 400, "junior_pupils": 200}


@cache
def rulebook() -> Rulebook:
    """The shipped policies."""
    return Rulebook.load()


@cache
def plan() -> Plan:
    """The standard in force on the day."""
    return make_plan(rulebook(), STANDARD, DAY, PLACE)


def school(code: str, base: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A row; a change to None is a column not reported."""
    row = {**base, "school_code": code, "name": f"学校{code}", **changes}
    return {
        column: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for column, value in row.items()
    }


def mixed() -> list[dict[str, Any]]:
    """A district of four schools and five school-stages, with one value missing."""
    return [
        school("1", PRIMARY, primary_pupils=333),
        school("2", NINE_YEAR),
        school("3", JUNIOR, equipment_value=None),
        school("4", PRIMARY, equipment_value=Fraction("123.456789")),
    ]


def evaluated(
    rows: Iterable[Mapping[str, Any]], engine: Engine | None = None, rules: Rulebook | None = None
) -> Evaluation:
    """The rows against the standard."""
    asked = make_plan(rules, STANDARD, DAY, PLACE) if rules else plan()
    table = Table(asked.fact, {str(row["school_code"]): row for row in rows})
    snapshot = Snapshot(DAY, PLACE, {asked.fact.key: table}, asked.versions)
    return evaluate(snapshot, asked, engine or PlainEngine())


@dataclass(frozen=True)
class Printed:
    """What was written: the cells told back and the workbook read back."""

    cells: list[PrintedCell]
    book: Workbook

    @property
    def texts(self) -> dict[str, str]:
        """Printed texts by address, without the number, name and remark around a unit's figures."""
        around = {("表2-2", column) for column in "ABO"}
        return {c.address: c.text for c in self.cells if (c.sheet, c.ref[0]) not in around}

    def column(self, sheet: str, letter: str) -> list[Any]:
        """The values of one column, from the fourth row."""
        return [cell.value for cell in self.book[sheet][letter][3:]]

    @property
    def remarks(self) -> dict[str, list[str]]:
        """The last sheet: texts by label."""
        found: dict[str, list[str]] = {}
        label = ""
        for first, text in self.book["说明"].iter_rows(min_row=2, max_col=2, values_only=True):
            label = str(first or label)
            found.setdefault(label, []).append(str(text))
        return found


def printed(folder: Path, *rows: Mapping[str, Any], invented: bool = True) -> Printed:
    """The rows evaluated, printed and read back."""
    target = folder / "tables.xlsx"
    cells = write_tables(evaluated(rows), rulebook(), target, invented)
    return Printed(cells, load_workbook(target))
