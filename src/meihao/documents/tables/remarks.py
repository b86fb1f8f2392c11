"""The last sheet 「说明」: what the tables rest on, what is open, and what they do not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from meihao.base.divisions import divisions
from meihao.base.exact import half_up
from meihao.base.school_year import school_year_on
from meihao.documents.tables.clause_remarks import open_clauses, relaxed_clauses
from meihao.documents.tables.page import TITLE, Look, Page
from meihao.figures.clauses import ClauseState
from meihao.figures.plan import Basis, Plan
from meihao.figures.result import BlockResult, Cell, CellState, Evaluation, State, UnitResult
from meihao.policy.kinds import Calendar
from meihao.policy.reader import Source
from meihao.policy.rulebook import Rulebook

INVENTED = "本工作簿中的区县、学校和数字都是虚构的，只作演示。"
WIDTHS = (16.0, 124.0)
_SIGNS = "「未报」：学校没有报送。「未决」：缺数，尚不能断定。「—」：尚不能算出，或没有意义。"
_ROUNDING = (
    "达标与否、差异系数是否超限，都按未舍入的数判断；四舍五入只用于打印。达标学校总数只计已能断定的学校。"
)
_COMPOSITE = "表Ⅲ「综合」一列未规定：所据文件没有写明算法，故不填。"
_CALENDAR = "cn/school-year"


class Line(NamedTuple):
    """One row of the sheet; rows that go on under the same label leave it empty."""

    label: str
    text: str


def fill_remarks(page: Page, title: str, lines: Iterable[Line]) -> None:
    """The sheet: its title, then label and text."""
    page.put(1, 1, title, TITLE)
    for row, line in enumerate(lines, 2):
        look = Look("left", sides=("top",) if line.label else ())
        page.put(row, 1, line.label, look)
        page.put(row, 2, line.text, look)


def remarks(evaluation: Evaluation, rulebook: Rulebook, invented: bool) -> Iterator[Line]:
    """Everything the sheet says, in order of how much a reader needs it."""
    plan = evaluation.plan
    blocks = [evaluation.block(name) for name in plan.standard.blocks]
    units = [block for block in blocks if block.block == plan.unit_block]
    if invented:
        yield Line("虚构", INVENTED)
    yield Line("性质", plan.standard.caution.zh)
    yield from _subject(evaluation, rulebook)
    yield from _results(evaluation)
    yield from _labelled("放宽的影响", _all(_changes_of(evaluation, block) for block in blocks))
    yield from _labelled("未决", _all(_open_of(block, plan) for block in blocks))
    yield from _labelled("不计入", _all(_left_out(block, plan) for block in units))
    yield from _labelled("未定", _not_set(plan))
    yield from _labelled("读法", (_SIGNS, _ROUNDING))
    sources = _sources(plan, rulebook)
    yield from _labelled("待核", _to_verify(sources, plan))
    yield from _labelled("政策版本", map(_version, sources))


def _all(parts: Iterable[Iterable[str]]) -> list[str]:
    return [text for part in parts for text in part]


def _changes_of(evaluation: Evaluation, block: BlockResult) -> Iterator[str]:
    if block.units:
        yield from _relaxations(evaluation, block.block)
    yield from relaxed_clauses(evaluation, block.block)


def _open_of(block: BlockResult, plan: Plan) -> Iterator[str]:
    yield from _undecided(block, plan)
    yield from open_clauses(block, plan)


def _not_set(plan: Plan) -> Iterator[str]:
    """What the sources leave open: the composite of table III, and what is not built."""
    block = plan.standard.blocks[plan.unit_block] if plan.unit_block else None
    if block is not None and block.composite is None:
        yield _COMPOSITE
    if plan.standard.not_built is not None:
        yield f"{plan.standard.not_built.zh}。"


def _labelled(label: str, texts: Iterable[str]) -> Iterator[Line]:
    for place, text in enumerate(list(texts) or ["无"]):
        yield Line("" if place else label, text)


def _subject(evaluation: Evaluation, rulebook: Rulebook) -> Iterator[Line]:
    plan, standard = evaluation.plan, evaluation.plan.standard
    rule = standard.reference[0]
    calendar = rulebook.get(Calendar, _CALENDAR, plan.on, plan.place)
    year = school_year_on(plan.on, calendar.school_year_starts, calendar.census)
    number = f"（{rule.number}）" if rule.number else ""
    place = divisions().get(plan.place)
    yield Line("标准", f"{standard.title.zh}　《{rule.document}》{number}")
    yield Line("区划", f"{place.name.zh}　{plan.place}" if place else plan.place)
    yield Line("测算日期", str(plan.on))
    yield Line("学年", f"{year.title.zh}　统计时点 {year.census}")
    yield Line("数据快照", evaluation.snapshot.logical_hash)


def _results(evaluation: Evaluation) -> Iterator[Line]:
    told = [f"{evaluation.told.zh}。"]
    for name, block in evaluation.plan.standard.blocks.items():
        strict, relaxed = evaluation.block(name), evaluation.block(name, Basis.RELAXED)
        told.append(f"{block.title.zh}，不放宽：{_told(strict)}")
        if _relaxes(evaluation, name):
            told.append(f"{block.title.zh}，放宽：{_told(relaxed)}　放宽的结果只并列，不作数。")
    if evaluation.local is not None:
        told.append(f"按地方要求：{evaluation.local.words.zh}。")
    yield from _labelled("结果", told)


def _relaxes(evaluation: Evaluation, block: str) -> bool:
    plan = evaluation.plan
    tests = [test for clause in plan.clauses_of(block) for test in clause.tests]
    return any(i.indicator.relaxed for i in plan.of_block(block)) or any(t.relaxed for t in tests)


def _told(block: BlockResult) -> str:
    counted = []
    if block.units:
        reached = sum(unit.state is State.REACHED for unit in block.units)
        counted.append(f"达标 {reached} 个校段，共 {len(block.units)} 个")
    if block.clauses:
        held = sum(result.state is ClauseState.REACHED for result in block.clauses)
        counted.append(f"达标 {held} 项，共 {len(block.clauses)} 项")
    counted += [reason.zh for reason in block.reasons]
    return f"{block.state.words.zh}（{'；'.join(counted)}）。"


def _relaxations(evaluation: Evaluation, block: str) -> Iterator[str]:
    """Each relaxation there is, then every figure that it changes, without and with it."""
    units = evaluation.block(block).units
    beside = {unit.unit.key: unit for unit in evaluation.block(block, Basis.RELAXED).units}
    for item in evaluation.plan.of_block(block):
        if item.indicator.relaxed is None:
            continue
        short = item.indicator.short.zh
        yield f"{short}：{item.indicator.relaxed.title.zh}。"
        pairs = [(unit, beside[unit.unit.key]) for unit in units]
        yield from (_change(*pair, item.id) for pair in pairs if _changes(*pair, item.id))
        open_ = sum(_opens(*pair, item.id) for pair in pairs)
        if open_:
            yield f"{short}：{open_} 个校段是否放宽、放宽多少缺数，放宽的结果未决。"


def _changes(strict: UnitResult, relaxed: UnitResult, item: str) -> bool:
    values = strict.cells[item].figure.value, relaxed.cells[item].figure.value
    return None not in values and values[0] != values[1]


def _opens(strict: UnitResult, relaxed: UnitResult, item: str) -> bool:
    return strict.cells[item].figure.value is not None and relaxed.cells[item].figure.value is None


def _change(strict: UnitResult, relaxed: UnitResult, item: str) -> str:
    without, with_ = strict.cells[item], relaxed.cells[item]
    whole = f"该校段不放宽{strict.state.words.zh}，放宽{relaxed.state.words.zh}"
    named = f"{strict.unit.title.zh}　{without.figure.item.indicator.short.zh}"
    return f"{named}：不放宽 {_value(without)}，放宽 {_value(with_)}；{whole}。"


def _value(cell: Cell) -> str:
    words = cell.state.words.zh
    return words if cell.figure.printed is None else f"{cell.figure.printed}（{words}）"


def _undecided(block: BlockResult, plan: Plan) -> Iterator[str]:
    for unit in block.units:
        for item in unit.counting:
            cell = unit.cells[item]
            if cell.state is CellState.UNDECIDED:
                named = f"{unit.unit.title.zh}　{cell.figure.item.indicator.short.zh}"
                yield f"{named}{missing_of(cell, plan)}{_bounds(cell)}。"
    for found in block.dispersions:
        if found.unknown:
            named = f"{found.stage.words.zh}{found.item.indicator.short.zh}的平均值和差异系数"
            yield f"{named}：{len(found.unknown)} 个校段缺数（{found.state.words.zh}）。"


def missing_of(cell: Cell, plan: Plan) -> str:
    """What has to be filled for a value to be known: 缺「…」、「…」."""
    titles = "、".join(f"「{plan.titled(column).zh}」" for column in cell.figure.missing)
    return f"缺{titles}" if titles else ""


def _bounds(cell: Cell) -> str:
    """A value that is not known may be known to miss already."""
    high = cell.figure.high
    if high is None or not cell.misses:
        return ""
    return f"，至多 {half_up(high, cell.figure.item.indicator.places)}，达不到标准"


def _left_out(block: BlockResult, plan: Plan) -> Iterator[str]:
    for unit in block.out_of_scope:
        yield f"{unit.title.zh}：{plan.standard.out_of_scope.zh}。"


def _sources(plan: Plan, rulebook: Rulebook) -> list[Source]:
    """The versions the result and its tables rest on, then that of the calendar."""
    keys = [version.rpartition("@")[0] for version in plan.versions]
    keys.append(_CALENDAR)
    return [rulebook.source(key, plan.on, plan.place) for key in keys]


def _to_verify(sources: list[Source], plan: Plan) -> Iterator[str]:
    for block in plan.standard.blocks.values():
        if block.dispersion is not None and block.dispersion.confidence != "H":
            yield f"差异系数：{block.dispersion.note}"
    for item in plan.items:
        if item.indicator.relaxed and item.indicator.relaxed.window is None:
            yield f"{item.indicator.short.zh}的放宽：起算日所据文件未写明，故两种结果并列。"
    for clause in plan.clauses:
        if any(test.relaxed and test.relaxed.window is None for test in clause.tests):
            yield f"{clause.short.zh}的放宽：起算日所据文件未写明，故两种结果并列。"
    for source in sources:
        if source.policy.to_verify:
            yield f"{source.policy.title.zh}（{source.policy.version}）{_noted(source.policy.note)}"


def _noted(note: str | None) -> str:
    return f"：{note}" if note else ""


def _version(source: Source) -> str:
    verify = "　待核" if source.policy.to_verify else ""
    return f"{source.policy.title.zh}　{source.policy.version}　{source.digest}{verify}"
