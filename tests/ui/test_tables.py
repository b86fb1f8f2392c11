"""Tables as they are drawn: rows, filters, chips, order, pages, and why there is nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from meihao.base.text import Text
from meihao.ui.drawing import drawn_table
from meihao.ui.tables import Bulk, Cell, Column, Empty, Filter, Missing, Row, Table, asked

HOSTILE = "<b>=1+1"
COLUMNS = (
    Column("code", Text("代码", "Code"), "code"),
    Column("name", Text("学校", "School")),
    Column("pupils", Text("在校生", "Pupils"), "number", Text("人", "heads"), sortable=True),
    Column("state", Text("状态", "State"), "state"),
)
FILTERS = (
    Filter("town", Text("乡镇", "Town"), (("h", Text("禾渚镇", "Hezhu")), ("s", Text("石笕乡", "Shijian")))),
    Filter(
        "kind",
        Text("办别", "Kind"),
        (("p", Text("公办", "public")), ("m", Text("民办", "private"))),
        single=True,
    ),
)


def row(name: str = "云根小学", pupils: str = "1486") -> Row:
    cells = (Cell("0112"), Cell(name, "/x"), Cell(pupils), Cell(state="red", word=Text("超", "over")))
    return Row(cells, key="k1", actions=((Text("打开", "Open"), "/open"),))


def table(address: str = "/t", rows: tuple[Row, ...] = (row(),), total: int = 1, **more: object) -> str:
    request = RequestFactory().get(address)
    wanted = asked(request.GET, FILTERS, COLUMNS)
    made = Table(
        Text("名单", "List"), COLUMNS, rows, total, wanted.page, filters=wanted.filters, search=wanted.search,
        sort=wanted.sort, searchable=True, order=Text("按代码排列", "by code"), nouns=Text("所", "schools"),
    )  # fmt: skip
    return str(drawn_table(request, replace(made, **more)))  # type: ignore[arg-type]


def links(html: str) -> dict[str, dict[str, list[str]]]:
    """The links by their words, each as what its address asks."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return {
        strip_tags(words).strip(): parse_qs(urlsplit(href.replace("&amp;", "&")).query)
        for href, words in found
    }


def test_a_table_has_a_caption_heads_with_scope_and_units_and_figures_apart() -> None:
    shown = table()
    assert "<caption" in shown
    assert shown.count('scope="col"') == 5
    assert "在校生（人）" in strip_tags(shown)
    assert ">1\u2009486<" in shown
    assert "共 1 所　按代码排列" in strip_tags(shown)
    assert 'href="#shape-red"' in shown


def test_a_name_that_looks_like_markup_is_inert() -> None:
    shown = table("/t?q=%3Cb%3E%3D1", (row(HOSTILE, HOSTILE),))
    assert "<b>" not in shown
    assert shown.count("&lt;b&gt;=1+1") == 2
    assert 'value="&lt;b&gt;=1"' in shown


def test_nothing_is_blank_and_every_symbol_is_explained() -> None:
    shown = strip_tags(table(rows=(row(pupils=Missing.UNREPORTED), row(pupils=""))))
    assert "…" in shown
    assert "未报" in shown
    assert "—" in shown
    assert "※" not in shown


def test_chips_take_one_condition_away_and_keep_the_rest() -> None:
    found = links(table("/t?q=云&town=h&town=s&kind=p&sort=-pupils&page=3&view=mine"))
    rest = {"q": ["云"], "kind": ["p"], "sort": ["-pupils"], "view": ["mine"]}
    assert found["去掉条件 乡镇：禾渚镇 ×"] == rest | {"town": ["s"]}
    assert found["去掉条件 查找：云 ×"] == {
        "town": ["h", "s"],
        "kind": ["p"],
        "sort": ["-pupils"],
        "view": ["mine"],
    }
    assert found["清空"] == {"sort": ["-pupils"], "view": ["mine"]}


def test_the_filter_form_keeps_what_it_does_not_ask() -> None:
    shown = table("/t?q=云&town=h&page=3&view=mine&sort=pupils")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    assert hidden == {"view": "mine", "sort": "pupils"}
    assert re.search(r'type="checkbox" name="town" value="h" checked', shown)
    assert re.search(r'type="radio" name="kind" value="" checked', shown)


@pytest.mark.parametrize(
    ("address", "order", "following"),
    [
        ("/t", "none", ["pupils"]),
        ("/t?sort=pupils", "ascending", ["-pupils"]),
        ("/t?sort=-pupils", "descending", None),
    ],
)
def test_a_head_orders_rising_then_falling_then_not(
    address: str, order: str, following: list[str] | None
) -> None:
    shown = table(address)
    assert shown.count("aria-sort") == 1
    assert f'aria-sort="{order}"' in shown
    assert links(shown)["在校生（人）"].get("sort") == following


def test_pages_lead_on_and_back_and_keep_the_conditions() -> None:
    found = links(table("/t?page=2&town=h", total=120))
    assert found["上一页"] == {"page": ["1"], "town": ["h"]}
    assert found["下一页"] == {"page": ["3"], "town": ["h"]}
    assert "显示 51—51 / 共 120 所" in strip_tags(table("/t?page=2", total=120))
    assert "下一页" not in links(table("/t?page=3", total=120))
    assert not {"上一页", "下一页"} & set(links(table()))


def test_a_page_after_the_last_leads_to_the_first() -> None:
    shown = table("/t?page=9&town=h", (), 60)
    assert "这一页没有了" in shown
    assert links(shown)["回到第一页"] == {"town": ["h"]}


@pytest.mark.parametrize(
    ("empty", "words"),
    [
        (
            Empty("none", Text("还没有", "None"), Text("新建", "Begin"), (Text("新建任务", "New"), "/new")),
            "新建任务",
        ),
        (Empty("filtered", Text("没有符合的", "Nothing"), Text("去掉一个", "Less")), "清空条件"),
        (Empty("denied", Text("尚未上报", "Not yet"), Text("请联系", "Ask")), "尚未上报"),
        (None, "没有。"),
    ],
)
def test_the_kinds_of_nothing_are_told_apart(empty: Empty | None, words: str) -> None:
    shown = table("/t?town=h", (), 0, empty=empty)
    assert words in shown
    assert "<table" not in shown
    assert ('href="#shape-grey"' in shown) == (empty is not None and empty.kind == "denied")
    assert ("btn-primary" in shown) == (empty is not None and empty.kind == "none")


def test_a_bulk_bar_posts_the_keys_of_the_rows_with_a_token() -> None:
    bulk = Bulk("/bulk", (("return", Text("退回", "Return")),), Text("预览后执行", "Shown first"))
    shown = table(bulk=bulk)
    assert '<form method="post" action="/bulk"' in shown
    assert "csrfmiddlewaretoken" in shown
    assert 'name="row" value="k1"' in shown
    assert 'name="verb" value="return"' in shown
    assert 'name="row"' not in table()


def test_it_speaks_english() -> None:
    with translation.override("en"):
        shown = strip_tags(table())
    assert "Pupils (heads)" in shown
    assert not re.search(r"[\u4e00-\u9fff]", shown.replace("云根小学", ""))


def test_an_address_asks_only_for_what_there_is() -> None:
    wanted = asked(QueryDict("page=-1&sort=name&town=x&town=h&kind=p&kind=m&q=%00 a  b "), FILTERS, COLUMNS)
    assert (wanted.page, wanted.sort, wanted.search) == (1, "", "a b")
    assert (wanted.chosen("town"), wanted.chosen("kind")) == (("h",), ("m",))
