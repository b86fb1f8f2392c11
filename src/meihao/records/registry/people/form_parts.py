"""Parts of the forms that write people's rows: what each is asked, how it is sent once, kinds of field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar
from uuid import uuid4

from django import forms
from django.db import models

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.submissions import Sent, once
from meihao.records.registry.models import ClassGroup, IdKind, Organisation, SexCode
from meihao.records.registry.models.people_kinds import grade_worded, worded
from meihao.records.registry.people.identity import Identity
from meihao.records.registry.people.queries_open import Held
from meihao.records.registry.people.tables import of_class
from meihao.ui.language import said, words

LARGEST, LARGEST_SMALL = 2**31 - 1, 2**15 - 1  # what whole columns and small ones hold in every database
_UNCHECKED = {"autocomplete": "off", "spellcheck": "false"}  # no browser keeps or sends away what is typed


T = TypeVar("T", Organisation, ClassGroup, Held)


class SentForm(forms.Form, Generic[T]):
    """What every form of people is asked: its day; `key` makes it one form, sent once or twice.

    It is about a unit, a class, or what a person holds. `what` names it in its address, `action` is the
    action of the matrix, `lands` the route of the page that shows what was written. `start` has values to
    begin with, from the link that led here.
    """

    what: ClassVar[str]
    title: ClassVar[Text]
    remark: ClassVar[Text]
    action: ClassVar[str]
    lands: ClassVar[str]

    on = forms.DateField(
        label=words("生效日期", "Effective from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, by: Acting, about: T, data: Any = None, start: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, initial={"on": by.day, "key": uuid4(), **(start or {})})
        self.by = by
        self.about: T = about
        self.ask()
        self.order_fields([name for name in self.fields if name not in SentForm.base_fields])

    def ask(self) -> None:
        """Adds what this form asks besides."""

    def write(self) -> str:
        """Calls the action; what it wrote, as the trail names it."""
        raise NotImplementedError

    def send(self) -> Sent:
        """Does what a valid form asks, once. Raises as the action, and as `once`."""
        asked = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return once(
            by=self.by,
            key=self.cleaned_data["key"],
            action=self.action,
            asked={**asked, "form": self.what, "about": self.about.key},
            write=self.write,
        )

    def begins(self, zh: str, en: str) -> None:
        """Says what happens on the day."""
        self.fields["on"].label = words(zh, en)


def choices_of(kinds: Iterable[models.TextChoices], none: Text | None = None) -> list[tuple[str, str]]:
    """The words of some values to choose from; `none` is what choosing none of them is called."""
    blank = [] if none is None else [("", said(none))]
    return [*blank, *((one.value, said(worded(one))) for one in kinds)]


def chosen(label: str, choices: Any, **shared: Any) -> forms.ChoiceField:
    """One value of some; must be chosen unless `required` says otherwise."""
    return forms.ChoiceField(label=label, choices=choices, **shared)


def number(label: str, largest: int = LARGEST, **shared: Any) -> forms.IntegerField:
    """A whole number that the column holds."""
    return forms.IntegerField(label=label, min_value=shared.pop("least", 0), max_value=largest, **shared)


PLEASE = Text("请选择", "Choose")


def graded(grades: Iterable[int]) -> list[tuple[str, str]]:
    """Grades to choose from."""
    return [(str(grade), said(grade_worded(grade))) for grade in grades]


def places_of(grades: Iterable[int], classes: Iterable[ClassGroup]) -> list[tuple[str, Any]]:
    """Grades, and under each its classes: the value is the grade, or the key of the class."""
    found = list(classes)
    groups: list[tuple[str, Any]] = [("", said(PLEASE))]
    for grade in grades:
        zh, en = grade_worded(grade)
        none = (str(grade), said(Text(f"{zh}，暂不分班", f"{en}, no class yet")))
        here = [(str(one.key), said(_of_year(one))) for one in found if one.grade == grade]
        groups.append((said(Text(zh, en)), [none, *here]))
    return groups


def _of_year(found: ClassGroup) -> Text:
    zh, en = of_class(found)
    year = school_year(found.school_year)
    return Text(f"{zh}（{year.zh}）", f"{en} ({year.en})")


def school_year(begins: int) -> Text:
    """What a school year is called by the year in which it begins."""
    return Text(f"{begins}—{begins + 1} 学年", f"{begins}–{begins + 1}")


def years_about(day: date) -> list[tuple[str, str]]:
    """The school years that begin in the year of a day, the one before and the one after."""
    return [(str(year), said(school_year(year))) for year in (day.year - 1, day.year, day.year + 1)]


def identity_fields() -> dict[str, forms.Field]:
    """Who somebody is; a resident's identity number says sex and month of birth."""
    said_by_number = words("填了居民身份证号可以不填。", "Not needed beside a resident's number.")
    return {
        "name": forms.CharField(label=words("姓名", "Name"), widget=_unkept()),
        "id_kind": chosen(words("证件类型", "Document"), choices_of(IdKind), initial=IdKind.RESIDENT.value),
        "id_number": forms.CharField(
            label=words("证件号", "Number of the document"),
            required=False,
            widget=_unkept(),
            help_text=words(
                "没有证件号时，同一个人再次登记会成为另一个人。",
                "Without a number the same person, registered again, becomes another.",
            ),
        ),
        "sex": chosen(
            words("性别", "Sex"),
            choices_of((SexCode.MALE, SexCode.FEMALE, SexCode.UNKNOWN), Text("（未填）", "(not set)")),
            required=False,
            help_text=said_by_number,
        ),
        "birth": forms.CharField(
            label=words("出生年月", "Month of birth"),
            required=False,
            widget=forms.TextInput(attrs={"type": "month"}),
            help_text=words(
                "写成 2015-09 的样子；填了居民身份证号可以不填。",
                "As 2015-09; not needed beside a resident's number.",
            ),
        ),
    }


def student_number() -> forms.CharField:
    """The national student number."""
    return forms.CharField(label=words("学籍号", "Student number"), required=False, widget=_unkept())


def identity(cleaned: Mapping[str, Any]) -> Identity:
    """Who a valid form names."""
    names = ("name", "sex", "id_kind", "id_number", "student_number", "birth")
    return Identity(**{name: cleaned[name] for name in names if name in cleaned})


def _unkept() -> forms.TextInput:
    return forms.TextInput(attrs=_UNCHECKED)
