"""An invented bureau that asks its schools for the official return: who acts, and a row that holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count
from typing import Any

from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import actions as registry
from meihao.records.registry.models import Kind, Organisation
from meihao.records.returns import actions, actions_filling
from meihao.records.returns.models import Campaign, Return, Submission
from tests.records.registry.district import BASIS, DAY, OPENED, console, holder, school, unit

FORM, FACT = "cn/compulsory/school-return", "cn/compulsory/campus"
PLUS, DISTRICT_FORM = "cn/compulsory-return-plus", "cn/compulsory/district-return"
ON, DUE, PLACE = DAY, date(2025, 11, 10), "990106"
WHY = "虚构：已经核对过"
_numbers = count(1)


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


def form() -> Form:
    return rulebook().get(Form, FORM, ON, PLACE)


def fact() -> Fact:
    return rulebook().get(Fact, FACT, ON, PLACE)


def bureau(division: str = PLACE) -> Organisation:
    return registry.found_unit(
        console(),
        kind=Kind.AUTHORITY,
        name="澄砚区教育局",
        under=None,
        on=OPENED,
        basis=BASIS,
        division_code=division,
    ).organisation


def typed(filed: Return, **changed: str) -> dict[str, str]:
    """A row of a primary school that breaks no check and needs no explanation, with changes."""
    row: dict[str, str] = {}
    for spec in form().fields:
        kind = fact().columns[spec.column].type
        if spec.required:
            row[spec.column] = {"yesno": "是", "year": "1998"}.get(kind, "0")
    row |= {
        "name": "禾渚小学",
        "school_type": "小学",
        "school_code": filed.code,
        "small_rural_50_99": "否",
        "small_rural_class_under_30": "否",
        "dense_city_centre": "否",
        "primary_pupils": "500",
        "classes": "12",
        "classes_41_45": "12",
        "teachers": "30",
    }
    row |= {place.partition("/")[2]: text for place, text in filed.prefilled.items()}
    return {name: text for name, text in (row | changed).items() if text}


@dataclass
class Asked:
    """A bureau with its officer, schools with their clerks."""

    schools_wanted: int = 2
    bureau: Organisation = field(default_factory=bureau)

    def __post_init__(self) -> None:
        self.officer = holder("section-officer", self.bureau)
        self.town = unit(Kind.TOWN, "禾渚镇", self.bureau)
        self.schools = [
            school(self.bureau, f"禾渚第{n}小学", town=self.town) for n in range(1, self.schools_wanted + 1)
        ]
        self.clerk = holder("clerk", self.schools[0])

    def issue(self, *, on: date = ON, form: str = FORM, by: Acting | None = None, **other: Any) -> Campaign:
        """A campaign of all its schools."""
        wanted: dict[str, Any] = {
            "audience": self.schools,
            "title": f"学校填报表格 {next(_numbers)}",
            "due": DUE,
        } | other
        return actions.issue(
            by=by or self.officer, authority=self.bureau, form=form, on=on, rulebook=rulebook(), **wanted
        )

    def returns(self, campaign: Campaign) -> list[Return]:
        return returns(campaign)

    def submit(self, filed: Return, **changed: str) -> Submission:
        """Types a row that holds and submits it; what must be explained is."""
        return submit(holder("clerk", filed.organisation), filed, **changed)


def returns(campaign: Campaign) -> list[Return]:
    found = Return._plain.filter(campaign=campaign).select_related("campaign__authority", "organisation")
    return list(found.order_by("code"))


def fresh(filed: Return) -> Return:
    return Return._plain.select_related("campaign__authority", "organisation").get(pk=filed.pk)


def submit(by: Acting, filed: Return, **changed: str) -> Submission:
    said = {f"0/{column}": WHY for column in changed}
    saved = save(by, filed, [typed(filed, **changed)], said)
    done = actions_filling.submit(by=by, filed=saved, rulebook=rulebook())
    assert done.submission is not None
    return done.submission


def save(
    by: Acting, filed: Return, rows: list[dict[str, str]], explained: dict[str, str] | None = None
) -> Return:
    revision = fresh(filed).revision
    return actions_filling.save(by=by, filed=filed, rows=rows, explained=explained or {}, revision=revision)


def entries(action: str = "returns.") -> int:
    """How many entries the trail has of actions that begin so."""
    return AuditEntry.objects.filter(action__startswith=action).count()
