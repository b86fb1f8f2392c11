"""The result of a standard: matrix, coefficients, gaps, clauses; every number with the page of its figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import half_up
from meihao.base.stages import Stage
from meihao.base.text import Lang, Text
from meihao.documents.gaps import Grade, gaps_of
from meihao.documents.readiness import words
from meihao.figures.clauses import Answer, ClauseResult
from meihao.figures.plan import Item
from meihao.figures.result import (
    BlockResult,
    Cell,
    CellState,
    DispersionResult,
    Evaluation,
    State,
    UnitResult,
)
from meihao.figures.trace_clauses import limit_words
from meihao.releases import shown
from meihao.releases.gap_lines import missing
from meihao.releases.grouping import GROUP, TOWN, Where
from meihao.releases.links import Links
from meihao.releases.result_parts import Asked, Bar, Bars, Block, Clause, Group, Page, Row, Shown, Test
from meihao.releases.seen import Seen
from meihao.ui.numbers import grouped

_RAIL = 12  # gaps the rail shows unfolded


def page(evaluation: Evaluation, seen: Seen, links: Links, asked: Asked, lang: Lang) -> Page:
    """The result page for somebody who sees some units by name."""
    plan = evaluation.plan
    name = plan.unit_block
    block = evaluation.block(name) if name else None
    rule = plan.standard.blocks[name] if name else None
    items = plan.of_block(name) if name else ()
    where = Where.of(evaluation.snapshot)
    maker = _Maker(evaluation, seen, links, asked, where)
    found = seen.gaps(gaps_of(evaluation))
    short = [missing(gap, seen, links, lang) for gap in found if gap.grade is Grade.FAILED]
    short += [missing(gap, seen, links, lang) for gap in found if gap.grade is Grade.OPEN]
    judged = rule.unit_rule if rule else None
    legend = words.legend(judged.floor) if judged else []
    return Page(
        finding=_finding(block) if block and block.units and judged else evaluation.told,
        told=evaluation.told,
        state=_state(
            evaluation.whole, "" if block is None or not block.units else links.figure("count/overall")
        ),
        reasons=_joined(block.reasons if block else ()),
        decided=(evaluation.counts["cells"] - evaluation.counts["undecided"], evaluation.counts["cells"]),
        columns=items,
        groups=tuple(maker.groups(block, items)) if block else (),
        bars=tuple(maker.bars(block)) if block else (),
        gaps=tuple(short[:_RAIL]),
        more=tuple(short[_RAIL:]),
        spares=tuple(missing(gap, seen, links, lang) for gap in found if gap.grade is Grade.SPARE),
        blocks=tuple(maker.blocks()),
        unit_title=rule.title if rule else None,
        rule=words.unit_rule(rule) if rule and judged else None,
        limits=words.limits(rule) if rule else None,
        legend=tuple((shown.CELL_SHAPES[state], said) for state, said in legend),
        outside=tuple(unit.title for unit in block.out_of_scope if unit.key.campus in seen) if block else (),
        towns=tuple(where.names(TOWN)) if seen.whole else (),
        school_groups=tuple(where.names(GROUP)) if seen.whole else (),
        stages=tuple(stage for stage in plan.stages if block and block.of_stage(stage)),
        short=sum(one.state is not State.REACHED for one in seen.units(block.units)) if block else 0,
    )


def _finding(block: BlockResult) -> Text:
    units = [unit.state for unit in block.units]
    found = [one.state for one in block.dispersions]
    return words.finding(
        (len(units), units.count(State.REACHED), units.count(State.UNDECIDED)),
        (len(found), found.count(State.REACHED), found.count(State.UNDECIDED)),
    )


def _joined(reasons: Iterable[Text]) -> Text:
    told = list(reasons)
    return Text("；".join(one.zh for one in told), "; ".join(one.en for one in told))


def _state(state: State, href: str) -> Shown:
    return Shown("", shown.STATE_SHAPES[state], state.words, href, state.words, state is not State.REACHED)


@dataclass(frozen=True)
class _Maker:
    evaluation: Evaluation
    seen: Seen
    links: Links
    asked: Asked
    where: Where

    # --- the matrix

    def groups(self, block: BlockResult, items: tuple[Item, ...]) -> Iterable[Group]:
        for stage in self.evaluation.plan.stages:
            units = block.of_stage(stage)
            if not units or self.asked.stage not in ("", str(stage)):
                continue
            named = self.seen.units(units)
            reached = sum(one.state is State.REACHED for one in units)
            yield Group(
                stage.words,
                words.stage_line(len(units), reached),
                self._pupils_of(stage, units, items),
                tuple(self._threshold(item, stage) for item in items),
                tuple(self._row(one, items) for one in named if self._wanted(one)),
                len(units) - len(named),
            )

    def _wanted(self, result: UnitResult) -> bool:
        code, asked = result.unit.key.campus, self.asked
        return (
            (not asked.town or self.where.town.get(code) == asked.town)
            and (not asked.group or self.where.group.get(code) == asked.group)
            and (not asked.short or result.state is not State.REACHED)
        )

    def _pupils_of(self, stage: Stage, units: list[UnitResult], items: tuple[Item, ...]) -> Shown:
        known = [unit.pupils for unit in units if unit.pupils is not None]
        total = half_up(sum(known, Fraction(0)), 0) if len(known) == len(units) else None
        title = Text("在校生", "pupils")
        first = next((item for item in items if item.counts), None)
        has = first is not None and self.evaluation.block(first.block).dispersion(first.id, stage) is not None
        href = self.links.figure(f"mean/{first.id}/{stage}") if first is not None and has else ""
        return Shown(shown.value(None if total is None else str(total)), "", title, href, title, False)

    def _threshold(self, item: Item, stage: Stage) -> Shown:
        least = item.threshold(stage)
        said = "" if least is None else f"≥ {grouped(f'{half_up(least, item.indicator.places):f}')}"
        short = item.indicator.short
        return Shown(said, "", short, self.links.item(item.id), short, False)

    def _row(self, result: UnitResult, items: tuple[Item, ...]) -> Row:
        key = result.unit.key
        pupils = None if result.pupils is None else f"{half_up(result.pupils, 0)}"
        title = Text("在校生", "pupils")
        met = f"{result.met}/{len(result.counting)}"
        state = f"state/{key.campus}/{key.stage}"
        return Row(
            key.campus,
            result.unit.title,
            self.links.unit(key.campus),
            Shown(
                shown.value(pupils),
                "",
                title,
                self.links.figure(f"pupils/{key.campus}/{key.stage}"),
                title,
                False,
            ),
            tuple(self._cell(result.cells[item.id]) for item in items),
            Shown(
                met,
                shown.STATE_SHAPES[result.state],
                shown.STATE_WORDS[result.state],
                self.links.figure(state),
                title,
                result.state is not State.REACHED,
            ),
            met,
        )

    def _cell(self, cell: Cell) -> Shown:
        figure, key = cell.figure, cell.figure.unit
        return Shown(
            shown.value(figure.printed),
            shown.CELL_SHAPES[cell.state],
            shown.CELL_WORDS[cell.state],
            self.links.figure(f"{figure.item.id}/{key.campus}/{key.stage}"),
            figure.item.indicator.short,
            cell.state not in (CellState.REACHED, CellState.SHOWN),
        )

    # --- coefficients

    def bars(self, block: BlockResult) -> Iterable[Bars]:
        for stage in self.evaluation.plan.stages:
            found = [one for one in block.dispersions if one.stage is stage]
            limit = found[0].limit if found else None
            if found and self.asked.stage in ("", str(stage)):
                top = max(
                    [2 * (limit or Fraction(0)), *(shown.length(one) * Fraction(21, 20) for one in found)]
                )
                said = "" if limit is None else f"{half_up(limit, 2):f}"
                bars = tuple(self._bar(one, block, top) for one in found)
                yield Bars(stage.words, said, shown.percent(limit or Fraction(0), top), bars)

    def _bar(self, found: DispersionResult, block: BlockResult, top: Fraction) -> Bar:
        rule = self.evaluation.plan.standard.blocks[block.block].dispersion
        printed = None if found.squared is None else found.sums.cv_rounded(rule.places if rule else 3)
        short, word = found.item.indicator.short, shown.DISPERSION_WORDS[found.state]
        href = self.links.figure(f"cv/{found.item.id}/{found.stage}")
        shape = shown.STATE_SHAPES[found.state] if found.limit is not None else ""
        number = Shown(shown.value(printed), shape, word, href, short, found.state is State.FAILED)
        return Bar(short, number, shown.percent(shown.length(found), top))

    # --- clauses

    def blocks(self) -> Iterable[Block]:
        """The blocks that hold clauses."""
        for name, block in self.evaluation.plan.standard.blocks.items():
            found = self.evaluation.block(name)
            if found.clauses:
                clauses = tuple(self._clause(one) for one in found.clauses)
                yield Block(block.title, _state(found.state, ""), clauses)

    def _clause(self, result: ClauseResult) -> Clause:
        clause = result.clause
        href = self.links.figure(f"clause/{clause.id}")
        loud = shown.CLAUSE_SHAPES[result.state] != "green"
        state = Shown("", shown.CLAUSE_SHAPES[result.state], result.state.words, href, clause.short, loud)
        return Clause(clause.no, clause.short, href, state, tuple(map(self._test, result.answers)))

    def _test(self, answer: Answer) -> Test:
        test, href = answer.test, self.links.figure(f"test/{answer.clause.id}/{answer.test.id}")
        said = "" if test.declared is not None else shown.value(answer.printed)
        unit = test.unit if test.unit and answer.printed else Text("", "")
        loud = shown.CLAUSE_SHAPES[answer.state] != "green"
        value = Shown(said, shown.CLAUSE_SHAPES[answer.state], answer.state.words, href, unit, loud)
        limit = Text("认定", "declared") if test.declared is not None else limit_words(test.must)
        return Test(test.title, value, limit)
