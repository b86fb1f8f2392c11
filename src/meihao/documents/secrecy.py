"""Whether a file bears a secrecy grade: such a file is no business of a system that holds no secrets.

A grade counts as a marking, not as a word: 「机密」 alone in a cell, 「机密★1年」, 「密级：秘密」, 【秘密】
in a name. A sentence that speaks of 秘密, and a school that is called so, is none. The form of the marking
is that of official documents (党政机关公文格式 GB/T 9704, 密级和保密期限: grade, ★, term).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize

from meihao.base.secrecy import GRADES, squeezed
from meihao.base.text import Refused
from meihao.documents.workbook.model import Workbook

_GRADE = "|".join(GRADES)
_TERM = r"[★☆*].*"
_WHOLE = re.compile(rf"(?:密级[:：]?)?({_GRADE})(?:级|{_TERM})?")
_STARRED = re.compile(rf"({_GRADE})[★☆]")
_WITHIN = re.compile(rf"({_GRADE})级?★|密级[:：]({_GRADE})")
_NAMED = re.compile(
    rf"[【\[(〔「《]({_GRADE})(?:级|{_TERM})?[】\])〕」》]|(?:^|[\s_\-.—]) *({_GRADE})级? *(?:$|[\s_\-.—])"
)
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}$")


class Marking(NamedTuple):
    """A grade, and where it stands: `name`, a property, a sheet's name, or `sheet!cell`."""

    grade: str
    where: str


def marking(workbook: Workbook, own: Mapping[str, str] | None = None) -> Marking | None:
    """The first marking of a workbook; `own` are the file's own properties, where they were read too."""
    return next(_markings(workbook, own or {}), None)


def refuse_marked(workbook: Workbook, own: Mapping[str, str] | None = None) -> None:
    """Raises `Refused` for a workbook that bears a grade."""
    found = marking(workbook, own)
    if found is not None:
        raise _refused(found)


def refuse_named(file_name: str) -> None:
    """Raises `Refused` for a file whose name bears a grade."""
    grade = named(file_name)
    if grade is not None:
        raise _refused(Marking(grade, file_name))


def _refused(found: Marking) -> Refused:
    return Refused(
        f"文件标有密级「{found.grade}」（{found.where}）。本系统是非涉密系统，文件没有收下，也没有留存；"
        "请按保密规定处理。如是误标，请去掉标记后重新上传。",
        f"the file is marked {found.grade} ({found.where}). This system holds no secrets: the file was "
        "not taken and not kept. Handle it as the rules on secrets say; a marking that is a mistake can "
        "be removed.",
    )


def named(file_name: str) -> str | None:
    """The grade that a file's name bears, for files of any kind."""
    found = _NAMED.search(_SUFFIX.sub("", _plain(file_name)))
    return (found[1] or found[2]) if found else starred(file_name)


def starred(text: str) -> str | None:
    """The grade that stands with its star anywhere in a text, however it is spaced."""
    found = _STARRED.search(squeezed(text))
    return found[1] if found else None


def graded(text: str) -> str | None:
    """The grade that a text is the marking of."""
    plain = _plain(text).replace(" ", "")
    whole = _WHOLE.fullmatch(plain)
    if whole:
        return whole[1]
    within = _WITHIN.search(plain)
    return (within[1] or within[2]) if within else None


def _markings(workbook: Workbook, own: Mapping[str, str]) -> Iterator[Marking]:
    if grade := named(workbook.path.name):
        yield Marking(grade, workbook.path.name)
    for name, text in (*workbook.properties.items(), *own.items()):
        if grade := graded(text):
            yield Marking(grade, name)
    for sheet in workbook.sheets:
        if grade := named(sheet.name):
            yield Marking(grade, sheet.name)
        for cell in sheet.cells:
            if isinstance(cell.value, str) and (grade := graded(cell.value)):
                yield Marking(grade, f"{sheet.name}!{cell.ref}")


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip()
