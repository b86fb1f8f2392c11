"""The forms of what a unit is given: posts of its establishment, places, ground."""

from __future__ import annotations

from typing import Any

from django import forms

from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.records.registry.models import Establishment, Organisation, Site
from meihao.records.registry.people import actions_places, queries_open
from meihao.records.registry.people.actions_places import WRITE
from meihao.records.registry.people.form_parts import PLEASE, SentForm, chosen, number
from meihao.records.registry.people.grades import stage_of
from meihao.ui.language import said, words


class _Given(SentForm[Organisation]):
    action, lands = WRITE, "registry:places"
    remark = Text(
        "从生效之日起代替现在的一条；同一天再登记就是改正。",
        "From the day on it takes the place of the present row; written again for that day, it is mended.",
    )

    def write(self) -> str:
        """As the form says; the unit."""
        wanted = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        self.set(wanted)
        return f"organisation:{self.about.key}"

    def set(self, wanted: dict[str, Any]) -> None:
        """Calls the action."""
        raise NotImplementedError


class Approved(_Given):
    """The posts of the establishment."""

    what, title = "establishment", Text("登记编制", "Set the establishment")

    def ask(self) -> None:
        """How many, on which basis."""
        self.fields |= {
            "posts": number(words("核定编制（名）", "Posts")),
            "basis": forms.CharField(
                label=words("核编依据", "Basis"),
                max_length=Establishment._meta.get_field("basis").max_length,
                help_text=words("文件名称和文号。", "The document and its number."),
            ),
        }

    def set(self, wanted: dict[str, Any]) -> None:
        """Calls the action."""
        actions_places.set_establishment(by=self.by, organisation=self.about, **wanted)


class Seats(_Given):
    """The places of one stage."""

    what, title = "places", Text("登记学位", "Set the places")

    def ask(self) -> None:
        """Of which stage, how many."""
        taught = {stage_of(grade) for grade in queries_open.grades(self.by, self.about, WRITE)}
        stages = [(stage.value, said(stage.words)) for stage in Stage if stage in taught]
        self.fields |= {
            "stage": chosen(words("学段", "Stage"), [("", said(PLEASE)), *stages]),
            "number": number(words("学位（个）", "Places")),
        }

    def set(self, wanted: dict[str, Any]) -> None:
        """Calls the action."""
        actions_places.set_places(by=self.by, organisation=self.about, **wanted)


class Ground(_Given):
    """A site."""

    what, title = "site", Text("登记校址", "Set a site")

    def ask(self) -> None:
        """What it is called, where it lies, how large it is."""
        self.fields |= {
            "name": _text(
                "name",
                "名称",
                "Name",
                help_text=words("同名的校址由这一条代替。", "One of the same name gives way to it."),
            ),
            "address": _text("address", "地址", "Address", required=False),
            "latitude": _decimal("latitude", "纬度（度，CGCS2000）", "Latitude (degrees, CGCS2000)"),
            "longitude": _decimal("longitude", "经度（度，CGCS2000）", "Longitude (degrees, CGCS2000)"),
            "area": _decimal("area", "占地面积（㎡）", "Area (m²)"),
        }

    def set(self, wanted: dict[str, Any]) -> None:
        """Calls the action."""
        actions_places.set_site(by=self.by, organisation=self.about, **wanted)


def _text(column: str, zh: str, en: str, **shared: Any) -> forms.CharField:
    field: Any = Site._meta.get_field(column)
    return forms.CharField(label=words(zh, en), max_length=field.max_length, **shared)


def _decimal(column: str, zh: str, en: str) -> forms.DecimalField:
    field: Any = Site._meta.get_field(column)
    return forms.DecimalField(
        label=words(zh, en),
        required=False,
        max_digits=field.max_digits,
        decimal_places=field.decimal_places,
    )
