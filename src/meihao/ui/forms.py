"""A form on a page, drawn from a `form` policy: one field a column, as the official form names and orders it.

The policy says which must be filled and what they are called; the fact says their types, units and choices.
Conditions between fields (`required_when`, `checks`) belong to the checks of a filled row, not to a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from meihao.base.text import Refused, Text
from meihao.policy.kinds import Fact, Form
from meihao.policy.kinds.facts import ColumnSpec
from meihao.policy.kinds.forms import FieldSpec
from meihao.ui.language import words

_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class PolicyForm(forms.Form):
    """The fields of one policy. `cleaned_data` is by column: text, int, Decimal, bool, date or None."""

    def __init__(
        self, policy: Form, fact: Fact, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        if policy.fact != fact.key or not policy.fields:
            raise Refused(
                f"「{policy.key}」不是「{fact.key}」的填报表。", f"“{policy.key}” is no form of “{fact.key}”."
            )
        for spec in sorted(policy.fields, key=lambda spec: spec.no):
            field = field_of(spec, fact.columns[spec.column])
            field.group = spec.category  # type: ignore[attr-defined]
            self.fields[spec.column] = field


def field_of(spec: FieldSpec, column: ColumnSpec) -> forms.Field:
    """One field of Django's for one of the policy's."""
    unit = column.unit if spec.unit is None else spec.unit
    zh, en = (f"{name}（{unit}）" if unit else name for name in (spec.label, column.title.en))
    shared: dict[str, Any] = {
        "label": words(zh, en),
        "required": spec.required,
        "help_text": spec.note or "",
        "error_messages": _messages(spec.label, column),
    }
    match column.type:
        case "count":
            return forms.IntegerField(min_value=0, **shared)
        case "year":
            return forms.IntegerField(min_value=_FIRST_YEAR, max_value=_LAST_YEAR, **shared)
        case "decimal":
            return forms.DecimalField(min_value=0, decimal_places=column.scale, max_digits=15, **shared)
        case "date":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=widget, **shared)
        case "yesno":
            options = [
                ("", words("（未填）", "(not set)")),
                ("1", words("是", "Yes")),
                ("0", words("否", "No")),
            ]
            return forms.TypedChoiceField(
                choices=options, coerce=lambda said: said == "1", empty_value=None, **shared
            )
        case "choice":
            named = [("", words("（未填）", "(not set)")), *((one, one) for one in column.choices)]
            return forms.TypedChoiceField(choices=named, empty_value=None, **shared)
        case _:
            return forms.CharField(max_length=_LONGEST, empty_value=None, **shared)


def _messages(label: str, column: ColumnSpec) -> dict[str, str]:
    """What is wrong, where, and how to mend it."""
    en = column.title.en
    places = column.scale
    return {
        "required": words(f"请填写「{label}」", f"Fill in “{en}”"),
        "invalid": words(f"「{label}」须是{_kind(column).zh}", f"“{en}” must be {_kind(column).en}"),
        "invalid_choice": words(f"「{label}」请从列出的选项中选", f"Choose “{en}” from the list"),
        "min_value": words(f"「{label}」不能小于 %(limit_value)s", f"“{en}” cannot be below %(limit_value)s"),
        "max_value": words(f"「{label}」不能大于 %(limit_value)s", f"“{en}” cannot be above %(limit_value)s"),
        "max_decimal_places": words(
            f"「{label}」至多 {places} 位小数", f"“{en}” takes {places} decimals at most"
        ),
    }


_KINDS = {
    "count": Text("整数", "a whole number"),
    "year": Text("四位数的年份", "a year of four digits"),
    "decimal": Text("数字", "a number"),
    "date": Text("日期，如 2025-09-01", "a date such as 2025-09-01"),
}
_PLAIN = Text("文字", "text")


def _kind(column: ColumnSpec) -> Text:
    return _KINDS.get(column.type, _PLAIN)
