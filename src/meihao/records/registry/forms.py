"""The forms of what can happen to organisations: one for each action, and what it calls.

Labels speak the language of the request. A form knows who fills it in: only units that are theirs can
be chosen. What the action refuses is said at the top of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from meihao.base.text import Text
from meihao.records.registry import actions, actions_endings, actions_relations, queries
from meihao.records.registry.form_parts import (
    EventForm,
    UnitField,
    UnitsField,
    choices_of,
    chosen,
    text,
    urban_rural,
    yes_or_no,
)
from meihao.records.registry.models import CodeSystem, Kind, Ownership, Sponsor, Type, title
from meihao.records.registry.particulars import ENDS
from meihao.records.registry.recording import Recorded
from meihao.ui.language import words

_UNIONS = tuple(kind for kind in Kind if kind not in {Kind.INSTITUTION, Kind.CAMPUS, Kind.AUTHORITY})
_SCHOOLS = (Kind.INSTITUTION,)


class _Named(EventForm):
    def ask(self) -> None:
        self.fields["name"] = text("名称", "Name", 80, required=True)
        self.fields["short_name"] = text("简称", "Short name", 40)


class _Institution(_Named):
    def ask(self) -> None:
        super().ask()
        self.fields |= {
            "type": chosen(words("办学类型", "Type"), choices_of(Type, blank=False), required=True),
            "ownership": chosen(words("办别", "Ownership"), choices_of(Ownership)),
            "sponsor": chosen(words("举办者", "Sponsor"), choices_of(Sponsor)),
            "under": UnitField(self.by, [Kind.AUTHORITY], words("主管单位", "Administered by")),
            "town": UnitField(self.by, [Kind.TOWN], words("所在乡镇（街道）", "Town"), required=False),
            "code": text("学校（机构）标识码", "Institution code", 10),
        }


class _School(_Institution):
    def ask(self) -> None:
        super().ask()
        self.fields |= {
            "credit_code": text("统一社会信用代码", "Unified social credit code", 18),
            "urban_rural": urban_rural(),
            "inclusive": yes_or_no("普惠性（幼儿园）", "Inclusive (kindergarten)"),
            "nursery": yes_or_no("托班（幼儿园）", "Nursery classes (kindergarten)"),
        }


class _Merged(_Institution):
    def ask(self) -> None:
        self.fields["members"] = UnitsField(self.by, _SCHOOLS, words("合并的学校", "Schools merged"))
        super().ask()


class _Unit(_Named):
    def ask(self) -> None:
        kinds = [(kind.value, words(*title(kind))) for kind in _UNIONS]
        self.fields["kind"] = chosen(words("单位类别", "Kind"), kinds, required=True)
        super().ask()
        self.fields["under"] = UnitField(self.by, [Kind.AUTHORITY], words("主管单位", "Administered by"))
        self.fields["division_code"] = text("行政区划代码", "Division code", 12)


class _Campus(_Named):
    def ask(self) -> None:
        super().ask()
        self.fields["type"] = chosen(
            words("办学类型（不填同本校）", "Type (as the school)"), choices_of(Type)
        )
        self.fields["urban_rural"] = urban_rural()
        self.fields["town"] = UnitField(
            self.by, [Kind.TOWN], words("所在乡镇（街道）", "Town"), required=False
        )


class _Converted(EventForm):
    def ask(self) -> None:
        self.fields["type"] = chosen(words("办学类型", "Type"), choices_of(Type, blank=False), required=True)
        self.fields["code"] = text("新标识码（类别改变时）", "New code (where the class changes)", 10)


class _Changed(EventForm):
    def ask(self) -> None:
        self.fields |= {
            "ownership": chosen(words("办别", "Ownership"), choices_of(Ownership)),
            "sponsor": chosen(words("举办者", "Sponsor"), choices_of(Sponsor)),
            "urban_rural": urban_rural(),
            "inclusive": yes_or_no("普惠性（幼儿园）", "Inclusive (kindergarten)"),
            "nursery": yes_or_no("托班（幼儿园）", "Nursery classes (kindergarten)"),
        }

    def wanted(self) -> dict[str, Any]:
        """Only what was filled in: what is left empty stays as it is."""
        return {name: value for name, value in super().wanted().items() if value not in ("", None)}


class _Coded(EventForm):
    def ask(self) -> None:
        self.fields["system"] = chosen(
            words("代码种类", "System"), choices_of(CodeSystem, blank=False), required=True
        )
        self.fields["value"] = text("代码", "Code", 18, required=True)


class _Related(EventForm):
    """This unit below, the other above: it joins a group, lies in a town, is paired with a school."""

    def ask(self) -> None:
        links = [link for link in ENDS if self.about is None or self.about.kind in ENDS[link][1]]
        kinds = {kind for link in links for kind in ENDS[link][0]}
        choices = [(link.value, words(*title(link))) for link in links]
        self.fields["link"] = chosen(words("关系", "Relation"), choices, required=True)
        self.fields["upper"] = UnitField(self.by, sorted(kinds), words("对方单位", "Other unit"))


class _Noted(_Related):
    def ask(self) -> None:
        super().ask()
        self.fields["note"] = text("说明（例如紧密型）", "Note", 40)


class _Closed(EventForm):
    def ask(self) -> None:
        self.fields["successor"] = UnitField(
            self.by, _SCHOOLS, words("承继单位", "Taken over by"), required=False
        )


class _Into(EventForm):
    def ask(self) -> None:
        label = words("并入本校的学校", "Schools that become part of this one")
        self.fields["members"] = UnitsField(self.by, _SCHOOLS, label)
        self.fields["code"] = text("改用的标识码（不填沿用本校）", "Code to go on with (else its own)", 10)


@dataclass(frozen=True, slots=True)
class Recording:
    """One form: its name, what it asks, which action it calls and as what the unit is named there."""

    title: Text
    form: type[EventForm]
    action: Callable[..., Recorded]
    about: str = ""

    def run(self, form: EventForm) -> Recorded:
        """Records what a valid form says."""
        given = {self.about: form.about} if self.about else {}
        return self.action(form.by, **given, **form.wanted())


FOUNDINGS = {
    "school": Recording(Text("设立学校", "Found a school"), _School, actions.found_institution),
    "unit": Recording(Text("设立其他单位", "Found another unit"), _Unit, actions.found_unit),
    "merger": Recording(
        Text("合并新设学校", "Merge into a new school"), _Merged, actions_endings.merge_into_new
    ),
}
RECORDINGS = {
    "rename": Recording(Text("更名", "Rename"), _Named, actions.rename, "organisation"),
    "convert": Recording(
        Text("变更办学类型", "Change the type"), _Converted, actions.convert, "organisation"
    ),
    "change": Recording(Text("变更登记事项", "Change particulars"), _Changed, actions.change, "organisation"),
    "code": Recording(Text("登记代码", "Give a code"), _Coded, actions.give_code, "organisation"),
    "campus": Recording(Text("新设校区", "Open a campus"), _Campus, actions.open_campus, "organisation"),
    "relate": Recording(Text("建立关系", "Relate"), _Noted, actions_relations.relate, "lower"),
    "part": Recording(Text("解除关系", "End a relation"), _Related, actions_relations.part, "lower"),
    "merge": Recording(Text("合并", "Merge"), _Into, actions_endings.merge, "into"),
    "close": Recording(Text("撤销", "Close"), _Closed, actions_endings.close, "organisation"),
    "reopen": Recording(Text("恢复", "Reopen"), EventForm, actions_endings.reopen, "organisation"),
}
_ONLY_SCHOOLS = {"convert", "campus", "merge"}


def recordings(kind: str) -> dict[str, Recording]:
    """What can be recorded of a unit of a kind."""
    school = kind == Kind.INSTITUTION
    return {name: one for name, one in RECORDINGS.items() if school or name not in _ONLY_SCHOOLS}


class GrantForm(forms.Form):
    """A role at a unit for an account."""

    username = forms.CharField(label=words("账号", "Account"), max_length=64)
    role = forms.ChoiceField(label=words("角色", "Role"))
    organisation = forms.ChoiceField(label=words("单位", "Unit"))
    on = forms.DateField(
        label=words("自", "From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, day: date, roles: Any, units: Iterable[queries.Unit], data: Any = None) -> None:
        super().__init__(data, initial={"on": day})
        self.fields["role"].choices = [(role.key, words(*role.title)) for role in roles]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = [(str(one.key), one.name) for one in units]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The first day on which a grant no longer holds."""

    on = forms.DateField(
        label=words("自这一天起不再有", "No longer from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
