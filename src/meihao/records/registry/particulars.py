"""What may stand in the particulars and codes of a unit: each fault is told where it is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from django.db import models

from meihao.base import codes
from meihao.base.text import Refused, Text
from meihao.records.registry.events import Value
from meihao.records.registry.models import CodeSystem, Kind, Link, Ownership, Sponsor, Type, title

_CHOICES: Mapping[str, tuple[type[models.TextChoices], str, str]] = {
    "type": (Type, "办学类型", "type"),
    "ownership": (Ownership, "办别", "ownership"),
    "sponsor": (Sponsor, "举办者", "sponsor"),
}
_NO_LETTERS = {"Cc", "Cf", "Cn", "Cs"}  # controls, formats (zero width, turning round), none, halves
_LENGTHS = {"name": (80, "名称", "name"), "short_name": (40, "简称", "short name")}
URBAN_RURAL = {
    "111": Text("主城区", "city proper"),
    "112": Text("城乡结合区", "urban fringe"),
    "121": Text("镇中心区", "town proper"),
    "122": Text("镇乡结合区", "town fringe"),
    "123": Text("特殊区域", "special area"),
    "210": Text("乡中心区", "township centre"),
    "220": Text("村庄", "village"),
}
"""The codes of 城乡分类代码 (国家统计局) and what they are called."""
"""城乡分类代码 of the national statistics."""

_CODES: Mapping[str, Callable[[str], str]] = {
    CodeSystem.INSTITUTION: codes.institution_code,
    CodeSystem.CREDIT: codes.credit_code,
    CodeSystem.DIVISION: codes.division_code,
}
_BODIES = frozenset({Kind.INSTITUTION, Kind.CAMPUS, Kind.TRAINING})
_UNIONS = frozenset({Kind.GROUP, Kind.ZONE, Kind.COMMUNITY})
_ANY = frozenset(Kind)

ENDS: Mapping[Link, tuple[frozenset[Kind], frozenset[Kind]]] = {
    Link.ADMINISTERS: (frozenset({Kind.AUTHORITY, Kind.DEPARTMENT}), _ANY),
    Link.CAMPUS: (frozenset({Kind.INSTITUTION}), frozenset({Kind.CAMPUS})),
    Link.MEMBER: (_UNIONS, _BODIES),
    Link.LEAD: (_UNIONS, frozenset({Kind.INSTITUTION})),
    Link.LOCATED: (frozenset({Kind.TOWN}), _BODIES),
    Link.PAIRED: (frozenset({Kind.INSTITUTION}), frozenset({Kind.INSTITUTION})),
    Link.FEEDS: (frozenset({Kind.INSTITUTION}), frozenset({Kind.INSTITUTION})),
    Link.PARTY: (frozenset({Kind.PARTY}), _ANY),
}
"""Which kinds of unit a relation joins; a succession is written by mergers and closings alone."""

ONE_UPPER = frozenset({Link.ADMINISTERS, Link.CAMPUS, Link.LOCATED})
"""A unit has one of these at a time: a new one ends the old."""


def checked(values: Mapping[str, Value], kind: Kind, type_: str) -> dict[str, Value]:
    """Particulars as they may be stored, for a unit of this kind and type. Raises `Refused`."""
    found = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    for name, value in found.items():
        if name in _LENGTHS:
            _short(name, str(value))
        elif name in _CHOICES and value:
            _one_of(name, str(value))
        elif name == "urban_rural" and value and value not in URBAN_RURAL:
            raise Refused(
                f"城乡分类「{value}」不在代码表中，应为 {'、'.join(URBAN_RURAL)} 之一。",
                f"“{value}” is no urban-rural code: write one of {', '.join(URBAN_RURAL)}.",
            )
        elif name in {"inclusive", "nursery"} and value is not None and type_ != Type.KINDERGARTEN:
            raise Refused(
                "普惠性和托班只登记在幼儿园上。请去掉这一项，或核对办学类型。",
                "only kindergartens are inclusive or hold nursery classes: leave it out, or check the type.",
            )
    if kind == Kind.INSTITUTION and "type" in found and not found["type"]:
        raise Refused("学校要有办学类型。请选择办学类型。", "a school has a type: choose one.")
    return found


def _short(name: str, value: str) -> None:
    length, zh, en = _LENGTHS[name]
    if name == "name" and not value:
        raise Refused("请填写名称。", "write a name.")
    if len(value) > length:
        raise Refused(
            f"{zh}有 {len(value)} 个字，最多 {length} 个字。",
            f"the {en} has {len(value)} characters: it has {length} at most.",
        )
    if odd := next((letter for letter in value if unicodedata.category(letter) in _NO_LETTERS), ""):
        raise Refused(
            f"{zh}里有看不见的字符（U+{ord(odd):04X}）。请删去后重新输入。",
            f"the {en} holds a character that nobody sees (U+{ord(odd):04X}). Delete it and type it anew.",
        )


def _one_of(name: str, value: str) -> None:
    choices, zh, en = _CHOICES[name]
    if value not in choices.values:
        said = [title(choice) for choice in choices]
        raise Refused(
            f"{zh}「{value}」不在代码表中，应为：{'、'.join(text.zh for text in said)}。",
            f"“{value}” is no {en}: choose one of {', '.join(text.en for text in said)}.",
        )


def checked_code(system: str, value: str, type_: str = "") -> str:
    """A code as it may be stored; an institution's code is of the class of its type. Raises `Refused`."""
    code = _CODES[system](value)
    wanted = Type(type_).code_class if type_ else ""
    if system == CodeSystem.INSTITUTION and wanted and code[:2] != wanted:
        said = title(Type(type_))
        raise Refused(
            f"标识码 {code} 的类别是 {code[:2]}（{codes.SCHOOL_CLASSES[code[:2]]}），"
            f"{said.zh}应为 {wanted} 开头。请核对标识码或办学类型。",
            f"the code {code} is of class {code[:2]}; that of a {said.en} begins with {wanted}. "
            "Check the code or the type.",
        )
    return code


def joins(link: Link, upper: Kind, lower: Kind) -> None:
    """Raises `Refused` where units of these kinds do not stand so to each other."""
    if link not in ENDS:
        raise Refused(
            "承继关系由合并、撤销写入，不单独登记。", "a succession is written by a merger or a closing."
        )
    uppers, lowers = ENDS[link]
    if upper not in uppers or lower not in lowers:
        said = title(link)
        raise Refused(
            f"「{said.zh}」关系的上方应为{_kinds(uppers).zh}，下方应为{_kinds(lowers).zh}。请核对所选单位。",
            f"“{said.en}” joins {_kinds(uppers).en} above and {_kinds(lowers).en} below. Check the units.",
        )


def _kinds(kinds: frozenset[Kind]) -> Text:
    if kinds == _ANY:
        return Text("任一单位", "any unit")
    said = [title(kind) for kind in Kind if kind in kinds]
    return Text("、".join(text.zh for text in said), ", ".join(text.en for text in said))
