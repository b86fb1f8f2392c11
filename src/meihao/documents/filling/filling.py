"""A whole blank workbook: read, each of its places answered, written back as a filled copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from meihao.base.school_year import school_year_on
from meihao.base.text import Lang, Refused, Text
from meihao.documents.filling.blanks import places
from meihao.documents.filling.grid import Grid, shown
from meihao.documents.filling.known import Knowledge
from meihao.documents.filling.lexicon import Lexicon
from meihao.documents.filling.matching import Matcher
from meihao.documents.filling.notes import note_sheet
from meihao.documents.filling.places import Place
from meihao.documents.filling.reasons import WHICH_SCHOOL
from meihao.documents.filling.results import Filled, Result
from meihao.documents.filling.sentences import filled_in
from meihao.documents.workbook import Filling, Reader, Sheet, Workbook
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Calendar
from meihao.policy.rulebook import Rulebook

# a blank form is small; what is larger is a table of data, and is refused rather than searched at length
MOST_CELLS, MOST_ROWS, MOST_MERGED = 50_000, 5_000, 2_000
CALENDAR = "cn/school-year"


def fill(
    blank: Path, evaluation: Evaluation, rulebook: Rulebook, reader: Reader, school: str | None = None
) -> tuple[Workbook, Filled]:
    """What becomes of every place of a blank; writes nothing. Raises `Refused`.

    `school` is the code or the name of the school whose form it is; without it a form is the district's,
    unless it names a school itself.
    """
    book = reader.read(blank)
    shapes = reader.shape(blank)
    lexicon = Lexicon(rulebook, evaluation)
    knowledge = Knowledge(evaluation, lexicon.facts.values(), lexicon.forms)
    grids = [_grid(sheet, shapes.get(sheet.name, {})) for sheet in book.sheets if not sheet.hidden]
    found = {grid.name: places(grid, lexicon.words, lexicon, knowledge) for grid in grids}
    every = [place for each in found.values() for place in each]
    own, unsettled = _subject(every, lexicon, knowledge, _chosen(school, knowledge))
    matcher = Matcher(lexicon, knowledge, _years(evaluation, rulebook), own, unsettled)
    unread = tuple(grid.name for grid in grids if grid.cells() and not found[grid.name])
    return book, Filled(tuple(map(matcher.result, every)), own, knowledge.about(own), unread)


def write(
    book: Workbook, filled: Filled, evaluation: Evaluation, target: Path, reader: Reader, lang: Lang
) -> None:
    """Writes the filled copy: the person's workbook with only the empty cells that were filled changed."""
    reader.fill(book, target, _cells(filled.of("filled")), note_sheet(filled, evaluation, lang), lang)


def _grid(sheet: Sheet, shape: Mapping[str, Sequence[str]]) -> Grid:
    rows = sheet.cells[-1].row if sheet.cells else 0
    if len(sheet.cells) > MOST_CELLS or rows > MOST_ROWS or len(shape.get("merged", ())) > MOST_MERGED:
        raise Refused(
            f"工作表「{sheet.name}」不像空白表：超过 {MOST_ROWS} 行、{MOST_CELLS} 格或 {MOST_MERGED} 处合并。"
            "请只留要填的表。",
            f"the sheet “{sheet.name}” is no blank form: more than {MOST_ROWS} rows, {MOST_CELLS} cells or "
            f"{MOST_MERGED} merged areas. Keep only the form to be filled.",
        )
    return Grid(sheet, shape)


def _years(evaluation: Evaluation, rulebook: Rulebook) -> frozenset[int]:
    """The years that the data is of: of the day evaluated, and of the census it counts."""
    on = evaluation.plan.on
    calendar = rulebook.get(Calendar, CALENDAR, on, evaluation.plan.place)
    census = school_year_on(on, calendar.school_year_starts, calendar.census).census
    return frozenset({on.year, census.year})


# --- whose form it is


def _chosen(school: str | None, knowledge: Knowledge) -> str | None:
    if school is None:
        return None
    by_code = knowledge.find(school, "")
    found = by_code if isinstance(by_code, str) else knowledge.find("", school)
    if isinstance(found, Text):
        raise Refused(
            f"没有学校「{school}」，请写名录中的学校代码或全称。",
            f"there is no school “{school}”: write its code or its full name.",
        )
    return found


def _subject(
    every: Sequence[Place], lexicon: Lexicon, knowledge: Knowledge, chosen: str | None
) -> tuple[str | None, Text | None]:
    """The school a form is about, or None for the district; and why that is not settled, if it is not."""
    named: dict[str, str] = {}
    asked = False
    for place in every:
        kind = lexicon.names_school(place.path) if place.school is None and place.gap is None else None
        if kind is not None and place.trouble is None:
            asked = True
            if place.given is not None:
                named[kind] = shown(place.given)
    if not named:
        return chosen, WHICH_SCHOOL if asked and chosen is None else None
    found = knowledge.find(named.get("code", ""), named.get("name", ""))
    if isinstance(found, Text):
        return chosen, found
    if chosen is not None and found != chosen:
        told = Text(f"空表写的是另一所学校（{found}）", f"the blank names another school ({found})")
        return chosen, told
    return found, None


# --- what is written


def _cells(results: Sequence[Result]) -> list[Filling]:
    cells: list[Filling] = []
    sentences: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        place = result.place
        if place.gap is not None:
            sentences.setdefault((place.sheet, place.ref), []).append(result)
        else:
            assert result.printed is not None
            kind: Literal["number", "text"] = "number" if result.numeric else "text"
            cells.append(Filling(place.sheet, place.ref, kind, result.printed))
    for (sheet, ref), gaps in sentences.items():
        text = gaps[0].place.path[0]
        values = {result.place.gap: result.printed for result in gaps if result.place.gap is not None}
        told = filled_in(text, {gap: value for gap, value in values.items() if value is not None})
        cells.append(Filling(sheet, ref, "text", told, text))
    return cells
