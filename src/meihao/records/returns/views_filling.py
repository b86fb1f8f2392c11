"""A return is filled in: cell by cell, kept as it is typed, or as a workbook; then handed in."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from meihao.base.text import Refused, Text
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.policy.kinds import Given
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.carrying import carried
from meihao.records.registry import access
from meihao.records.registry.exporting import XLSX
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.request import Request
from meihao.records.returns import actions_filling, actions_handing_in, queries, steps, tables
from meihao.records.returns.actions_filling import SUBMIT, WRITE, Filed, Stale, Wanting
from meihao.records.returns.actions_review import REVIEW
from meihao.records.returns.cases import canonical_draft, case_of
from meihao.records.returns.checking import values_in
from meihao.records.returns.forms import SubmitForm, UploadForm
from meihao.records.returns.grid import Filling, Typed, filling, typed
from meihao.records.returns.models import Return, ReturnState
from meihao.ui.drawing import written
from meihao.ui.grid import REVISION, answered, posted
from meihao.ui.language import lang, said

_MORE = 10  # rows that a press adds
_SENT_BACK = 4 * 2**20  # a marked copy larger than this is not put into the page


@require_safe
def one(request: Request, key: UUID) -> HttpResponse:
    """The return, to be filled in by whoever may, to be read by the others."""
    filed = queries.one(request.by, key)
    return _page(request, filed, filling(request.by, filed, Rulebook.load(), locked=not _may(request, filed)))


def _may(request: Request, filed: Return) -> bool:
    return access.allowed(request.by, WRITE, filed.organisation)


def _page(
    request: Request, filed: Return, found: Filling, *, status: int = 200, **more: object
) -> HttpResponse:
    row = queries.row_of(request.by, filed)
    reviews = access.allowed(request.by, REVIEW, filed.campaign.authority)
    shown: dict[str, Any] = {
        "filed": filed,
        "row": row,
        "found": found,
        "grid": found.grid,
        "steps": steps.of_return(filed),
        "state": tables.STATES[filed.state],
        "reviews": reviews and filed.state == ReturnState.SUBMITTED,
        "overdue": row.overdue(request.by.day),
        "reminders": queries.reminders(request.by, filed)[:3] if not found.grid.locked else [],
    }
    return render(request, "returns/return.html", shown | more, status=status)


@require_POST
def save(request: Request, key: UUID) -> HttpResponse:
    """Keeps the draft. A script is told how each cell stands; a plain form is led back, or on."""
    filed, rulebook = queries.one(request.by, key, WRITE), Rulebook.load()
    script = request.headers.get("Accept") == "application/json"
    try:
        sent = posted(request.POST)
        rows = typed(sent, filed, rulebook)
        standing = actions_filling.save(
            by=request.by, filed=filed, rows=rows.rows, explained=rows.explained, revision=sent.revision
        )
    except Stale as stale:
        if script:
            return JsonResponse({"words": said(stale.text)}, status=409)
        return _stale(request, stale, rows, rulebook)
    except (NotPermitted, Missing):
        raise
    except Refused as refused:
        if script:
            return JsonResponse({"words": said(refused.text)}, status=422)
        raise
    if script:
        return JsonResponse(_told(request, standing, rows, rulebook))
    return _led(request, standing, rulebook)


def _stale(request: Request, stale: Stale, rows: Typed, rulebook: Rulebook) -> HttpResponse:
    """What was typed stands in the page, on the revision that is kept, with what is kept beside it."""
    standing = stale.standing
    found = filling(request.by, standing, rulebook, typed=(rows.rows, rows.explained))
    kept = {box.name: box for box in filling(request.by, standing, rulebook).grid.boxes}
    differs = [
        (box, kept[box.name].shown if box.name in kept else "")
        for box in found.grid.boxes
        if box.value != (kept[box.name].value if box.name in kept else "")
    ]
    return _page(request, standing, found, status=409, differs=differs)


def _told(request: Request, standing: Return, rows: Typed, rulebook: Rulebook) -> dict[str, object]:
    found = filling(request.by, standing, rulebook, spare=0)
    shown = {"found": found, "filed": standing}
    parts = {name: written(f"returns/parts/{name}.html", shown) for name in ("summary", "told", "hand_in")}
    return answered(found.grid, **{name: SafeString(html) for name, html in parts.items()}) | {
        "anew": rows.anew
    }


def _led(request: Request, standing: Return, rulebook: Rulebook) -> HttpResponse:
    verb = request.POST.get("verb")
    if verb == "more":
        spare = filling(request.by, standing, rulebook, spare=2 * _MORE)
        return _page(request, standing, spare)
    if verb == "hand-in":
        return redirect("returns:submit", standing.key)
    messages.success(request, said(Text("已保存。", "Saved.")))
    return redirect("returns:return", standing.key)


def submit(request: Request, key: UUID) -> HttpResponse:
    """What still stands in the way; where nothing does, the press that hands it in."""
    filed, rulebook = queries.one(request.by, key, SUBMIT), Rulebook.load()
    form = SubmitForm(request.POST or None, {REVISION: filed.revision})
    if form.is_valid():
        try:
            return _handed_in(request, form, filed, rulebook)
        except (NotPermitted, Missing):
            raise
        except Wanting:
            filed = queries.one(request.by, key, SUBMIT)  # its faults stand in the page
        except Refused as refused:
            form.add_error(None, said(refused.text))
    found = filling(request.by, filed, rulebook)
    wanting = found.blocked is not None or bool(form.errors)
    shown = {
        "filed": filed,
        "found": found,
        "form": form,
        "row": queries.row_of(request.by, filed),
        "steps": steps.of_return(filed),
        "empty": [box for box in found.grid.boxes if box.wanted],
        "explained": [box for box in found.grid.boxes if box.asks and not box.worst],
    }
    return render(request, "returns/submit.html", shown, status=422 if form.is_bound and wanting else 200)


def _handed_in(request: Request, form: SubmitForm, filed: Return, rulebook: Rulebook) -> HttpResponse:
    filings: list[Filed] = []

    def write() -> str:
        revision = form.cleaned_data[REVISION]
        filings.append(
            actions_filling.submit(by=request.by, filed=filed, rulebook=rulebook, revision=revision)
        )
        return f"return:{filed.key}"

    sent = form.send(request.by, SUBMIT, str(filed.key), write)
    _say_filed(request, again=sent.again or any(one.again for one in filings))
    return redirect("returns:return", filed.key)


def _say_filed(request: Request, *, again: bool) -> None:
    done = Text("已上报，等待审核。", "Handed in; it waits for review.")
    same = Text(
        "与上一版相同，已提交过，未重复写入。", "The same as the last version; nothing was written again."
    )
    messages.success(request, said(same if again else done))


# --- workbooks


def blank(request: Request, key: UUID) -> HttpResponse:
    """The workbook of the form, with what is filled in already."""
    filed = queries.one(request.by, key, WRITE)
    filled = queries.form_of(filed.campaign, Rulebook.load())
    typed_ = canonical_draft(filed, case_of(filed, Rulebook.load()))  # what is no value is typed again
    rows: list[Mapping[str, Given]] = [values_in(row, filled.fact) for row in typed_]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        fields = filled.form.layout == "fields"
        write_form(filled.form, filled.fact, path, (rows[0] if rows else {}) if fields else rows)
        data = path.read_bytes()
    subject = f"return:{filed.key}"
    organisation = str(filed.organisation.key)
    data = carried(request.by, WRITE, data, rows=len(rows), subject=subject, organisation=organisation)
    answer = HttpResponse(data, content_type=XLSX)
    name = f"{filed.campaign.title}_{queries.row_of(request.by, filed).name}_{filed.campaign.on}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def upload(request: Request, key: UUID) -> HttpResponse:
    """A workbook in place of typing: taken whole, or told cell by cell why not, with a marked copy."""
    filed = queries.one(request.by, key, SUBMIT)
    form = UploadForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"filed": filed, "form": form, "row": queries.row_of(request.by, filed)}
    if form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            with Reader() as reader:
                return _uploaded(request, filed, data, file.name, reader)
        except Faulty as faulty:
            form.add_error("file", said(faulty.text))
            shown |= {"faults": tables.faults(faulty.marks)} | _marked(data, file.name, faulty)
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error("file", said(refused.text))
    return render(request, "returns/upload.html", shown, status=422 if form.is_bound and form.errors else 200)


def _uploaded(request: Request, filed: Return, data: bytes, name: str, reader: Reader) -> HttpResponse:
    done = actions_handing_in.hand_in(
        by=request.by, filed=filed, data=data, file_name=name, rulebook=Rulebook.load(), reader=reader
    )
    if done.wanting:
        n = len(done.wanting)
        begins = Text("文件已读入，", "The file was taken; ")
        if done.again:
            begins = Text("同一个文件，没有重复写入；", "The same file, nothing was written again; ")
        told = Text(
            f"{begins.zh}还有 {n} 处要说明原因，说明后再上报。",
            f"{begins.en}{n} cells must be explained before it is handed in.",
        )
        messages.warning(request, said(told))
    elif done.again:
        told = Text(
            "同一个文件，内容没有变化，没有重复写入。", "The same file: nothing changed, nothing was written."
        )
        messages.success(request, said(told))
    else:
        _say_filed(request, again=False)
    return redirect("returns:return", filed.key)


def _marked(data: bytes, name: str, faulty: Faulty) -> dict[str, object]:
    """The person's own file with the faults at their cells, as a link that holds it: no copy stays here."""
    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(data)
        try:
            reader.annotate(source, target, faulty.marks, lang())
        except Refused:
            return {}
        copy = target.read_bytes()
    if len(copy) > _SENT_BACK:
        return {}
    stem = said(Text("标注_", "marked_"))
    link = f"data:{XLSX};base64,{b64encode(copy).decode()}"
    return {"marked": SafeString(link), "marked_name": f"{stem}{Path(name).stem}.xlsx"}
