"""Names of files and folders: made safe where we write them, shown harmless where others wrote them."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from meihao.base.secrecy import GRADES, squeezed
from meihao.base.text import Text

_UNSAFE = re.compile(r'[\\/:*?"<>|\s]')
_NUMBER = re.compile(r"([A-Z]\d{2})(?:-(\d{1,2}))?(?![0-9A-Za-z])")
_LONGEST = 40  # letters of a title in a folder's name


def shown(name: str) -> str:
    """A name for print: what cannot be seen, or turns the line around, as its code point."""
    return "".join(letter if _plain(letter) else _escaped(letter) for letter in name)


def _plain(letter: str) -> bool:
    return category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}"


def grade_in(name: str) -> str | None:
    """The grade of secrecy a name is marked with, however it is spaced."""
    plain = squeezed(name)
    return next((grade for grade in GRADES if grade in plain), None)


def secret(where: str, grade: str) -> Text:
    """Why a marked file is refused; its name is not repeated."""
    return Text(
        f"{where}里有名称带「{grade}」字样的文件或文件夹：本系统是非涉密系统，没有读取，请立即移走并按保密规定处理；"
        "确实不涉密的，改名后重来。",
        f"{where}: a file or folder is marked {grade}. This is no system for state secrets: it was not read. "
        "Remove it at once and handle it by the rules; if it is not secret, rename it and try again.",
    )


def number_in(name: str) -> tuple[str, str | None] | None:
    """The number a name begins with: the place, and the document of it where it is named (C03, 1)."""
    found = _NUMBER.match(normalize("NFKC", name).upper())
    return None if found is None else (found[1], found[2] and str(int(found[2])))


def folder_name(number: str, title: str) -> str:
    """The name of a folder of ours: number, then as much of the title as a file system takes."""
    safe = _UNSAFE.sub(" ", "".join(letter for letter in title if _plain(letter)))
    return f"{number}_{' '.join(safe.split())[:_LONGEST]}".rstrip(" ._")
