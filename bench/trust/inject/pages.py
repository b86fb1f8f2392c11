"""The forms of a page as a browser knows them: where they go, what stands in them, where one can type."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = {"text", "search", "email", "password", "date", "number", "hidden", "textarea", "url", "tel", ""}
_NOT_OURS = {"csrfmiddlewaretoken"}


@dataclass
class Form:
    """One form: `values` as they stand, `choices` of each list, `typed` the fields that take any text."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)  # field → type of its input
    files: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        return (self.method, *sorted({*self.typed, *self.choices, *self.files}))


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._list = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.found.append(self._form)
        if self._form is None:
            return
        name, kind = given.get("name", ""), given.get("type", "").lower()
        if tag == "select":
            self._list = name
            self._form.choices.setdefault(name, [])
        elif tag == "option" and self._list:
            self._form.choices[self._list].append(given.get("value", ""))
            if "selected" in given:
                self._form.values.setdefault(self._list, []).append(given.get("value", ""))
        elif not name or name in _NOT_OURS:
            return
        elif tag == "textarea":
            self._area = name
            self._form.typed[name] = "textarea"
            self._form.values[name] = [""]
        elif tag == "input" and kind == "file":
            self._form.files.append(name)
        elif tag == "input" and kind in ("checkbox", "radio"):
            self._form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                self._form.values.setdefault(name, []).append(given.get("value", "on"))
        elif tag in ("input", "button"):
            self._form.values[name] = [given.get("value", "")]
            if tag == "input" and kind in _TYPED:
                self._form.typed[name] = kind

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        self._list = "" if tag == "select" else self._list
        self._area = "" if tag == "textarea" else self._area


def forms(body: bytes) -> list[Form]:
    """The forms of a page."""
    page = _Forms()
    page.feed(body.decode("utf-8", errors="replace"))
    return page.found
