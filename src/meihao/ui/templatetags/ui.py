"""`{% load ui %}`: words in two languages, shapes, days, numbers, tables and forms."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from meihao.base.text import Text
from meihao.ui import assets, charts, language, numbers
from meihao.ui.cells import shape
from meihao.ui.charts import Chart
from meihao.ui.drawing import drawn_form, drawn_table, written
from meihao.ui.grid import Box, Grid, drawn_grid
from meihao.ui.maps import Map
from meihao.ui.tables import Missing, Table

register = template.Library()


@register.simple_tag
def say(zh: str, en: str, **values: object) -> SafeString:
    """`{% say "共 {n} 所" "{n} schools" n=total %}`: values are escaped."""
    words = conditional_escape(Text(zh, en).said(language.lang()))
    if not values:
        return words
    escaped = {name: _escaped(value) for name, value in values.items()}
    return mark_safe(words.format(**escaped))  # words and values are escaped


def _escaped(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


@register.filter
def said(text: Text | str) -> str:
    """`{{ text|said }}`: a Text in the language of the request."""
    return language.said(text)


register.simple_tag(shape)


@register.simple_tag
def state(colour: str, zh: Text | str, en: str = "", tinted: bool = False) -> SafeString:
    """`{% state "red" "未达" "Failed" %}` or `{% state "red" text %}`; `tinted=True` in headers."""
    words = language.said(zh) if isinstance(zh, Text) else Text(zh, en).said(language.lang())
    kind = "state tinted" if tinted else "state"
    return format_html('<span class="{} state-{}">{}{}</span>', kind, colour, shape(colour), words)


@register.simple_tag
def day(value: date | datetime | None, time: bool = False) -> SafeString:
    """`{% day date %}`: 2024-09-01; `time=True` with hours and minutes of China; — where there is none."""
    if value is None:
        return format_html('<span class="missing">{}</span>', Missing.NONE)
    local = localtime(value) if isinstance(value, datetime) else value
    shown = f"{local:%Y-%m-%d %H:%M}" if time and isinstance(local, datetime) else f"{local:%Y-%m-%d}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), shown)


@register.simple_tag
def number(value: int | Decimal | str | None) -> str:
    """`{% number 12146 %}`: 12 146, with a thin space; — where there is none."""
    return str(Missing.NONE) if value is None else numbers.grouped(str(value))


@register.simple_tag(takes_context=True)
def table(context: Context, shown: Table, **options: Any) -> SafeString:
    """`{% table table %}`: filters, caption, rows, pages; or why there are none."""
    return drawn_table(context.get("request"), shown, **options)


@register.simple_tag(takes_context=True)
def form(context: Context, shown: BaseForm, zh: str, en: str, **options: Any) -> SafeString:
    """`{% form form "保存" "Save" %}`: the whole form, errors first. `action=`, `cancel=`: addresses."""
    return drawn_form(context.get("request"), shown, Text(zh, en), **options)


@register.simple_tag(takes_context=True)
def grid(context: Context, shown: Grid) -> SafeString:
    """`{% grid grid %}`: a form filled in cell by cell; needs `ui/grid.js` and `ui/grid.css`."""
    return drawn_grid(context.get("request"), shown)


@register.filter
def troubled(row: tuple[Box, ...]) -> bool:
    """`{% if row|troubled %}`: whether anything is said at a cell of a grid's row."""
    return any(box.troubles for box in row)


@register.simple_tag(takes_context=True)
def chart(context: Context, shown: Chart) -> SafeString:
    """`{% chart chart %}`: finding, definition, picture, table; needs `ui/parts/charting.html`."""
    twin = drawn_table(context.get("request"), shown.table, level=4)
    data = json_script(shown.data, f"chart-{shown.key}")
    return written("ui/chart.html", {"chart": shown, "data": data, "twin": twin})


@register.simple_tag(name="map", takes_context=True)
def map_(context: Context, shown: Map) -> SafeString:
    """`{% map map %}`: what is seen, dots, table; needs `ui/parts/mapping.html`."""
    twin = drawn_table(context.get("request"), shown.table, level=4)
    data = json_script(shown.data, f"map-{shown.key}")
    return written("ui/map.html", {"map": shown, "data": data, "twin": twin})


@register.simple_tag
def strip(before: object, after: object, limit: object, low: object, high: object) -> SafeString:
    """`{% strip "90.11" "92.30" "93" "80" "100" %}`: last year, this year, limit or None, both ends."""
    was, is_, asked = (
        None if value in (None, "") else Decimal(str(value)) for value in (before, after, limit)
    )
    placed = charts.strip(was, is_, asked, Decimal(str(low)), Decimal(str(high)))
    return written("ui/strip.html", {"strip": placed})


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "ui/page.js" %}`: its address, which changes when the file does."""
    return assets.address(name)
