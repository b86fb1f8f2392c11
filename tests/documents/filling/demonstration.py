"""The demonstration as filled forms are checked against: its evaluation, and its own workbooks read anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from meihao.demo import DEMO_ON, write_demo
from meihao.documents.evaluating import evaluate_path
from meihao.documents.filling.filling import fill, write
from meihao.documents.filling.results import Filled, Result
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

STANDARD = "cn/compulsory-balance"
SCHOOL = "2199000001"
NAME = "澄砚区新砚小学"
DISTRICT_RETURN, SCHOOL_RETURN = "cn/compulsory/district-return", "cn/compulsory/school-return"


class Demonstration:
    """The invented district: its workbooks, what an evaluation made of them, and a reader.

    No dataclass: Hypothesis would print all of it with every example that fails.
    """

    def __init__(self, returns: Path, rulebook: Rulebook, evaluation: Evaluation, reader: Reader) -> None:
        self.returns, self.rulebook, self.evaluation, self.reader = returns, rulebook, evaluation, reader

    def form(self, key: str) -> tuple[Form, Fact]:
        """A form in force with its fact."""
        form = self.rulebook.get(Form, key, DEMO_ON)
        return form, self.rulebook.get(Fact, form.fact, DEMO_ON)

    def fill(self, blank: Path, school: str | None = None) -> Filled:
        """What becomes of a blank."""
        return fill(blank, self.evaluation, self.rulebook, self.reader, school)[1]

    def copy(self, blank: Path, school: str | None = None) -> tuple[Filled, Path]:
        """The same, with the filled copy."""
        book, filled = fill(blank, self.evaluation, self.rulebook, self.reader, school)
        target = blank.with_name("filled.xlsx")
        write(book, filled, self.evaluation, target, self.reader, "zh")
        return filled, target

    # --- the second truth: the workbooks themselves, by the labels of their fields

    @cached_property
    def by_school(self) -> dict[str, dict[str, object]]:
        """What each school reported, by label."""
        found: dict[str, dict[str, object]] = {}
        for folder in ("学校填报", "补充填报"):
            for path in sorted((self.returns / folder).glob("*.xlsx")):
                values = reported(path)
                code = str(values["学校代码"])
                if code in self.evaluated(folder):
                    found.setdefault(code, {}).update(values)
        return found

    def evaluated(self, folder: str) -> set[str]:
        """The schools whose workbook of one folder was taken."""
        table = self.evaluation.snapshot.tables["cn/compulsory/campus"]
        files = {code for (code, _), origin in table.origins.items() if origin.file.startswith(folder)}
        return files

    @cached_property
    def of_district(self) -> dict[str, object]:
        """What the district reported, by label."""
        found: dict[str, object] = {}
        for name in ("区县补充填报表.xlsx", "区县填报表格.xlsx"):
            found |= reported(self.returns / name)
        return found

    def sum_of(self, label: str) -> Fraction | None:
        """The sum of a field over all schools; None where one has not filled it."""
        values = [school.get(label) for school in self.by_school.values()]
        if any(value is None or isinstance(value, str) for value in values):
            return None
        return sum((exact(value) for value in values), Fraction(0))


def demonstration(folder: Path, reader: Reader) -> Demonstration:
    """The demonstration written into a folder, read and evaluated."""
    rulebook = Rulebook.load()
    returns = write_demo(folder, rulebook)
    report = evaluate_path(returns, STANDARD, DEMO_ON, rulebook, FastEngine(), reader)
    return Demonstration(returns, rulebook, report.evaluation, reader)


def reported(path: Path) -> dict[str, object]:
    """The values of a return in the official layout, by label; openpyxl reads them, not our reader."""
    sheet = load_workbook(path).worksheets[0]
    rows = sheet.iter_rows(min_row=2, max_col=5, values_only=True)
    return {str(row[2]): row[4] for row in rows if row[2] is not None}


def exact(value: object) -> Fraction:
    """A number as openpyxl gives it, by its shortest decimal."""
    return Fraction(Decimal(str(value)))


# --- blanks


def blank_of(folder: Path, rows: Sequence[Any], name: str = "blank.xlsx", sheet: str = "表") -> Path:
    """A workbook of one sheet with these rows."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    book.save(folder / name)
    return folder / name


def fields_blank(folder: Path, fields: Mapping[str, str | None] | Sequence[tuple[str, str | None]]) -> Path:
    """A form of one field a row, with a column of units."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    rows = [["序号", "填报项目", "单位", "填报值"]]
    return blank_of(folder, rows + [[n, label, unit, None] for n, (label, unit) in enumerate(pairs, 1)])


def page_of(path: Path, name: str | None = None) -> Worksheet:
    """A sheet of a workbook, the first unless it is named."""
    book = load_workbook(path)
    found = book[name] if name else book.worksheets[0]
    assert isinstance(found, Worksheet)
    return found


def by_caption(filled: Filled) -> dict[str, Result]:
    """The results by the innermost caption."""
    return {result.place.path[-1]: result for result in filled.results}
