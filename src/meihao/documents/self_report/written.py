"""05_自评报告初稿.docx: the parts set as a document, and the list of every figure in it with its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from meihao.documents import word
from meihao.documents.dossier.names import shown
from meihao.documents.dossier.slots import vetoes
from meihao.documents.report import Report
from meihao.documents.self_report import words
from meihao.documents.self_report.addresses import Figures
from meihao.documents.self_report.clauses import clauses
from meihao.documents.self_report.closing import appendix, mending
from meihao.documents.self_report.opening import basics, result, top
from meihao.documents.self_report.parts import Grid, Heading, Line, Para, Part, Quote
from meihao.documents.self_report.units import units

SELF_REPORT = "05_自评报告初稿.docx"
_TEXT, _LINES = word.BODY, replace(word.TEXT, across="left")
_LEAD = word.Face(word.HEITI, 12)
_CENTRED = word.Setting("center", after=2, leading=22)
_NOTE = word.Setting("both", before=4, after=8, leading=18, first=True)
_SMALL = word.Face(word.KAITI, 10.5)
_CELL = word.CELL.at(9)
_BREAKS = re.compile(r"[\t\r\n\v\f]+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A figure in the document: as it reads, in which paragraph, from which letter on, its address.

    Paragraphs are counted from 0 in the order of the document, those in the cells of tables among them.
    """

    text: str
    paragraph: int
    at: int
    address: str


@dataclass(frozen=True)
class SelfReport:
    """A written report and the figures in it."""

    path: Path
    quoted: tuple[Quoted, ...]


def write_self_report(report: Report, folder: Path) -> SelfReport:
    """Writes the draft of the district's self-evaluation report into a folder; tells every figure in it."""
    parts = list(parts_of(report))
    standard = report.evaluation.plan.standard
    title = f"{report.district.zh}{standard.short.zh}自评报告初稿"
    document = word.new_document(title)
    for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
        _set(document, part, isinstance(before, Grid), isinstance(after, Grid))
    marks = [words.DRAFT, standard.caution.zh, *(["虚构"] if report.invented else [])]
    word.running(document, "　".join(marks), f"{words.INTERNAL}　测算日 {report.evaluation.plan.on}")
    word.save_deterministic_docx(document, folder / SELF_REPORT)
    return SelfReport(folder / SELF_REPORT, tuple(_quoted(parts)))


def parts_of(report: Report) -> Iterator[Part]:
    """The whole report, in order, before it is a file."""
    figures = Figures(report.evaluation)
    yield from top(report)
    numbered = enumerate(_sections(report, figures), 1)
    for number, (title, parts) in numbered:
        yield Heading(1, f"{words.numeral(number)}、{title}")
        yield from parts
    yield Heading(1, words.APPENDIX)
    yield from appendix(figures)


def _sections(report: Report, figures: Figures) -> Iterator[tuple[str, Iterator[Part]]]:
    yield words.BASICS, basics(report, figures)
    blocks = list(figures.plan.standard.blocks)
    first = blocks.index(figures.plan.unit_block) if figures.plan.unit_block else 0
    yield words.RESULT, _result(report, figures, blocks[:first])
    for name in blocks[first:]:
        yield _title(name, figures), _block(name, figures)
    yield words.MENDING, mending(figures)


def _result(report: Report, figures: Figures, opening: list[str]) -> Iterator[Part]:
    """The result, with the blocks that come before any school is judged: the preconditions."""
    yield from result(report, figures)
    for name in opening:
        yield Heading(2, _title(name, figures))
        yield from _block(name, figures)


def _title(name: str, figures: Figures) -> str:
    title = figures.plan.standard.blocks[name].title.zh
    own = figures.plan.clauses_of(name)
    return words.VETOES.format(title=title) if own and all(map(vetoes, own)) else title


def _block(name: str, figures: Figures) -> Iterator[Part]:
    if figures.plan.standard.blocks[name].judges_units:
        yield from units(name, figures)
    yield from clauses(name, figures)


# --- set


def _set(document: Document, part: Part, below_grid: bool, above_grid: bool) -> None:
    """Writes one part; a paragraph keeps its distance from a table, and stays with the one it announces."""
    lines = replace(_LINES, before=6 * below_grid, after=3 * above_grid, with_next=above_grid)
    match part:
        case Heading():
            word.heading(document, _plain(part.text), part.level)
        case Para(look="centred"):
            word.paragraph(document, _runs(part, _LEAD), _LEAD, _CENTRED)
        case Para(look="note"):
            word.paragraph(document, _runs(part, _SMALL), _SMALL, _NOTE)
        case Para():
            word.paragraph(document, _runs(part, _TEXT), _TEXT, lines)
        case Grid():
            rows = [list(part.head), *([_text(cell) for cell in row] for row in part.rows)]
            word.table(document, rows, part.widths, face=_CELL, across=part.across)


def _runs(part: Para, face: word.Face) -> list[tuple[str, word.Face]]:
    lead = [(_text(part.lead), _LEAD)] if part.lead else []
    return [*lead, (_text(part.line), face)]


def _text(line: Line) -> str:
    return "".join(_plain(piece if isinstance(piece, str) else piece.text) for piece in line)


def _plain(text: str) -> str:
    """Text on one line, in which nothing hides."""
    return shown(_BREAKS.sub(" ", text))


# --- quoted


def _quoted(parts: list[Part]) -> Iterator[Quoted]:
    lines = (line for part in parts for line in _lines(part))
    for number, line in enumerate(lines):
        at = 0
        for piece in line:
            text = _plain(piece if isinstance(piece, str) else piece.text)
            if isinstance(piece, Quote):
                yield Quoted(text, number, at, piece.address)
            at += len(text)


def _lines(part: Part) -> Iterator[Line]:
    """The paragraphs a part becomes, in the order of the document."""
    match part:
        case Heading():
            yield (part.text,)
        case Para():
            yield (*part.lead, *part.line)
        case Grid():
            yield from ((caption,) for caption in part.head)
            for row in part.rows:
                yield from row


def paragraphs(document: Document) -> list[Paragraph]:
    """The paragraphs of a document in order, those in the cells of its tables among them."""
    found: list[Paragraph] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            found += [line for row in block.rows for cell in row.cells for line in cell.paragraphs]
        else:
            found.append(block)
    return found
