"""A campaign's life: issued to units, reminded of, closed, locked.

Permission: `returns.campaign.write` at the authority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.documents.returns.intake import incoming
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.queries import place_of
from meihao.records.registry.models import Kind, Organisation
from meihao.records.registry.queries import names
from meihao.records.returns.models import (
    Campaign,
    CampaignState,
    Reminder,
    RequestReason,
    Return,
    ReturnState,
    SnapshotRequest,
)
from meihao.records.returns.prefilling import as_cells, rows_known
from meihao.records.returns.queries_issuing import asks_schools, codes_of

WRITE = "returns.campaign.write"
_IN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
_NAMED = 5  # units named in a refusal


class Unfinished(Refused):
    """A campaign is closed with gaps only by whoever says so; `outstanding` returns are not accepted."""

    def __init__(self, outstanding: int, total: int) -> None:
        super().__init__(
            f"{total} 份报表中还有 {outstanding} 份没有审核通过。现在汇总，没有上报的单位将列为「未报」，"
            "涉及的指标不下结论；确认要带缺口汇总，请再次确认。",
            f"{outstanding} of {total} returns are not accepted. Closed now, units that are not in stay open "
            "and figures that need them undecided; confirm to close with gaps.",
        )
        self.outstanding = outstanding


def issue(
    *,
    by: Acting,
    authority: Organisation,
    form: str,
    audience: Sequence[Organisation],
    title: str,
    on: date,
    due: date,
    rulebook: Rulebook,
) -> Campaign:
    """Asks some units for a form, as of a day; each return begins with what the registry knows.

    Raises `Refused` for a form that does not come in on that day, a unit that has no code or is asked for
    this form of this day already, a deadline that is past or before the day of the data.
    """
    access.require(by, WRITE, authority, *audience)
    place = place_of(authority, on)
    policy, fact = _form(form, on, place, rulebook)
    _check_asked(policy, fact, audience)
    _check_days(by, on, due)
    codes = _codes(audience, on)
    campaign = Campaign(
        authority=authority,
        place=place,
        title=_titled(title),
        form=policy.key,
        fact=fact.key,
        on=on,
        due=due,
        issued_at=by.at,
        issued_by=by.name,
    )
    known = rows_known(policy, fact, place, on, codes.values())
    with transaction.atomic():
        Organisation._plain.select_for_update().get(pk=authority.pk)  # two at once would both find nothing
        _check_once(policy, audience, on)
        campaign.save(force_insert=True)
        Return._plain.bulk_create(
            _assigned(campaign, code, unit, known[code]) for unit, code in codes.items()
        )
        recorded(by, campaign, "issued", {"form": policy.version, "units": len(codes), "due": due})
    return campaign


def _form(key: str, on: date, place: str, rulebook: Rulebook) -> tuple[Form, Fact]:
    forms = incoming(rulebook, on, place)
    for form in forms.forms:
        if form.key == key:
            return form, forms.facts[form.fact]
    raise Refused(
        f"{on} 没有可下发的表单「{key}」，请另选表单或数据日期。",
        f"there is no form “{key}” to issue for {on}: choose another form or day.",
    )


def _check_asked(form: Form, fact: Fact, audience: Sequence[Organisation]) -> None:
    if not audience:
        raise Refused("请至少选一个填报单位。", "choose one unit at least.")
    if len({unit.pk for unit in audience}) < len(audience):
        raise Refused("同一个单位选了两次。", "a unit is chosen twice.")
    wanted = {Kind.INSTITUTION, Kind.CAMPUS} if asks_schools(fact) else {Kind.AUTHORITY}
    if any(unit.kind not in wanted for unit in audience):
        zh, en = ("学校", "schools") if asks_schools(fact) else ("教育行政部门", "an authority")
        raise Refused(f"「{form.title.zh}」只能由{zh}填报。", f"“{form.title.en}” is filled in by {en}.")


def _check_days(by: Acting, on: date, due: date) -> None:
    if due < max(on, by.day):
        raise Refused(
            f"截止日期 {due} 早于{'数据日期 ' + str(on) if due < on else '今天'}，请改晚。",
            f"the deadline {due} is before {'the day of the data' if due < on else 'today'}: make it later.",
        )


def _titled(title: str) -> str:
    wanted = title.strip()
    longest = Campaign._meta.get_field("title").max_length or 0
    if not 0 < len(wanted) <= longest:
        raise Refused(f"标题应为 1 至 {longest} 个字。", f"a title has 1 to {longest} characters.")
    return wanted


def _codes(audience: Sequence[Organisation], on: date) -> dict[Organisation, str]:
    """The code of each unit on the day. Raises `Refused` naming those without one."""
    borne = codes_of(audience, on)
    without = [unit for unit in audience if unit.pk not in borne]
    if without:
        listed = _listed(without, on)
        raise Refused(
            f"{len(without)} 个单位在 {on} 没有代码，无法下发：{listed}。请先在台账登记代码。",
            f"{len(without)} units have no code on {on}: {listed}. Record their codes in the registry first.",
        )
    return {unit: borne[unit.pk] for unit in audience}


def _check_once(form: Form, audience: Sequence[Organisation], on: date) -> None:
    """One form of one day is asked of a unit once: figures would not know which return holds."""
    asked = Return._plain.filter(campaign__form=form.key, campaign__on=on, organisation__in=audience)
    found = list(asked.select_related("organisation", "campaign")[: _NAMED + 1])
    if found:
        listed, there = _listed([one.organisation for one in found], on), found[0].campaign.title
        raise Refused(
            f"这些单位已有 {on} 的「{form.title.zh}」（{there}）：{listed}。请不要重复下发。",
            f"these units are asked for “{form.title.en}” of {on} already ({there}): {listed}.",
        )


def _listed(units: Sequence[Organisation], on: date) -> str:
    called = names([unit.key for unit in units[:_NAMED]], on)
    listed = "、".join(called.get(str(unit.key), str(unit.key)) for unit in units[:_NAMED])
    return f"{listed}…" if len(units) > _NAMED else listed


def _assigned(campaign: Campaign, code: str, unit: Organisation, rows: Sequence[Mapping[str, str]]) -> Return:
    return Return(campaign=campaign, organisation=unit, code=code, draft=list(rows), prefilled=as_cells(rows))


def remind(*, by: Acting, campaign: Campaign, returns: Sequence[Return], text: str) -> list[Reminder]:
    """Reminds units of returns that are not in. Raises `Refused` where one is, or the text is empty."""
    access.require(by, WRITE, campaign.authority)
    wanted = _worded(text)
    with transaction.atomic():
        standing = locked(campaign)
        refuse_unless(standing, CampaignState.ISSUED)
        found = Return._plain.filter(campaign=standing, pk__in=[one.pk for one in returns])
        if not returns or len(found) < len(returns) or any(one.state in _IN for one in found):
            raise Refused(
                "只能催报本任务中还没有上报的单位，请重新勾选。",
                "only units of this campaign that are not in can be reminded: choose again.",
            )
        told = [Reminder(of=one, text=wanted, at=by.at, by=by.name) for one in found]
        Reminder._plain.bulk_create(told)
        recorded(by, standing, "reminded", {"returns": [one.key for one in found]})
    return told


def _worded(text: str) -> str:
    wanted = text.strip()
    longest = Reminder._meta.get_field("text").max_length or 0
    if not 0 < len(wanted) <= longest:
        raise Refused(f"催报的话应为 1 至 {longest} 个字。", f"a reminder has 1 to {longest} characters.")
    return wanted


def close(*, by: Acting, campaign: Campaign, confirm: bool = False) -> Campaign:
    """Ends filling in. Raises `Unfinished` with how many returns are not accepted, unless `confirm`."""
    access.require(by, WRITE, campaign.authority)
    with transaction.atomic():
        standing = locked(campaign)
        refuse_unless(standing, CampaignState.ISSUED)
        states = list(Return._plain.filter(campaign=standing).values_list("state", flat=True))
        outstanding = sum(state != ReturnState.ACCEPTED for state in states)
        if outstanding and not confirm:
            raise Unfinished(outstanding, len(states))
        standing.state, standing.closed_at, standing.closed_by = CampaignState.CLOSED, by.at, by.name
        standing.save(update_fields=["state", "closed_at", "closed_by"])
        recorded(by, standing, "closed", {"outstanding": outstanding, "returns": len(states)})
    return standing


def lock(*, by: Acting, campaign: Campaign) -> Campaign:
    """Makes a closed campaign unchangeable and asks for a snapshot, in one transaction. Raises `Refused`."""
    access.require(by, WRITE, campaign.authority)
    with transaction.atomic():
        standing = locked(campaign)
        refuse_unless(standing, CampaignState.CLOSED)
        standing.state, standing.locked_at, standing.locked_by = CampaignState.LOCKED, by.at, by.name
        standing.save(update_fields=["state", "locked_at", "locked_by"])
        request = SnapshotRequest._plain.create(
            authority=standing.authority,
            on=standing.on,
            reason=RequestReason.LOCK,
            asked_at=by.at,
            asked_by=by.name,
        )
        recorded(by, standing, "locked", {"snapshot": request.key})
    return standing


# --- used by the other actions of this room


def locked(campaign: Campaign) -> Campaign:
    """The campaign as it stands, its row held until the transaction ends."""
    found = Campaign._plain.select_for_update(of=("self",)).select_related("authority")
    return found.get(pk=campaign.pk)


def refuse_unless(campaign: Campaign, *states: CampaignState) -> None:
    """Raises `Refused` where a campaign is in none of these states."""
    if campaign.state not in states:
        label = CampaignState(campaign.state).label
        raise Refused(
            f"报表任务「{campaign.title}」{label}，不能再改。",
            f"the campaign “{campaign.title}” is {campaign.state}: it can no longer be changed so.",
        )


def recorded(by: Acting, campaign: Campaign, what: str, detail: Mapping[str, object]) -> None:
    """Writes the entry of something done to a campaign."""
    audit.record(
        by,
        WRITE,
        subject=f"campaign:{campaign.key}",
        organisation=str(campaign.authority.key),
        detail={"what": what, "on": campaign.on} | dict(detail),
    )
