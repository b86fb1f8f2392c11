"""Paths that are no file to read: folders, pipes, links in a circle, names that break a sentence."""

from __future__ import annotations

import os
from pathlib import Path

from bench.trust.hostile.cases import Case, written
from bench.trust.hostile.packing import GOOD, good


def _folder(at: Path) -> Path:
    (at / "学校A.xlsx").mkdir()
    return at / "学校A.xlsx"


def _pipe(at: Path) -> Path:
    os.mkfifo(at / "学校A.xlsx")
    return at / "学校A.xlsx"


def _circle(at: Path) -> Path:
    (at / "学校A.xlsx").symlink_to("学校A.xlsx")
    return at / "学校A.xlsx"


def _dangling(at: Path) -> Path:
    (at / "学校A.xlsx").symlink_to("没有.xlsx")
    return at / "学校A.xlsx"


def _link_to_nothing_readable(at: Path) -> Path:
    (at / "学校A.xlsx").symlink_to("/dev/zero")
    return at / "学校A.xlsx"


def _link(at: Path) -> Path:
    (at / "真.xlsx").write_bytes(good())
    (at / "学校A.xlsx").symlink_to("真.xlsx")
    return at / "学校A.xlsx"


_WORDS = {
    "folder": (_folder, "不是文件"),
    "pipe": (_pipe, "不是文件"),
    "link in a circle": (_circle, "无法打开"),
    "link to nothing": (_dangling, "不存在"),
    "link to a device": (_link_to_nothing_readable, "不是文件"),
    "nothing there": (lambda at: at / "没有.xlsx", "不存在"),
    "name with a zero byte": (lambda at: at / "a\0b.xlsx", "无法打开"),
    "name too long": (lambda at: at / ("长" * 300 + ".xlsx"), "无法打开"),
}
_ODD_NAMES = {
    "name like a command": "=cmd|' calc'!A0.xlsx",
    "name with markup": "<script>[red]&lt;.xlsx",
    "name from right to left": "\u202excod.xlsx",
    "name with a line break": "一\n二.xlsx",
    "name without a suffix": "学校A",
}

CASES: list[Case] = [
    *(Case("places", name, put, (words,)) for name, (put, words) in _WORDS.items()),
    Case("places", "link to a file", _link, cells=GOOD),
    *(Case("places", name, written(good, file), cells=GOOD) for name, file in _ODD_NAMES.items()),
    *(
        Case("places", f"empty, {name}", written(lambda: b"", file), ("空文件",))
        for name, file in _ODD_NAMES.items()
    ),
]
