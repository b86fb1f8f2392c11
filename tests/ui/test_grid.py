"""The grid: what it writes without a script, what it takes back, what it tells a script."""

from __future__ import annotations

import json
import re

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation

from meihao.base.text import Refused, Text
from meihao.ui.grid import (
    NEXT,
    Box,
    Grid,
    Head,
    Line,
    Listed,
    Part,
    Past,
    Trouble,
    answered,
    drawn_grid,
    posted,
)

FEW = Trouble("must", Text("太少", "too few"))
LESS = Trouble("explain", Text("较去年少", "fewer than last year"))
SAID = Trouble("explain", Text("较去年少", "fewer than last year"), open=False)
MARKED = Trouble("marked", Text("请核对", "look again"))


def box(name: str = "0/pupils", **more: object) -> Box:
    return Box(name, Text("小学生", "Pupils"), **more)  # type: ignore[arg-type]


def fields(*boxes: Box, locked: bool = False) -> Grid:
    lines = tuple(Line(str(n), f"项目{n}", "人", one, "50", "-40.0%") for n, one in enumerate(boxes, 1))
    return Grid("/save", 3, (Part("part-1", "学生", lines),), locked=locked)


def drawn(grid: Grid) -> str:
    return str(drawn_grid(RequestFactory().get("/"), grid))


def query(**said: str) -> QueryDict:
    made = QueryDict(mutable=True)
    made.update(said)
    return made


@pytest.mark.parametrize(
    ("troubles", "worst"),
    [((), ""), ((LESS, FEW), "must"), ((MARKED, LESS), "explain"), ((MARKED, SAID), "marked"), ((SAID,), "")],
)
def test_the_gravest_that_is_open_is_how_a_cell_stands(troubles: tuple[Trouble, ...], worst: str) -> None:
    assert box(troubles=troubles, value="1").worst == worst


def test_a_cell_says_how_it_stands() -> None:
    words = [
        one.state[1].zh
        for one in (
            box(value="1", troubles=(FEW,)),
            box(value="1", troubles=(LESS,)),
            box(value="1", troubles=(SAID,)),
            box(wanted=True),
            box(value="1", origin="given"),
            box(value="1", origin="computed"),
            box(value="1"),
            box(),
        )
    ]
    assert words == ["必须改正", "请改正或说明", "已说明", "未填", "系统带出", "系统计算", "已填", ""]


def test_a_part_counts_what_is_left_and_says_when_nothing_is() -> None:
    left = fields(box(value="1", troubles=(FEW,)), box("0/b", wanted=True), box("0/c", wanted=True))
    assert [words.zh for _, words in left.parts[0].states] == ["必须改正 1", "还需填 2 项"]
    given = fields(box(value="1", origin="given"), box("0/b", value="2", origin="computed"))
    assert [words.zh for _, words in given.parts[0].states] == ["已由系统带出"]
    assert [words.zh for _, words in fields(box(value="1")).parts[0].states] == ["已填好"]


def test_each_cell_is_a_field_of_a_plain_form_with_a_name_and_what_is_wrong_with_it() -> None:
    page = drawn(fields(box(value="3", kind="number", troubles=(FEW,))))
    assert '<form method="post" action="/save" id="grid"' in page
    assert 'name="csrfmiddlewaretoken"' in page
    cell = re.search(r"<input[^>]*data-cell=[^>]*>", page)
    assert cell is not None
    for said in ('name="cell:0/pupils"', 'value="3"', 'inputmode="decimal"', 'aria-label="小学生"'):
        assert said in cell[0]
    assert 'aria-invalid="true"' in cell[0]
    assert 'aria-describedby="cell-0-pupils-said"' in cell[0]
    assert re.search(r'id="cell-0-pupils-said" class="must"[^>]*>.*太少', page, re.DOTALL)
    assert "why:" not in page  # nothing explains what must be mended


def test_an_explanation_is_asked_for_under_its_cell_and_kept() -> None:
    page = drawn(fields(box(value="3", troubles=(SAID,), explained="两名学生转学")))
    assert re.search(r'name="why:0/pupils" value="两名学生转学"', page)
    assert "已说明" in page


def test_a_script_and_a_style_stand_nowhere_in_it_and_what_is_typed_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    shown = box(
        value=evil, troubles=(Trouble("must", Text(evil, evil)),), explained=evil, past=(_past(evil),)
    )
    page = drawn(fields(shown))
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts == ['<script id="grid-past" type="application/json">']
    assert "style=" not in page
    assert " on" not in re.sub(r">[^<]*<", "><", page).replace(" on ", "")


def _past(value: str) -> Past:
    return Past(Text("第 1 版", "Version 1"), value, "宋予安 10-12")


def test_locked_it_can_be_read_and_not_written() -> None:
    yes = (("是", Text("是", "yes")),)
    page = drawn(
        fields(
            box(value="12146", kind="number"), box("0/b", value="是", kind="choice", options=yes), locked=True
        )
    )
    assert "data-grid" not in page
    assert 'name="cell:' not in page
    assert ">12\u2009146<" in page
    assert ">是<" in page


def test_in_english_it_says_all_in_english() -> None:
    with translation.override("en"):
        page = drawn(fields(box(value="3", troubles=(LESS,)), box("0/b", wanted=True)))
    said = re.sub(r"<[^>]*>|学生|项目.|人", "", page)
    assert not re.search(r"[\u4e00-\u9fff]", said), re.findall(r"[\u4e00-\u9fff]+", said)


# --- a list


def listed(rows: int = 1) -> Grid:
    blank = (
        Box(f"{NEXT}/code", Text(f"第 {NEXT} 行 代码", f"Row {NEXT}: code")),
        Box(f"{NEXT}/n", Text(f"第 {NEXT} 行 人数", f"Row {NEXT}: pupils"), kind="number"),
    )
    made = Listed((Head("代码"), Head("人数", "人")), (), blank)
    return Grid("/save", 0, listed=Listed(made.heads, tuple(made.row(n) for n in range(rows)), blank))


def test_a_row_that_is_added_has_its_number_in_names_and_words() -> None:
    grid = listed(2)
    assert grid.listed is not None
    assert [one.name for one in grid.listed.rows[1]] == ["1/code", "1/n"]
    assert grid.listed.rows[1][0].label.zh == "第 2 行 代码"
    page = drawn(grid)
    assert page.count("<tr data-line>") == 3  # and the one to be put in
    template = page[page.index("<template") :]
    assert 'name="cell:__n__/n"' in template
    assert "第 __n__ 行 人数" in template


# --- what comes back


def test_fields_of_a_plain_form_and_the_two_of_a_script_say_the_same() -> None:
    plain = posted(query(revision="4", **{"cell:0/pupils": "3", "why:0/pupils": "转学了", "verb": "save"}))
    script = posted(
        query(revision="4", cells=json.dumps({"0/pupils": "3"}), explained=json.dumps({"0/pupils": "转学了"}))
    )
    assert plain == script
    assert (plain.cells, plain.explained, plain.revision) == ({"0/pupils": "3"}, {"0/pupils": "转学了"}, 4)


@pytest.mark.parametrize(
    "said",
    [
        {"revision": ""},
        {"revision": "-1"},
        {"revision": "٣"},
        {"revision": "9" * 40},
        {"cells": "{"},
        {"cells": "[]"},
        {"cells": "[" * 100_000},
        {"cells": '{"0/a": 1}'},
        {"cells": '{"0/a": {}}'},
        {"cells": '{"../a": "1"}'},
        {"cells": '{"0/a": "1"}', "explained": '{"a": "1"}'},
        {"cell:999999/a": "1"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(Refused, match="没有保存"):
        posted(query(**({"revision": "1"} | said)))
    posted(query(revision="1", **{"cell:99999/a": "1"}))  # the control: the last that is taken


def test_a_script_is_told_how_each_cell_stands() -> None:
    told = answered(fields(box(value="3", troubles=(LESS,)), box("0/b", value="1")))
    assert told["revision"] == 3
    cells = told["cells"]
    assert isinstance(cells, dict)
    assert set(cells) == {"0/pupils", "0/b"}
    first = cells["0/pupils"]
    assert first["worst"] == "explain"
    assert "why:0/pupils" in first["trouble"]
    assert first["change"] == "−40.0%"
    assert "请改正或说明" in first["state"]
    assert cells["0/b"]["trouble"].strip() == ""
    assert "请改正或说明 1" in told["parts"]["sections"]  # type: ignore[index]


def test_of_a_list_a_script_is_told_only_of_cells_at_which_something_is_said() -> None:
    grid = listed(300)
    assert answered(grid)["cells"] == {}
