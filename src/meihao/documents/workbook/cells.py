"""The cells of one sheet, read as a stream: a limit stops it before anything has been built.

The sheet's XML is read here rather than through openpyxl's rows because openpyxl fills every gap
before a far cell, drops a formula that has no saved result, and cannot stop at the cell in hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from meihao.base.text import Refused
from meihao.documents.workbook.container import broken, check_token, too_big
from meihao.documents.workbook.model import LAST_ROW, Kind, Limits, position, reference
from meihao.documents.workbook.values import Formats, iso_moment, moment, number, plain

LONGEST_TEXT = 32_767  # characters a cell can hold in Excel
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
# joined once: a sheet asks for them millions of times
_ROW, _C, _V, _F = (_MAIN + name for name in ("row", "c", "v", "f"))
_T, _SI, _R, _RPH = (_MAIN + name for name in ("t", "si", "r", "rPh"))
_WORKSHEET = _MAIN + "worksheet"
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY
_PORTION = 1 << 20  # characters handed on at a time

Found = tuple[int, int, Kind, str | bool]


@dataclass(slots=True)
class Budget:
    """What is left of the limits that hold for the whole workbook."""

    limits: Limits
    cells: int = field(init=False)
    elements: int = field(init=False)
    characters: int = field(init=False)

    def __post_init__(self) -> None:
        self.cells = self.limits.cells
        self.elements = self.limits.elements
        self.characters = self.limits.characters

    def cell(self) -> None:
        """Count one cell, empty or not."""
        self.cells -= 1
        if self.cells < 0:
            most = self.limits.cells
            raise too_big(f"单元格超过 {most} 个", f"it has more than {most} cells")

    def element(self) -> None:
        """Count one element that is no cell: there is nothing to see of it, but it takes its time."""
        self.elements -= 1
        if self.elements < 0:
            most = self.limits.elements
            raise too_big(f"格式等附加内容超过 {most} 项", f"it has more than {most} elements besides cells")

    def take(self, text: str) -> None:
        """Count the characters of one value."""
        self.characters -= len(text)
        if self.characters < 0:
            most = self.limits.characters
            raise too_big(f"文字总量超过 {most} 个字符", f"its text is longer than {most} characters")


class _Texts:
    """Collects character data; keeps just enough of an overlong text to know that it is one."""

    __slots__ = ("_room", "parts")

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

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._texts = _Texts()
        self._listening = False
        self._phonetic = self._in_run = self._has_plain = False
        self._fed = 0
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
        self._fed += len(chunk)
        check_token(self._parser, self._fed)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.element()
        if name == _T:
            self._open_text()
        elif name == _R:
            self._in_run = True
        elif name == _RPH:
            self._phonetic = True

    def _open_text(self) -> None:
        """A text stands once, or in runs; what else is in an item is how it sounds."""
        if not self._phonetic and not self._in_run:
            if self._has_plain:
                raise broken("一处有两段文字", "there are two texts in one place")
            self._has_plain = True
        self._listening = not self._phonetic

    def _end(self, name: str) -> None:
        if name == _T:
            self._listening = False
        elif name == _R:
            self._in_run = False
        elif name == _RPH:
            self._phonetic = False

    def _fresh(self) -> None:
        """Make ready for another text."""
        if self._texts.parts:
            self._texts = _Texts()
        self._in_run = self._has_plain = False

    def _data(self, data: str) -> None:
        if self._listening:
            self._texts.add(data)


class _SharedTexts(_Stream):
    def __init__(self, limits: Limits) -> None:
        # held in memory before any cell is read, the texts have a budget of their own
        super().__init__(Budget(limits))
        self.found: list[str] = []
        self._most = limits.texts

    def _end(self, name: str) -> None:
        super()._end(name)
        if name == _SI:
            if len(self.found) >= self._most:
                raise too_big(f"文本超过 {self._most} 条", f"it has more than {self._most} texts")
            text = plain(self._texts.whole())
            self._budget.take(text)
            self.found.append(text)
            self._fresh()


def shared_texts(chunks: Iterable[bytes], limits: Limits) -> list[str]:
    """The texts that cells point at by number."""
    stream = _SharedTexts(limits)
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
        yield from stream.drain()
    stream.feed(b"", last=True)
    yield from stream.drain()


class _SheetCells(_Stream):
    def __init__(self, shared: list[str], formats: Formats, budget: Budget) -> None:
        super().__init__(budget)
        self._shared, self._formats = shared, formats
        self._found: list[Found] = []
        self._row = self._column = 0
        self._in_row = self._in_sheet = False
        self._cell: dict[str, str] | None = None
        self._formula: str | None = None
        self._value: str | None = None

    def drain(self) -> Iterator[list[Found]]:
        """What was found since the last time; a few bytes of a sheet may point at megabytes of text."""
        found, self._found = self._found, []
        start = size = 0
        for place, (_, _, _, value) in enumerate(found):
            if size > _PORTION:
                yield found[start:place]
                start, size = place, 0
            size += len(value) if isinstance(value, str) else 1
        yield found[start:]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _C:
            self._open_cell(attributes)
        elif name == _ROW:
            self._open_row(attributes.get("r"))
        elif self._cell is None:
            self._open_other(name)
        elif name in (_V, _F):
            self._open_value(name)
        else:
            super()._start(name, attributes)

    def _end(self, name: str) -> None:
        if name == _ROW:
            self._in_row = False
        if self._cell is None:
            return
        if name == _V:
            self._value, self._listening = self._texts.whole(), False
            self._fresh()
        elif name == _F:
            self._formula, self._listening = self._texts.whole(), False
            self._fresh()
        elif name == _C:
            self._close_cell(self._cell)
            self._cell = None
        else:
            super()._end(name)

    def _open_other(self, name: str) -> None:
        self._budget.element()
        if not self._in_sheet and name != _WORKSHEET:
            raise broken("工作表的内容不是工作表", "the content of a sheet is no sheet")
        self._in_sheet = True

    def _open_row(self, number: str | None) -> None:
        place = position("A" + number) if number else (self._row + 1, 1)
        inside = self._in_sheet and not self._in_row
        if not inside or place is None or not self._row < place[0] <= LAST_ROW:
            raise broken("行号错误或重复", "row numbers are wrong or repeated")
        self._row, self._column, self._in_row = place[0], 0, True

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._budget.cell()
        ref = attributes.get("r")
        place = position(ref) if ref else (self._row, self._column + 1)
        inside = self._in_row and self._cell is None
        if not inside or place is None or place[0] != self._row or place[1] <= self._column:
            shown = (ref or "")[:20]
            raise broken(f"单元格 {shown} 的位置错误或重复", f"cell {shown} is misplaced or repeated")
        self._column = place[1]
        style = attributes.get("s")
        if style is not None and not (style.isascii() and style.isdecimal() and len(style) < 10):
            shown = reference(*place)
            raise broken(
                f"单元格 {shown} 的样式编号错误", f"the number of the style of cell {shown} is wrong"
            )
        self._cell, self._formula, self._value = attributes, None, None
        self._fresh()

    def _open_value(self, name: str) -> None:
        """A cell has one value and one formula: of two, nobody can say which one holds."""
        there = self._value if name == _V else self._formula
        if self._listening or self._texts.parts or there is not None:
            ref = reference(self._row, self._column)
            raise broken(f"单元格 {ref} 有两个值", f"cell {ref} has two values")
        self._listening = True

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
        if sort == "inlineStr" and not value:
            return "text", plain(self._texts.whole())
        if sort == "inlineStr" or self._texts.parts:
            raise _mistyped(ref)  # a text in place where none is announced, or none where one is
        if sort == "str" and (value or self._formula is not None):
            return "text", plain(value or "")
        if not value:
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
        raise _mistyped(ref)

    def _number(self, value: str, style: str, ref: str) -> tuple[Kind, str]:
        index = int(style)
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


def _mistyped(ref: str) -> Refused:
    return broken(f"单元格 {ref} 的类型错误", f"cell {ref} has a wrong type")


def _overlong(ref: str) -> Refused:
    return Refused(
        f"在单元格 {ref} 处的文字超过 {LONGEST_TEXT} 个字符。请删减后再交。",
        f"has more than {LONGEST_TEXT} characters in cell {ref}. Shorten the text and hand it in again.",
    )
