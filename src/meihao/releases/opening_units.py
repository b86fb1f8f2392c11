"""Opens figures of one unit: a cell, its pupils, its result, a reported value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from meihao.base.exact import decimal_text, half_up
from meihao.base.text import LANGS, Text
from meihao.figures.addressed import Standing, addressed
from meihao.figures.engines import UnitKey
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis, Item, amount
from meihao.figures.result import Cell, CellState
from meihao.figures.steps import missing_of, worded
from meihao.figures.words import applied, in_words
from meihao.policy.expressions import Expression
from meihao.policy.kinds import Measure
from meihao.releases.leaves import leaves
from meihao.releases.opened import NONE, Leaf, Limit, Line, Number, Opened, Part, policies_of
from meihao.releases.openers import OF_CELL, OF_STATE, STANDARD, Opener, printed


@dataclass(frozen=True)
class UnitOpener(Opener):
    """Opens figures of one unit; one that may not be named is `Missing`."""

    def cell(self, address: str, item_id: str, key: UnitKey, basis: Basis) -> Opened:
        """One indicator at one unit."""
        item = self.item(item_id)
        result = self.unit_of(key, self.block(item, basis))
        cell, formula = result.cells[item_id], item.formula(key.stage, basis)
        figure, reader = cell.figure, Interpreter(self.evaluation.plan.fact, result.unit.row)
        found = addressed(self.evaluation, address)
        missing = missing_of(figure.missing, self.evaluation.plan)
        clauses, policies = self.rules(item)
        return Opened(
            address,
            found.title,
            figure.printed or "…",
            item.indicator.unit,
            OF_CELL[cell.state],
            cell.state.words,
            (figure.value, figure.numerator, figure.denominator, figure.low, figure.high),
            formula=item.indicator.formula,
            scale=item.indicator.scale,
            numerator=self._part(item.numerator, formula.numerator, figure.numerator, reader),
            denominator=replace(
                self._part(item.denominator, formula.denominator, figure.denominator, reader),
                address=f"pupils/{key.campus}/{key.stage}" if self._counts_pupils(item) else "",
            ),
            limits=_of_cell(cell),
            missing=missing.value if missing else NONE,
            clauses=clauses,
            policies=policies,
            owner=key.campus,
            asked=found.asked,
        )

    def _counts_pupils(self, item: Item) -> bool:
        first = self.evaluation.plan.of_block(item.block)[0]
        return first.denominator == item.denominator

    def _part(self, measure: Measure, node: Expression, value: Fraction | None, reader: Interpreter) -> Part:
        fact, table = self.evaluation.plan.fact, self.evaluation.snapshot.table(self.evaluation.plan.fact)
        shown = applied(node, reader)
        words = Text(*(in_words(shown, fact, lang) for lang in LANGS))
        below = leaves(shown, reader, fact, table, own=True)
        return Part(measure.title, printed(value), measure.unit, words, below)

    def pupils(self, address: str, key: UnitKey) -> Opened:
        """The pupils of a unit."""
        result = self.unit_of(key, self.block())
        item = self.item(next(iter(result.cells)))
        reader = Interpreter(self.evaluation.plan.fact, result.unit.row)
        part = self._part(item.denominator, amount(item.denominator, key.stage), result.pupils, reader)
        title = result.unit.title
        clauses, policies = self.rules(item)
        return Opened(
            address,
            Text(f"{title.zh}{item.denominator.title.zh}", f"{item.denominator.title.en}, {title.en}"),
            printed(result.pupils),
            Text(item.denominator.unit, ""),
            None,
            NONE,
            (result.pupils,),
            numerator=part,
            clauses=clauses,
            policies=policies,
            owner=key.campus,
        )

    def unit(self, address: str, key: UnitKey) -> Opened:
        """A unit's result with its items."""
        result = self.unit_of(key, self.block())
        lines = tuple(self._item_line(cell, key) for cell in result.cells.values())
        clauses, policies = self.rules(None)
        met = f"{result.met}/{len(result.counting)}"
        return Opened(
            address,
            result.unit.title,
            met,
            Text("项达标", "items met"),
            OF_STATE[result.state],
            result.state.words,
            (Fraction(result.met), str(result.state), *(reason.zh for reason in result.reasons)),
            heads=(Text("数值", "value"), Text("标准", "standard")),
            lines=lines,
            missing=_joined(result.reasons),
            clauses=clauses,
            policies=policies,
            owner=key.campus,
        )

    @staticmethod
    def _item_line(cell: Cell, key: UnitKey) -> Line:
        item = cell.figure.item
        address = f"{item.id}/{key.campus}/{key.stage}"
        least = "" if cell.threshold is None else f"≥ {half_up(cell.threshold, item.indicator.places)}"
        unit = item.indicator.unit
        title = Text(f"{item.indicator.short.zh}（{unit.zh}）", f"{item.indicator.short.en} ({unit.en})")
        numbers = (Number(cell.figure.printed or "…", address), Number(least))
        return Line(item.id, title, numbers, OF_CELL[cell.state], cell.state.words, address)

    def column(self, address: str, column: str, campus: str) -> Opened:
        """One reported value."""
        self.seen.require(campus)
        plan = self.evaluation.plan
        table = self.evaluation.snapshot.table(plan.fact)
        row, title = table.rows[campus], plan.fact.titled(column)
        if column not in plan.fact.columns:
            raise KeyError(column)
        value, name = row.get(column), str(row.get(plan.fact.name_column) or campus)
        leaf = Leaf(title, worded(value), "", table.origins.get((campus, column)))
        unit = plan.fact.columns[column].unit or ""
        return Opened(
            address,
            Text(f"{title.zh} · {name}", f"{title.en} · {name}"),
            worded(value).zh,
            Text(unit, ""),
            None,
            NONE,
            (value if isinstance(value, Fraction) else str(value),),
            numerator=Part(title, worded(value).zh, unit, NONE, (leaf,)),
            policies=policies_of(plan, plan.fact),
            owner=campus,
        )


def _joined(reasons: Iterable[Text]) -> Text:
    found = list(reasons)
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def _of_cell(cell: Cell) -> tuple[Limit, ...]:
    if cell.threshold is None or cell.floor is None:
        return ()
    item, standing = cell.figure.item, OF_CELL[cell.state]
    limits = [Limit(STANDARD, _at_least(cell.threshold, item), standing, cell.state.words)]
    if cell.floor != cell.threshold:
        held = cell.state in (CellState.REACHED, CellState.SPARE)
        word = Text("已到", "met") if held else cell.state.words
        limits.append(
            Limit(
                Text("余项底线", "floor"),
                _at_least(cell.floor, item),
                Standing.REACHED if held else standing,
                word,
            )
        )
    return tuple(limits)


def _at_least(level: Fraction, item: Item) -> Text:
    return Text(
        f"≥ {decimal_text(level)} {item.indicator.unit.zh}",
        f"≥ {decimal_text(level)} {item.indicator.unit.en}",
    )
