"""The cells of one sheet, read as a stream: a limit stops it before anything has been built.

The sheet's XML is read here rather than through openpyxl's rows because openpyxl fills every gap
before a far cell, drops a formula that has no saved result, and cannot stop at the cell in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from meihao.base.text import Refused
from meihao.documents.workbook.container import broken, too_big
from meihao.documents.workbook.model import LAST_ROW, Kind, Limits, position, reference
from meihao.documents.workbook.values import Formats, iso_moment, moment, number, plain

LONGEST_TEXT = 32_767  # characters a cell can hold in Excel
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY

Found = tuple[int, int, Kind, str | bool]


@dataclass(slots=True)
class Budget:
    """What is left of the limits that hold for the whole workbook."""

    limits: Limits
    cells: int = field(init=False)
    characters: int = field(init=False)

    def __post_init__(self) -> None:
        self.cells = self.limits.cells
        self.characters = self.limits.characters

    def cell(self) -> None:
        """Count one cell, empty or not."""
        self.cells -= 1
        if self.cells < 0:
            most = self.limits.cells
            raise too_big(f"单元格超过 {most} 个", f"it has more than {most} cells")

    def take(self, text: str) -> None:
        """Count the characters of one value."""
        self.characters -= len(text)
        if self.characters < 0:
            most = self.limits.characters
            raise too_big(f"文字总量超过 {most} 个字符", f"its text is longer than {most} characters")


class _Texts:
    """Collects character data; keeps just enough of an overlong text to know that it is one."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._room = LONGEST_TEXT + 1

    def add(self, data: str) -> None:
        if self._room > 0:
            self.parts.append(data[: self._room])
            self._room -= len(data)

    def whole(self) -> str:
        return "".join(self.parts)


class _Stream:
    """What the readers of shared texts and of sheets have in common: text runs, without phonetics."""

    def __init__(self) -> None:
        self._texts = _Texts()
        self._listening = False
        self._phonetic = False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self._parser = parser

    def feed(self, chunk: bytes, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as problem:
            if problem.code == _NO_MEMORY:
                raise MemoryError from None
            raise broken("XML 格式错误", "its XML is not well-formed") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _MAIN + "t":
            self._listening = not self._phonetic
        elif name == _MAIN + "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        if name == _MAIN + "t":
            self._listening = False
        elif name == _MAIN + "rPh":
            self._phonetic = False

    def _data(self, data: str) -> None:
        if self._listening:
            self._texts.add(data)


class _SharedTexts(_Stream):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.found: list[str] = []
        self._most = most

    def _end(self, name: str) -> None:
        super()._end(name)
        if name == _MAIN + "si":
            if len(self.found) >= self._most:
                raise too_big(f"文本超过 {self._most} 条", f"it has more than {self._most} texts")
            self.found.append(plain(self._texts.whole()))
            self._texts = _Texts()


def shared_texts(chunks: Iterable[bytes], limits: Limits) -> list[str]:
    """The texts that cells point at by number."""
    stream = _SharedTexts(limits.cells)
    for chunk in chunks:
        stream.feed(chunk)
    stream.feed(b"", last=True)
    return stream.found


def sheet_cells(
    chunks: Iterable[bytes], shared: list[str], formats: Formats, budget: Budget
) -> Iterator[list[Found]]:
    """The cells of a sheet, in the portions in which they are read."""
    stream = _SheetCells(shared, formats, budget)
    for chunk in chunks:
        stream.feed(chunk)
        yield stream.drain()
    stream.feed(b"", last=True)
    yield stream.drain()


class _SheetCells(_Stream):
    def __init__(self, shared: list[str], formats: Formats, budget: Budget) -> None:
        super().__init__()
        self._shared, self._formats, self._budget = shared, formats, budget
        self._found: list[Found] = []
        self._row = self._column = 0
        self._cell: dict[str, str] | None = None
        self._formula: str | None = None
        self._value: str | None = None

    def drain(self) -> list[Found]:
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _MAIN + "c":
            self._open_cell(attributes)
        elif name == _MAIN + "row":
            self._open_row(attributes.get("r"))
        elif self._cell is None:
            return
        elif name == _MAIN + "v" or name == _MAIN + "f":
            self._texts, self._listening = _Texts(), True
        else:
            super()._start(name, attributes)

    def _end(self, name: str) -> None:
        if self._cell is None:
            return
        if name == _MAIN + "v":
            self._value, self._listening = self._texts.whole(), False
        elif name == _MAIN + "f":
            self._formula, self._listening = self._texts.whole(), False
            self._texts = _Texts()
        elif name == _MAIN + "c":
            self._close_cell(self._cell)
            self._cell = None
        else:
            super()._end(name)

    def _open_row(self, number: str | None) -> None:
        place = position("A" + number) if number else (self._row + 1, 1)
        if place is None or not self._row < place[0] <= LAST_ROW:
            raise broken("行号错误或重复", "row numbers are wrong or repeated")
        self._row, self._column = place[0], 0

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._budget.cell()
        ref = attributes.get("r")
        place = position(ref) if ref else (self._row, self._column + 1)
        if place is None or place[0] != self._row or place[1] <= self._column:
            shown = (ref or "")[:20]
            raise broken(f"单元格 {shown} 的位置错误或重复", f"cell {shown} is misplaced or repeated")
        self._column = place[1]
        self._cell, self._formula, self._value = attributes, None, None
        self._texts = _Texts()

    def _close_cell(self, attributes: dict[str, str]) -> None:
        if self._formula is None and not self._value and not self._texts.parts:
            return
        ref = reference(self._row, self._column)
        kind, value = self._content(attributes, ref)
        if isinstance(value, str):
            if not value.strip():
                return
            if len(value) > LONGEST_TEXT:
                raise _overlong(ref)
            self._budget.take(value)
        self._check_place(ref)
        self._found.append((self._row, self._column, kind, value))

    def _content(self, attributes: dict[str, str], ref: str) -> tuple[Kind, str | bool]:
        sort, value = attributes.get("t", "n"), self._value
        if sort == "inlineStr":
            return "text", plain(self._texts.whole())
        if sort == "str" and (value or self._formula is not None):
            return "text", plain(value or "")
        if not value or not value.strip():
            return ("formula", f"={self._formula}") if self._formula is not None else ("text", "")
        return self._typed(sort, value.strip(), attributes.get("s", "0"), ref)

    def _typed(self, sort: str, value: str, style: str, ref: str) -> tuple[Kind, str | bool]:
        if sort == "n":
            return self._number(value, style, ref)
        if sort == "s":
            return "text", self._shared_text(value, ref)
        if sort == "b" and value in ("0", "1", "false", "true"):
            return "bool", value in ("1", "true")
        if sort == "e":
            return "error", value
        if sort == "d":
            return iso_moment(value, ref)
        raise broken(f"单元格 {ref} 的类型错误", f"cell {ref} has a wrong type")

    def _number(self, value: str, style: str, ref: str) -> tuple[Kind, str]:
        index = int(style) if style.isascii() and style.isdecimal() and len(style) < 10 else 0
        if index in self._formats.dates or index in self._formats.durations:
            return moment(value, index, self._formats, ref)
        return "number", str(number(value, ref))

    def _shared_text(self, value: str, ref: str) -> str:
        if value.isascii() and value.isdecimal() and len(value) < 10 and int(value) < len(self._shared):
            return self._shared[int(value)]
        raise broken(f"单元格 {ref} 的文字缺失", f"the text of cell {ref} is missing")

    def _check_place(self, ref: str) -> None:
        limits = self._budget.limits
        if self._row > limits.rows or self._column > limits.columns:
            raise Refused(
                f"在单元格 {ref} 处有内容，超出可读范围（{limits.rows} 行、{limits.columns} 列）。"
                "请删除数据之外的行和列，另存为 .xlsx 再交。",
                f"has content in cell {ref}, beyond what is read ({limits.rows} rows, "
                f"{limits.columns} columns). Delete the rows and columns beyond the data and save it.",
            )


def _overlong(ref: str) -> Refused:
    return Refused(
        f"在单元格 {ref} 处的文字超过 {LONGEST_TEXT} 个字符。请删减后再交。",
        f"has more than {LONGEST_TEXT} characters in cell {ref}. Shorten the text and hand it in again.",
    )
