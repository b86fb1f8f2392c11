"""The authority reviews what was handed in, and decides between sources that differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from meihao.base.text import Refused, Text
from meihao.figures.gathering import Address
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry.models import Organisation
from meihao.records.registry.request import Request
from meihao.records.returns import actions_review, queries, queries_cells, queries_pages, steps, tables
from meihao.records.returns.actions_review import HOLD, REVIEW
from meihao.records.returns.checking import canonical
from meihao.records.returns.comparing import between
from meihao.records.returns.forms import HoldForm, ReviewForm
from meihao.records.returns.grid import Filling, filling
from meihao.records.returns.models import Return, Submission
from meihao.ui.grid import Box, Line
from meihao.ui.language import said

SOURCES = {"registry": Text("台账", "the registry"), "returns": Text("报表", "the return")}


@dataclass(frozen=True, slots=True)
class Looked:
    """One cell as the reviewer sees it; `before` is the last version's value where that was another."""

    box: Box
    title: str
    unit: str
    last: str
    change: str
    before: str | None
    ticked: bool


def review(request: Request, key: UUID) -> HttpResponse:
    """The last version beside last year and the version before: cells are sent back, or all is accepted."""
    filed, rulebook = queries.one(request.by, key, REVIEW), Rulebook.load()
    found = queries.versions(request.by, filed)
    if not found:
        raise Missing
    last = found[0][0]
    form = ReviewForm(request.POST or None, {"number": last.number})
    if form.is_valid() and (done := _decided(request, form, filed, last, rulebook)) is not None:
        return done
    filled = queries.form_of(filed.campaign, rulebook)
    shown_as = filling(request.by, filed, rulebook, typed=(last.rows, last.explained), spare=0, locked=True)
    before = found[1][0] if len(found) > 1 else None
    changes = between(before, last, filled.form) if before else []
    was = {one.cell: one.before for one in changes}
    shown = {
        "filed": filed,
        "row": queries.row_of(request.by, filed),
        "last": last,
        "before": before,
        "form": form,
        "state": tables.STATES[filed.state],
        "steps": steps.of_return(filed),
        "parts": _parts(shown_as, was, set(request.POST.getlist("cell"))),
        "listed": shown_as.grid.listed,
        "total": shown_as.total,
        "given": shown_as.given,
        "explained": [box for box in shown_as.grid.boxes if box.asks and box.explained],
        "changes": tables.differences(changes, filled) if changes else None,
        "open": filed.state == "submitted",
        "returns": filed.state in ("submitted", "accepted") and filed.campaign.state == "issued",
    }
    return render(request, "returns/review.html", shown, status=422 if form.errors else 200)


def _parts(found: Filling, was: dict[str, str], ticked: set[str]) -> list[tuple[str, list[Looked]]]:
    """The lines by category; of a list, its rows."""

    def looked(box: Box, line: Line | None) -> Looked:
        title = f"{line.number}　{line.label}" if line is not None else said(box.label)
        return Looked(
            box,
            title,
            line.unit if line is not None else "",
            line.last if line is not None else "",
            line.change if line is not None else "",
            was.get(box.name),
            box.name in ticked,
        )

    if found.grid.listed is not None:
        return [
            (said(Text(f"第 {number} 行", f"Row {number}")), [looked(box, None) for box in row])
            for number, row in enumerate(found.grid.listed.rows, 1)
        ]
    return [(part.title, [looked(line.box, line) for line in part.lines]) for part in found.grid.parts]


def _decided(
    request: Request, form: ReviewForm, filed: Return, last: Submission, rulebook: Rulebook
) -> HttpResponse | None:
    """Sends back or accepts; None where it was refused, which then stands at the form."""
    cleaned, cells = form.cleaned_data, request.POST.getlist("cell")
    if cleaned["number"] != last.number:
        form.add_error(
            None,
            said(
                Text(
                    "单位又上报了新的一版，以下是最新一版，请再看一遍。",
                    "A newer version came in meanwhile and stands below: look again.",
                )
            ),
        )
        return None

    def write() -> str:
        if cleaned["verdict"] == "return":
            actions_review.send_back(by=request.by, filed=filed, reason=cleaned["reason"], cells=cells)
        else:
            actions_review.accept(by=request.by, filed=filed, rulebook=rulebook)
        return f"return:{filed.key}"

    try:
        if cleaned["verdict"] not in ("accept", "return"):
            raise Refused("请选择退回或通过。", "choose: send back, or accept.")
        sent = form.send(request.by, REVIEW, f"{filed.key}:{sorted(cells)}", write)
    except (NotPermitted, Missing):
        raise
    except Refused as refused:
        form.add_error("reason" if cleaned["verdict"] == "return" else None, said(refused.text))
        return None
    accepted, n = cleaned["verdict"] == "accept", len(cells)
    told = Text("审核已通过。", "Accepted.")
    if not accepted:
        told = Text(f"已退回，标出 {n} 格。", f"Sent back, {n} cells marked.")
    again = Text("已提交过，未重复写入。", "Sent before; nothing was written again.")
    messages.success(request, said(again if sent.again else told))
    return redirect("returns:campaign", filed.campaign.key)


# --- sources that differ


@dataclass(frozen=True, slots=True)
class Differing:
    """One cell of which sources differ, with the form that decides."""

    row: queries_cells.DisagreementRow
    form: HoldForm
    held: Text | None


def differences(request: Request) -> HttpResponse:
    """The cells of which sources differ on one day; which holds, and why."""
    days = queries_pages.days(request.by)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = next(
        (one for one in days if (str(one[0].key), str(one[2])) == (asked.get("authority"), asked.get("on"))),
        days[0] if days and request.method == "GET" else None,
    )
    if chosen is None:
        if request.method == "POST":
            raise Missing
        return render(request, "returns/differences.html", {"days": []})
    authority, _, on = chosen
    bound: HoldForm | None = None
    rulebook = Rulebook.load()
    found = queries_cells.disagreements(request.by, authority, on, rulebook)
    if request.method == "POST":
        row = next((one for one in found if _named(one.disagreement.at) == asked.get("cell")), None)
        if row is None:
            raise Missing
        bound = _form(row, authority, on, request.POST)
        if bound.is_valid() and _held(request, bound, row, authority, on, rulebook):
            return redirect(f"{request.path}?authority={authority.key}&on={on}")
    rows = [
        Differing(
            one,
            bound
            if bound is not None and bound.data.get("cell") == _named(one.disagreement.at)
            else _form(one, authority, on, None),
            SOURCES.get(one.held.source, Text(one.held.source, one.held.source)) if one.held else None,
        )
        for one in found
    ]
    shown: dict[str, Any] = {
        "days": days,
        "chosen": chosen,
        "rows": rows,
        "open": sum(one.disagreement.open for one in found),
    }
    return render(request, "returns/differences.html", shown, status=422 if bound is not None else 200)


def _named(at: Address) -> str:
    return json.dumps(at, ensure_ascii=False)


def _form(row: queries_cells.DisagreementRow, authority: Organisation, on: date, data: Any) -> HoldForm:
    sources = [
        (name, f"{said(SOURCES.get(name, Text(name, name)))}　{canonical(value)}")
        for name, value in row.disagreement.said.items()
    ]
    start = {"authority": authority.key, "on": on, "cell": _named(row.disagreement.at)}
    held = {"source": row.held.source, "reason": row.held.reason} if row.held is not None else {}
    form = HoldForm(sources, data, start | held)
    form.auto_id = f"id-{'-'.join(row.disagreement.at).replace('/', '-')}-%s"
    return form


def _held(
    request: Request,
    form: HoldForm,
    row: queries_cells.DisagreementRow,
    authority: Organisation,
    on: date,
    rulebook: Rulebook,
) -> bool:
    cleaned = form.cleaned_data

    def write() -> str:
        actions_review.hold(
            by=request.by,
            authority=authority,
            on=on,
            cell=row.disagreement.at,
            source=cleaned["source"],
            reason=cleaned["reason"],
            rulebook=rulebook,
        )
        return f"organisation:{authority.key}"

    try:
        sent = form.send(request.by, HOLD, str(authority.key), write)
    except (NotPermitted, Missing):
        raise
    except Refused as refused:
        form.add_error("reason", said(refused.text))
        return False
    again = Text("已提交过，未重复写入。", "Sent before; nothing was written again.")
    messages.success(request, said(again if sent.again else Text("已认定。", "Decided.")))
    return True
