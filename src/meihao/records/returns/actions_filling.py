"""Filling in: drafts saved as they are typed, returns submitted.

Permission: `returns.return.write` at the unit to save, `returns.return.submit` to submit. A draft is
nobody's record until it is submitted: the trail has when it was begun, not each saving of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from meihao.base.text import Refused
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.returns.actions import refuse_unless
from meihao.records.returns.cases import canonical_draft, case_of
from meihao.records.returns.checking import Case, Fault, faults, storable
from meihao.records.returns.models import CampaignState, Return, ReturnState, Submission, Via

WRITE, SUBMIT = "returns.return.write", "returns.return.submit"
_NAME = re.compile(r"(\d{1,6}/)?[a-z][a-z0-9_]{0,62}")  # a column, or a cell
_FILLED_IN = (ReturnState.ASSIGNED, ReturnState.DRAFT, ReturnState.RETURNED)


class Stale(Refused):
    """The draft was saved elsewhere in the meantime; `standing` is the return as it stands now."""

    def __init__(self, standing: Return) -> None:
        super().__init__(
            f"这份报表已由 {standing.saved_by} 在别处改过，您这一页是旧的，没有保存。"
            "请打开最新内容，再填您的改动。",
            f"{standing.saved_by} changed this return elsewhere; this page is older and was not saved. "
            "Open what stands now and type your changes again.",
        )
        self.standing = standing


class Wanting(Refused):
    """The return cannot go yet: `faults` are to be mended or explained, each at its cell."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        mend = sum(one.severity == "must" for one in faults)
        explain, first = len(faults) - mend, faults[0].text
        super().__init__(
            f"还不能上报：{mend} 处要改正，{explain} 处要说明。第一处：{first.zh}",
            f"not yet: {mend} to be mended, {explain} to be explained. The first: {first.en}",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of it. `again`: the same was handed in before, and nothing was written.

    Of a workbook whose values must still be explained there is no submission yet: the values are in the
    draft, and `wanting` says at which cells.
    """

    submission: Submission | None
    again: bool = False
    wanting: tuple[Fault, ...] = ()


def save(
    *,
    by: Acting,
    filed: Return,
    rows: Sequence[Mapping[str, str]],
    explained: Mapping[str, str],
    revision: int,
) -> Return:
    """Keeps a draft as it is typed; gives the return with its new revision.

    Raises `Stale` for an older revision, `Refused` where the return is submitted or the campaign closed.
    """
    access.require(by, WRITE, filed.organisation)
    typed, said = [_filled(row) for row in rows], _filled(explained)
    with transaction.atomic():
        standing = held_open(filed)
        if standing.draft == typed and standing.explained == said:
            return standing
        refuse_stale(standing, revision)
        if standing.draft != typed:
            standing.source = {}  # it no longer says what the workbook says
        standing.draft, standing.explained = typed, said
        put(by, standing, WRITE)
    return standing


def _filled(row: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without empty cells and names that no cell has."""
    typed = {name: storable(text) for name, text in row.items() if _NAME.fullmatch(name)}
    return {name: text for name, text in typed.items() if text.strip()}


def submit(*, by: Acting, filed: Return, rulebook: Rulebook, revision: int | None = None) -> Filed:
    """Submits the draft. Raises `Wanting` with its faults, `Stale`, `Refused` as `save`."""
    access.require(by, SUBMIT, filed.organisation)
    with transaction.atomic():
        standing = held(filed)
        return submitted(by, standing, case_of(standing, rulebook), revision)


# --- used by the other actions of this room


def held(filed: Return) -> Return:
    """The return as it stands; its row and the campaign's are held until the transaction ends."""
    rows = Return._plain.select_for_update(of=("self", "campaign"))
    return rows.select_related("campaign__authority", "organisation").get(pk=filed.pk)


def held_open(filed: Return) -> Return:
    """As `held`, of a return that may be filled in. Raises `Refused`."""
    standing = held(filed)
    refuse_settled(standing)
    return standing


def refuse_settled(standing: Return) -> None:
    """Raises `Refused` where a return may not be filled in now."""
    refuse_unless(standing.campaign, CampaignState.ISSUED)
    if standing.state not in _FILLED_IN:
        label = ReturnState(standing.state).label
        raise Refused(
            f"这份报表{label}，不能再改。需要更正请联系主管部门退回。",
            f"this return is {standing.state} and cannot be changed; ask the authority to send it back.",
        )


def refuse_stale(standing: Return, revision: int) -> None:
    """Raises `Stale` where a page is older than what stands."""
    if revision != standing.revision:
        raise Stale(standing)


def put(by: Acting, standing: Return, action: str, detail: Mapping[str, object] | None = None) -> None:
    """Writes a draft; an entry says that it was begun, or what `detail` says."""
    begun = standing.state != ReturnState.DRAFT
    standing.state, standing.revision = ReturnState.DRAFT, standing.revision + 1
    standing.saved_at, standing.saved_by = by.at, by.name
    standing.save()
    if begun or detail:
        recorded(by, action, standing, {"what": "draft"} | dict(detail or {}))


def submitted(by: Acting, standing: Return, case: Case, revision: int | None = None) -> Filed:
    """Writes the next version from the draft of a return that is held; the same again writes nothing."""
    rows = canonical_draft(standing, case)
    digest = digest_of(rows, standing.explained)
    last = Submission._plain.filter(of=standing).order_by("-number").first()
    found = [one for one in faults(standing.draft, standing.explained, case) if one.open]
    if last is not None and last.digest == digest and not any(one.severity == "must" for one in found):
        return Filed(last, again=True)
    refuse_settled(standing)
    if revision is not None:
        refuse_stale(standing, revision)
    if found:
        raise Wanting(found)
    return Filed(_written(by, standing, rows, digest, 1 if last is None else last.number + 1))


def digest_of(rows: Sequence[Mapping[str, str]], explained: Mapping[str, str]) -> str:
    """Names what a version says: its rows and explanations, whoever typed them and however they came."""
    said = json.dumps([list(rows), dict(explained)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _written(
    by: Acting, standing: Return, rows: list[dict[str, str]], digest: str, number: int
) -> Submission:
    source = standing.source
    submission = Submission._plain.create(
        of=standing,
        number=number,
        rows=rows,
        explained=standing.explained,
        digest=digest,
        via=Via.WORKBOOK if source else Via.WEB,
        file_name=source.get("file_name", ""),
        file_sha256=source.get("sha256", ""),
        sheet=source.get("sheet", ""),
        cells=source.get("cells", {}),
        at=by.at,
        by=by.name,
    )
    standing.state = ReturnState.SUBMITTED
    standing.save(update_fields=["state"])
    detail = {"what": "submitted", "number": number, "digest": digest, "via": submission.via}
    recorded(by, SUBMIT, standing, detail)
    return submission


def recorded(by: Acting, action: str, filed: Return, detail: Mapping[str, object]) -> None:
    """Writes the entry of something done to a return."""
    audit.record(
        by, action, subject=f"return:{filed.key}", organisation=str(filed.organisation.key), detail=detail
    )
