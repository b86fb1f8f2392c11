"""Tables and forms as HTML: what the tags `{% table %}` and `{% form %}` write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.safestring import SafeString

from meihao.base.text import Text
from meihao.ui.addresses import Pairs, address, pairs, without_pair
from meihao.ui.cells import drawn_cells, shown_text
from meihao.ui.language import said
from meihao.ui.tables import PAGE, SEARCH, SORT, Column, Empty, Filter, Table


def drawn_table(request: HttpRequest | None, table: Table, *, level: int = 2) -> SafeString:
    """The table with filters, pages and legend; `level` is that of the heading where it is empty."""
    get = request.GET if request is not None else QueryDict()
    labels = [said(column.title) for column in table.columns]
    shown = {
        "table": table,
        "heads": [_Head.of(column, table, get) for column in table.columns],
        "rows": [
            (row, shown_text(row.cells[0], table.columns[0]), drawn_cells(row, table.columns, labels))
            for row in table.rows
        ],
        "acts": any(row.actions for row in table.rows),
        "width": len(table.columns) + bool(table.bulk) + any(row.actions for row in table.rows),
        "filters": [filter_ for filter_ in table.filters if filter_.options],
        "chips": list(_chips(table, get)),
        "clear": address(get, {}, without=_narrowing(table)),
        "kept": _kept(table, get),
        "pages": _Pages.of(table, get),
        "empty": _beyond(get) if table.total and not table.rows else table.empty,
        "level": level,
    }
    return written("ui/table.html", shown | _token(request))


def drawn_form(
    request: HttpRequest | None,
    form: BaseForm,
    button: Text,
    *,
    action: str = "",
    cancel: str = "",
    upload: str = "",
    quiet: bool = False,
    focus: bool = True,
) -> SafeString:
    """The whole form: errors first, fields, one button. `action` and `cancel` are addresses.

    `upload` is the address that tells how far an upload has come; `quiet` makes the button a second one;
    without `focus` its errors are not gone to when the page opens.
    """
    shown = {
        "form": form,
        "action": action,
        "button": button,
        "cancel": cancel,
        "upload": upload,
        "quiet": quiet,
        "focus": focus,
        "multipart": form.is_multipart(),
        "hidden": [field.as_hidden(attrs={"id": False}) for field in form.hidden_fields()],
        "fields": [_Field.of(field) for field in form.visible_fields()],
        "faults": list(_faults(form)),
    }
    return written("ui/form.html", shown | _token(request))


def written(template: str, shown: dict[str, Any]) -> SafeString:
    """A part of a page from its template, which escapes what it is given."""
    return SafeString(get_template(template).render(shown))


def _token(request: HttpRequest | None) -> dict[str, str]:
    return {"csrf_token": get_token(request)} if request is not None else {}


@dataclass(frozen=True, slots=True)
class _Head:
    title: Text
    unit: Text | None
    kind: str
    href: str = ""
    order: str = ""

    @classmethod
    def of(cls, column: Column, table: Table, get: QueryDict) -> _Head:
        if not column.sortable:
            return cls(column.title, column.unit, column.kind)
        rising, falling = table.sort == column.key, table.sort == f"-{column.key}"
        order = "ascending" if rising else "descending" if falling else "none"
        wanted = f"-{column.key}" if rising else None if falling else column.key
        return cls(column.title, column.unit, column.kind, address(get, {SORT: wanted, PAGE: None}), order)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Which rows of how many, and the addresses of the pages before and after."""

    first: int
    last: int
    number: int
    of_: int
    before: str
    after: str

    @classmethod
    def of(cls, table: Table, get: QueryDict) -> _Pages:
        first = (table.page - 1) * table.per_page + 1
        return cls(
            first,
            first + len(table.rows) - 1,
            table.page,
            table.pages,
            address(get, {PAGE: str(table.page - 1)}) if 1 < table.page <= table.pages else "",
            address(get, {PAGE: str(table.page + 1)}) if table.page < table.pages else "",
        )


def _beyond(get: QueryDict) -> Empty:
    """A page after the last one, as of an old address."""
    return Empty(
        "filtered",
        Text("这一页没有了", "There is no such page"),
        Text("表比原来短了。", "The list has become shorter."),
        (Text("回到第一页", "Back to the first page"), address(get, {PAGE: None})),
    )


def _chips(table: Table, get: QueryDict) -> Iterator[tuple[Text, str]]:
    if table.search:
        yield (
            Text(f"查找：{table.search}", f"Search: {table.search}"),
            address(get, {SEARCH: None, PAGE: None}),
        )
    for filter_ in table.filters:
        for value, title in filter_.picked:
            yield _named(filter_, title), without_pair(get, filter_.name, value)


def _named(filter_: Filter, title: Text) -> Text:
    return Text(f"{filter_.title.zh}：{title.zh}", f"{filter_.title.en}: {title.en}")


def _narrowing(table: Table) -> list[str]:
    return [SEARCH, PAGE, *(filter_.name for filter_ in table.filters)]


def _kept(table: Table, get: QueryDict) -> Pairs:
    return pairs(get, without=_narrowing(table))


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its label, hint, errors and widget, tied together by ids."""

    bound: BoundField
    widget: SafeString
    grouped: bool
    ticked: bool

    @classmethod
    def of(cls, bound: BoundField) -> _Field:
        widget, ids = bound.field.widget, []
        if bound.help_text:
            ids.append(f"{bound.auto_id}_hint")
        if bound.errors:
            ids.append(f"{bound.auto_id}_error")
        attrs: dict[str, str | bool] = {"aria-describedby": " ".join(ids)} if ids else {}
        if bound.errors:
            attrs["aria-invalid"] = "true"
        return cls(
            bound, bound.as_widget(attrs=attrs), widget.use_fieldset, isinstance(widget, CheckboxInput)
        )

    @property
    def group(self) -> str:
        """The group of a form's fields it stands in; a policy's form has some."""
        return str(getattr(self.bound.field, "group", ""))

    @property
    def optional(self) -> bool:
        """Whether the label has to say that it may stay empty."""
        spoken = str(self.bound.label)
        return not (self.bound.field.required or self.ticked or "选填" in spoken or "optional" in spoken)


def _faults(form: BaseForm) -> Iterator[tuple[str, str]]:
    """What has to be mended: the words and the id of the field, empty where it is of no one field."""
    for message in form.non_field_errors():
        yield said(str(message)), ""
    for field in form.hidden_fields():
        for message in field.errors:
            yield str(message), ""
    for field in form.visible_fields():
        for message in field.errors:
            yield _placed(field, str(message)), field.id_for_label or field.auto_id or ""


def _placed(field: BoundField, message: str) -> str:
    """A message that says of which field it is, as it stands away from it."""
    label = str(field.label)
    bare = label.split("（")[0].split("(")[0].strip()
    return message if bare in message else said(Text(f"「{label}」{message}", f"{label}: {message}"))
