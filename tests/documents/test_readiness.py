"""The readiness sheet: the picture and its tables say what the evaluation says, for any district."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.exact import grouped
from meihao.base.text import LANGS, Lang, Text
from meihao.documents.readiness import readiness_html, readiness_svg, words
from meihao.documents.readiness.svg import BODY, clean, clip, width, wrap
from meihao.figures.engines import FastEngine
from meihao.figures.plan import Basis, Plan, make_plan
from meihao.figures.result import CellState, Evaluation, State
from meihao.policy.rulebook import Rulebook, shipped
from tests.documents.readiness_districts import (
    DISTRICTS,
    FACTS,
    ON,
    SVG,
    Tables,
    drawing,
    evaluated,
    mixed,
    row_of,
    said,
    school,
    shapes,
    texts,
    unreported,
)

BIDI = re.compile("[\u2066-\u2069\u202a-\u202e\u200e\u200f]")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Rulebook.load(), "cn/compulsory-balance", ON)


CELL_SHAPES = {
    CellState.REACHED: "met",
    CellState.SPARE: "spare",
    CellState.BELOW: "below",
    CellState.UNDECIDED: "open",
}
STATE_SHAPES = {State.REACHED: "reached", State.FAILED: "below", State.UNDECIDED: "open"}


def expected_cells(evaluation: Evaluation, lang: Lang) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Code, title and (value, word) of every unit, straight from the result."""
    for unit in evaluation.block("resources").units:
        cells = []
        for item in evaluation.plan.of_block("resources"):
            cell = unit.cells[item.id]
            printed = cell.figure.printed
            value = "…" if printed is None else grouped(Decimal(printed))
            cells.append((value, words.CELL_WORDS[cell.state].said(lang)))
        yield clean(unit.unit.key.campus), clean(unit.unit.title.said(lang)), cells


# --- what is shown


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DISTRICTS)
def test_every_cell_is_in_the_picture_and_in_its_tables(plan: Plan, name: str, lang: Lang) -> None:
    evaluation = evaluated(plan, *DISTRICTS[name]())
    root, tables = drawing(evaluation, lang), Tables(readiness_html(evaluation, lang, FACTS)).rows
    for code, title, cells in expected_cells(evaluation, lang):
        drawn = row_of(root, f"{code} {title}")[2 : 2 + 2 * len(cells)]
        assert list(zip(drawn[::2], drawn[1::2], strict=True)) == cells
        row = next(row for row in tables if row[:2] == [code, title] and len(row) > 9)
        assert row[3:-1] == [f"{value} {word}" for value, word in cells]


@pytest.mark.parametrize("name", DISTRICTS)
def test_shapes_are_as_many_as_states(plan: Plan, name: str) -> None:
    evaluation = evaluated(plan, *DISTRICTS[name]())
    block, root = evaluation.block("resources"), drawing(evaluation)
    cells = Counter(CELL_SHAPES[cell.state] for unit in block.units for cell in unit.cells.values())
    assert shapes(root, "cell") == cells
    assert shapes(root, "unit") == Counter(STATE_SHAPES[unit.state] for unit in block.units)
    assert shapes(root, "dispersion") == Counter(STATE_SHAPES[found.state] for found in block.dispersions)
    relaxed = evaluation.block("resources", Basis.RELAXED)
    assert shapes(root, "block") == Counter(STATE_SHAPES[one.state] for one in (block, relaxed))


def test_control_one_value_changed_changes_the_shapes(plan: Plan) -> None:
    before = shapes(drawing(evaluated(plan, *mixed())), "cell")
    changed = [{**mixed()[0], "multimedia_rooms": Fraction(1)}, *mixed()[1:]]
    after = shapes(drawing(evaluated(plan, *changed)), "cell")
    assert after == before - Counter(met=1) + Counter(below=1)


@pytest.mark.parametrize("name", DISTRICTS)
def test_no_gap_is_left_out(plan: Plan, name: str) -> None:
    evaluation = evaluated(plan, *DISTRICTS[name]())
    block, root = evaluation.block("resources"), drawing(evaluation)
    failed = [unit for unit in block.units if unit.state is State.FAILED]
    missed = sum(unit.cells[item].misses for unit in failed for item in unit.counting)
    over = sum(found.state is State.FAILED for found in block.dispersions)
    open_ = {
        unit.unit.key.campus
        for unit in block.units
        for cell in unit.cells.values()
        if cell.state is CellState.UNDECIDED and not (unit in failed and cell.misses)
    }
    assert shapes(root, "gap").total() == missed + over + len(open_)
    spare = sum(
        cell.state is CellState.SPARE for u in block.units if u not in failed for cell in u.cells.values()
    )
    assert shapes(root, "spare").total() == spare


def test_a_gap_says_how_much_whose_and_from_where(plan: Plan) -> None:
    shown = texts(drawing(evaluated(plan, *mixed())))
    at = shown.index("750㎡体育运动场馆")
    assert shown[at + 1 : at + 4] == [
        "第990106000002学校",
        "6.00 → 7.50 ㎡；补 188 即到 85% 线",
        "责任科室、期限：待定",
    ]
    assert words.SHARED.zh in "".join(shown)
    assert any("差异系数" in text and "初中体育运动场馆" in text for text in shown)
    assert "第990106000009学校（初中部）" in shown


def test_a_field_that_cannot_save_a_unit_is_told_with_its_bound(plan: Plan) -> None:
    """One backbone teacher in all of a school: whatever its parts report, they stay below the floor."""
    row = school(
        "990106000001",
        "九年一贯制",
        300,
        300,
        primary_backbone=None,
        junior_backbone=None,
        backbone_teachers=1,
    )
    evaluation = evaluated(plan, row)
    assert {unit.state for unit in evaluation.block("resources").units} == {State.FAILED}
    root = drawing(evaluation)
    assert texts(root).count("未报，至多 0.33，标准 1.00") == 2
    assert shapes(root, "gap") == Counter(open=2)


def test_missing_fields_are_named_with_their_form(plan: Plan) -> None:
    evaluation = evaluated(plan, *unreported()[:1])
    rows = Tables(readiness_html(evaluation, "zh", FACTS)).rows
    detail = next(row[3] for row in rows if len(row) == 5 and row[2] == "未报0")
    missing = {
        plan.titled(column).zh
        for unit in evaluation.block("resources").units
        for cell in unit.cells.values()
        for column in cell.figure.missing
    }
    assert missing
    assert all(f"「{field}」" in detail for field in missing)
    assert "填报表格：" in detail
    assert "补充填报表：" in detail
    drawn = "".join(texts(drawing(evaluation)))
    assert re.search(r"等 \d+ 项", drawn)


def test_the_heading_and_the_strip_say_the_result(plan: Plan) -> None:
    shown = texts(drawing(evaluated(plan, *mixed())))
    assert "11 个校段 4 个达标、3 个未决；差异系数 14 项 9 项在限内、4 项未决" in shown
    assert "某区　义务教育优质均衡" in shown
    assert {"未达标", "73/ 77 格", "3/ 4 份学校填报", "教督〔2017〕6号", "缺 1 份"} <= set(shown)
    assert "七项中六项达标，余项不低于 85%" in shown
    assert "1 个校段因放宽而改变" in shown
    assert "不计入：第990106000005学校（不足 50 人的教学点不计入）" in shown
    assert any("演示数据" in text for text in shown)


def test_without_inventing_there_is_no_banner_and_the_number_expected_may_be_open(plan: Plan) -> None:
    shown = texts(
        drawing(evaluated(plan, *mixed()), facts=replace(FACTS, invented=False, returns_expected=None))
    )
    assert not any("演示数据" in text or "虚构" in text for text in shown)
    assert "应收份数未给出" in shown


def test_items_beside_the_rule_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "cn/compulsory-balance"
    folder.mkdir(parents=True)
    own = (shipped() / "cn/compulsory-balance/r7.yaml").read_text(encoding="utf-8")
    own = own.replace("balance/r7", "balance/s7").replace("id: r7", "id: s7")
    own = own.replace("  block: resources\n", "  block: resources\n  counts: false\n")
    (folder / "s7.yaml").write_text(own, encoding="utf-8")
    wider = make_plan(Rulebook.load(tmp_path), "cn/compulsory-balance", ON)
    evaluation = evaluated(wider, *mixed())
    root = drawing(evaluation)
    assert "另列" in texts(root)
    assert shapes(root, "cell").total() == 8 * len(evaluation.block("resources").units)
    assert {"73/ 77 格"} <= set(texts(root))


# --- that it holds for anything


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DISTRICTS)
def test_nothing_runs_off_the_sheet(plan: Plan, name: str, lang: Lang) -> None:
    root = drawing(evaluated(plan, *DISTRICTS[name]()), lang)
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    for element, x, y in placed(root, 0, 0):
        size = float(element.get("font-size", "13"))
        long = width(said(element), int(size))
        left = x - long if element.get("text-anchor") == "end" else x
        assert left >= 0, said(element)
        assert left + long <= wide, said(element)
        assert size <= y <= high, said(element)


def placed(
    element: ElementTree.Element, x: float, y: float
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Every text with its place on the sheet."""
    for child in element:
        moved = re.fullmatch(r"translate\((\S+) (\S+)\)", child.get("transform", ""))
        dx, dy = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
        if child.tag == f"{SVG}text":
            yield child, x + float(child.get("x", "0")), y + float(child.get("y", "0"))
        else:
            yield from placed(child, x + dx, y + dy)


@pytest.mark.parametrize("lang", LANGS)
def test_equal_evaluations_give_equal_bytes_whatever_the_engine(plan: Plan, lang: Lang) -> None:
    plain, fast = evaluated(plan, *mixed()), evaluated(plan, *reversed(mixed()), engine=FastEngine)
    assert readiness_svg(plain, lang, FACTS) == readiness_svg(fast, lang, FACTS)
    assert readiness_html(plain, lang, FACTS) == readiness_html(fast, lang, FACTS)


HOSTILE = (
    "<script>alert(1)</script>",
    '"onload="x" \'&amp;]]><!--',
    "ab\u202egnp.exe\u2066",
    "مدرسة 123 الشارع",
    "行\r\n二\x00\x0b\u2028",
    "长" * 5000,
    "&#x3c;svg/onload=x&#x3e;",
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_names(plan: Plan, name: str, lang: Lang) -> None:
    rows = [
        school("990106000001", "九年一贯制", 300, 300, name=name, teaching_area=9),
        school(f"9{name}", primary=60),
    ]
    evaluation = evaluated(plan, rows[0])
    plain = evaluated(plan, school("990106000001", "九年一贯制", 300, 300, name="常名", teaching_area=9))
    facts = replace(FACTS, district=Text(name, name))
    root, page = drawing(evaluation, lang, facts), readiness_html(evaluation, lang, facts)
    assert {element.tag for element in root.iter()} == {
        element.tag for element in drawing(plain, lang).iter()
    }
    assert {tag for tag, _ in Tables(page).tags} == {
        tag for tag, _ in Tables(readiness_html(plain, lang, FACTS)).tags
    }
    assert not re.search("[\u202a-\u202e\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", page)
    assert page.count("\u2068") == page.count("\u2069")
    assert any(
        row[1:2] == [clean(next(iter(evaluation.block("resources").units)).unit.title.said(lang))]
        for row in Tables(page).rows
    )
    page.encode("utf-8")
    assert texts(drawing(evaluated(plan, *rows), lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DISTRICTS)
def test_the_page_needs_nothing_and_runs_nothing(plan: Plan, name: str, lang: Lang) -> None:
    page = readiness_html(evaluated(plan, *DISTRICTS[name]()), lang, FACTS)
    assert set(re.findall(r"https?:[^\"\s]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    parsed = Tables(page)
    for tag, attributes in parsed.tags:
        assert tag not in ("script", "link", "img", "iframe", "object", "foreignobject", "a")
        assert not any(key.startswith("on") or key == "src" for key in attributes)
        assert attributes.get("href") is None or str(attributes["href"]).startswith("#mh-")
    counted = Counter(tag for tag, _ in parsed.tags)
    assert counted["caption"] == counted["table"] > 0
    assert all(attributes.get("scope") for tag, attributes in parsed.tags if tag == "th")


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_has_a_name_and_its_shapes_none(plan: Plan, lang: Lang) -> None:
    root = drawing(evaluated(plan, *mixed()), lang)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    uses = list(root.iter(f"{SVG}use"))
    assert all(use.get("aria-hidden") == "true" for use in uses)
    assert {use.get("href", "")[1:] for use in uses} <= set(ids)


# --- setting text

ANYTHING = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))
)


@given(ANYTHING, st.integers(min_value=40, max_value=400))
def test_wrapping_loses_nothing_and_keeps_to_the_room(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line.rstrip(), BODY.size) <= room for line in lines)


@given(ANYTHING, st.integers(min_value=40, max_value=400))
def test_clipping_keeps_to_the_room_and_shows_that_it_clipped(text: str, room: int) -> None:
    short = clip(text, room)
    assert width(short, BODY.size) <= room
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_numbers_and_their_units_are_not_parted() -> None:
    lines = wrap("未达标 12 个校段；差异系数超限 10 项", 60)
    assert not any(re.search(r"\d\s*$", line) for line in lines)
    assert not any(line[0] in "；，。）」" for line in lines)


@given(st.text())
def test_cleaned_text_is_one_line_without_control_or_direction(text: str) -> None:
    inside = clean(text).removeprefix("\u2068").removesuffix("\u2069")
    assert not BIDI.search(inside)
    assert all(letter.isprintable() or letter.isspace() for letter in inside)
    assert len(inside.splitlines()) <= 1
