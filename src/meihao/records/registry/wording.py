"""The changes of an event in words, for histories and previews."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from meihao.base.text import Text
from meihao.records.registry.events import (
    Change,
    Close,
    Found,
    Give,
    Part,
    Relate,
    Reopen,
    Retire,
    Set,
    Value,
)
from meihao.records.registry.models import CodeSystem, Kind, Link, Ownership, Sponsor, Type, title
from meihao.records.registry.particulars import URBAN_RURAL

NONE = Text("—", "—")
FIELD = {
    "name": Text("名称", "name"),
    "short_name": Text("简称", "short name"),
    "type": Text("办学类型", "type"),
    "ownership": Text("办别", "ownership"),
    "sponsor": Text("举办者", "sponsor"),
    "inclusive": Text("普惠性", "inclusive"),
    "nursery": Text("托班", "nursery classes"),
    "urban_rural": Text("城乡分类", "urban or rural"),
}
_CHOICES: Mapping[str, type[models.TextChoices]] = {
    "type": Type,
    "ownership": Ownership,
    "sponsor": Sponsor,
}


def value(name: str, said: Value) -> Text:
    """One particular in words; a dash where it is not set."""
    if said is None or said == "":
        return NONE
    if isinstance(said, bool):
        return Text("是", "yes") if said else Text("否", "no")
    if name == "urban_rural" and said in URBAN_RURAL:
        zh, en = URBAN_RURAL[said]
        return Text(f"{said} {zh}", f"{said} {en}")
    return title(_CHOICES[name](said)) if name in _CHOICES else Text(said, said)


def lines(change: Change, unit: str, names: Mapping[str, str]) -> list[Text]:
    """What a change says about one unit; nothing where it is about another. `names` are by key."""
    if isinstance(change, Relate | Part):
        return _related(change, unit, names) if unit in (change.upper, change.lower) else []
    if change.unit != unit:
        return []
    match change:
        case Found():
            kind = title(Kind(change.kind))
            return [Text(f"设立为{kind.zh}", f"founded as {kind.en}")]
        case Set():
            return [_pair(FIELD[name], value(name, said)) for name, said in change.values.items()]
        case Give():
            return [_pair(title(CodeSystem(change.system)), Text(change.value, change.value))]
        case Retire():
            return [_pair(title(CodeSystem(change.system)), Text("停用", "retired"))]
        case Close():
            return [Text("撤销", "closed")]
        case Reopen():
            return [Text("恢复", "reopened")]


def _related(change: Relate | Part, unit: str, names: Mapping[str, str]) -> list[Text]:
    other = names.get(change.lower if unit == change.upper else change.upper, "—")
    link = stands(Link(change.link), above=unit == change.upper)
    if isinstance(change, Part):
        return [Text(f"{link.zh}：不再是{other}", f"{link.en}: no longer {other}")]
    note = f"（{change.note}）" if change.note else ""
    return [Text(f"{link.zh}：{other}{note}", f"{link.en}: {other}{note}")]


def _pair(what: Text, said: Text) -> Text:
    return Text(f"{what.zh}：{said.zh}", f"{what.en}: {said.en}")


_ABOVE = {
    Link.ADMINISTERS: Text("主管", "administers"),
    Link.CAMPUS: Text("校区", "campus"),
    Link.MEMBER: Text("成员校", "member"),
    Link.LEAD: Text("牵头校", "lead school"),
    Link.LOCATED: Text("辖区内", "in this town"),
    Link.PAIRED: Text("结对帮扶", "supports"),
    Link.FEEDS: Text("对口升入", "pupils go on to"),
    Link.PARTY: Text("所辖", "has under it"),
    Link.SUCCESSOR: Text("承继自", "took over from"),
}
_BELOW = {
    Link.ADMINISTERS: Text("主管单位", "administered by"),
    Link.CAMPUS: Text("所属学校", "campus of"),
    Link.MEMBER: Text("所在集团（学区、共同体）", "member of"),
    Link.LEAD: Text("牵头", "leads"),
    Link.LOCATED: Text("所在乡镇（街道）", "town"),
    Link.PAIRED: Text("结对学校", "supported by"),
    Link.FEEDS: Text("对口来自", "pupils come from"),
    Link.PARTY: Text("党组织", "party organisation"),
    Link.SUCCESSOR: Text("由其承继", "taken over by"),
}


def stands(link: Link, *, above: bool) -> Text:
    """What the other unit is to this one, which stands above it or below it."""
    return _ABOVE[link] if above else _BELOW[link]
