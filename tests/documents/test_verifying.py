"""Verifying: every planted edit is found at its cell, and nothing where nobody changed anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from meihao.base.text import Refused
from meihao.demo import DEMO_ON, write_demo
from meihao.documents.evaluating import TABLES, evaluate_path, write_report
from meihao.documents.sealing import check_code, seal
from meihao.documents.tables import write_tables
from meihao.documents.verifying import (
    Against,
    Difference,
    Original,
    SealState,
    What,
    original,
    sheets_coded,
    told,
    verified,
)
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from tests.documents.office import converted
from tests.documents.planted import EDITS, ROOMS, Copy
from tests.documents.tables_district import STANDARD, evaluated, mixed, rulebook


@dataclass(frozen=True)
class Written:
    """The demonstration's tables as they were written, and what the evaluation says of them."""

    out: Path
    tables: Path
    original: Original

    @property
    def rooms(self) -> str:
        """What is printed in the cell that most edits change."""
        (sheet,) = (sheet for sheet in self.original.imprint if sheet.name == "表2-2")
        return sheet.cells[4, 10].text


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, reader: Reader) -> Written:
    folder = tmp_path_factory.mktemp("demo")
    returns, out = write_demo(folder / "demo", rulebook()), folder / "out"
    report = evaluate_path(returns, STANDARD, DEMO_ON, rulebook(), FastEngine(), reader)
    write_report(report, out, rulebook(), reader, "zh")
    return Written(out, out / TABLES, original(out, rulebook(), STANDARD, FastEngine()))


@dataclass(frozen=True)
class Planted:
    """A copy of the tables with one edit, and the places where it has to be found."""

    path: Path
    places: set[str]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, written: Written) -> dict[str, Planted]:
    folder = tmp_path_factory.mktemp("edited")
    cells = {address: cell for cell, address in reversed([*written.original.addresses.items()])}
    copies = {}
    for number, (name, edit) in enumerate(EDITS.items()):
        copy = Copy(load_workbook(written.tables), cells)
        copies[name] = Planted(folder / f"{number}.xlsx", edit(copy))
        copy.book.save(copies[name].path)
    return copies


def places(differences: tuple[Difference, ...]) -> set[str]:
    found = [f"{difference.what} {difference.sheet}!{difference.ref}" for difference in differences]
    assert len(found) == len(set(found)), found
    return set(found)


Found: TypeAlias = Mapping[str, tuple[Difference, ...]]


def found_in(copies: Mapping[str, Planted], reader: Reader, original: Original | None) -> Found:
    return {name: verified(copy.path, reader, original).differences for name, copy in copies.items()}


@pytest.fixture(scope="module")
def found(edited: dict[str, Planted], written: Written, reader: Reader) -> Found:
    return found_in(edited, reader, written.original)


def missed(copies: Mapping[str, Planted], found: Found) -> dict[str, tuple[set[str], set[str]]]:
    """The edits that were not found exactly where they are: what was found, what is there."""
    pairs = {name: (places(found[name]), copy.places) for name, copy in copies.items()}
    return {name: (told, true) for name, (told, true) in pairs.items() if told != true}


def test_there_are_fifty_edits_and_more(edited: dict[str, Planted]) -> None:
    assert len(edited) >= 50
    assert all(copy.places for copy in edited.values())


def test_every_planted_edit_is_found_at_its_cell(edited: dict[str, Planted], found: Found) -> None:
    assert missed(edited, found) == {}


def test_the_seal_alone_finds_them_too(edited: dict[str, Planted], reader: Reader) -> None:
    assert missed(edited, found_in(edited, reader, None)) == {}


# what LibreOffice itself undoes: it sets such a row's height anew, and shows zeros
UNDONE = ("a_school_squeezed", "zeros_not_shown")


def test_edits_are_found_after_libreoffice_saved_them_again(
    edited: dict[str, Planted], written: Written, reader: Reader, tmp_path: Path
) -> None:
    """Every third of them, to spare the time: what LibreOffice rewrites must hide none."""
    some = dict(list(edited.items())[::3])
    converted([copy.path for copy in some.values()], "xlsx", tmp_path)
    again = {
        name: Planted(tmp_path / copy.path.name, set() if name in UNDONE else copy.places)
        for name, copy in some.items()
    }
    assert len(again) > 20
    assert missed(again, found_in(again, reader, written.original)) == {}


def copied(tables: Path, folder: Path) -> Path:
    return Path(shutil.copy(tables, folder))


def saved_by_openpyxl(tables: Path, folder: Path) -> Path:
    load_workbook(tables).save(folder / tables.name)
    return folder / tables.name


def saved_by_libreoffice(tables: Path, folder: Path) -> Path:
    return converted([tables], "xlsx", folder)[0]


def there_and_back_as_ods(tables: Path, folder: Path) -> Path:
    (there,) = converted([tables], "ods", folder)
    return converted([there], "xlsx", folder)[0]


@pytest.mark.parametrize(
    "save",
    [copied, saved_by_openpyxl, saved_by_libreoffice, there_and_back_as_ods],
    ids=lambda save: str(save.__name__),
)
def test_untouched_tables_are_accepted(
    written: Written, reader: Reader, tmp_path: Path, save: Callable[[Path, Path], Path]
) -> None:
    path = save(written.tables, tmp_path)
    by_evaluation, by_seal = (verified(path, reader, against) for against in (written.original, None))
    assert by_evaluation.differences == by_seal.differences == ()
    assert (by_evaluation.against, by_seal.against) == (Against.EVALUATION, Against.SEAL)
    assert by_evaluation.seal is SealState.INTACT
    assert by_evaluation.codes == {sheet.name: check_code(sheet.cells) for sheet in written.original.imprint}
    assert by_evaluation.cells > 700


def rewritten(tables: Path, target: Path, part: str, change: Callable[[str], str]) -> Path:
    """A copy in which one part of the package was changed, whatever a program would allow."""
    with ZipFile(tables) as source, ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                text = data.decode("utf-8")
                assert change(text) != text
                data = change(text).encode("utf-8")
            copy.writestr(name, data)
    return target


def schools_of(tables: Path) -> str:
    """The part that holds the sheet of schools."""
    return f"xl/worksheets/sheet{load_workbook(tables).sheetnames.index('表2-2') + 1}.xml"


def test_a_formula_with_the_same_result_is_a_change(written: Written, reader: Reader, tmp_path: Path) -> None:
    path = rewritten(
        written.tables,
        tmp_path / "t.xlsx",
        schools_of(written.tables),
        lambda xml: re.sub(r'(<c r="J4"[^>]*>)', r"\1<f>2.07*2</f>", xml),
    )
    cell = {sheet.name: sheet.at(4, 10) for sheet in reader.read(path).sheets}["表2-2"]
    assert cell is not None
    assert cell.value == Decimal(written.rooms), "the control: what is read as its value has not changed"
    (found,) = verified(path, reader, written.original).differences
    assert told(found).zh == f"{written.rooms} → =2.07*2"
    assert found.address == ROOMS


def test_a_picture_laid_over_is_told(written: Written, reader: Reader, tmp_path: Path) -> None:
    path = rewritten(
        written.tables,
        tmp_path / "t.xlsx",
        schools_of(written.tables),
        lambda xml: xml.replace("</worksheet>", '<drawing xmlns:r="r" r:id="rId1"/></worksheet>'),
    )
    (found,) = verified(path, reader, None).differences
    assert told(found).zh == "加了图形、图片或文本框"


def test_every_figure_is_told_with_its_address(written: Written, found: Found) -> None:
    """A row taken out above does not part a figure from its address."""
    told_of = found["a_school_taken_out_and_another_changed"]
    (changed,) = (difference for difference in told_of if difference.what is What.CHANGED)
    assert (changed.ref, changed.origin) == ("J9", "表2-2!J10")
    assert changed.address == written.original.addresses["表2-2!J10"]
    gone = {difference.address for difference in told_of if difference.what is What.REMOVED}
    assert len(gone) > 10, "a whole row of figures"
    assert changed.address not in gone


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("a digit changed", "4.14 → 4.17", "4.14 → 4.17"),
        ("a number as text", "4.14 → 「4.14」（数与文本互换）", "4.14 → “4.14” (a number is not a text)"),
        (
            "digits of full width",
            "4.14 → 「４.14」（第 1 字 U+0034 → U+FF14）",
            "4.14 → “４.14” (character 1: U+0034 → U+FF14)",
        ),
        ("a zero-width blank in a name", "「澄砚区新砚小学」 → 「澄砚⟨U+200B⟩区新砚小学」", None),
        ("a_number_emptied", "4.14 → （空）", "4.14 → (empty)"),
        ("a formula for a number", "4.14 → =2.07*2", "4.14 → =2.07*2"),
        ("a format of fewer decimals", "显示方式：0.00 → 0.0", "how it is shown: 0.00 → 0.0"),
        ("white ink", "显示方式：0.00 → 0.00，字迹看不见", "how it is shown: 0.00 → 0.00, cannot be read"),
        ("a_school_hidden", "行被隐藏", "the row was hidden"),
        ("a_sheet_hidden", "工作表被隐藏", "the sheet was hidden"),
        (
            "a_sheet_renamed",
            "工作表改名：「表3」 → 「表3（上报）」",
            "the sheet was renamed: “表3” → “表3（上报）”",
        ),
        ("the page header changed", "页眉左：「自评测算结果（非国家认定）」 → 「国家认定结果」", None),
    ],
)
def test_an_edit_is_said_in_words(written: Written, found: Found, name: str, zh: str, en: str | None) -> None:
    (difference,) = found[name]
    assert told(difference).zh == zh.replace("4.14", written.rooms)
    assert en is None or told(difference).en == en.replace("4.14", written.rooms)


def test_every_difference_has_words(found: Found) -> None:
    said = {text for differences in found.values() for one in differences for text in told(one)}
    assert not any("{" in text or not text for text in said)
    assert not any(re.search("[一-鿿]", told(one).en) for one in found["white ink"])


def test_a_table_of_another_evaluation_is_told_as_such(
    written: Written, reader: Reader, tmp_path: Path
) -> None:
    """Its own seal is whole, though most of its cells differ."""
    write_tables(evaluated(mixed()), rulebook(), tmp_path / TABLES, invented=True)
    verdict = verified(tmp_path / TABLES, reader, written.original)
    assert verdict.seal is SealState.INTACT
    assert len(verdict.differences) > 100


def test_what_is_none_of_ours_is_refused(written: Written, reader: Reader, tmp_path: Path) -> None:
    strange = tmp_path / "别的.xlsx"
    Workbook().save(strange)
    with pytest.raises(Refused, match="没有封印"):
        verified(strange, reader, None)
    with pytest.raises(Refused, match="没有一张工作表"):
        verified(strange, reader, written.original)


def test_another_workbook_of_ours_is_held_against_its_own_seal(
    written: Written, reader: Reader, tmp_path: Path
) -> None:
    book: Any = Workbook()
    book.worksheets[0]["A1"] = "另一种表"
    seal(book)
    book.save(tmp_path / "t.xlsx")
    verdict = verified(tmp_path / "t.xlsx", reader, written.original)
    assert (verdict.against, verdict.differences) == (Against.SEAL, ())
    book.worksheets[0]["A1"] = "改过的表"
    book.save(tmp_path / "t.xlsx")
    assert places(verified(tmp_path / "t.xlsx", reader, written.original).differences) == {"changed Sheet!A1"}


def test_tables_without_their_seal_are_still_proved(written: Written, reader: Reader, tmp_path: Path) -> None:
    """Some programs drop the properties: only the weaker check needs them."""
    book: Any = load_workbook(written.tables)
    book.custom_doc_props.props = []
    book.save(tmp_path / "t.xlsx")
    verdict = verified(tmp_path / "t.xlsx", reader, written.original)
    assert verdict.unchanged
    assert verdict.seal is SealState.ABSENT


def test_a_forger_who_seals_anew_is_found_by_the_evaluation_only(
    edited: dict[str, Planted], written: Written, reader: Reader, tmp_path: Path
) -> None:
    book = load_workbook(edited["a digit changed"].path)
    codes = seal(book)
    book.save(tmp_path / "t.xlsx")
    assert verified(tmp_path / "t.xlsx", reader, None).unchanged
    found = verified(tmp_path / "t.xlsx", reader, written.original)
    assert places(found.differences) == {"changed 表2-2!J4", "margin 表2-2!oddFooter.center"}
    assert sheets_coded(codes["表2-2"], written.original) == []


def test_a_printed_code_leads_to_its_sheet(written: Written) -> None:
    book: Any = load_workbook(written.tables)
    for sheet in book.worksheets:
        label, code = sheet.oddFooter.center.text.split()
        assert label == "核验码"
        for spelt in (code, code.lower(), code.replace("-", "")):
            assert sheets_coded(spelt, written.original) == [sheet.title]
