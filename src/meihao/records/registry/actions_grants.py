"""Grants: a role at a unit, given and ended by the security administrator."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import User
from meihao.records.registry import access
from meihao.records.registry.models import Grant, Kind, Organisation, holds_on, title

WRITE = "registry.grant.write"


def give_grant(by: Acting, *, user: User, role: str, organisation: Organisation, on: date) -> Grant:
    """A person holds a role at a unit from a day on. Raises `Refused`, `NotPermitted`."""
    access.require(by, WRITE, organisation)
    _check_person(user)
    _check_role(role, Kind(organisation.kind))
    _check_system(user, role)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        held = Grant._plain.filter(user=user, role=role, organisation=organisation)
        if (held.filter(holds_on(on)) | held.filter(since__gt=on)).exists():
            raise Refused(
                f"{user.name}在 {on} 或以后已有这项授权，不必再授。请查看授权清单。",
                f"{user.name} holds this grant already on {on} or later. See the list of grants.",
            )
        grant = Grant._plain.create(
            user=user, role=role, organisation=organisation, since=on, given_by=by.name
        )
        _record(by, grant, {"since": on})
    return grant


def end_grant(by: Acting, *, grant: Grant, on: date) -> None:
    """A person holds a role no longer from a day on; on its first day, the grant never was."""
    access.require(by, WRITE, grant.organisation)
    with transaction.atomic():
        held = Grant._plain.select_for_update().get(pk=grant.pk)
        if held.until is not None:
            raise Refused(
                f"这项授权已于 {held.until} 结束。", f"this grant has ended already on {held.until}."
            )
        if on < held.since:
            raise Refused(
                f"结束日期 {on} 早于授权的第一天 {held.since}。请核对日期。",
                f"{on} is before the first day of the grant, {held.since}. Check the day.",
            )
        if on == held.since:
            held.delete()
        else:
            held.until = on
            held.save(update_fields=["until"])
        _record(by, held, {"until": on})


def _check_person(user: User) -> None:
    if user.office:
        raise Refused(
            f"{user.name}是{user.get_office_display()}。三员各司其职，不再授予业务角色；请用另一个账号。",
            f"{user.name} is one of the three administrators, who hold no other role: use another account.",
        )
    if not user.is_active:
        raise Refused(
            f"{user.name}的账号已停用，不能授权。请先请系统管理员启用。",
            f"the account of {user.name} is shut: ask the system administrator to open it first.",
        )


def _check_system(user: User, role: str) -> None:
    """A connected system has the roles that are for such, and nobody else has them."""
    known = MATRIX.roles.get(role)
    if user.service is not (known is not None and known.system):
        raise Refused(
            "「对接系统」的角色只授给对接系统的账号，对接系统也没有别的角色。请核对账号或角色。",
            "the roles of connected systems are theirs alone, and they have no other: check both.",
        )


def _check_role(role: str, kind: Kind) -> None:
    known = MATRIX.roles.get(role)
    if known is None or not known.held_at or "system" in known.held_at:
        raise Refused(f"没有「{role}」这个可授予的角色。请选择角色。", f"“{role}” is not granted.")
    if kind not in known.held_at:
        wanted = [title(Kind(place)) for place in known.held_at]
        here = title(kind)
        raise Refused(
            f"「{known.title.zh}」设在{'、'.join(text.zh for text in wanted)}，不设在{here.zh}。"
            "请核对角色或单位。",
            f"a {known.title.en} is one of {', '.join(text.en for text in wanted)}, not of a {here.en}. "
            "Check the role or the unit.",
        )


def _record(by: Acting, grant: Grant, detail: dict[str, date]) -> None:
    audit.record(
        by,
        WRITE,
        subject=f"user:{grant.user.key}",
        organisation=str(grant.organisation.key),
        detail={"role": grant.role, **detail},
    )
