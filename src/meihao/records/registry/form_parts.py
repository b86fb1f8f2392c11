"""Parts of the registry's forms: what every event is asked, and the kinds of field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.db import models
from django.http import QueryDict

from meihao.records.accounts.acting import Acting
from meihao.records.registry import queries
from meihao.records.registry.models import Kind, Organisation, title
from meihao.records.registry.particulars import URBAN_RURAL
from meihao.ui.language import words


class EventForm(forms.Form):
    """What every event is asked: its day, its basis; `key` makes the form one form, sent once or twice."""

    on = forms.DateField(
        label=words("生效日期", "Effective from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=words(
            "可以是以前的日期，历史会重新排好。", "May be in the past: the history falls into place."
        ),
    )
    basis = forms.CharField(
        label=words("依据", "Basis"),
        max_length=200,
        help_text=words("文件名称和文号。", "The document and its number."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, by: Acting, about: Organisation | None, data: Any = None) -> None:
        super().__init__(data, initial={"on": by.day, "key": uuid4()})
        self.by, self.about = by, about
        self.ask()
        self.order_fields([name for name in self.fields if name not in EventForm.base_fields])

    def ask(self) -> None:
        """Adds what this event is asked besides."""

    def wanted(self) -> dict[str, Any]:
        """The keywords of the action; a unit chosen by its key is the unit."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "confirmed"}
        for name, field in self.fields.items():
            if isinstance(field, UnitField | UnitsField):
                found[name] = field.units(self.by, found[name])
        return found

    def as_confirmation(self) -> EventForm:
        """The same answers, hidden, to be sent once more as confirmed."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["confirmed"] = "1"
        again = type(self)(self.by, self.about, data)
        for field in again.fields.values():
            field.widget = field.hidden_widget()
        return again


class UnitField(forms.ChoiceField):
    """One unit of those that whoever asks may write."""

    def __init__(self, by: Acting, kinds: Iterable[Kind], label: str, required: bool = True) -> None:
        none = [] if required else [("", words("（无）", "(none)"))]
        super().__init__(label=label, required=required, choices=[*none, *_units(by, kinds)])

    def units(self, by: Acting, key: str) -> Organisation | None:
        """The unit chosen."""
        return queries.unit(by, key, queries.WRITE) if key else None


class UnitsField(forms.MultipleChoiceField):
    """Some units of those that whoever asks may write."""

    hidden_widget = forms.MultipleHiddenInput

    def __init__(self, by: Acting, kinds: Iterable[Kind], label: str) -> None:
        super().__init__(label=label, choices=_units(by, kinds))

    def units(self, by: Acting, keys: list[str]) -> list[Organisation]:
        """The units chosen."""
        return [queries.unit(by, key, queries.WRITE) for key in keys]


def _units(by: Acting, kinds: Iterable[Kind]) -> list[tuple[str, str]]:
    return [(str(one.key), one.name) for one in queries.units(by, by.day, kinds, queries.WRITE)]


def choices_of(kinds: type[models.TextChoices], *, blank: bool = True) -> list[tuple[str, str]]:
    """The words of a list to choose from; `blank`: none of them may be chosen too."""
    none = [("", words("（未填）", "(not set)"))] if blank else []
    return [*none, *((choice.value, words(*title(choice))) for choice in kinds)]


def chosen(label: str, choices: list[tuple[str, str]], *, required: bool = False) -> forms.ChoiceField:
    """A field with one value of some."""
    return forms.ChoiceField(label=label, choices=choices, required=required)


def text(zh: str, en: str, length: int, *, required: bool = False) -> forms.CharField:
    """A field of text, of so many characters at most."""
    return forms.CharField(label=words(zh, en), max_length=length, required=required)


def yes_or_no(zh: str, en: str) -> forms.TypedChoiceField:
    """A field with yes, no, and not set."""
    choices = [("", words("（未填）", "(not set)")), ("1", words("是", "Yes")), ("0", words("否", "No"))]
    return forms.TypedChoiceField(
        label=words(zh, en),
        choices=choices,
        required=False,
        coerce=lambda said: said == "1",
        empty_value=None,
    )


def urban_rural() -> forms.ChoiceField:
    """A field with the codes of urban and rural."""
    none = ("", words("（未填）", "(not set)"))
    return chosen(
        words("城乡分类", "Urban or rural"),
        [
            none,
            *((code, words(f"{code} {said.zh}", f"{code} {said.en}")) for code, said in URBAN_RURAL.items()),
        ],
    )
