"""A map and its table show the same places; what has no coordinates is in the table alone."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape

from django.template import Context, Template

from meihao.base.text import Text
from meihao.ui.maps import Map, Place
from meihao.ui.tables import Column


def place(name: str, north: str | None, east: str | None, area: str = "东镇") -> Place:
    degrees = (None if north is None else Decimal(north), None if east is None else Decimal(east))
    return Place(name, "/one", *degrees, words=(area,), area=area)


def drawn(*places: Place) -> str:
    columns = (Column("town", Text("乡镇", "Town")),)
    shown = Map(
        "k",
        Text("分布", "Where"),
        Text("按坐标", ""),
        columns,
        places,
        (Text("甲", ""), Text("乙", "")),
        Text("所", ""),
    )
    return Template("{% load ui %}{% map shown %}").render(Context({"shown": shown}))


def data(page: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(r'<script id="map-k" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, list[dict[str, object]]] = json.loads(found[1])
    return read


def test_dots_and_rows_are_of_the_same_places() -> None:
    page = drawn(place("甲校", "0.01", "0.02"), place("乙校", "0.03", "0.04"), place("丙校", None, None))
    assert [one["name"] for one in data(page)["places"]] == ["甲校", "乙校"]
    table = unescape(page[page.index("<details") :])
    assert all(name in table for name in ("甲校", "乙校", "丙校", "0.0300"))
    assert "…" in table


def test_an_area_is_named_over_its_places() -> None:
    page = drawn(
        place("甲校", "0.01", "0.02"), place("乙校", "0.03", "0.04"), place("丙校", "0.5", "0.5", "西镇")
    )
    areas = {one["name"]: one["at"] for one in data(page)["areas"]}
    assert areas == {"东镇": [0.03, 0.03], "西镇": [0.5, 0.5]}


def test_names_cannot_end_the_data() -> None:
    page = drawn(place("</script><b>", "0.01", "0.02"))
    assert "</script><b>" not in page
    assert data(page)["places"][0]["name"] == "</script><b>"


def test_without_any_coordinates_there_is_the_table_and_no_empty_ground() -> None:
    page = drawn(place("甲校", None, None))
    assert "data-map" not in page
    assert "<details open>" in page
