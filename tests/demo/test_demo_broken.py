"""Returns full of mistakes: each kind once, at its cell, and nothing else wrong beside it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from meihao.demo.broken import Planted, broken_workbooks
from meihao.demo.district import SCHOOL_FORM
from meihao.figures.interpreter import Interpreter
from meihao.policy.kinds import Fact, Form, Given
from meihao.policy.rulebook import Rulebook

ON = date(2025, 9, 1)
Books = dict[str, tuple[Path, list[Planted]]]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return Rulebook.load()


@pytest.fixture(scope="module")
def books(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Books:
    folder = tmp_path_factory.mktemp("broken")
    return {path.name: (path, planted) for path, planted in broken_workbooks(folder, rulebook, ON)}


def marks(rulebook: Rulebook, path: Path, spoiled: set[str]) -> set[str]:
    """Value cells of the checks that do not hold, once the spoiled cells are left out."""
    form = rulebook.get(Form, SCHOOL_FORM, ON)
    fact = rulebook.get(Fact, form.fact, ON)
    sheet = load_workbook(path).worksheets[0]
    row: dict[str, Given] = {}
    for number, field in enumerate(form.fields, 2):
        if f"E{number}" not in spoiled and f"C{number}" not in spoiled:
            row[field.column] = as_given(sheet.cell(number, 5).value, fact.columns[field.column].type)
    refs = {field.column: f"E{number}" for number, field in enumerate(form.fields, 2)}
    reader = Interpreter(fact, row)
    broken = [check for check in form.checks if reader.truth(check.holds) is False]
    return {refs[column] for check in broken for column in check.marks}


def as_given(value: object, kind: str) -> Given:
    if kind == "yesno" and value is not None:
        return value == "是"
    if isinstance(value, (int, float)):
        return Fraction(str(value))
    return None if value is None else str(value)


def test_forty_kinds_and_more_each_at_its_own_cell(books: Books) -> None:
    _, planted = books["broken.xlsx"]
    refs = [one.ref for one in planted if one.ref]
    assert len({one.kind for one in planted}) == len(planted) >= 40
    assert len(set(refs)) == len(refs) == len(planted) - 2
    assert all(one.severity == "must" for one in planted)


def test_nothing_is_wrong_beside_the_planted_cells(books: Books, rulebook: Rulebook) -> None:
    """Where the mistaken values are left out, no check of the form fails."""
    path, planted = books["broken.xlsx"]
    assert marks(rulebook, path, {one.ref for one in planted}) == set()


def test_the_cells_hold_what_was_planted(books: Books) -> None:
    path, planted = books["broken.xlsx"]
    sheet = load_workbook(path).worksheets[0]
    at = {one.kind: sheet[one.ref] for one in planted if one.ref}
    assert at["empty"].value is None
    assert at["lost_reference"].data_type == at["divided_by_zero"].data_type == "e"
    assert at["formula_without_result"].data_type == "f"
    assert at["truth_value"].value is True
    assert at["date_for_number"].is_date
    assert at["date_for_year"].is_date
    assert at["negative"].value == -12
    assert at["two_signs"].data_type == "s"
    assert at["code_in_scientific_notation"].value == "2.1E+09"
    note = at["value_in_note_column"].offset(column=2)
    assert (at["value_in_note_column"].value, note.data_type) == (None, "n")


def test_a_row_is_missing_and_another_is_there_twice(books: Books) -> None:
    path, planted = books["broken.xlsx"]
    labels = [label for (label,) in load_workbook(path).worksheets[0].iter_rows(2, 69, 3, 3, True)]
    assert "毕业年级三年死亡学生数" not in labels
    assert labels.count("毕业年级三年转入学生数") == 2
    assert labels[67] == "毕业年级三年转入学生数"
    assert "61㎡≤单间面积＜67㎡的美术教室间数" not in labels
    assert [one.kind for one in planted if not one.ref] == ["row_missing_under_its_label", "row_missing"]


def test_each_sum_that_must_hold_is_broken_once(books: Books, rulebook: Rulebook) -> None:
    """Between them the two books break every `must` of the form, and no `explain`."""
    found: set[str] = set()
    for name, year in (("broken-sums.xlsx", "year_out_of_range"), ("broken-nobody.xlsx", "year_to_come")):
        path, planted = books[name]
        spoiled = {one.ref for one in planted if one.kind == year}
        expected = {one.ref for one in planted} - spoiled
        assert marks(rulebook, path, spoiled) == expected
        found |= expected
    must = [check for check in rulebook.get(Form, SCHOOL_FORM, ON).checks if check.severity == "must"]
    assert len(found) == sum(len(check.marks) for check in must)


def test_the_same_seed_gives_the_same_bytes(rulebook: Rulebook, books: Books, tmp_path: Path) -> None:
    for path, planted in broken_workbooks(tmp_path, rulebook, ON):
        other, before = books[path.name]
        assert (path.read_bytes(), planted) == (other.read_bytes(), before)
