"""What the cells of a sheet do not say, though it decides what a reader sees of them.

Number formats, formulas behind values, hidden lines, joined cells, what is printed around the sheet,
and things laid over it: read as a second stream over a sheet that `cells` has found sound.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, TypedDict
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

from meihao.documents.workbook.cells import LONGEST_TEXT
from meihao.documents.workbook.container import broken, check_token, chunks, too_big
from meihao.documents.workbook.content import Content, Part
from meihao.documents.workbook.model import position

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OWN = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_CUSTOM = "docProps/custom.xml"
_MACROS = "xl/vbaProject.bin"
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY
_LONGEST_NAME = 255
_YES = ("1", "true")
_LOWEST, _NARROWEST = 2.0, 0.5  # points, characters: a line squeezed below these is as good as hidden
_FAINTEST = 48  # of 255 in any channel: ink nearer than this to its paper cannot be read
_SMALLEST = 3.0  # points
_THEME = ("FFFFFF", "000000")  # what Office calls background 1 and text 1
_MOST_LISTED = 100_000  # joined ranges, hidden lines, properties
_COVERS = frozenset(
    {
        "drawing",
        "legacyDrawing",
        "picture",
        "controls",
        "oleObjects",
        "conditionalFormatting",
        "sparklineGroups",
    }
)
_MARGINS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_OTHER_PAGES = ("differentOddEven", "differentFirst")


class SeenCell(TypedDict):
    """A cell with content: `format` is its number format; `marks` are `ink`, `fill` where it misleads."""

    row: int
    column: int
    kind: str
    value: str | bool
    formula: str | None
    format: str
    marks: list[str]


class SeenSheet(TypedDict):
    """A sheet as its reader meets it.

    `merged` are first row, first column, last row, last column; `rows` and `columns` are first and
    last lines hidden.
    """

    name: str
    hidden: bool
    cells: list[SeenCell]
    merged: list[list[int]]
    rows: list[list[int]]
    columns: list[list[int]]
    margins: dict[str, str]
    covers: list[str]


def seen_sheets(content: Content) -> Iterator[SeenSheet]:
    """Every sheet of a workbook in order; one that holds no cells, such as a chart's, is there by name."""
    parts = {part.name: part for part in content.parts}
    styles = _Styles(content.frame.wb)
    areas = _print_areas(content)
    for number, sheet in enumerate(content.frame.parser.sheets):
        name, part = str(sheet.name), parts.get(str(sheet.name))
        seen = _seen(content, part, styles) if part else _no_cells(name, sheet.state != "visible")
        if number in areas:
            seen["margins"]["area"] = areas[number]
        if number == 0 and _MACROS in content.archive.namelist():
            seen["covers"].append("macros")
        yield seen


def custom_properties(content: Content) -> dict[str, str]:
    """The file's own properties as text, whatever their type."""
    reader = _Properties()
    if _CUSTOM in content.archive.namelist():
        reader.read(chunks(content.archive, _CUSTOM))
    return reader.found


def _no_cells(name: str, hidden: bool) -> SeenSheet:
    return SeenSheet(
        name=name, hidden=hidden, cells=[], merged=[], rows=[], columns=[], margins={}, covers=["chart"]
    )


def _seen(content: Content, part: Part, styles: _Styles) -> SeenSheet:
    found = {
        (row, column): (kind, value)
        for portion in content.cells(part)
        for row, column, kind, value in portion
    }
    looks = _SheetLooks(found)
    looks.read(chunks(content.archive, part.path))
    cells = []
    for row, column in sorted({*found, *looks.formulas}):
        kind, value = found.get((row, column), ("text", ""))
        code, marks = styles.of(looks.styles.get((row, column), 0))
        cells.append(
            SeenCell(
                row=row,
                column=column,
                kind=kind,
                value=value,
                formula=looks.formulas.get((row, column)),
                format=code,
                marks=marks,
            )
        )
    return SeenSheet(
        name=part.name,
        hidden=part.hidden,
        cells=cells,
        merged=looks.merged,
        rows=looks.rows,
        columns=looks.columns,
        margins=looks.margins,
        covers=sorted(looks.covers),
    )


def _print_areas(content: Content) -> dict[int, str]:
    parser: Any = content.frame.parser
    return {
        int(name.localSheetId): str(name.value)
        for name in parser.defined_names.definedName
        if name.name == "_xlnm.Print_Area" and name.localSheetId is not None
    }


class _Styles:
    """Number formats and misleading looks, by the number under which cells name a style."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[int, tuple[str, list[str]]] = {}

    def of(self, number: int) -> tuple[str, list[str]]:
        if number not in self._known:
            styles = self._book._cell_styles
            style = styles[number] if number < len(styles) else styles[0]
            self._known[number] = self._format(style.numFmtId), list(self._marks(style))
        return self._known[number]

    def _format(self, number: int) -> str:
        own = self._book._number_formats
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        place = number - BUILTIN_FORMATS_MAX_SIZE
        return str(own[place]) if place < len(own) else "General"

    def _marks(self, style: Any) -> Iterator[str]:
        font, fill = self._book._fonts[style.fontId], self._book._fills[style.fillId]
        filled = getattr(fill, "fill_type", None) == "solid"
        palette = self._book._colors
        ink = bytes.fromhex(_colour(font.color, "000000", palette))
        paper = bytes.fromhex(_colour(fill.fgColor if filled else None, "FFFFFF", palette))
        near = all(abs(a - b) < _FAINTEST for a, b in zip(ink, paper, strict=True))
        if near or (font.sz is not None and font.sz < _SMALLEST):
            yield "ink"
        if self._book._alignments[style.alignmentId].horizontal == "fill":
            yield "fill"  # the same again until the cell is full: 1 looks like 111


def _colour(colour: Any, default: str, palette: Any) -> str:
    """Six hexadecimal digits; a mid grey, which hides on nothing, where only the theme knows."""
    match colour.type if colour is not None else "auto":
        case "rgb":
            return str(colour.rgb)[-6:]
        case "indexed" if colour.indexed < len(palette):
            return str(palette[colour.indexed])[-6:]
        case "theme":
            return _THEME[colour.theme] if colour.theme < len(_THEME) else "808080"
    return default


class _Stream:
    """The elements of one namespace, and the character data of those that are listened to."""

    space = ""

    def __init__(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self._parser = parser
        self._text: list[str] | None = None
        self._room = self._listed = 0

    def read(self, pieces: Iterable[bytes]) -> None:
        fed = 0
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
                fed += len(piece)
                check_token(self._parser, fed)
            self._parser.Parse(b"", True)
        except expat.ExpatError as problem:
            if problem.code == _NO_MEMORY:
                raise MemoryError from None
            raise broken("XML 格式错误", "its XML is not well-formed") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space == self.space:
            self.opened(local, attributes)
        else:
            self.strange(local)

    def _end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if space == self.space:
            self.closed(local)

    def _data(self, data: str) -> None:
        if self._text is not None and self._room > 0:
            self._text.append(data[: self._room])
            self._room -= len(data)

    def listen(self) -> None:
        """From here on character data is kept, as much as a cell can hold."""
        self._text, self._room = [], LONGEST_TEXT

    def heard(self) -> str | None:
        """What was said since; nothing where nobody listened."""
        text, self._text = self._text, None
        return None if text is None else "".join(text)

    def count(self) -> None:
        """One more thing listed that the stream of cells does not count."""
        self._listed += 1
        if self._listed > _MOST_LISTED:
            raise too_big(
                f"合并、隐藏和属性超过 {_MOST_LISTED} 处",
                f"it has more than {_MOST_LISTED} joined or hidden places and properties",
            )

    def strange(self, name: str) -> None:
        """An element of another namespace."""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def closed(self, name: str) -> None:
        raise NotImplementedError


class _SheetLooks(_Stream):
    """Styles of the cells that have content, every formula, and what hides, joins, covers or frames them."""

    space = _MAIN

    def __init__(self, content: Container[tuple[int, int]]) -> None:
        super().__init__()
        self.styles: dict[tuple[int, int], int] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.rows: list[list[int]] = []
        self.columns: list[list[int]] = []
        self.merged: list[list[int]] = []
        self.margins: dict[str, str] = {}
        self.covers: set[str] = set()
        self._content, self._at = content, (0, 0)

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "row":
                self._row(attributes)
            case "c":
                self._cell(attributes)
            case "col" if _squeezed(attributes, "width", _NARROWEST):
                self.count()
                self.columns.append([int(attributes["min"]), int(attributes["max"])])
            case "mergeCell":
                self.count()
                self.merged.append(_bounds(attributes.get("ref", "")))
            case _ if name == "f" or name in _MARGINS:
                self.listen()
            case _ if name in _COVERS or _blanks(name, attributes):
                self.covers.add(name)
            case "headerFooter":
                self.margins |= {key: "1" for key in _OTHER_PAGES if attributes.get(key) in _YES}

    def strange(self, name: str) -> None:
        if name in _COVERS:
            self.covers.add(name)

    def closed(self, name: str) -> None:
        if name == "f":
            self.formulas[self._at] = self.heard() or ""
        elif name in _MARGINS and (text := self.heard()):
            self.margins[name] = text

    def _row(self, attributes: dict[str, str]) -> None:
        place = position("A" + attributes.get("r", str(self._at[0] + 1)))
        self._at = (place[0] if place else self._at[0] + 1, 0)
        if _squeezed(attributes, "ht", _LOWEST):
            self.count()
            self.rows.append([self._at[0], self._at[0]])

    def _cell(self, attributes: dict[str, str]) -> None:
        self._at = position(attributes.get("r", "")) or (self._at[0], self._at[1] + 1)
        style = attributes.get("s", "0")
        if self._at in self._content and style.isdecimal() and len(style) < 10:
            self.styles[self._at] = int(style)


def _bounds(ref: str) -> list[int]:
    first, _, last = ref.partition(":")
    corners = position(first), position(last or first)
    if corners[0] is None or corners[1] is None:
        raise broken("合并单元格的范围错误", "the range of joined cells is wrong")
    return [*corners[0], *corners[1]]


def _squeezed(attributes: dict[str, str], size: str, least: float) -> bool:
    return attributes.get("hidden") in _YES or float(attributes.get(size, "inf")) < least


def _blanks(name: str, attributes: dict[str, str]) -> bool:
    """Settings of a whole sheet that make zeros, or the lines nobody set, disappear."""
    if name == "sheetView":
        return attributes.get("showZeros", "1") not in _YES
    if name == "sheetFormatPr":
        sizes = (("defaultRowHeight", _LOWEST), ("defaultColWidth", _NARROWEST))
        squeezed = any(float(attributes.get(size, "inf")) < least for size, least in sizes)
        return squeezed or attributes.get("zeroHeight") in _YES
    return False


class _Properties(_Stream):
    space = _OWN

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._name = ""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "property":
            self.count()
            self._name = attributes.get("name", "")[:_LONGEST_NAME]
            self.listen()

    def closed(self, name: str) -> None:
        if name == "property":
            self.found[self._name] = self.heard() or ""
