"""From any figure back to its sources: formula in words, amounts, clause, workbook, sheet and cell.

A figure has an address:

    r4/2199000001/primary            one indicator at one unit (…/relaxed: with the relaxation)
    cv/r4/primary   mean/r4/primary  a dispersion, a pooled mean
    count/r4/primary  share/r4/primary   schools that reach (r4, or `overall`), and their share
    count/overall  within  within/primary   units that reach; dispersions within their limits
    state/2199000001/primary         a unit's result
    pupils/2199000001/primary        a unit's pupils
    column/sponsor/2199000001        one reported value
    clause/g11  test/g11/share       a clause, one test of it (…/relaxed: with the relaxation)
    total/g11/eligible               a total that a clause or a table asks for
"""

from __future__ import annotations

from fractions import Fraction

from meihao.base.exact import decimal_text, half_up, sqrt_half_up
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.figures.engines import PlainEngine, UnitKey
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis, Item, amount
from meihao.figures.result import BlockResult, Cell, CellState, Evaluation, State, Unit, UnitResult
from meihao.figures.steps import (
    Leaves,
    Step,
    clause_of,
    ends,
    half_fraction,
    limit_of_dispersion,
    missing_of,
    root,
    told,
    version_of,
    worded,
)
from meihao.figures.trace_clauses import ClauseTracer
from meihao.figures.words import applied, in_words
from meihao.policy.expressions import Expression
from meihao.policy.kinds import Element, Measure, Policy


def trace(evaluation: Evaluation, address: str) -> Step:
    """The figure at an address with everything it rests on. Raises `Refused` for an unknown address."""
    kind, *rest = address.strip("/").split("/")
    tracer = _Tracer(evaluation)
    try:
        match kind, rest:
            case "clause", [clause]:
                return tracer.clauses.clause(clause, Basis.STRICT)
            case "test", [clause, test]:
                return tracer.clauses.test(clause, test, Basis.STRICT)
            case "test", [clause, test, basis]:
                return tracer.clauses.test(clause, test, Basis(basis))
            case "total", [owner, name]:
                return tracer.clauses.total(owner, name)
            case "column", [column, campus]:
                return tracer.column(column, campus)
            case "cv" | "mean", [item, stage]:
                return tracer.dispersion(item, Stage(stage))
            case "count" | "share", [item, *stages]:
                return tracer.passing(item, [Stage(stage) for stage in stages])
            case "within", stages:
                return tracer.within([Stage(stage) for stage in stages])
            case "state", [campus, stage]:
                return tracer.unit(UnitKey(campus, Stage(stage)))
            case "pupils", [campus, stage]:
                return tracer.pupils(UnitKey(campus, Stage(stage)))
            case clause, []:
                return tracer.clauses.clause(clause, Basis.STRICT)
            case item, [campus, stage]:
                return tracer.figure(item, UnitKey(campus, Stage(stage)), Basis.STRICT)
            case item, [campus, stage, basis]:
                return tracer.figure(item, UnitKey(campus, Stage(stage)), Basis(basis))
    except (ValueError, KeyError):
        pass
    raise Refused(
        f"没有「{address}」这个数。写法如 r4/学校代码/primary、cv/r4/junior、column/sponsor/学校代码。",
        f"there is no figure “{address}”. Write r4/CODE/primary, cv/r4/junior or column/sponsor/CODE.",
    )


class _Tracer:
    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._plan = evaluation.plan
        self._fact = evaluation.plan.fact
        self._table = evaluation.snapshot.table(self._fact)
        self._leaves = Leaves(self._fact, self._table)
        self.clauses = ClauseTracer(evaluation)

    def _block(self, item: Item | None, basis: Basis = Basis.STRICT) -> BlockResult:
        name = item.block if item else self._plan.unit_block
        if name is None:
            raise KeyError("no block judges units")
        return self._evaluation.block(name, basis)

    def _unit(self, key: UnitKey, block: BlockResult) -> UnitResult:
        found = block.unit(key)
        if found is None:
            raise Refused(f"{key.campus} 的{key.stage.words.zh}不在测算范围内。", f"{key} is not in scope.")
        return found

    # --- one indicator at one unit

    def figure(self, item_id: str, key: UnitKey, basis: Basis) -> Step:
        item = self._plan.item(item_id)
        result = self._unit(key, self._block(item, basis))
        cell, indicator = result.cells[item_id], item.indicator
        figure, reader = cell.figure, Interpreter(self._fact, result.unit.row)
        unit = indicator.unit
        printed = figure.printed or "…"
        value = Text(f"{printed} {unit.zh}", f"{printed} {unit.en}")
        formula = item.formula(key.stage, basis)
        steps = [
            Step(Text("公式", "formula"), indicator.formula),
            self._side(
                Text("分子", "numerator"), item.numerator, formula.numerator, figure.numerator, reader
            ),
            self._side(
                Text("分母", "denominator"), item.denominator, formula.denominator, figure.denominator, reader
            ),
            self._against(cell),
            missing_of(figure.missing, self._plan),
            *self._rules(item),
            self._recomputed(item_id, key, basis, figure.numerator, figure.denominator),
        ]
        name = result.unit.title
        label = Text(f"{indicator.title.zh} · {name.zh}", f"{indicator.title.en} · {name.en}")
        return Step(label, value, None, tuple(step for step in steps if step is not None))

    def _side(
        self, label: Text, measure: Measure, node: Expression, value: Fraction | None, reader: Interpreter
    ) -> Step:
        shown = applied(node, reader)
        words = Text(in_words(shown, self._fact, "zh"), in_words(shown, self._fact, "en"))
        number = "…" if value is None else told(value)
        whole = Text(f"{number} {measure.unit} ＝ {words.zh}", f"{number} {measure.unit} = {words.en}")
        return Step(label, whole, None, self._leaves.of(shown, reader))

    @staticmethod
    def _against(cell: Cell) -> Step | None:
        if cell.threshold is None or cell.floor is None:
            return None  # nothing is asked of a single unit
        limits, state = (decimal_text(cell.threshold), decimal_text(cell.floor)), cell.state
        return Step(
            Text("标准", "standard"),
            Text(
                f"≥ {limits[0]}（余项不低于 {limits[1]}）：{state.words.zh}",
                f"≥ {limits[0]} (floor {limits[1]}): {state.words.en}",
            ),
        )

    def _rules(self, item: Item) -> list[Step]:
        policies: list[Policy] = [item.indicator]
        policies += [measure for measure in item.measures() if isinstance(measure, Element)]
        rules = [clause_of(reference) for reference in item.indicator.reference]
        versions = [version_of(policy, self._plan) for policy in (self._plan.standard, *policies)]
        return [*rules, *versions]

    def _recomputed(
        self, item: str, key: UnitKey, basis: Basis, over: Fraction | None, under: Fraction | None
    ) -> Step:
        measured = PlainEngine().measure(self._evaluation.snapshot, self._plan)[key].amounts
        again = measured.get((item, basis)) or measured[item, Basis.STRICT]
        same = again == (over, under)
        words = Text("一致", "equal") if same else Text(f"不一致：{again}", f"differs: {again}")
        return Step(Text("由快照复算", "recomputed from the snapshot"), words)

    def _sources(self, item: Item, unit: Unit) -> tuple[Step, ...]:
        """The cells one value rests on, numerator before denominator, each once."""
        reader = Interpreter(self._fact, unit.row)
        formula = item.formula(unit.stage, Basis.STRICT)
        sides = (applied(side, reader) for side in (formula.numerator, formula.denominator))
        leaves = [leaf for side in sides for step in self._leaves.of(side, reader) for leaf in ends(step)]
        return tuple({(leaf.label, leaf.origin): leaf for leaf in leaves}.values())

    def _basis(self, item: Item | None) -> list[Step]:
        """The clause and the versions a district's figure stands on."""
        if item is not None:
            return self._rules(item)
        return [clause_of(self._plan.standard.reference[0]), version_of(self._plan.standard, self._plan)]

    # --- a district's figures

    def dispersion(self, item_id: str, stage: Stage) -> Step:
        item = self._plan.item(item_id)
        block = self._block(item)
        found = block.dispersion(item_id, stage)
        rule = self._plan.standard.blocks[item.block].dispersion
        if found is None or rule is None:
            raise KeyError(item_id)
        squared = found.squared
        cv = "…" if squared is None else f"{sqrt_half_up(squared, rule.places):f}"
        mean = found.sums.mean_rounded(rule.mean_places, item.indicator.scale) or "…"
        sums = found.sums
        steps = [
            Step(
                Text("公式", "formula"),
                Text("CV² ＝ Σp · Σ(x²/p) ÷ (Σx)² − 1", "CV² = Σp · Σ(x²/p) ÷ (Σx)² − 1"),
            ),
            Step(Text("Σp 在校生", "Σp pupils"), worded(sums.pupils)),
            Step(Text("Σx 总量", "Σx amount"), worded(sums.total)),
            Step(Text("Σx²/p", "Σx²/p"), worded(half_fraction(sums.square))),
            Step(Text("全县平均值", "pooled mean"), Text(f"{mean} {item.indicator.unit.zh}", mean)),
            Step(Text("限值", "limit"), limit_of_dispersion(found.limit)),
            Step(
                Text("未加权（只供比较）", "unweighted (beside, never judged)"),
                root(found.unweighted_squared, 3),
            ),
            Step(Text("待核", "to be verified"), Text(rule.note, rule.note)),
            *self._basis(item),
            self._parts(item, block, stage),
        ]
        label = Text(
            f"{stage.words.zh}差异系数 · {item.indicator.short.zh}",
            f"dispersion, {stage.words.en} · {item.indicator.short.en}",
        )
        state = {
            State.REACHED: Text("限内", "within"),
            State.FAILED: Text("超限", "over"),
            State.UNDECIDED: Text("未决", "undecided"),
        }[found.state]
        return Step(label, Text(f"{cv}（{state.zh}）", f"{cv} ({state.en})"), None, tuple(steps))

    def _parts(self, item: Item, block: BlockResult, stage: Stage) -> Step:
        found = block.dispersion(item.id, stage)
        assert found is not None
        lines = []
        for part in sorted(found.contributions, key=lambda part: (-part.share, part.unit.campus)):
            unit = self._unit(part.unit, block).unit
            share, pupils = half_up(part.share * 100, 1), told(part.pupils)
            value = half_up(part.value, item.indicator.places)
            zh = f"{value}，{pupils} 人，占方差 {share}%"
            en = f"{value}, {pupils} pupils, {share} % of the variance"
            lines.append(Step(unit.title, Text(zh, en), None, self._sources(item, unit)))
        lines += [
            Step(self._unit(key, block).unit.title, Text("未决，未计入", "undecided, left out"))
            for key in found.unknown
        ]
        count = Text(f"{len(lines)} 个校段", f"{len(lines)} school-stages")
        return Step(Text("各校贡献", "contributions"), count, None, tuple(lines))

    def passing(self, item_id: str, stages: list[Stage]) -> Step:
        item = None if item_id == "overall" else self._plan.item(item_id)
        results = [one for one in self._block(item).units if not stages or one.unit.stage in stages]
        lines = []
        for result in results:
            if item is None:
                lines.append(Step(result.unit.title, result.state.words))
            else:
                cell = result.cells[item_id]
                words = _cell_words(cell.figure.printed, cell.state)
                lines.append(Step(result.unit.title, words, None, self._sources(item, result.unit)))
        states = [result.cells[item_id].state if item else result.state for result in results]
        reached = sum(state in (CellState.REACHED, State.REACHED) for state in states)
        of = stages[0].words if stages else Text("", "")
        label = Text(f"{of.zh}达标学校总数", f"{of.en} schools that reach".strip())
        count = f"{reached} / {len(lines)}"
        return Step(label, Text(count, count), None, (*self._basis(item), *lines))

    def within(self, stages: list[Stage]) -> Step:
        found = [one for one in self._block(None).dispersions if one.limit is not None]
        chosen = [one for one in found if not stages or one.stage in stages]
        if not chosen:
            raise KeyError("no dispersion has a limit")
        lines = [self.dispersion(one.item.id, one.stage) for one in chosen]
        count = f"{sum(one.state is State.REACHED for one in chosen)} / {len(chosen)}"
        return Step(
            Text("差异系数在限内", "dispersions within their limits"), Text(count, count), None, tuple(lines)
        )

    def unit(self, key: UnitKey) -> Step:
        result = self._unit(key, self._block(None))
        lines = [
            Step(
                cell.figure.item.indicator.short,
                _cell_words(cell.figure.printed, cell.state),
                None,
                self._sources(cell.figure.item, result.unit),
            )
            for cell in result.cells.values()
        ]
        lines += [Step(Text("原因", "reason"), reason) for reason in result.reasons]
        lines.append(clause_of(self._plan.standard.reference[0]))
        return Step(result.unit.title, result.state.words, None, tuple(lines))

    def pupils(self, key: UnitKey) -> Step:
        block = self._block(None)
        result = self._unit(key, block)
        item = self._plan.item(next(iter(result.cells)))
        reader = Interpreter(self._fact, result.unit.row)
        node = amount(item.denominator, key.stage)
        return self._side(item.denominator.title, item.denominator, node, result.pupils, reader)

    def column(self, column: str, campus: str) -> Step:
        row = self._table.rows[campus]
        origin = self._table.origins.get((campus, column))
        return Step(self._fact.titled(column), worded(row.get(column)), origin)


def _cell_words(printed: str | None, state: CellState) -> Text:
    value = printed or "…"
    return Text(f"{value} {state.words.zh}", f"{value} {state.words.en}")
