"""The few lines a page has room for: gaps of one kind at several schools become one line.

Lines keep the order of the standard. Where there are more than fit, every block that has some is
shown first; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from meihao.base.text import Lang, Text
from meihao.documents.gaps import OPEN_TASK, Gap, Grade, Kind, Quantity
from meihao.documents.gaps import words as told

_CERTAIN = {
    Kind.FINDING: Text("认定未过", "declared"),
    Kind.FIELDS: Text("未报", "not reported"),
    Kind.DISPERSION: Text("超限", "over"),
}
_SHORT = Text("不足", "short")
_LISTED = Text("见 03 表", "in file 03")


@dataclass(frozen=True)
class Line:
    """One line: how much of what, whose, who mends it by when; how many gaps it stands for."""

    block: str
    code: str
    amount: str
    thing: str
    short: Text
    whose: str
    owner: str
    deadline: str
    eased: bool
    gaps: int


def failing(gaps: Iterable[Gap], lang: Lang) -> list[Line]:
    """What fails for certain, by clause or indicator and thing."""
    groups: dict[tuple[object, ...], list[Gap]] = {}
    for gap in gaps:
        if gap.grade is Grade.FAILED:
            groups.setdefault(_group(gap), []).append(gap)
    return [_line(group, lang) for group in groups.values()]


def undecided(gaps: Iterable[Gap], lang: Lang) -> list[Line]:
    """What is open, by the reason: fields by their form, findings, national results, limits."""
    groups: dict[tuple[object, ...], list[Gap]] = {}
    for gap in gaps:
        if gap.grade is Grade.OPEN:
            form = gap.fields[0].form if gap.kind is Kind.FIELDS and gap.fields else None
            groups.setdefault((gap.kind, form), []).append(gap)
    return [_open_line(group, lang) for group in groups.values()]


def some(lines: Sequence[Line], most: int) -> list[Line]:
    """At most so many lines, in their order; every block has its first before any has its second."""
    kept: list[int] = []
    turns: dict[str, int] = {}
    ranked = []
    for place, line in enumerate(lines):
        turns[line.block] = turns.get(line.block, 0) + 1
        ranked.append((turns[line.block], place))
    kept = sorted(place for _, place in sorted(ranked)[:most])
    return [lines[place] for place in kept]


def _group(gap: Gap) -> tuple[object, ...]:
    one = gap.address if gap.kind in (Kind.DISPERSION, Kind.FINDING) else ""
    thing = (gap.amount.thing, gap.amount.unit, gap.amount.over) if gap.amount else gap.title
    return gap.block, gap.code, gap.kind, thing, one, gap.place


def _line(group: list[Gap], lang: Lang) -> Line:
    first = group[0]
    return Line(
        block=first.block,
        code=first.code,
        amount=_amount(group, lang),
        thing=_thing(first, lang),
        short=first.short,
        whose=_whose(group, lang),
        owner=told.owner(first, lang),
        deadline=told.deadline(first, lang),
        eased=all(gap.eased for gap in group),
        gaps=len(group),
    )


def _amount(group: list[Gap], lang: Lang) -> str:
    """All of it together; premises that the stages of a school share are wanted once."""
    first = group[0]
    if first.amount is None:
        path = first.path(lang) if first.kind is Kind.DISPERSION else ""
        return path or _CERTAIN.get(first.kind, _SHORT).said(lang)
    once: dict[object, Decimal] = {}
    for place, gap in enumerate(group):
        shared = gap.who.code if gap.shared and gap.who else place
        number = gap.amount.number if gap.amount else Decimal(0)
        once[shared] = max(once.get(shared, Decimal(0)), number)
    whole = Quantity(sum(once.values(), Decimal(0)), first.amount.unit, first.amount.thing)
    return whole.bare(lang)


def _thing(gap: Gap, lang: Lang) -> str:
    thing = gap.amount.thing.said(lang) if gap.amount else gap.short.said(lang)
    if gap.amount is not None and gap.amount.over:
        thing = Text(f"{thing}（超出）", f"{thing} (too many)").said(lang)
    if gap.kind is Kind.FINDING:
        thing = gap.title.said(lang)
    return thing if gap.place is None else f"{thing}（{gap.place.said(lang)}）"


def _whose(group: list[Gap], lang: Lang) -> str:
    """The first school by name and how many there are."""
    first = group[0]
    titles = list(dict.fromkeys(gap.who.title.said(lang) for gap in group if gap.who))
    if not titles:
        return told.whose(first, lang)
    if len(titles) == 1:
        return titles[0]
    count = len(titles)
    return Text(f"{titles[0]}等 {count} 个校段", f"{titles[0]} and {count - 1} more").said(lang)


# --- what is open


def _open_line(group: list[Gap], lang: Lang) -> Line:
    first = group[0]
    codes = told.listed(list(dict.fromkeys(_numbered(gap, lang) for gap in group if gap.code)), lang)
    owners = list(dict.fromkeys(told.owner(gap, lang) for gap in group))
    days = list(dict.fromkeys(told.deadline(gap, lang) for gap in group))
    return Line(
        block=first.kind,
        code="",
        amount=_open_amount(group, lang),
        thing=_reason(group, codes, lang),
        short=first.short,
        whose=_reporters(group, lang),
        owner=owners[0] if len(owners) == 1 else _LISTED.said(lang),
        deadline=days[0] if len(days) == 1 else _LISTED.said(lang),
        eased=False,
        gaps=len(group),
    )


def _reason(group: list[Gap], codes: str, lang: Lang) -> str:
    """Why it is open and what needs it; a single matter is named, several are only counted."""
    first = group[0]
    title = first.title.said(lang) if len(group) == 1 and first.kind is not Kind.FIELDS else ""
    if not codes:
        return title or first.kind.words.said(lang)
    colon = "：" if lang == "zh" else ": "
    return f"{_why(first, lang)}{colon}{codes} {title}".rstrip()


def _numbered(gap: Gap, lang: Lang) -> str:
    """r2; a clause without a number goes by its short title."""
    return gap.code if any(map(str.isdigit, gap.code)) else gap.short.said(lang)


def _open_amount(group: list[Gap], lang: Lang) -> str:
    if group[0].kind is Kind.FIELDS:
        count = len({(field.form, field.column) for gap in group for field in gap.fields})
        return Text(f"缺 {count} 个字段", f"{count} fields").said(lang)
    return Text(f"{len(group)} 项", f"{len(group)} items" if len(group) > 1 else "1 item").said(lang)


def _why(gap: Gap, lang: Lang) -> str:
    if gap.kind is Kind.FIELDS and gap.fields:
        form = gap.fields[0].form
        return form.said(lang) if form else gap.kind.words.said(lang)
    return gap.kind.words.said(lang)


def _reporters(group: list[Gap], lang: Lang) -> str:
    """The schools that owe it; one by name, several by their number, else the district."""
    schools = {field.who.code: field.who.name for gap in group for field in gap.fields if field.who}
    if not schools:
        return told.DISTRICT.said(lang)
    if len(schools) == 1:
        return next(iter(schools.values()))
    return Text(f"{len(schools)} 所学校", f"{len(schools)} schools").said(lang)


def unassigned(lines: Iterable[Line]) -> int:
    """How many lines have no office yet."""
    return sum(line.owner in OPEN_TASK for line in lines)
