"""A workbook handed in in place of typing: taken whole or not at all.

Permission: `returns.return.submit` at the unit. The file is read in the sandboxed child and not kept: what
stays is its name, its SHA-256 and the cell of each value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.db import transaction

from meihao.base.text import Refused, Text
from meihao.documents.returns.intake import incoming
from meihao.documents.returns.layouts import Forms, SheetReading
from meihao.documents.secrecy import refuse_marked
from meihao.documents.workbook import Mark, Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.reading import Faulty
from meihao.records.returns.actions_filling import (
    SUBMIT,
    Filed,
    held,
    held_open,
    put,
    refuse_settled,
    submitted,
)
from meihao.records.returns.cases import case_of, faults_of
from meihao.records.returns.checking import Case, Fault, canonical_rows, cell, faults
from meihao.records.returns.models import Campaign, Return, ReturnState, Submission

_LONGEST = 120


def hand_in(
    *, by: Acting, filed: Return, data: bytes, file_name: str, rulebook: Rulebook, reader: Reader
) -> Filed:
    """Takes a workbook whole or not at all. Raises `Faulty` with every cell, `Refused` as `save`.

    Where values must be explained, they are in the draft and wait for that; else it is submitted at once.
    """
    access.require(by, SUBMIT, filed.organisation)
    sha256 = hashlib.sha256(data).hexdigest()
    if (same := _again(filed, sha256, rulebook)) is not None:
        return same
    refuse_settled(filed)
    sheet = _sheet(filed.campaign, Path(file_name[-_LONGEST:]), data, rulebook, reader)
    case = case_of(filed, rulebook)
    rows = canonical_rows([row.values for row in sheet.rows], case.form)
    _refuse_faulty(sheet, rows, case)
    with transaction.atomic():
        standing = held_open(filed)
        standing.explained = _still_said(standing, rows)
        standing.draft = rows
        standing.source = {
            "file_name": file_name[-_LONGEST:],
            "sha256": sha256,
            "sheet": sheet.rows[0].sheet[:80],
            "cells": {
                cell(number, column): row.cells.get(column, "")
                for number, row in enumerate(sheet.rows)
                for column in rows[number]
            },
        }
        put(by, standing, SUBMIT, {"what": "handed in", "sha256": sha256})
        open_ = tuple(one for one in faults(rows, standing.explained, case) if one.open)
        return Filed(None, wanting=open_) if open_ else submitted(by, standing, case)


def _again(filed: Return, sha256: str, rulebook: Rulebook) -> Filed | None:
    """What stands, where the very same file was handed in last."""
    with transaction.atomic():
        standing = held(filed)
        last = Submission._plain.filter(of=standing).order_by("-number").first()
    if standing.state == ReturnState.DRAFT and standing.source:
        if standing.source["sha256"] != sha256:
            return None
        open_ = tuple(one for one in faults_of(standing, rulebook) if one.open)
        return Filed(None, again=True, wanting=open_)
    return Filed(last, again=True) if last is not None and last.file_sha256 == sha256 else None


def _sheet(campaign: Campaign, path: Path, data: bytes, rulebook: Rulebook, reader: Reader) -> SheetReading:
    """The one sheet of the campaign's form. Raises `Refused` for a marked file, or one with none or two."""
    forms = incoming(rulebook, campaign.on, campaign.place)
    workbook = reader.read_bytes(path, data)
    refuse_marked(workbook)
    read = [sheet for one in workbook.sheets if (sheet := forms.read(one)) is not None]
    found = [sheet for sheet in read if sheet.form.key == campaign.form]
    if len(found) != 1:
        raise _none_or_two(campaign, forms, len(found))
    return found[0]


def _none_or_two(campaign: Campaign, forms: Forms, number: int) -> Refused:
    title = next(form.title for form in forms.forms if form.key == campaign.form)
    return Refused(
        f"文件里应有且只有一张「{title.zh}」，认出了 {number} 张。请用本任务的空白表填写。",
        f"one sheet “{title.en}” is wanted, {number} were recognised: use this campaign's blank.",
    )


def _refuse_faulty(sheet: SheetReading, rows: Sequence[Mapping[str, str]], case: Case) -> None:
    """Raises `Faulty` with everything that must be mended, each at its cell."""
    marks = [*sheet.marks, *_unknown(sheet), *(mark for row in sheet.rows for mark in row.marks)]
    must = [mark for mark in marks if mark.severity == "must"]
    seen = {(mark.sheet, mark.ref) for mark in must}
    found = [one for one in faults(rows, {}, case) if one.severity == "must"]
    must += [mark for mark in _placed(found, sheet) if (mark.sheet, mark.ref) not in seen]
    if must:
        raise Faulty(must)


def _unknown(sheet: SheetReading) -> Iterator[Mark]:
    """Headers that nobody knows: what stands below them would be lost without a word."""
    for name, header in sheet.unknown:
        text = Text(
            f"没有「{header}」这一项，请改成表单的项目名称，或删去这一列",
            f"the form has no “{header}”: write a name of the form's, or delete the column",
        )
        yield Mark(name, "", "must", text)


def _placed(found: Sequence[Fault], sheet: SheetReading) -> Iterator[Mark]:
    """Faults at the cells of the workbook; one of a column that it has not concerns the sheet."""
    for one in found:
        row = sheet.rows[one.row] if one.row < len(sheet.rows) else None
        ref = row.cells.get(one.column, "") if row is not None else ""
        yield Mark(row.sheet if row is not None else "", ref, "must", one.text)


def _still_said(standing: Return, rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The explanations of cells that still say what they were given for."""
    said: Mapping[str, str] = standing.explained
    before: Sequence[Mapping[str, str]] = standing.draft
    kept = {}
    for place, text in said.items():
        number, _, column = place.partition("/")
        at = int(number) if number.isdigit() else len(rows)
        if at < min(len(rows), len(before)) and before[at].get(column) == rows[at].get(column):
            kept[place] = text
    return kept
