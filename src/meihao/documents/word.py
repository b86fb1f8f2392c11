"""Word documents that people go on editing: A4, official faces, plain tables, the same bytes each time.

Faces are asked for by the names official documents use (仿宋, 黑体, 楷体, 宋体); where a machine has none of
them the reader's own substitution decides, and a PDF of ours is set in Noto (`documents/pdf.py`).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unicodedata import east_asian_width

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from meihao.documents.xlsx import _repacked as repacked

FANGSONG, HEITI, KAITI, SONGTI = "仿宋", "黑体", "楷体", "宋体"
LATIN = "Times New Roman"
A4 = (Mm(210), Mm(297))
MM_A_POINT = 0.3528
GUTTER = 2.0  # mm between the columns of a table that has no lines between them
MARGINS = (25, 22, 25, 22)  # mm: top, right, bottom, left
_SAVED = datetime(2000, 1, 1)  # noqa: DTZ001  (the format wants a bare time; it stands for no moment)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ACROSS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


@dataclass(frozen=True)
class Face:
    """How words are set: `name` is the Chinese face, `size` and `after` in points, `ink` as RRGGBB."""

    name: str = FANGSONG
    size: float = 12
    bold: bool = False
    ink: str = "000000"

    def at(self, size: float) -> Face:
        """The same face in another size."""
        return replace(self, size=size)


@dataclass(frozen=True)
class Setting:
    """How a paragraph stands: `leading` is its line height in points, `first` indents by two characters."""

    across: Literal["left", "center", "right", "both"] = "left"
    before: float = 0
    after: float = 0
    leading: float | None = None
    first: bool = False
    with_next: bool = False


BODY = Face()
TITLE = Face(SONGTI, 20, bold=True)
HEADINGS = (Face(HEITI, 15), Face(KAITI, 13, bold=True), Face(FANGSONG, 12, bold=True))
HEAD_CELL, CELL = Face(HEITI, 10), Face(SONGTI, 10)
TEXT = Setting("both", leading=22, first=True)

Words: TypeAlias = "str | Sequence[tuple[str, Face]]"
Holder: TypeAlias = "DocumentType | _Cell"


def new_document(
    title: str, *, landscape: bool = False, margins: tuple[float, float, float, float] = MARGINS
) -> DocumentType:
    """An empty A4 document; `margins` in millimetres: top, right, bottom, left."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = A4[::-1] if landscape else A4
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    top, right, bottom, left = map(Mm, margins)
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.header_distance = section.footer_distance = Mm(min(margins[0], margins[2]) / 2)
    normal: Any = document.styles["Normal"]
    _face(normal, BODY)
    normal.paragraph_format.space_after = Pt(0)
    _unruled(document.styles["Title"])
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "美好教育", ""
    properties.last_modified_by, properties.language = "美好教育", "zh-CN"
    properties.created = properties.modified = _SAVED
    return document


def paragraph(
    holder: Holder, words: Words, face: Face = BODY, setting: Setting = TEXT, style: str | None = None
) -> Paragraph:
    """A paragraph of one face, or of runs each with its own; a new cell's empty paragraph is used first."""
    made = _blank(holder) or holder.add_paragraph()
    if style is not None:
        made.style = style
    shape = made.paragraph_format
    made.alignment = _ACROSS[setting.across]
    shape.space_before, shape.space_after = Pt(setting.before), Pt(setting.after)
    shape.keep_with_next = setting.with_next
    if setting.leading is not None:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(setting.leading)
    runs = [(words, face)] if isinstance(words, str) else words
    for text, own in runs:
        add_run(made, text, own)
    if setting.first:
        shape.first_line_indent = Pt(2 * (runs[0][1].size if runs else face.size))
    return made


def add_run(made: Paragraph, text: str, face: Face = BODY) -> Run:
    """More words at the end of a paragraph."""
    run = made.add_run(_UNWRITABLE.sub(" ", text))
    _face(run, face)
    return run


def heading(document: DocumentType, text: str, level: int = 1) -> Paragraph:
    """A heading that Word's outline knows; level 0 is the document's title, in the middle."""
    if level == 0:
        setting = Setting("center", after=10, leading=30, with_next=True)
        return paragraph(document, text, TITLE, setting, "Title")
    setting = Setting(before=10, after=4, leading=24, with_next=True)
    return paragraph(document, text, HEADINGS[level - 1], setting, f"Heading {level}")


def table(
    document: DocumentType,
    rows: Sequence[Sequence[Words]],
    widths: Sequence[float],
    *,
    head: int = 1,
    face: Face = CELL,
    across: Sequence[Literal["left", "center", "right"]] | None = None,
    leading: float | None = None,
    lines: Literal["grid", "rows"] = "grid",
) -> Table:
    """A table with black hairlines; `widths` in millimetres, the first `head` rows repeat on each page.

    With `lines="rows"` there is a thin grey line under each row and nothing between columns.
    """
    made: Table = document.add_table(len(rows), len(widths))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    if lines == "rows":
        _rows_only(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for number, (line, cells) in enumerate(zip(made.rows, rows, strict=True)):
        first = number < head
        _unbroken(line, repeat=first)
        for place, (cell, words) in enumerate(zip(line.cells, cells, strict=True)):
            cell.width = Mm(widths[place])
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            side = across[place] if across and (not first or lines == "rows") else "left"
            side = "center" if first and lines == "grid" else side
            own = replace(HEAD_CELL, size=face.size) if first else face
            paragraph(cell, words, own, Setting(side, 1, 1, leading))
    return made


def running(document: DocumentType, header: str = "", footer: str = "", *, numbered: bool = True) -> None:
    """What stands above and below each page; with `numbered`, the page's number in the middle below."""
    section, small = document.sections[0], Face(SONGTI, 9, ink="444444")
    for part, text in ((section.header, header), (section.footer, footer)):
        line = part.paragraphs[0]
        line.style = "Normal"
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        if text:
            add_run(line, text, small)
    if numbered:
        line = section.footer.paragraphs[0]
        add_run(line, "　第 " if footer else "第 ", small)
        _field(line, "PAGE", small)
        add_run(line, " 页", small)
        if not footer:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def save_deterministic_docx(document: DocumentType, path: Path) -> None:
    """Same content, same bytes; written beside `path` first, so that it is the old or the new one, whole."""
    buffer = io.BytesIO()
    document.save(buffer)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(repacked(buffer.getvalue()))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _blank(holder: Holder) -> Paragraph | None:
    """The empty paragraph that a new cell is born with."""
    if not isinstance(holder, _Cell):
        return None
    first = holder.paragraphs[0]
    return first if len(holder.paragraphs) == 1 and not first.runs else None


def _face(styled: Any, face: Face) -> None:
    """Sets latin and Chinese faces: Word chooses between them letter by letter."""
    font = styled.font
    font.name, font.size, font.bold = LATIN, Pt(face.size), face.bold
    font.italic, font.color.rgb = False, RGBColor.from_string(face.ink)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if key.endswith("Theme"):
            del fonts.attrib[key]
    fonts.set(qn("w:eastAsia"), face.name)
    fonts.set(qn("w:hAnsi"), LATIN)


def clipped(text: str, width: float, size: float) -> str:
    """Words cut to fit one line of `width` millimetres in type of `size` points, with … where cut."""
    room = int(width / (size * MM_A_POINT) * 2)  # half-width letters
    if len(text) <= room and _half_widths(text) <= room:
        return text
    kept = text[: max(room, 0)]
    while kept and _half_widths(kept) + 3 > room:  # the … and a little air
        kept = kept[:-1]
    return f"{kept.rstrip('、，； ')}…"


def _half_widths(text: str) -> float:
    """How wide a text is set; a quarter of a letter's air stands between Han and latin letters."""
    wide = [east_asian_width(letter) in "WFA" for letter in text]
    air = sum(
        a != b and left.isalnum() and right.isalnum()
        for (left, a), (right, b) in pairwise(zip(text, wide, strict=True))
    )
    return len(text) + sum(wide) + air / 2


def _rows_only(made: Any) -> None:
    """A grey line under each row instead of the style's grid; columns begin flush with the text."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        shown = side in ("top", "bottom", "insideH")
        values = {"val": "single", "sz": "4", "space": "0", "color": "C8CED2"} if shown else {"val": "nil"}
        for name, value in values.items():
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = made._tbl.tblPr
    layout = next(p for p in properties if p.tag == qn("w:tblLayout"))
    layout.addprevious(borders)
    inside = OxmlElement("w:tblCellMar")
    for side, wide in (("left", 0.0), ("right", GUTTER)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(wide / MM_A_POINT * 20)))
        margin.set(qn("w:type"), "dxa")
        inside.append(margin)
    layout.addnext(inside)


def _unruled(style: Any) -> None:
    """Takes the coloured line away that the template draws under a title."""
    shape = style.element.get_or_add_pPr()
    for border in shape.findall(qn("w:pBdr")):
        shape.remove(border)


def _unbroken(line: Any, *, repeat: bool) -> None:
    """A row that no page end cuts; a heading row comes again on the next page."""
    properties = line._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeat:
        properties.append(OxmlElement("w:tblHeader"))


def _field(line: Paragraph, code: str, face: Face) -> None:
    """A field that Word fills in itself."""
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = add_run(line, "", face)
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
