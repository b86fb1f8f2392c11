"""One thing changed in a sound workbook: anywhere in its XML, in its cells, its frame, its package.

A change takes a source of chance and the parts, and gives parts or a finished package. What `HARMLESS`
holds must not change what is read; of everything else, whatever is read must be what is written.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from bench.trust.hostile.packing import BOOK, BOOK_RELS, CORE, STRINGS, STYLES, TYPES, packed

Texts = dict[str, str]
Change = Callable[[random.Random, Texts], "Texts | bytes"]

_STRANGE = (
    "",
    "-1",
    "9" * 30,
    "XFD1048576",
    "../../x",
    "\ufffd",
    "1e400",
    "&amp;",
    "0",
    "1",
    "是",
    "NaN",
    " ",
)
_TYPES = ("n", "s", "str", "inlineStr", "b", "e", "d", "q", "")
_CELL = re.compile(r"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_ROW = re.compile(r"<row [^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_FILLED = re.compile(r"<v>[^<]*</v>")


def sheets(parts: Texts) -> list[str]:
    return [name for name in parts if name.startswith("xl/worksheets/sheet")]


def _edit(parts: Texts, name: str, body: str) -> Texts:
    return {**parts, name: body}


def _one(chance: random.Random, pattern: re.Pattern[str] | str, body: str) -> re.Match[str] | None:
    found = list(re.finditer(pattern, body))
    return chance.choice(found) if found else None


def _swap(body: str, match: re.Match[str], new: str) -> str:
    return body[: match.start()] + new + body[match.end() :]


# --- anywhere in the XML of any part

Anywhere = Callable[[random.Random, str], str]


def cut(chance: random.Random, body: str) -> str:
    return body[: chance.randrange(len(body))]


def lose_a_tag(chance: random.Random, body: str) -> str:
    return _at(chance, r"<[^>]*>", body, lambda tag: "")


def double_a_tag(chance: random.Random, body: str) -> str:
    return _at(chance, r"<[^>]*>", body, lambda tag: tag * 2)


def lose_an_attribute(chance: random.Random, body: str) -> str:
    return _at(chance, r' [\w:]+="[^"]*"', body, lambda attribute: "")


def double_an_element(chance: random.Random, body: str) -> str:
    return _at(chance, r"<(\w+)[^>]*>[^<]*</\1>|<\w+[^>]*/>", body, lambda element: element * 2)


def lose_an_element(chance: random.Random, body: str) -> str:
    return _at(chance, r"<(\w+)[^>]*>[^<]*</\1>|<\w+[^>]*/>", body, lambda element: "")


def change_an_attribute(chance: random.Random, body: str) -> str:
    return _at(chance, r'"[^"]*"', body, lambda value: f'"{chance.choice(_STRANGE)}"')


def swap_a_character(chance: random.Random, body: str) -> str:
    place = chance.randrange(len(body))
    return body[:place] + chance.choice("<>&\"'\x00\x0b长0") + body[place + 1 :]


def _at(chance: random.Random, pattern: str, body: str, new: Callable[[str], str]) -> str:
    match = _one(chance, pattern, body)
    return _swap(body, match, new(match.group())) if match else body


def anywhere(change: Anywhere) -> Change:
    """The change in a part drawn by chance; every second time in a sheet."""

    def changed(chance: random.Random, parts: Texts) -> Texts:
        name = chance.choice(sheets(parts) if chance.random() < 0.5 else list(parts))
        return _edit(parts, name, change(chance, parts[name]))

    return changed


# --- cells and rows


def in_sheet(pattern: re.Pattern[str], new: Callable[[random.Random, str], str]) -> Change:
    """One match of a pattern in a sheet, put in another way."""

    def changed(chance: random.Random, parts: Texts) -> Texts:
        name = chance.choice(sheets(parts))
        match = _one(chance, pattern, parts[name])
        return _edit(parts, name, _swap(parts[name], match, new(chance, match.group()))) if match else parts

    return changed


def attribute(name: str, new: Callable[[random.Random, str], str]) -> Callable[[random.Random, str], str]:
    """One attribute of an element set to another value; put in where it was not."""

    def changed(chance: random.Random, element: str) -> str:
        old = re.search(rf' {name}="([^"]*)"', element)
        value = new(chance, old[1] if old else "")
        if old:
            return f'{element[: old.start()]} {name}="{value}"{element[old.end() :]}'
        return re.sub(r"^<(\w+)", rf'<\1 {name}="{value}"', element, count=1)

    return changed


def _moved(chance: random.Random, ref: str) -> str:
    return f"{chance.choice(['A', 'B', 'E', 'Z', 'AAA', 'XFD'])}{re.sub('[^0-9]', '', ref)}"


def _another_row(chance: random.Random, ref: str) -> str:
    return str(chance.choice([0, 1, 2, 7, 500, 200_000, 1_048_577]))


def _valued(chance: random.Random, value: str) -> str:
    return f"<v>{chance.choice(_STRANGE)}</v>"


def _digit(chance: random.Random, value: str) -> str:
    return re.sub(r"\d", lambda _: str(chance.randrange(10)), value, count=1)


def _in_place(chance: random.Random, cell: str) -> str:
    """The value written into the cell itself."""
    inside = f"<is><t>{chance.choice(('学校', '12', ' 是 ', '=1+1'))}</t></is>"
    ref = re.search(r' r="[^"]*"', cell)
    return f'<c{ref.group() if ref else ""} t="inlineStr">{inside}</c>'


def _formula(chance: random.Random, value: str) -> str:
    return chance.choice((f"<f>1+1</f>{value}", "<f>1+1</f>", f"<f>[1]a!A1</f>{value}", "<f></f>", value * 2))


def swap_rows(chance: random.Random, parts: Texts) -> Texts:
    """What stands in two rows changes places; the numbers of the rows stay, those of the cells do not."""
    name = chance.choice(sheets(parts))
    rows = list(_ROW.finditer(parts[name]))
    if len(rows) < 2:
        return parts
    first, second = sorted(chance.sample(rows, 2), key=lambda row: row.start())
    body = parts[name]
    middle = body[first.end() : second.start()]
    return _edit(
        parts, name, body[: first.start()] + second.group() + middle + first.group() + body[second.end() :]
    )


# --- shared texts, styles, frame


def in_part(part: str, pattern: str, new: Callable[[random.Random, str], str]) -> Change:
    """One match of a pattern in a part, put in another way."""

    def changed(chance: random.Random, parts: Texts) -> Texts:
        body = parts.get(part, "")
        match = _one(chance, pattern, body)
        return _edit(parts, part, _swap(body, match, new(chance, match.group()))) if match else parts

    return changed


def lose_a_part(chance: random.Random, parts: Texts) -> Texts:
    gone = chance.choice(list(parts))
    return {name: body for name, body in parts.items() if name != gone}


def swap_parts(chance: random.Random, parts: Texts) -> Texts:
    one, other = chance.sample(list(parts), 2)
    return {**parts, one: parts[other], other: parts[one]}


def declare_an_entity(chance: random.Random, parts: Texts) -> Texts:
    name = chance.choice(list(parts))
    declared = re.sub(r"<(\w)", r'<!DOCTYPE x [<!ENTITY e "1">]><\1', parts[name], count=1)
    return _edit(parts, name, declared)


# --- the package


def in_package(change: Callable[[random.Random, bytearray], bytearray]) -> Change:
    """The finished package changed byte by byte."""
    return lambda chance, parts: bytes(change(chance, bytearray(packed(parts))))


def flip(count: int, mark: bytes = b"") -> Change:
    """Bytes overwritten, anywhere or from the first place of a mark on."""

    def changed(chance: random.Random, data: bytearray) -> bytearray:
        start = data.index(mark) if mark else 0
        for _ in range(count):
            data[chance.randrange(start, len(data))] = chance.randrange(256)
        return data

    return in_package(changed)


def _truncated(chance: random.Random, data: bytearray) -> bytearray:
    return data[: chance.randrange(len(data))]


def _hole(chance: random.Random, data: bytearray) -> bytearray:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 200) :]


def _grown(chance: random.Random, data: bytearray) -> bytearray:
    start = chance.randrange(len(data))
    return data[:start] + bytes(chance.randrange(1, 200)) + data[start:]


# --- what must change nothing


def _encoded(encoding: str, said: str) -> Change:
    def changed(chance: random.Random, parts: Texts) -> bytes:
        name = chance.choice([*sheets(parts), STRINGS, BOOK])
        body = re.sub(r"^\s*<\?xml.*?\?>", "", parts.get(name, ""))
        if not body:
            return packed(parts)
        whole = f'<?xml version="1.0" encoding="{said}"?>{body}'.encode(encoding)
        return packed({**parts, name: whole})

    return changed


def _remarked(chance: random.Random, parts: Texts) -> Texts:
    """A comment or an instruction between two tags of a sheet."""
    name = chance.choice(sheets(parts))
    remark = chance.choice(("<!-- <c r='A1'/> -->", "<?x y?>"))
    match = _one(chance, r"(?<=</c>)|(?<=</row>)", parts[name])
    return _edit(parts, name, _swap(parts[name], match, remark)) if match else parts


def _all_in_place(chance: random.Random, parts: Texts) -> Texts:
    """Every shared text written into its cells."""
    items = re.findall(r"<si>(.*?)</si>|<si ?/>", parts.get(STRINGS, ""), re.DOTALL)
    pattern = re.compile(r'(<c [^>]*?)t="s"([^>]*)><v>(\d+)</v></c>')

    def put(cell: re.Match[str]) -> str:
        return f'{cell[1]}t="inlineStr"{cell[2]}><is>{items[int(cell[3])]}</is></c>'

    return parts | {name: pattern.sub(put, parts[name]) for name in sheets(parts)}


def _without_references(chance: random.Random, parts: Texts) -> Texts:
    """Rows say their numbers themselves, where none is left out."""
    name = chance.choice(sheets(parts))
    numbers = re.findall(r'<row [^>]*?r="(\d+)"', parts[name])
    if numbers != [str(n) for n in range(1, len(numbers) + 1)]:
        return parts
    return _edit(parts, name, re.sub(r'(<row [^>]*?) ?r="\d+"', r"\1", parts[name]))


def _shuffled(chance: random.Random, parts: Texts) -> Texts:
    names = list(parts)
    chance.shuffle(names)
    return {name: parts[name] for name in names}


HARMLESS: Mapping[str, Change] = {
    "utf-16": _encoded("utf-16", "UTF-16"),
    "utf-8 with a mark": _encoded("utf-8-sig", "UTF-8"),
    "remark": _remarked,
    "texts in place": _all_in_place,
    "rows without numbers": _without_references,
    "parts in another order": _shuffled,
    "not packed": lambda chance, parts: packed(parts, method=0),
    "one more part": lambda chance, parts: parts | {"xl/x.bin": "x"},
    "hidden": in_part(BOOK, r'state="visible"', lambda _, state: 'state="hidden"'),
    "bytes behind": in_package(lambda chance, data: data + bytes(chance.randrange(64))),
    "relative target": in_part(BOOK_RELS, r'Target="/xl/', lambda _, target: 'Target="'),
}

CHANGES: Mapping[str, Change] = {
    **{
        change.__name__: anywhere(change)
        for change in (
            *(cut, lose_a_tag, double_a_tag, lose_an_attribute, change_an_attribute),
            *(double_an_element, lose_an_element, swap_a_character),
        )
    },
    "lose a cell": in_sheet(_CELL, lambda _, cell: ""),
    "double a cell": in_sheet(_CELL, lambda _, cell: cell * 2),
    "cell in a cell": in_sheet(_CELL, lambda _, cell: cell.replace("</c>", f"{cell}</c>")),
    "another type": in_sheet(_CELL, attribute("t", lambda chance, _: chance.choice(_TYPES))),
    "another style": in_sheet(
        _CELL, attribute("s", lambda chance, _: chance.choice(("0", "1", "5", "99", "-1", "x")))
    ),
    "another place": in_sheet(_CELL, attribute("r", _moved)),
    "written in place": in_sheet(_CELL, _in_place),
    "another value": in_sheet(_FILLED, _valued),
    "another digit": in_sheet(_FILLED, _digit),
    "formula": in_sheet(_FILLED, _formula),
    "lose a row": in_sheet(_ROW, lambda _, row: ""),
    "double a row": in_sheet(_ROW, lambda _, row: row * 2),
    "empty a row": in_sheet(_ROW, lambda _, row: re.sub(r"<c .*</c>", "", row, flags=re.DOTALL)),
    "another row": in_sheet(_ROW, attribute("r", _another_row)),
    "swap rows": swap_rows,
    "lose a text": in_part(STRINGS, r"<si>.*?</si>", lambda _, item: ""),
    "double a text": in_part(STRINGS, r"<si>.*?</si>", lambda _, item: item * 2),
    "empty a text": in_part(STRINGS, r"<si>.*?</si>", lambda _, item: "<si/>"),
    "text in runs": in_part(STRINGS, r"<t[^>]*>[^<]*</t>", lambda _, run: f"<r>{run}</r><r><t>!</t></r>"),
    "sounds of a text": in_part(STRINGS, r"</si>", lambda _, end: f"<rPh sb='0' eb='1'><t>x</t></rPh>{end}"),
    "styles as days": in_part(
        STYLES, r'numFmtId="\d+"', lambda chance, _: f'numFmtId="{chance.choice((14, 22, 46, 49))}"'
    ),
    "name of a sheet": in_part(
        BOOK, r'name="[^"]*"', lambda chance, _: f'name="{chance.choice(("a", "数据", "汇总", ""))}"'
    ),
    "state of a sheet": in_part(
        BOOK, r'state="\w+"', lambda chance, _: f'state="{chance.choice(("hidden", "veryHidden", "x"))}"'
    ),
    "lose a sheet": in_part(BOOK, r"<sheet [^>]*/>", lambda _, tag: ""),
    "double a sheet": in_part(BOOK, r"<sheet [^>]*/>", lambda _, tag: tag + tag.replace('name="', 'name="x')),
    "days from 1904": in_part(BOOK, r"<workbookPr/>", lambda _, tag: '<workbookPr date1904="1"/>'),
    "another relation": in_part(BOOK_RELS, r'Id="[^"]*"', lambda chance, _: f'Id="rId{chance.randrange(6)}"'),
    "another target": in_part(
        BOOK_RELS,
        r'Target="[^"]*"',
        lambda chance, _: (
            f'Target="{chance.choice(("x.xml", "../../x", "/xl/workbook.xml", "worksheets/sheet1.xml"))}"'
        ),
    ),
    "another kind of relation": in_part(
        BOOK_RELS,
        r"relationships/\w+(?=\")",
        lambda chance, _: f"relationships/{chance.choice(('worksheet', 'chartsheet', 'x'))}",
    ),
    "another content type": in_part(
        TYPES, r'ContentType="[^"]*"', lambda chance, _: 'ContentType="application/xml"'
    ),
    "another property": in_part(CORE, r">[^<]+<", lambda chance, _: f">{chance.choice(_STRANGE)}<"),
    "lose a part": lose_a_part,
    "swap parts": swap_parts,
    "declare an entity": declare_an_entity,
    "one byte": flip(1),
    "eight bytes": flip(8),
    "one byte of the directory": flip(1, b"PK\x01\x02"),
    "eight bytes of the directory": flip(8, b"PK\x01\x02"),
    "cut short": in_package(_truncated),
    "a hole": in_package(_hole),
    "zeros let in": in_package(_grown),
}
