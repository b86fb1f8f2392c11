"""A chart and its table say the same; what is missing breaks the line."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.template import Context, Template

from meihao.base.text import Text
from meihao.ui.charts import Chart, Limit, Line

CHART = Chart(
    "share",
    Text("升 1 个百分点", "Up one point"),
    Text("轴从 80% 起", "from 80%"),
    ("2023", "2024", "</script><b>"),
    (Line(Text("覆盖率", "share"), (Decimal("96.20"), None, Decimal("97.41"))),),
    (Limit(Decimal(95), Text("目标", "target")),),
    "%",
    Decimal(80),
)


def drawn(chart: Chart = CHART) -> str:
    return Template("{% load ui %}{% chart chart %}").render(Context({"chart": chart}))


def test_the_picture_and_the_table_are_of_the_same_numbers() -> None:
    shown = drawn()
    found = re.search(r'<script id="chart-share" type="application/json">(.*?)</script>', shown, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["lines"][0]["values"] == [96.2, None, 97.41]
    assert data["lines"][0]["shown"] == ["96.20%", "…", "97.41%"]
    assert (data["floor"], data["ceiling"], data["limits"]) == (
        80.0,
        None,
        [{"value": 95.0, "words": "目标"}],
    )
    table = unescape(shown[shown.index("<details>") :])
    assert all(value in table for value in ("96.20%", "…", "97.41%", "</script><b>"))


def test_labels_cannot_end_the_data() -> None:
    assert "</script><b>" not in drawn()


def test_the_picture_has_a_name_and_its_table_a_way_to_it() -> None:
    shown = drawn()
    assert 'role="img" aria-label="升 1 个百分点"' in shown
    assert "查看数据" in shown


def test_as_many_values_as_labels() -> None:
    with pytest.raises(ValueError, match="1 values over 2 labels"):
        Chart("k", Text("", ""), Text("", ""), ("1", "2"), (Line(Text("", ""), (None,)),))
