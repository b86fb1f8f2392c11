"""In which of the two languages this request speaks."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language

from meihao.base.text import Lang, Text


def lang() -> Lang:
    """The language of this request, as `Text.said` takes it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def said(text: Text | str) -> str:
    """A text in the language of this request; what is already words stays as it is."""
    return text.said(lang()) if isinstance(text, Text) else str(text)


def _said(zh: str, en: str) -> str:
    return Text(zh, en).said(lang())


_lazily = lazy(_said, str)


def words(zh: str, en: str) -> str:
    """Words for labels, hints and choices of Django's forms: the language is chosen when they are shown."""
    return _lazily(zh, en)
