"""Packages that are cut short, damaged, contradict themselves, or name what they must not."""

from __future__ import annotations

import io
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

from bench.trust.hostile.cases import Builder, Case, either, refused
from bench.trust.hostile.packing import BOOK, GOOD, SHEET, STRINGS, good, packed, parts, sheet, workbook

_LOCAL, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def cut(share: float) -> bytes:
    return good()[: int(len(good()) * share)]


def cut_before(mark: bytes, more: int = 0) -> bytes:
    """Cut at a place of the package's own making, and a few bytes on."""
    return good()[: good().rindex(mark) + more]


def patched(mark: bytes, offset: int, new: bytes, data: bytes | None = None) -> bytes:
    """Bytes overwritten at an offset from the last place of a mark."""
    changed = bytearray(good() if data is None else data)
    place = changed.rindex(mark) + offset
    changed[place : place + len(new)] = new
    return bytes(changed)


def in_directory(name: str, offset: int, new: bytes, data: bytes | None = None) -> bytes:
    """Bytes overwritten in the line that the directory has for a part."""
    data = good() if data is None else data
    line = data.rindex(name.encode()) - 46
    assert data[line : line + 4] == _ENTRY
    return data[: line + offset] + new + data[line + offset + len(new) :]


def damaged_part() -> bytes:
    """One byte of a packed sheet is wrong."""
    data = bytearray(workbook("".join(f"<row><c><v>{n * n}</v></c></row>" for n in range(3000))))
    data[data.find(SHEET.encode()) + 400] ^= 0xFF
    return bytes(data)


def damaged_stored_part() -> bytes:
    """A digit changed in a part that is not even packed: only the checksum tells."""
    data = packed(parts(), method=ZIP_STORED)
    assert b"<v>12</v>" in data
    return data.replace(b"<v>12</v>", b"<v>72</v>")


def doubled_part() -> bytes:
    """Two parts under one name: readers differ in which of them they take."""
    data = workbook(**{"xl/worksheets/sheetX.xml": sheet("<row/>")})
    return data.replace(b"xl/worksheets/sheetX.xml", b"xl/worksheets/sheet1.xml")


def one_place_for_all() -> bytes:
    """Every line of the directory points at the same bytes."""
    data = good()
    for name in parts():
        data = in_directory(name, 42, bytes(4), data)
    return data


def other_name_inside() -> bytes:
    """The directory says one name, the part itself another."""
    return good().replace(SHEET.encode(), b"xl/worksheets/sheet9.xml", 1)


def link_to_outside() -> bytes:
    """A part that is a symbolic link: what it holds is a path."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, body in parts().items():
            entry = ZipInfo(name)
            if name == SHEET:
                entry.create_system, entry.external_attr, body = 3, 0o120777 << 16, "/etc/passwd"
            archive.writestr(entry, body)
    return out.getvalue()


def named(name: str) -> Builder:
    return lambda: workbook(**{name: "x"})


_CASES: dict[str, tuple[Builder, str]] = {
    "only the magic": (lambda: _LOCAL, "不完整"),
    "only an empty directory": (lambda: _END + bytes(18), "不是任何版本的 Excel"),
    "magic and noise": (lambda: _LOCAL + bytes(range(256)) * 4, "不完整"),
    "cut at a tenth": (lambda: cut(0.1), "不完整"),
    "cut in the middle": (lambda: cut(0.5), "不完整"),
    "cut in the middle of the last part": (lambda: cut_before(SHEET.encode()[:10], -30), "不完整"),
    "cut before the directory": (lambda: good()[: good().index(_ENTRY)], "不完整"),
    "cut inside the directory": (lambda: cut_before(_ENTRY, 20), "不完整"),
    "cut before the end mark": (lambda: cut_before(_END), "不完整"),
    "cut inside the end mark": (lambda: cut_before(_END, 10), "不完整"),
    "cut by one byte": (lambda: good()[:-1], "不完整"),
    "the first kilobyte lost": (lambda: _LOCAL + good()[1024:], "不完整"),
    "the directory lost": (lambda: good()[: good().index(_ENTRY)] + good()[good().rindex(_END) :], "不完整"),
    "damaged part": (damaged_part, "不完整"),
    "damaged stored part": (damaged_stored_part, "不完整"),
    "wrong checksum in the directory": (lambda: in_directory(SHEET, 16, b"\1\2\3\4"), "不完整"),
    "wrong size in the directory": (lambda: in_directory(SHEET, 24, b"\1\0\0\0"), "不完整"),
    "wrong place in the directory": (lambda: in_directory(SHEET, 42, b"\7\0\0\0"), "不完整"),
    "place beyond the file": (lambda: in_directory(SHEET, 42, b"\xff\xff\xff\x0f"), "不完整"),
    "one place for all": (one_place_for_all, "不完整"),
    "name longer than the directory": (lambda: in_directory(BOOK, 28, b"\xff\xff"), "越界"),
    "broken extra field": (lambda: in_directory(BOOK, 30, b"\5\0"), "不完整|结构不符合"),
    "encrypted flag": (lambda: in_directory(SHEET, 8, b"\1\0"), "密码"),
    "unknown packing": (lambda: in_directory(SHEET, 10, b"\x63\0"), "压缩方式"),
    "packing of old": (lambda: in_directory(SHEET, 10, b"\6\0"), "压缩方式"),
    "stored called packed": (
        lambda: in_directory(SHEET, 10, b"\x08\0", packed(parts(), method=ZIP_STORED)),
        "不完整",
    ),
    "packed called stored": (lambda: in_directory(SHEET, 10, b"\0\0"), "不完整"),
    "lzma": (lambda: packed(parts(), method=ZIP_LZMA), "压缩方式"),
    "bzip2": (lambda: packed(parts(), method=ZIP_BZIP2), "压缩方式"),
    "directory larger than the file": (lambda: patched(_END, 12, b"\xff\xff\xff\x7f"), "不完整"),
    "directory beyond the file": (lambda: patched(_END, 16, b"\xff\xff\xff\x7f"), "不完整"),
    "size as of zip64": (lambda: in_directory(SHEET, 24, b"\xff\xff\xff\xff"), "不完整|展开后|结构不符合"),
    "doubled part": (doubled_part, "重名"),
    "doubled part in capitals": (lambda: workbook(**{SHEET.upper(): "<a/>"}), "重名"),
    "doubled texts in capitals": (lambda: workbook(**{STRINGS.upper(): "<a/>"}), "重名"),
    "other name inside": (other_name_inside, "不完整"),
    "path traversal": (named("../../etc/cron.d/x"), "越界"),
    "path traversal in the middle": (named("xl/../../x"), "越界"),
    "absolute path": (named("/etc/x"), "越界"),
    "backslash path": (named("..\\x"), "越界"),
    "drive letter": (named("C:/Windows/x.dll"), "越界"),
    "network path": (named("\\\\server\\share\\x"), "越界"),
    "line break in a name": (named("xl/a\nb.xml"), "越界"),
    "link to outside": (link_to_outside, "不是正确的 XML"),
    "sheet that is a folder": (
        lambda: packed({k: v for k, v in parts().items() if k != SHEET} | {SHEET + "/": ""}),
        "缺少工作表",
    ),
    "ten thousand parts more": (
        lambda: packed(parts() | {f"x/{n}": b"" for n in range(10_000)}, method=ZIP_STORED),
        "内部文件超过",
    ),
}

_TOLERATED: dict[str, tuple[Builder, str]] = {
    "packed size beyond the file": (lambda: in_directory(SHEET, 20, b"\xff\xff\xff\x0f"), "不完整"),
    "second disk": (lambda: patched(_END, 4, b"\7\0\7\0"), "不完整"),
}

CASES: list[Case] = [*refused("packages", _CASES), *either("packages", _TOLERATED, GOOD)]
