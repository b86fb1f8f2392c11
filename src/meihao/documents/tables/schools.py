"""Table II-2: one row a school-stage, in order of code; the number starts afresh in each stage."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from meihao.base.exact import half_up
from meihao.base.stages import SchoolType, Stage
from meihao.documents.tables.page import BODY, HEAD, LEFT, NOTE, RIGHT, TITLE, Page, Shown
from meihao.documents.tables.remarks import missing_of
from meihao.documents.tables.stages import STAGES, UNDECIDED
from meihao.figures.interpreter import Interpreter, Value
from meihao.figures.plan import Plan
from meihao.figures.result import BlockResult, Cell, CellState, State, UnitResult
from meihao.policy.expressions import Column
from meihao.policy.kinds import PrintedTable, TableColumn

NOT_REPORTED = "未报"
_ANSWERS = {State.REACHED: "是", State.FAILED: "否", State.UNDECIDED: UNDECIDED}
_WIDTHS = {"number": 5.0, "name": 28.0, "sponsor": 7.0, "pupils": 8.0, "grades": 6.0, "classes": 6.0}
_WIDTHS |= {"r3": 14.0, "r4": 10.0, "r5": 10.0, "r6": 10.0, "reached": 9.0, "remarks": 62.0}
# what a column may show besides an indicator
OWN = ("number", "name", "pupils", "reached", "remarks", "sponsor", "grades", "classes")
_CENTRED = ("sponsor", "grades", "classes", "reached")
_OTHER_WIDTH = 11.0
_CODES = frozenset(str(code) for code in range(1, 11))
_THROUGH = (SchoolType.NINE_YEAR, SchoolType.TWELVE_YEAR)
_FIRST = 4


def widths(table: PrintedTable) -> list[float]:
    """The columns' widths, in half-width characters."""
    return [_WIDTHS.get(column.shows, _OTHER_WIDTH) for column in table.columns]


def fill_schools(page: Page, table: PrintedTable, block: BlockResult, plan: Plan) -> None:
    """The captions as published, the schools of each stage, and the note with its blanks filled."""
    page.across(1, table.caption, replace(TITLE, across="center"))
    for column, spec in enumerate(table.columns, 1):
        page.put(2, column, spec.caption, HEAD)
        page.put(3, column, spec.code or "", HEAD)
    row = _FIRST
    for stage in STAGES:
        for number, unit in enumerate(block.of_stage(stage), 1):
            _fill_row(page, row, table, number, unit, plan)
            row += 1
    for line, note in enumerate(table.notes, row):
        page.across(line, _filled(note, block), NOTE)


def _fill_row(page: Page, row: int, table: PrintedTable, number: int, unit: UnitResult, plan: Plan) -> None:
    campus, state = unit.unit.key.campus, f"state/{unit.unit.key.campus}/{unit.unit.stage}"
    for column, spec in enumerate(table.columns, 1):
        match spec.shows:
            case "number":
                page.figure(row, column, state, Decimal(number))
            case "name":
                address = f"column/{plan.fact.name_column}/{campus}"
                page.figure(row, column, address, unit.unit.title.zh, LEFT)
            case "remarks":
                page.figure(row, column, state, remark(unit, plan), LEFT)
            case shows:
                look = BODY if shows in _CENTRED else RIGHT
                page.figure(row, column, *_figure(spec, unit, plan), look)


def _figure(spec: TableColumn, unit: UnitResult, plan: Plan) -> tuple[str, Shown]:
    """What a column shows of one unit, after the address it comes from."""
    campus, stage = unit.unit.key.campus, unit.unit.stage
    match spec.shows:
        case "sponsor" | "grades" | "classes":
            name = _column(spec.shows, unit, plan)
            return f"column/{name}/{campus}", _whole(unit.unit.row.get(name))
        case "pupils":
            return f"pupils/{campus}/{stage}", _whole(unit.pupils)
        case "reached":
            return f"state/{campus}/{stage}", _ANSWERS[unit.state]
        case item:
            value = unit.cells[item].figure.value
            shown = NOT_REPORTED if value is None else half_up(value, spec.places or 0)
            return f"{item}/{campus}/{stage}", shown


def _column(shows: str, unit: UnitResult, plan: Plan) -> str:
    """The column of the fact: that of the stage, but the school's total where it has one stage only."""
    if shows == "sponsor":
        return shows
    of_stage = f"{unit.unit.stage}_{shows}"
    if shows == "classes" and unit.unit.row.get(of_stage) is None and _has_one_stage(unit, plan):
        return shows
    return of_stage


def _has_one_stage(unit: UnitResult, plan: Plan) -> bool:
    only = Column(f"only_{unit.unit.stage}")
    return Interpreter(plan.fact, unit.unit.row).truth(only) is True


def _whole(value: Value) -> Shown:
    """A count, or a code: the form's codes are numbers from 1 to 10."""
    if value is None:
        return NOT_REPORTED
    if isinstance(value, Fraction):
        return half_up(value, 0)
    return Decimal(value) if value in _CODES else str(value)


def remark(unit: UnitResult, plan: Plan) -> str:
    """Which counting indicators reach, which are at the floor, which below it, and what is missing."""
    cells = [unit.cells[item] for item in unit.counting]
    groups = {
        CellState.REACHED: "达标",
        CellState.SPARE: f"达到{_floor(cells)}",
        CellState.BELOW: f"低于{_floor(cells)}",
        CellState.SHOWN: CellState.SHOWN.words.zh,
        CellState.UNDECIDED: UNDECIDED,
    }
    parts = {state: [_named(cell, plan) for cell in cells if cell.state is state] for state in groups}
    return "；".join(f"{groups[state]}：{'，'.join(named)}" for state, named in parts.items() if named)


def _floor(cells: list[Cell]) -> str:
    share = max(
        (cell.floor / cell.threshold for cell in cells if cell.threshold and cell.floor), default=Fraction(1)
    )
    return f"{half_up(share * 100, 0)}%"


def _named(cell: Cell, plan: Plan) -> str:
    short = cell.figure.item.indicator.short.zh
    return short + missing_of(cell, plan) if cell.state is CellState.UNDECIDED else short


def _filled(note: str, block: BlockResult) -> str:
    """The note with its blanks filled from the units that count."""
    for blank, number in _counts(block).items():
        note = note.replace(f"{{{blank}}}", str(number))
    return note


def _counts(block: BlockResult) -> dict[str, int]:
    def of(stage: Stage, *types: SchoolType) -> int:
        return sum(unit.unit.school_type in types for unit in block.of_stage(stage))

    return {
        "primary": len(block.of_stage(Stage.PRIMARY)),
        "primary_parts": of(Stage.PRIMARY, *_THROUGH),
        "teaching_points": of(Stage.PRIMARY, SchoolType.TEACHING_POINT),
        "junior": len(block.of_stage(Stage.JUNIOR)),
        "junior_parts": of(Stage.JUNIOR, *_THROUGH),
        "complete_secondary": of(Stage.JUNIOR, SchoolType.COMPLETE_SECONDARY),
    }
