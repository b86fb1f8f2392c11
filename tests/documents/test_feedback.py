"""Feedback pages: a page a school, all of its own and nothing of anybody else's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from meihao.base.exact import grouped
from meihao.documents.feedback import FEEDBACK, feedback_name, write_feedback
from meihao.documents.gaps import Kind, gaps_of
from meihao.documents.report import Report
from tests.documents.handed_on import ROOMS, asked, evaluated, report, schools
from tests.documents.tables_district import NINE_YEAR, PRIMARY, school
from tests.documents.test_gaps import PRESCHOOL, kindergarten


def pages(folder: Path, of: Report | None = None) -> dict[str, Any]:
    """The sheets by the code of their school."""
    paths = write_feedback(of or report(), folder)
    assert {path.parent for path in paths} <= {folder / FEEDBACK}
    return {path.name.split("_")[0]: load_workbook(path).worksheets[0] for path in paths}


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet for cell in row if cell.value is not None]


def lines(sheet: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    """The rows of the table by stage and code."""
    found = [tuple(str(v or "") for v in row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    return {(row[0], row[1]): row[2:] for row in found if row[1]}


def test_every_school_has_its_page_and_nobody_else_stands_on_it(tmp_path: Path) -> None:
    """Names and codes of other schools, and the number of them, are looked for everywhere on a page."""
    rows = [{**row, "school_code": f"77{row['school_code']}88", "name": f"第{row['school_code']}号校"}
            for row in schools()]  # fmt: skip
    sheets = pages(tmp_path, report(rows=rows))
    assert list(sheets) == [row["school_code"] for row in rows]
    for code, sheet in sheets.items():
        shown = "\n".join(texts(sheet))
        assert code in shown
        for row in rows:
            if row["school_code"] != code:
                assert str(row["school_code"]) not in shown
                assert str(row["name"]) not in shown
        assert "差异系数" not in shown
        assert "所" not in shown


def test_the_values_are_those_of_the_result(tmp_path: Path) -> None:
    evaluation = evaluated([school("1", NINE_YEAR | ROOMS, teaching_area=2000)])
    shown = lines(pages(tmp_path, report(evaluation))["1"])
    for unit in evaluation.block("resources").units:
        for item in unit.counting:
            cell = unit.cells[item]
            line = shown[unit.unit.stage.words.zh, item]
            printed = cell.figure.printed
            assert line[1] == ("未报" if printed is None else grouped(Decimal(printed)))
            assert line[3] == cell.state.words.zh
            assert bool(line[4]) == (cell.state.words.zh != "达标")
            if cell.shortfall is not None:
                assert line[4].startswith(cell.shortfall.amount)


def test_a_school_sees_the_clauses_it_falls_short_of_and_only_those(tmp_path: Path) -> None:
    sheets = pages(tmp_path)
    assert lines(sheets["2"])["全校", "g3"] == (
        "音乐、美术专用教室",
        "未做到",
        "应做到",
        "未达标",
        "1 间 音乐专用教室",
    )
    assert lines(sheets["3"])["全校", "g3"][-1] == "1 间 美术专用教室；计入放宽后达标"
    assert ("全校", "g3") not in lines(sheets["1"])
    for code, sheet in sheets.items():
        own = [gap for gap in gaps_of(report().evaluation) for part in gap.parts if part.who.code == code]
        shown = [row[0].value for row in sheet.iter_rows(min_row=4) if row[0].value == "全校"]
        assert len(shown) == len([gap for gap in own if gap.kind is not Kind.DISPERSION])


def test_fields_and_evidence_are_asked_for(tmp_path: Path) -> None:
    sheets = pages(tmp_path, report(undeclared=["q7.practice"]))
    assert any("「教学及辅助用房总面积」" in text for text in texts(sheets["4"]))
    assert not any("「教学及辅助用房总面积」" in text for text in texts(sheets["1"]))
    assert any(text.startswith("q7") and "课程表" in text for text in texts(sheets["1"]))
    assert not any(text.startswith("q7") for text in texts(pages(tmp_path)["1"]))


def test_a_page_says_what_it_is_and_is_signed(tmp_path: Path) -> None:
    of = report()
    for sheet in pages(tmp_path, of).values():
        shown = "\n".join(texts(sheet))
        assert "自评测算结果（非国家认定）" in shown
        assert "校长签字：" in shown
        assert of.evaluation.snapshot.short_hash in sheet.oddFooter.left.text
        assert sheet.oddHeader.right.text == "虚构"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("portrait", 1)


def test_real_data_carries_no_mark_of_invention(tmp_path: Path) -> None:
    plan = asked("cn/compulsory-balance", "410106")
    for sheet in pages(tmp_path, report(evaluated(plan=plan))).values():
        assert sheet.oddHeader.right.text is None


def test_a_school_out_of_scope_is_told_why(tmp_path: Path) -> None:
    row = school("1", PRIMARY | ROOMS, school_type="教学点", primary_pupils=30)
    sheet = pages(tmp_path, report(rows=[row]))["1"]
    assert asked().standard.out_of_scope.zh in texts(sheet)
    assert ("小学", "r1") not in lines(sheet)


def test_a_kindergarten_is_spoken_of_as_one(tmp_path: Path) -> None:
    rows = [kindergarten("K1", outdoor_area=1, design_year=2000)]
    sheet = pages(tmp_path, report(evaluated(rows, plan=asked(PRESCHOOL))))["K1"]
    shown = "\n".join(texts(sheet))
    assert "园长签字：" in shown
    assert "本校" not in shown
    assert any(key[0] == "全园" for key in lines(sheet))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", 'a/b\\c:d*?"<>|', "行\n二", "长" * 300, "\u202egnp", ". ."]
)
def test_a_name_is_safe_as_a_file(tmp_path: Path, name: str) -> None:
    (path,) = write_feedback(report(rows=[school("1", PRIMARY | ROOMS, name=name)]), tmp_path)
    assert path.parent == tmp_path / FEEDBACK
    assert path.is_file()
    assert len(path.name.encode()) < 255
    assert not set(path.name) & set('/\\:*?"<>|\n\u202e')
    assert feedback_name("1", "甲小学") == "1_甲小学.xlsx"


def test_the_same_district_gives_the_same_bytes(tmp_path: Path) -> None:
    def written(folder: str, rows: list[Any]) -> list[bytes]:
        return [path.read_bytes() for path in write_feedback(report(rows=rows), tmp_path / folder)]

    first = written("a", schools())
    assert first == written("b", schools()[::-1])
    assert first != written("c", [school("1", PRIMARY | ROOMS), *schools()[1:]])
