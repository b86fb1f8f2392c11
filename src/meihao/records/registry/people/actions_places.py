"""What a school is given: its establishment, its places, its ground. A new row takes the place of the old."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction

from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Establishment, Organisation, Places, Site
from meihao.records.registry.people.actions import check_day
from meihao.records.registry.people.grades import stage_of, taught
from meihao.records.registry.recording import standing

WRITE = "registry.place.write"
M = TypeVar("M", bound=models.Model)


def set_establishment(
    *, by: Acting, organisation: Organisation, posts: int, basis: str, on: date
) -> Establishment:
    """So many posts are approved from `on`, on a basis."""
    _check(by, organisation, on, posts)
    if not basis.strip():
        raise Refused("请填写核编依据。", "name the document on which the establishment rests.")
    return _set(by, Establishment, {"organisation": organisation}, {"posts": posts, "basis": basis}, on)


def set_places(*, by: Acting, organisation: Organisation, stage: str, number: int, on: date) -> Places:
    """So many pupils of a stage can be taken from `on`."""
    _check(by, organisation, on, number)
    present = standing(organisation, on)
    if Stage(stage) not in {stage_of(grade) for grade in taught(present.type)}:
        words = Stage(stage).words
        raise Refused(
            f"「{present.name}」在 {on} 不设{words.zh}学段。请核对学段。",
            f"“{present.name}” does not teach {words.en} on {on}. Check the stage.",
        )
    return _set(by, Places, {"organisation": organisation, "stage": stage}, {"number": number}, on)


def set_site(
    *,
    by: Acting,
    organisation: Organisation,
    name: str,
    on: date,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    area: Decimal | None = None,
) -> Site:
    """A piece of ground as it is from `on`: degrees (CGCS2000) and m²."""
    _check(by, organisation, on, area or 0)
    if (latitude is None) is not (longitude is None) or not _on_earth(latitude, longitude):
        raise Refused(
            "经纬度应同时填写：纬度 −90 至 90，经度 −180 至 180。请核对。",
            "give latitude (−90 to 90) and longitude (−180 to 180), or neither.",
        )
    values = {"address": address, "latitude": latitude, "longitude": longitude, "area": area}
    return _set(by, Site, {"organisation": organisation, "name": name}, values, on)


def _on_earth(latitude: Decimal | None, longitude: Decimal | None) -> bool:
    return latitude is None or longitude is None or (abs(latitude) <= 90 and abs(longitude) <= 180)


def _check(by: Acting, organisation: Organisation, on: date, number: int | Decimal) -> None:
    access.require(by, WRITE, organisation)
    check_day(by, on)
    standing(organisation, on)
    if number < 0:
        raise Refused("数不能小于 0。请核对。", "a number cannot be below 0. Check it.")


def _set(by: Acting, model: type[M], known: dict[str, Any], values: dict[str, Any], on: date) -> M:
    """Closes the open row on the day and opens another; of the same day, the row is put right instead."""
    organisation = known["organisation"]
    rows = model._base_manager
    with transaction.atomic():
        present: Any = rows.select_for_update().filter(**known, until__isnull=True).first()
        if present is not None and present.since > on:
            raise Refused(
                f"现在的一条从 {present.since} 起，不能登记 {on} 的变更。请核对日期。",
                f"the present row begins on {present.since}; nothing is recorded for {on}. Check the day.",
            )
        before = {name: str(getattr(present, name)) for name in values} if present is not None else None
        if present is not None and present.since < on:
            present.until = on
            present.save(update_fields=["until"])
        made, _ = rows.update_or_create(**known, since=on, defaults=values)
        said = {"kind": model._meta.model_name, "on": on, "before": before}
        after = {name: str(value) for name, value in values.items()}
        audit.record(
            by,
            WRITE,
            subject=f"organisation:{organisation.key}",
            organisation=str(organisation.key),
            detail={
                **said,
                "after": after,
                **{key: str(one) for key, one in known.items() if one != organisation},
            },
        )
    return made
