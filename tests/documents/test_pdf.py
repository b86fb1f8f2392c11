"""PDFs by LibreOffice: pages, faces, text that can be taken out; and what is said where it is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents import pdf
from meihao.documents.feedback import write_feedback
from meihao.documents.gap_book import write_gap_book
from meihao.documents.onepage import write_one_page
from meihao.documents.pdf import to_pdf
from meihao.documents.word import FANGSONG, HEITI, KAITI, SONGTI, Face, new_document, paragraph
from meihao.documents.word import save_deterministic_docx as save
from tests.documents.handed_on import ROOMS, hundreds, report
from tests.documents.tables_district import NINE_YEAR, school


def ran(*command: object) -> str:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout


def pages(path: Path) -> int:
    told = dict(line.split(":", 1) for line in ran("pdfinfo", path).splitlines() if ":" in line)
    assert told["Page size"].strip().endswith("(A4)")
    return int(told["Pages"])


def faces(path: Path) -> set[str]:
    """The faces embedded; what is not embedded is marked."""
    lines = [line.split() for line in ran("pdffonts", path).splitlines()[2:]]
    return {line[0] if line[-5] == "yes" else f"{line[0]} not embedded" for line in lines}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The set of a usual and of an extreme district, converted in one run."""
    folder, sources = tmp_path_factory.mktemp("set"), []
    unreported = {"school_code": "98", "name": "未报学校", "school_type": "十二年一贯制"}
    usual = report(rows=[school("1", NINE_YEAR | ROOMS, teaching_area=9), unreported])
    for name, of in (("usual", usual), ("extreme", hundreds())):
        place = folder / name
        place.mkdir()
        written = [*write_one_page(of, place), *write_one_page(of, place, "en"), *write_gap_book(of, place)]
        written += write_feedback(of, place)[:1] + write_feedback(of, place)[-1:]
        sources += [path.rename(path.with_name(f"{name}-{path.name}")) for path in written]
    made = to_pdf(sources, folder / "pdf")
    assert [path.stem for path in made] == [path.stem for path in sources]
    return {path.stem: path for path in made}


def test_the_one_page_is_one_page_for_any_district(printed: dict[str, Path]) -> None:
    found = {stem: pages(path) for stem, path in printed.items() if "-00_" in stem}
    assert len(found) == 4
    assert set(found.values()) == {1}


def test_a_feedback_page_is_one_page_for_any_school(printed: dict[str, Path]) -> None:
    found = {stem: pages(path) for stem, path in printed.items() if "-00_" not in stem and "-03_" not in stem}
    assert len(found) == 4
    assert set(found.values()) == {1}


def test_control_the_list_of_two_hundred_gaps_is_longer_than_a_page(printed: dict[str, Path]) -> None:
    assert pages(printed["extreme-03_问题与缺口"]) > 4


def test_only_the_chinese_faces_of_noto_are_used_and_all_are_embedded(printed: dict[str, Path]) -> None:
    """All languages of Noto CJK share one table of outlines, whose name is the Japanese one."""
    for path in printed.values():
        names = {name.split("+")[1].split("-")[0] for name in faces(path)}
        assert names <= {"NotoSansCJKjp", "NotoSerifCJKjp"}


def test_the_text_can_be_taken_out(printed: dict[str, Path]) -> None:
    text = ran("pdftotext", "-layout", printed["usual-00_一页纸"], "-")
    assert "义务教育优质均衡" in text
    assert "缺什么" in text
    assert "待定" in text


# --- the faces


def test_official_faces_become_the_chinese_ones_of_noto(tmp_path: Path) -> None:
    conf = tmp_path / "fonts.conf"
    conf.write_text(pdf.font_configuration(tmp_path / "cache"), encoding="utf-8")

    def match(face: str) -> str:
        command = ["fc-match", "-f", "%{family[0]}", face]
        return subprocess.run(
            command, env={"FONTCONFIG_FILE": str(conf)}, capture_output=True, text=True, check=True
        ).stdout

    assert {match(face) for face in (HEITI, "SimHei", "Microsoft YaHei", "微软雅黑", "Arial")} == {pdf.SANS}
    serif = (
        SONGTI,
        FANGSONG,
        KAITI,
        "SimSun",
        "FangSong_GB2312",
        "方正小标宋简体",
        "Times New Roman",
        "nobody's",
    )
    assert {match(face) for face in serif} == {pdf.SERIF}


def test_letters_have_their_chinese_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """复 and 关 are drawn otherwise in Japan: the same page in the Japanese face must look different."""
    document = new_document("字")
    for face in (SONGTI, HEITI):
        paragraph(document, "骨直门复关角述令", Face(face, 40))
    save(document, tmp_path / "字.docx")
    (chinese,) = to_pdf([tmp_path / "字.docx"], tmp_path / "zh")
    (again,) = to_pdf([tmp_path / "字.docx"], tmp_path / "again")
    monkeypatch.setattr(pdf, "SERIF", "Noto Serif CJK JP")
    monkeypatch.setattr(pdf, "SANS", "Noto Sans CJK JP")
    (japanese,) = to_pdf([tmp_path / "字.docx"], tmp_path / "ja")

    def drawn(path: Path) -> bytes:
        command = ["pdftoppm", "-r", "60", str(path)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    assert drawn(chinese) == drawn(again)
    assert drawn(chinese) != drawn(japanese)


# --- what is said where it cannot be done


def test_without_libreoffice_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused) as refused:
        to_pdf([tmp_path / "a.docx"], tmp_path / "pdf")
    assert "LibreOffice" in refused.value.text.zh
    assert all(package in refused.value.text.en for package in pdf.PACKAGES.split())
    assert not (tmp_path / "pdf").exists()


def test_without_the_fonts_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SERIF", "Noto Serif CJK Nowhere")
    with pytest.raises(Refused, match=r"Noto Serif CJK Nowhere.*fonts-noto-cjk"):
        to_pdf([tmp_path / "a.docx"], tmp_path / "pdf")


def test_a_run_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS_TO_START", 0)
    monkeypatch.setattr(pdf, "SECONDS_A_FILE", 0.05)
    save(new_document("空"), tmp_path / "a.docx")
    with pytest.raises(Refused, match="秒内没有转完"):
        to_pdf([tmp_path / "a.docx"], tmp_path / "pdf")


def test_a_file_that_cannot_be_converted_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.docx"):
        to_pdf([tmp_path / "nowhere.docx"], tmp_path / "pdf")


def test_two_files_of_one_name_are_refused_and_none_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="同一个 PDF：a"):
        to_pdf([tmp_path / "a.docx", tmp_path / "b" / "a.xlsx"], tmp_path)
    assert to_pdf([], tmp_path) == []
