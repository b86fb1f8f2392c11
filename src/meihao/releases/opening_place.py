"""Opens figures of all units together: coefficients, pooled means, how many reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from meihao.base.exact import decimal_text, half_up, sqrt_half_up
from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.figures.addressed import Addressed, Standing, addressed
from meihao.figures.plan import Item
from meihao.figures.result import State, UnitResult
from meihao.figures.steps import half_fraction, told
from meihao.methods.dispersion import Sums
from meihao.releases.opened import NONE, Limit, Line, Number, Opened, Part
from meihao.releases.openers import OF_CELL, OF_STATE, STANDARD, Opener, printed

DISPERSION = {
    State.REACHED: Text("限内", "within"),
    State.FAILED: Text("超限", "over"),
    State.UNDECIDED: Text("未决", "undecided"),
}
_TOTAL = Text("总量", "amount in all")
_FORMULAS = {
    "cv": Text("CV² ＝ Σp · Σ(x²/p) ÷ (Σx)² − 1", "CV² = Σp · Σ(x²/p) ÷ (Σx)² − 1"),
    "mean": Text("总量 ÷ 人数，全县合在一起算", "amount ÷ people, the whole county together"),
}
_WORDS = {
    Standing.REACHED: Text("达标", "reached"),
    Standing.SPARE: Text("余项", "spare"),
    Standing.FAILED: Text("未达", "not reached"),
    Standing.UNDECIDED: Text("未决", "undecided"),
    Standing.SHOWN: NONE,
}


@dataclass(frozen=True)
class PlaceOpener(Opener):
    """Opens figures of all units together; their lines are those of the units that may be named."""

    def dispersion(self, address: str, kind: str, item_id: str, stage: Stage) -> Opened:
        """A coefficient, or the pooled mean beside it."""
        item = self.item(item_id)
        block = self.block(item)
        found, rule = (
            block.dispersion(item_id, stage),
            self.evaluation.plan.standard.blocks[item.block].dispersion,
        )
        if found is None or rule is None:
            raise KeyError(item_id)
        mean = None if found.unknown else found.sums.mean_rounded(rule.mean_places, item.indicator.scale)
        coefficient = None if found.squared is None else f"{sqrt_half_up(found.squared, rule.places):f}"
        clauses, policies = self.rules(item)
        shares = {part.unit: part for part in found.contributions}
        units = self.seen.units(block.of_stage(stage))
        lines = tuple(
            self._share(one, item, shares[one.unit.key].share if one.unit.key in shares else None)
            for one in units
        )
        named = {"cv": Text("差异系数", "dispersion"), "mean": Text("全县平均值", "pooled mean")}[kind]
        limit = Text(*[f"≤ {decimal_text(found.limit)}"] * 2) if found.limit is not None else NONE
        judged = kind == "cv" and found.limit is not None
        amounts = (
            Part(_TOTAL, told(found.sums.total), item.numerator.unit, NONE),
            Part(item.denominator.title, told(found.sums.pupils), item.denominator.unit, NONE),
        )
        return Opened(
            address,
            Text(
                f"{stage.words.zh}{item.indicator.short.zh}{named.zh}",
                f"{named.en} of {item.indicator.short.en}, {stage.words.en}",
            ),
            (coefficient if kind == "cv" else mean) or "…",
            NONE if kind == "cv" else item.indicator.unit,
            OF_STATE[found.state] if judged else None,
            DISPERSION[found.state] if judged else NONE,
            (found.squared if kind == "cv" else found.sums.mean, *_sums(found.sums)),
            formula=_with_sums(_FORMULAS[kind], found.sums) if kind == "cv" else _FORMULAS[kind],
            scale=item.indicator.scale if kind == "mean" else 1,
            numerator=amounts[0] if kind == "mean" else None,
            denominator=amounts[1] if kind == "mean" else None,
            limits=(Limit(STANDARD, limit, OF_STATE[found.state], DISPERSION[found.state]),)
            if judged
            else (),
            heads=(item.indicator.unit, item.denominator.title, Text("占方差 %", "% of variance")),
            lines=lines,
            hidden=len(block.of_stage(stage)) - len(units),
            missing=Text(f"{len(found.unknown)} 个校段未决", f"{len(found.unknown)} undecided")
            if found.unknown
            else NONE,
            clauses=clauses,
            policies=policies,
            asked=addressed(self.evaluation, f"cv/{item_id}/{stage}").asked if kind == "cv" else None,
        )

    def _share(self, result: UnitResult, item: Item, share: Fraction | None) -> Line:
        key, cell = result.unit.key, result.cells[item.id]
        address = f"{item.id}/{key.campus}/{key.stage}"
        pupils = Number(printed(cell.figure.denominator), f"pupils/{key.campus}/{key.stage}")
        part = Number("—" if share is None else f"{half_up(share * 100, 1):f}")
        numbers = (Number(cell.figure.printed or "…", address), pupils, part)
        return Line(key.campus, result.unit.title, numbers, OF_CELL[cell.state], cell.state.words, address)

    def passing(self, address: str, kind: str, item_id: str, stages: list[Stage]) -> Opened:
        """How many units reach, or their share in per cent."""
        item = None if item_id == "overall" else self.item(item_id)
        found = addressed(self.evaluation, "/".join(("count", *address.split("/")[1:])))
        units = [one for one in self.block(item).units if not stages or one.unit.stage in stages]
        named = self.seen.units(units)
        lines = tuple(_passed(one, item) for one in named)
        opened = self._counted(address, found, lines, len(units) - len(named), item)
        heads = (Text("数值", "value"),) if item else (Text("项数", "items met"),)
        if kind == "count":
            return replace(opened, heads=heads)
        known = found.standing is not Standing.UNDECIDED and found.value is not None and found.denominator
        share = (
            found.value / found.denominator * 100
            if known and found.value is not None and found.denominator
            else None
        )
        said = "…" if share is None else f"{half_up(share, 2):f}"
        return replace(
            opened, heads=heads, value=said, unit=Text("%", "%"), exact=(share, *opened.exact), scale=100
        )

    def within(self, address: str, stages: list[Stage]) -> Opened:
        """How many coefficients are within their limits."""
        found = addressed(self.evaluation, address)
        limited = [one for one in self.block().dispersions if one.limit is not None]
        lines = []
        for one in limited:
            if not stages or one.stage in stages:
                at = f"cv/{one.item.id}/{one.stage}"
                short = one.item.indicator.short
                title = Text(f"{one.stage.words.zh}{short.zh}", f"{short.en}, {one.stage.words.en}")
                value = addressed(self.evaluation, at).printed or "…"
                limit = Number(f"≤ {decimal_text(one.limit or Fraction(0))}")
                line = Line(
                    one.item.id,
                    title,
                    (Number(value, at), limit),
                    OF_STATE[one.state],
                    DISPERSION[one.state],
                    at,
                )
                lines.append(line)
        counted = self._counted(address, found, tuple(lines), 0, None)
        return replace(counted, heads=(Text("差异系数", "dispersion"), Text("限值", "limit")))

    def _counted(
        self, address: str, found: Addressed, lines: tuple[Line, ...], hidden: int, item: Item | None
    ) -> Opened:
        clauses, policies = self.rules(item)
        return Opened(
            address,
            found.title,
            found.printed or "…",
            Text(f"/ {found.denominator} {found.unit.zh}", f"of {found.denominator} {found.unit.en}"),
            found.standing,
            _WORDS[found.standing],
            (found.value, found.denominator, str(found.standing)),
            lines=lines,
            hidden=hidden,
            clauses=clauses,
            policies=policies,
        )


def _sums(sums: Sums) -> tuple[Fraction, ...]:
    return sums.pupils, sums.total, sums.square


def _passed(result: UnitResult, item: Item | None) -> Line:
    key = result.unit.key
    if item is None:
        address = f"state/{key.campus}/{key.stage}"
        number = Number(f"{result.met}/{len(result.counting)}", address)
        return Line(
            key.campus, result.unit.title, (number,), OF_STATE[result.state], result.state.words, address
        )
    cell, address = result.cells[item.id], f"{item.id}/{key.campus}/{key.stage}"
    number = Number(cell.figure.printed or "…", address)
    return Line(key.campus, result.unit.title, (number,), OF_CELL[cell.state], cell.state.words, address)


def _with_sums(formula: Text, sums: Sums) -> Text:
    """The formula of the coefficient with the three sums it was worked out from."""
    pupils, total, square = told(sums.pupils), told(sums.total), told(half_fraction(sums.square))
    return Text(
        f"{formula.zh}；Σp {pupils}，Σx {total}，Σ(x²/p) {square}",
        f"{formula.en}; Σp {pupils}, Σx {total}, Σ(x²/p) {square}",
    )
