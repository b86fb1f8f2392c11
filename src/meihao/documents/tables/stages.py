"""Tables II-1 and III: two rows a stage, a column for each indicator and one for the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from meihao.base.exact import half_up
from meihao.base.stages import Stage
from meihao.documents.tables.page import HEAD, OVERHANGING, TITLE, Page, Shown
from meihao.figures.result import BlockResult, CellState, DispersionResult, State
from meihao.policy.kinds import DispersionRule, PrintedTable

STAGES = (Stage.PRIMARY, Stage.JUNIOR)
OVERALL = "overall"
NONE, UNDECIDED, NOT_SET = "—", "未决", "未规定"
_NO_MEAN = "——"  # the form's own dashes: there is no mean of a whole
STAGE_WIDTHS = (8.0, 20.0, 17.0, 17.0, 20.0, 17.0, 17.0, 17.0, 17.0, 11.0)  # half-width characters
_SHARE_PLACES = 2
_FIRST = 4
_JOINED = ("A2:B3", "A4:A5", "A6:A7")  # merged in the published table III, but not in table II-1

Figure: TypeAlias = Callable[[str, Stage], Shown]


def fill_summary(page: Page, table: PrintedTable, block: BlockResult) -> None:
    """Table II-1: how many schools reach each threshold, and which part of all that is, in %."""

    def count(item: str, stage: Stage) -> Shown:
        return Decimal(_outcomes(block, item, stage).count(True))

    def share(item: str, stage: Stage) -> Shown:
        outcomes = _outcomes(block, item, stage)
        if not outcomes or None in outcomes:
            return NONE
        return half_up(Fraction(100 * outcomes.count(True), len(outcomes)), _SHARE_PLACES)

    _fill(page, table, {"count": count, "share": share})
    for joined in _JOINED:
        page.blend(joined)


def _outcomes(block: BlockResult, item: str, stage: Stage) -> list[bool | None]:
    """Whether each unit of a stage reaches; None where that is undecided."""
    units = block.of_stage(stage)
    if item == OVERALL:
        return [None if u.state is State.UNDECIDED else u.state is State.REACHED for u in units]
    states = [unit.cells[item].state for unit in units]
    return [None if state is CellState.UNDECIDED else state is CellState.REACHED for state in states]


def fill_dispersions(
    page: Page, table: PrintedTable, block: BlockResult, rule: DispersionRule | None
) -> None:
    """Table III: the pupil-weighted mean in the indicator's unit, and the coefficient of variation."""

    def mean(item: str, stage: Stage) -> Shown:
        places = rule.mean_places if rule else 0
        found = block.dispersion(item, stage)
        return _told(found, lambda d: d.sums.mean_rounded(places, d.item.indicator.scale))

    def cv(item: str, stage: Stage) -> Shown:
        places = rule.places if rule else 0
        return _told(block.dispersion(item, stage), lambda d: d.sums.cv_rounded(places))

    _fill(page, table, {"mean": mean, "cv": cv}, whole={"mean": _NO_MEAN, "cv": NOT_SET})
    for joined in _JOINED:
        page.merge(joined)


def _told(found: DispersionResult | None, tell: Callable[[DispersionResult], str | None]) -> Shown:
    """One number over all schools of a stage: it needs every one of them."""
    if found is None:
        return NONE
    if found.unknown:
        return UNDECIDED
    told = tell(found)
    return NONE if told is None else Decimal(told)


def _fill(
    page: Page, table: PrintedTable, figures: Mapping[str, Figure], whole: Mapping[str, str] | None = None
) -> None:
    """The captions as published, then a row for each stage and figure; `whole` are fixed words of L8."""
    _head(page, table)
    for place, stage in enumerate(STAGES):
        for line, (kind, figure) in enumerate(figures.items()):
            row = _FIRST + len(figures) * place + line
            page.put(row, 1, "" if line else stage.words.zh)
            page.put(row, 2, table.row_captions.get(kind, ""))
            for column, spec in enumerate(table.columns, 3):
                if whole and spec.shows == OVERALL:
                    page.put(row, column, whole[kind])
                else:
                    page.figure(row, column, f"{kind}/{spec.shows}/{stage}", figure(spec.shows, stage))
    for line, note in enumerate(table.notes, _FIRST + len(figures) * len(STAGES)):
        page.put(line, 1, note, OVERHANGING)


def _head(page: Page, table: PrintedTable) -> None:
    page.put(1, 1, table.caption, TITLE)
    for row in (2, 3):
        page.put(row, 1, "", HEAD)
        page.put(row, 2, "", HEAD)
    for column, spec in enumerate(table.columns, 3):
        page.put(2, column, spec.caption, HEAD)
        page.put(3, column, spec.code or "", HEAD)
