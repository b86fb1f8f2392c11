"""The phrases of the sheet, in both languages; names and units come from the policies."""

from __future__ import annotations

from fractions import Fraction

from meihao.base.exact import decimal_text, half_up
from meihao.base.stages import Stage
from meihao.base.text import Lang, Text
from meihao.figures.result import CellState, State
from meihao.policy.kinds import Block

_NUMERALS = "零一二三四五六七八九十"

SHEET = Text("达标一张图", "Readiness on one sheet")
INVENTED = Text("虚构", "Invented")
SELF_RESULT = Text("自评结论", "Own evaluation")
DECIDED = Text("已决", "Decided")
SOURCE = Text("数据来源", "Data")
RULE = Text("规则", "Rule")
RELAXED = Text("计入放宽", "With relaxation")
CODE, SCHOOL, PUPILS = Text("代码", "Code"), Text("学校（校段）", "School (stage)"), Text("在校生", "Pupils")
RESULT, BESIDE = Text("结论", "Result"), Text("另列", "Beside the rule")
DISPERSIONS = Text("校际差异系数", "Dispersion between schools")
WEIGHTED = Text(
    "按在校生数加权，未取整比较；竖线为限值", "weighted by pupils, compared unrounded; the line is the limit"
)
GAPS = Text("缺什么　谁来补", "What is short, and who mends it")
GAPS_ON = Text("缺什么　谁来补（续）", "What is short, and who mends it (continued)")
GAPS_NOTE = Text(
    "由达标线倒算，向上取整；最缺的在前。", "Worked back from the standard, rounded up; worst first."
)
NO_GAPS = Text("没有缺口。", "Nothing is short.")
SPARES = Text("余项：可过，仍宜补", "Spare items: they pass, better mended")
OWNER = Text("责任科室、期限：待定", "Office and date: to be set")
OWNER_HEAD, OWNER_OPEN = Text("责任科室、期限", "office and date"), Text("待定", "to be set")
TWIN = Text("查看数据", "Show the data")
OUTSIDE = Text("不计入", "Not counted")
NO_UNITS = Text("没有计入范围的校段。", "No school-stage is in scope.")
NO_DISPERSIONS = Text("没有可算的差异系数。", "There is no dispersion to compute.")
TO_VERIFY = Text("待核", "to be verified")
SHARED = Text("全校需补，各学段分摊", "for the whole school, shared by its stages")
NOTHING_UNDER = Text("分母为 0，无法计算", "the denominator is 0: cannot be computed")
THIN = Text("…", "…")

UNIT_WORDS = {
    State.REACHED: Text("达标", "reached"),
    State.FAILED: Text("未达", "not reached"),
    State.UNDECIDED: Text("未决", "undecided"),
}
DISPERSION_WORDS = {
    State.REACHED: Text("限内", "within"),
    State.FAILED: Text("超限", "over"),
    State.UNDECIDED: Text("未决", "undecided"),
}
CELL_WORDS = {
    CellState.REACHED: Text("达标", "met"),
    CellState.SPARE: Text("余项", "spare"),
    CellState.BELOW: Text("不足", "short"),
    CellState.SHOWN: Text("列示", "shown"),
    CellState.UNDECIDED: Text("未决", "open"),
}
UNDEFINED = Text("均值为 0", "mean is 0")


def legend(floor: Fraction) -> list[tuple[CellState, Text]]:
    """What the four cell states mean."""
    share = percent(floor)
    return [
        (CellState.REACHED, Text("达标", "met")),
        (CellState.SPARE, Text(f"余项：不低于标准的 {share}", f"spare: at least {share} of the standard")),
        (CellState.BELOW, Text(f"不足 {share}", f"short: below {share}")),
        (CellState.UNDECIDED, Text("未决", "open: not reported")),
    ]


def percent(share: Fraction, places: int | None = None) -> str:
    """A share in per cent: exact as written in a policy, or rounded half up."""
    return f"{decimal_text(share * 100) if places is None else half_up(share * 100, places)}%"


def numeral(count: int) -> str:
    """A small count as Chinese text writes it."""
    return _NUMERALS[count] if count < len(_NUMERALS) else str(count)


def listed(parts: list[str], lang: Lang) -> str:
    """Names in a row."""
    return ("、" if lang == "zh" else ", ").join(parts)


def facts(parts: list[str], lang: Lang) -> str:
    """Short facts on one line: a full-width space in Chinese, a dot in English."""
    return ("　" if lang == "zh" else " · ").join(part for part in parts if part)


def quoted(field: str, lang: Lang) -> str:
    """The name of a field."""
    return f"「{field}」" if lang == "zh" else f"“{field}”"


def finding(units: tuple[int, int, int], dispersions: tuple[int, int, int]) -> Text:
    """The heading: (all, reached, undecided) of the units, (all, within, undecided) of the dispersions."""
    (n, reached, open_units), (d, within, open_cvs) = units, dispersions
    if not n:
        return Text("没有计入范围的校段", "No school-stage is in scope")
    zh = f"{n} 个校段 {reached} 个达标" + (f"、{open_units} 个未决" if open_units else "")
    en = f"{reached} of {n} school-stages reach the standard" + (f", {open_units} open" if open_units else "")
    zh += f"；差异系数 {d} 项 {within} 项在限内" + (f"、{open_cvs} 项未决" if open_cvs else "")
    en += f"; {within} of {d} dispersions within limits" + (f", {open_cvs} open" if open_cvs else "")
    return Text(zh, en)


def subject(block: Block) -> Text:
    """The block with the number of its items: 资源配置七项."""
    return Text(
        f"{block.title.zh}{numeral(block.of_units.of)}项", f"{block.title.en}, {block.of_units.of} items"
    )


def unit_rule(block: Block) -> Text:
    """七项中六项达标，余项不低于 85%."""
    rule, floor = block.of_units, percent(block.of_units.floor)
    return Text(
        f"{numeral(rule.of)}项中{numeral(rule.at_least)}项达标，余项不低于 {floor}",
        f"{rule.at_least} of {rule.of} items met, the others not below {floor}",
    )


def limits(block: Block) -> Text | None:
    """The limits of the dispersions, by stage."""
    if block.dispersion is None or block.dispersion.at_most is None:
        return None
    told = [(stage.words, f"{half_up(most, 2):f}") for stage, most in block.dispersion.at_most.items()]
    zh = "，".join(f"{stage.zh} ≤ {most}" for stage, most in told)
    en = ", ".join(f"{stage.en} ≤ {most}" for stage, most in told)
    return Text(f"差异系数{zh}", f"dispersion: {en}")


def invented(district: Text, place: str | None) -> Text:
    """The sentence of the banner; `place` is a code that no province has."""
    code = (
        Text(f"区划代码 {place} 未分配，", f"code {place} is assigned to no one, ") if place else Text("", "")
    )
    return Text(
        f"演示数据：{district.zh}并不存在，{code.zh}学校、人员、数字均为虚构。",
        f"Demonstration: {district.en} does not exist, {code.en}its schools, people and numbers are made up.",
    )


def stage_line(units: int, reached: int) -> Text:
    """What stands behind the name of a stage."""
    return Text(f"{units} 个校段，达标 {reached}", f"{reached} of {units} reached")


def turned(count: int) -> Text:
    """How many units the relaxation turns."""
    if not count:
        return Text("没有校段因放宽而改变", "no school-stage turns with it")
    return Text(f"{count} 个校段因放宽而改变", f"{count} of the school-stages turn with it")


def amount_unit(unit: Text, amount: str, lang: Lang) -> str:
    """The unit of an amount; English counts one teacher, two teachers."""
    return unit.zh if lang == "zh" else unit.en.removesuffix("s") if amount == "1" else unit.en


def items(count: int) -> Text:
    """How many there are."""
    return Text(f"{count} 项", f"{count} items" if count != 1 else "1 item")


def gap_thing(short: Text, stage: Stage) -> Text:
    """What is over its limit."""
    return Text(f"{stage.words.zh}{short.zh}差异系数", f"dispersion of {short.en}, {stage.words.en}")
