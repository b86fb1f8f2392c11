"""Why a place is not filled, in words a clerk can act on: the reason, what it is, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meihao.base.exact import decimal_text
from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.documents.filling.asks import YES_NO, Audience
from meihao.documents.filling.known import Known, Wanting
from meihao.documents.filling.results import Why

_NAMED = 5  # so many schools are named before the rest are counted


class Reason(NamedTuple):
    """One reason: its kind, what it is here, what to do about it."""

    why: Why
    told: Text
    todo: Text


_BY_HAND = Text("手工填写", "fill it in by hand")
_CONFIRM = Text(
    "名称相近的不自动带出；在对照草稿里写明等同于哪个名称后再带",
    "nothing is filled in by likeness: confirm in the draft of captions what it is the same as",
)
_NEITHER = Text(
    "手工填写，或在对照文件里写明它的意思", "fill it in by hand, or say in a file of captions what it means"
)
_CHECK_TITLE = Text(
    "核对表题；确为全部学校的本年数时，请手工填写", "check the title; fill it in by hand where it covers all"
)
SENTENCE = Reason(
    Why.UNKNOWN, Text("这句话里的空格没有对照", "the blanks of this sentence are not known"), _BY_HAND
)
TORN = Reason(Why.STAGE, Text("表头里有两个学段", "two stages are named"), _BY_HAND)
LEVEL: dict[Audience, Reason] = {
    "district": Reason(
        Why.SUBJECT,
        Text("这是各校的项目，全区不能相加", "an item of each school that does not add up over the district"),
        Text("要填某一所学校，请加 --school 学校代码", "for one school, add --school CODE"),
    ),
    "school": Reason(
        Why.SUBJECT,
        Text("这是全区的项目，不是某一所学校的", "an item of the district, not of one school"),
        Text("填区县的表不加 --school", "for the district leave --school out"),
    ),
}
WHICH_SCHOOL = Text("这是学校填的表，没有说明是哪一所", "a school's form, and which school is not said")


def subject(told: Text) -> Reason:
    """Whose form it is, is not clear."""
    todo = Text("写明学校代码，或加上 --school 学校代码", "write the school's code, or add --school CODE")
    return Reason(Why.SUBJECT, told, todo)


def row(told: Text) -> Reason:
    """Which school a row is about is not clear."""
    todo = Text("在这一行写学校代码或全称", "write the school's code or full name in this row")
    return Reason(Why.SUBJECT, told, todo)


def confined_to(word: str) -> Reason:
    """The title speaks of some schools only."""
    told = Text(f"表题有「{word}」，手里的数不分「{word}」", f"the title says “{word}”, the data does not")
    return Reason(Why.CONFINED, told, _CHECK_TITLE)


def confined_to_stage(stage: Stage) -> Reason:
    """The title speaks of one stage only."""
    told = Text(f"表题只说{stage.words.zh}", f"the title speaks of {stage.words.en} only")
    return Reason(Why.CONFINED, told, _CHECK_TITLE)


def other_year(titled: Iterable[int], ours: Iterable[int]) -> Reason:
    """The title speaks of another year."""
    named, own = ("、".join(map(str, sorted(years))) for years in (titled, ours))
    told = Text(f"表题是 {named} 年，手里的数是 {own} 年", f"the title says {named}, the data is of {own}")
    return Reason(Why.CONFINED, told, _CHECK_TITLE)


def under(outer: Sequence[str]) -> Reason:
    """A caption above may change what the known one means."""
    above = " › ".join(outer)
    told = Text(f"上级表头「{above}」没有对照", f"what “{above}” above it means is not known")
    return Reason(Why.CONFINED, told, _CONFIRM)


def stage_not_said(stages: Sequence[Stage]) -> Reason:
    """Known by stage, and the blank names none."""
    zh, en = "或".join(s.words.zh for s in stages), " or ".join(s.words.en for s in stages)
    told = Text(f"没有说明是{zh}", f"whether {en} is not said")
    return Reason(Why.STAGE, told, Text("在名称或上级表头写明学段", "name the stage in it or above it"))


def not_by_stage(stage: Stage) -> Reason:
    """Known for all stages together, and the blank asks for one."""
    told = Text(f"没有分{stage.words.zh}的数", f"not known for {stage.words.en} alone")
    return Reason(Why.STAGE, told, Text("由学校填报后手工填写", "ask the schools, and fill it in by hand"))


def unknown(likely: Sequence[str]) -> Reason:
    """Nothing is called that."""
    told = Text("没有这个名称的对照", "this caption is not known")
    return Reason(Why.UNKNOWN, told, _CONFIRM if likely else _NEITHER)


def other_unit(own: str | None, asked: str | None) -> Reason:
    """The unit is another, or none is printed where several are in use."""
    had = own or "—"
    if asked is not None:
        zh, en = f"空表的单位是{asked}，手里的数是{had}", f"the blank asks in {asked}, the data is in {had}"
        todo = Text("改用能换算的单位，或手工填写", "use a unit that converts, or fill it in by hand")
        return Reason(Why.UNIT, Text(zh, en), todo)
    told = Text(f"空表没有写单位，手里的数是{had}", f"the blank prints no unit, the data is in {had}")
    return Reason(
        Why.UNIT, told, Text(f"在名称后写上（{had}）再带", f"write ({had}) behind it and fill again")
    )


def disagreeing(known: Sequence[Known]) -> Reason:
    """Two sources say different things, and neither is preferred."""
    sides = "；".join(f"{shown_exactly(each)}（{_where(each)}）" for each in known)
    todo = Text("查明以哪个为准，更正来源后再带", "find out which holds, correct the other, fill again")
    return Reason(Why.CONFLICT, Text(sides, sides), todo)


def differing(given: str, ours: str) -> Reason:
    """A person wrote something else."""
    told = Text(f"表中是 {given}，手里的数是 {ours}", f"{given} stands there, {ours} is known")
    todo = Text("核对后由填表人改", "check, and let whoever filled it in change it")
    return Reason(Why.DIFFERS, told, todo)


def formula(ours: str) -> Reason:
    """The cell works its value out itself."""
    told = Text(f"原有公式不改，手里的数是 {ours}", f"the formula stays; {ours} is known")
    return Reason(Why.FORMULA, told, Text("核对公式", "check the formula"))


def missing(want: Wanting, forms: Sequence[Text]) -> Reason:
    """Nobody has reported it, or some have not; and in which form it would be."""
    if want.out_of_scope:
        told = Text("该校在这个学段不参加测算", "the school is not evaluated at this stage")
        return Reason(Why.MISSING, told, _BY_HAND)
    zh = f"由{'、'.join(f'《{form.zh}》' for form in forms)}填报后再带"
    en = f"report it in {', '.join(form.en for form in forms)}, and fill again"
    return Reason(Why.MISSING, _lacking(want), Text(zh, en) if forms else _BY_HAND)


def _lacking(want: Wanting) -> Text:
    if not want.rows:
        return Text(f"没有「{want.title.zh}」", f"{want.title.en} was not reported")
    if not want.every:
        return Text(f"「{want.title.zh}」没有填", f"{want.title.en} is not filled in")
    named, number = "、".join(want.rows[:_NAMED]), len(want.rows)
    named += " …" if number > _NAMED else ""
    return Text(
        f"缺 {number} 校的数，不能相加（{named}）", f"{number} schools are missing from the sum ({named})"
    )


def _where(known: Known) -> str:
    origin = next((read.origin for read in known.reads if read.origin), None)
    if known.added_up is not None or origin is None:
        return known.address or f"Σ {known.title.zh}"
    return f"{origin.file} {origin.sheet}!{origin.cell}"


def shown_exactly(known: Known) -> str:
    """A known value with its unit, unrounded."""
    return f"{in_words(known.value)}{known.unit or ''}"


def in_words(value: object) -> str:
    """A value as a clerk writes it."""
    if isinstance(value, bool):
        return YES_NO[0] if value else YES_NO[1]
    return value if isinstance(value, str) else decimal_text(value)  # type: ignore[arg-type]
