"""A workbook is taken whole or not at all; each value keeps its cell, and the file is not kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from meihao.base.text import Refused
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.gathering import SOURCES
from meihao.figures.gathering import Asked as Wanted
from meihao.records.accounts.acting import Missing
from meihao.records.registry.importing.reading import Faulty
from meihao.records.returns import actions_filling, actions_review
from meihao.records.returns.actions_filling import Filed
from meihao.records.returns.actions_handing_in import hand_in
from meihao.records.returns.checking import values_in
from meihao.records.returns.models import Return, ReturnState, Submission, Via
from tests.records.registry.district import holder
from tests.records.returns.asked import (
    FACT,
    FORM,
    ON,
    PLACE,
    WHY,
    Asked,
    entries,
    fact,
    form,
    fresh,
    returns,
    rulebook,
    save,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as found:
        yield found


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def filed(asked: Asked) -> Return:
    return next(one for one in returns(asked.issue()) if one.organisation == asked.schools[0])


def workbook(filed: Return, tmp_path: Path, **changed: str) -> bytes:
    """The official form, filled as somebody would."""
    path = tmp_path / "filled.xlsx"
    write_form(form(), fact(), path, values_in(typed(filed, **changed), fact()))
    return path.read_bytes()


def changed_at(data: bytes, ref: str, value: Any, **properties: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.worksheets[0][ref] = value
    for name, text in properties.items():
        setattr(book.properties, name, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def handed(asked: Asked, filed: Return, data: bytes, reader: Reader, name: str = "学校填报.xlsx") -> Filed:
    return hand_in(by=asked.clerk, filed=filed, data=data, file_name=name, rulebook=rulebook(), reader=reader)


def test_a_sound_workbook_is_a_version_with_its_cells(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    data = workbook(filed, tmp_path)
    done = handed(asked, filed, data, reader)
    assert done.submission is not None
    version = Submission._plain.get()
    assert (version.via, version.file_name, version.sheet) == (Via.WORKBOOK, "学校填报.xlsx", "学校填报数据")
    assert version.file_sha256 == hashlib.sha256(data).hexdigest()
    assert version.rows[0]["primary_pupils"] == "500"
    ref = version.cells["0/primary_pupils"]
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0][ref].value == 500
    assert fresh(filed).state == ReturnState.SUBMITTED
    (told,) = [
        one for one in SOURCES["returns"](Wanted(PLACE, ON, {FACT: fact()})) if one.identity == filed.code
    ]
    at = told.origins["primary_pupils"]
    assert (at.file, at.sha256, at.cell, at.form) == ("学校填报.xlsx", version.file_sha256, ref, FORM)


def test_the_same_file_again_changes_nothing_and_says_so(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    data = workbook(filed, tmp_path)
    first = handed(asked, filed, data, reader)
    before = entries()
    again = handed(asked, filed, data, reader)
    assert (again.submission, again.again) == (first.submission, True)
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    assert handed(asked, filed, data, reader).again
    assert (Submission._plain.count(), entries()) == (1, before + 1)
    assert fresh(filed).state == ReturnState.RETURNED


def test_a_typed_version_and_a_workbook_that_say_the_same_are_one(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    save(asked.clerk, filed, [typed(filed)])
    actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    assert handed(asked, fresh(filed), workbook(filed, tmp_path), reader).again
    assert Submission._plain.count() == 1


@pytest.mark.parametrize(
    ("ref", "value", "words"),
    [
        ("E11", "五百", "小学学生人数"),
        ("E27", 12.5, "整数"),
        ("E16", 11, "班级个数之和"),
        ("E4", "2199000000", "本单位"),
    ],
)
def test_one_fault_sends_the_whole_file_back_with_its_cell(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path, ref: str, value: object, words: str
) -> None:
    data = changed_at(workbook(filed, tmp_path), ref, value)
    before = entries()
    with pytest.raises(Faulty) as faulty:
        handed(asked, filed, data, reader)
    told = {mark.ref: mark.text.zh for mark in faulty.value.marks}
    assert words in told[ref], told
    assert (Submission._plain.count(), entries()) == (0, before)
    assert fresh(filed).draft == filed.draft


def test_what_must_be_explained_waits_in_the_draft(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    data = workbook(filed, tmp_path, name="禾渚小学")
    done = handed(asked, filed, data, reader)
    assert done.submission is None
    assert [one.cell for one in done.wanting] == ["0/name"]
    standing = fresh(filed)
    assert (standing.state, standing.draft[0]["name"]) == (ReturnState.DRAFT, "禾渚小学")
    assert handed(asked, filed, data, reader).again
    save(asked.clerk, standing, standing.draft, {"0/name": WHY})
    version = actions_filling.submit(by=asked.clerk, filed=standing, rulebook=rulebook()).submission
    assert version is not None
    assert (version.via, version.cells["0/name"]) == (Via.WORKBOOK, "E2")


def test_a_draft_that_was_typed_over_is_no_longer_the_workbook_s(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    handed(asked, filed, workbook(filed, tmp_path, name="禾渚小学"), reader)
    standing = fresh(filed)
    row = standing.draft[0] | {"primary_pupils": "501"}
    save(asked.clerk, standing, [row], {"0/name": WHY})
    version = actions_filling.submit(by=asked.clerk, filed=standing, rulebook=rulebook()).submission
    assert version is not None
    assert (version.via, version.cells, version.file_sha256) == (Via.WEB, {}, "")


def test_an_explanation_stays_with_the_value_it_explains(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    save(
        asked.clerk, filed, [typed(filed, name="禾渚小学", teachers="31")], {"0/name": WHY, "0/teachers": WHY}
    )
    done = handed(asked, fresh(filed), workbook(filed, tmp_path, name="禾渚小学"), reader)
    assert done.submission is not None
    assert done.submission.explained == {"0/name": WHY}


@pytest.mark.parametrize(
    ("name", "properties"), [("【机密】学校填报.xlsx", {}), ("学校填报.xlsx", {"category": "密级：秘密"})]
)
def test_a_marked_file_is_refused_and_not_kept(
    asked: Asked,
    filed: Return,
    reader: Reader,
    tmp_path: Path,
    name: str,
    properties: dict[str, str],
) -> None:
    data = changed_at(workbook(filed, tmp_path), "A1", "序号", **properties)
    before = entries()
    with pytest.raises(Refused, match="密级"):
        handed(asked, filed, data, reader, name)
    assert (fresh(filed).draft, fresh(filed).source, entries()) == (filed.draft, {}, before)
    assert handed(asked, filed, changed_at(workbook(filed, tmp_path), "A1", "序号"), reader).submission


def test_another_form_another_unit_and_no_workbook_at_all(
    asked: Asked, filed: Return, reader: Reader, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["甲", "乙"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Refused, match="应有且只有一张「学校填报表格」，认出了 0 张"):
        handed(asked, filed, out.getvalue(), reader)
    with pytest.raises(Refused):
        handed(asked, filed, b"no workbook", reader)
    data = workbook(filed, tmp_path)
    with pytest.raises(Missing):
        hand_in(
            by=holder("clerk", asked.schools[1]),
            filed=filed,
            data=data,
            file_name="a.xlsx",
            rulebook=rulebook(),
            reader=reader,
        )
    assert not Submission._plain.exists()
