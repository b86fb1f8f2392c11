"""A gap in words, as every paper says it: what, whose, how it can be mended, who mends it by when."""

from __future__ import annotations

from collections.abc import Iterable

from meihao.base.text import Lang, Text
from meihao.documents.gaps.model import OPEN_TASK, Gap, Grade, Kind, Wanted

DISTRICT = Text("全区", "district")
_LISTED = {"zh": "、", "en": ", "}
_RUN_ON = {"zh": "；", "en": "; "}


def state(gap: Gap) -> Text:
    """未达标, 余项, 基本合格; an open gap says of what kind it is."""
    if gap.grade is Grade.FAILED:
        return gap.grade.words
    return gap.state if gap.grade is Grade.SPARE else gap.kind.words


def what(gap: Gap, lang: Lang) -> str:
    """How much of what; where there is no amount, what kind of gap it is."""
    if gap.amount is not None:
        return gap.amount.said(lang)
    if gap.kind is Kind.FIELDS and gap.fields:
        count = len(dict.fromkeys((field.form, field.column) for field in gap.fields))
        return Text(f"缺 {count} 个字段", f"{count} fields missing").said(lang)
    if gap.kind in (Kind.FINDING, Kind.DECLARATION):
        return Text(f"{gap.title.zh}：{gap.kind.words.zh}", f"{gap.title.en}: {gap.kind.words.en}").said(lang)
    return gap.kind.words.said(lang)


def whose(gap: Gap, lang: Lang) -> str:
    """The school-stage, the only school, or the district with the number of schools."""
    if gap.who is not None:
        return gap.who.title.said(lang)
    schools = {part.who.code for part in gap.parts} if gap.kind is not Kind.DISPERSION else set()
    schools |= {field.who.code for field in gap.fields if field.who}
    if len(schools) == 1:
        found = [part.who for part in gap.parts] + [field.who for field in gap.fields if field.who]
        return found[0].title.said(lang)
    if not schools:
        return DISTRICT.said(lang)
    return Text(f"{DISTRICT.zh}（{len(schools)} 所）", f"{DISTRICT.en} ({len(schools)})").said(lang)


def explained(gap: Gap, lang: Lang, most: int | None = None) -> str:
    """How else it can be mended, what the relaxation makes of it, which fields are missing."""
    told = [way.said(lang) for way in gap.ways]
    if gap.relaxed is not None:
        told.append(gap.relaxed.said(lang))
    if gap.fields and gap.kind is not Kind.DECLARATION:
        told += fields(gap.fields, lang, most)
    return _RUN_ON[lang].join(told)


def fields(found: Iterable[Wanted], lang: Lang, most: int | None = None) -> list[str]:
    """The fields to be filled, one line a form; with `most`, the number of those left out is said."""
    forms: dict[str, dict[str, None]] = {}
    for field in found:
        form = field.form.said(lang) if field.form else ""
        forms.setdefault(form, {})[field.title.said(lang)] = None
    return [form_line(form, list(titles), lang, most) for form, titles in forms.items()]


def form_line(form: str, titles: list[str], lang: Lang, most: int | None = None) -> str:
    """A form and some of its fields: 补充填报表：「城乡类型」、「寄宿」等 5 项."""
    told = listed([quoted(title, lang) for title in titles[:most]], lang)
    if most is not None and len(titles) > most:
        told += Text(f"等 {len(titles)} 项", f" and {len(titles) - most} more").said(lang)
    where = f"{form}：" if lang == "zh" else f"{form}: "
    return f"{where if form else ''}{told}"


def owner(gap: Gap, lang: Lang) -> str:
    """The office, or that the bureau has not said."""
    return gap.task.owner or OPEN_TASK.said(lang)


def deadline(gap: Gap, lang: Lang) -> str:
    """The day by which, or that the bureau has not said."""
    return gap.task.deadline or OPEN_TASK.said(lang)


def listed(parts: list[str], lang: Lang) -> str:
    """Names in a row."""
    return _LISTED[lang].join(parts)


def quoted(field: str, lang: Lang) -> str:
    """The name of a field."""
    return f"「{field}」" if lang == "zh" else f"“{field}”"
