"""A OneRoster package as a list of institutions or of pupils: the same rows as those of a workbook.

Which columns fill which is said by the `mapping` policies of the form, in headings that name the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from meihao.base.divisions import NATION
from meihao.base.text import Refused
from meihao.documents import oneroster, oneroster_lists
from meihao.documents.oneroster import ORGS, Package
from meihao.documents.oneroster_lists import Joined
from meihao.documents.returns.intake import incoming
from meihao.documents.returns.layouts import Forms
from meihao.documents.secrecy import refuse_named
from meihao.documents.workbook import Mark, Reader
from meihao.policy.kinds import Mapping_
from meihao.policy.rulebook import Rulebook
from meihao.records.registry.importing.reading import PUPIL_FORM, UNIT_FORM, Faulty, Handed, handed

SUFFIX = ".zip"
_HEAD = re.compile(r"\w+\.csv( [\w.]+)+")
_PUPILS = (oneroster.USERS, oneroster.CLASSES, oneroster.ENROLLMENTS)


def handed_package(
    name: str, data: bytes, rulebook: Rulebook, on: date, place: str, reader: Reader, form: str
) -> Handed:
    """The rows of a package: those of the form asked for; without one, pupils where it has any, else schools.

    Raises `Refused` for what is no package, or lacks the files of the form.
    """
    refuse_named(name)
    found = oneroster.package(reader.read_csvs(Path(name), data))
    key = form or (PUPIL_FORM if found.has(*_PUPILS) else UNIT_FORM)
    _check_files(found, (*_PUPILS, ORGS) if key == PUPIL_FORM else (ORGS,))
    forms = incoming(rulebook, on, place, into="registry")
    heads = _heads(rulebook, key, on, place)
    joined, more = _joined(found, key, heads, on, place)
    only = replace(forms, forms=tuple(one for one in forms.forms if one.key == key))
    return _read(found, joined, only, heads, [*found.marks, *joined.marks, *more])


def _check_files(found: Package, wanted: tuple[str, ...]) -> None:
    missing = [file for file in wanted if not found.has(file)]
    if missing and found.marks:
        raise Faulty(list(found.marks))
    if missing:
        raise Refused(
            f"「{found.name}」里缺 {'、'.join(missing)}（manifest.csv 里写 bulk 的才读）。请补上再交。",
            f"“{found.name}” lacks {', '.join(missing)} (only what manifest.csv calls bulk is read). Add it.",
        )


def _heads(rulebook: Rulebook, form: str, on: date, place: str) -> dict[str, str]:
    """The headings that a person confirmed, and the column of the form that each fills."""
    return {
        head: heading.column
        for mapping in rulebook.all(Mapping_, on, place)
        if mapping.form == form
        for head, heading in mapping.headers.items()
        if heading.column and heading.confirmed_by and heading.confirmed_on and _HEAD.fullmatch(head)
    }


def _joined(
    found: Package, form: str, heads: dict[str, str], on: date, place: str
) -> tuple[Joined, list[Mark]]:
    if form == PUPIL_FORM:
        return oneroster_lists.pupils(found, list(heads), on), []
    return oneroster_lists.schools(found, list(heads)), list(_strangers(found, place))


def _strangers(found: Package, place: str) -> Iterator[Mark]:
    """Schools of a district that is another than the one whose list this is."""
    orgs = found.table(ORGS)
    for one in orgs.records:
        district = found.district(one) if one.said("type") == oneroster_lists.SCHOOL else None
        code = district.said("identifier") if district is not None else ""
        if code and code != place and place != NATION:
            zh = f"这所学校属于区划 {code}，不是 {place}。请只交本区的学校，或改正上级"
            yield orgs.mark(one, "parentSourcedId", zh, f"the school is of {code}, not of {place}")


def _read(found: Package, joined: Joined, forms: Forms, heads: dict[str, str], marks: list[Mark]) -> Handed:
    """A list read by its form; what its columns are called in the package stands beside a missing one."""
    sheet = forms.read(joined.sheet)
    if sheet is None:
        raise Refused(
            f"「{found.name}」里没有一列是这里要的：{'、'.join(heads)}。请按列对照补上。",
            f"“{found.name}” has none of the columns that are wanted: {', '.join(heads)}. Add them.",
        )
    from_: dict[str, str] = {}
    for head, column in heads.items():
        from_.setdefault(column, head)
    read = handed(sheet, forms, joined.places, from_)
    return replace(read, marks=(*marks, *read.marks))
