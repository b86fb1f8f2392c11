"""The schools on a map, and as its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse

from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.records.registry.models import Type, title
from meihao.records.registry.queries_map import Lying
from meihao.ui.language import said
from meihao.ui.maps import Map, Place
from meihao.ui.tables import Column


def lying(found: Sequence[Lying]) -> Map:
    """Schools as dots, kindergartens as hollow ones; those without coordinates stand in the table alone."""
    without = sum(one.latitude is None for one in found)
    remark = Text(
        "按校址坐标（CGCS2000）；点开一个点看学校。", "By the coordinates of sites; a dot opens the school."
    )
    if without:
        remark = Text(
            f"{remark.zh}{without} 所没有登记坐标，只列在表里。",
            f"{remark.en} {without} have no coordinates on record and stand in the table alone.",
        )
    return Map(
        "schools",
        Text("学校分布", "Where the schools are"),
        remark,
        (Column("type", Text("类型", "Type")), Column("town", Text("乡镇（街道）", "Town"))),
        tuple(_place(one) for one in found),
        (Text("学校", "schools"), Text("幼儿园", "kindergartens")),
        Text("所", "schools"),
    )


def by_town(found: Sequence[Lying]) -> list[tuple[str, int, int]]:
    """How many schools and how many kindergartens lie in each town, in the order of the list."""
    schools, small = Counter[str](), Counter[str]()
    for one in found:
        (small if _small(one) else schools)[one.school.town] += 1
    towns = dict.fromkeys(one.school.town for one in found if one.school.town)
    return [(town, schools[town], small[town]) for town in towns]


def _small(one: Lying) -> bool:
    return bool(one.school.type) and Type(one.school.type).stages == {Stage.PRESCHOOL}


def _place(one: Lying) -> Place:
    school, type_ = one.school, Type(one.school.type) if one.school.type else None
    return Place(
        school.name,
        reverse("registry:organisation", args=[school.key]),
        one.latitude,
        one.longitude,
        (said(title(type_)) if type_ is not None else "", school.town),
        hollow=_small(one),
        area=school.town,
    )
