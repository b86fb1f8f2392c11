"""Words shown to people, always in both languages, and the one error that carries them."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Lang: TypeAlias = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Text(NamedTuple):
    """One message in Chinese and English; Chinese comes first because its readers do."""

    zh: str
    en: str

    def said(self, lang: Lang) -> str:
        """The message in one language."""
        return self.zh if lang == "zh" else self.en


class Refused(Exception):  # noqa: N818  (it is a refusal, and is worded as one)
    """Input that cannot be taken: says what, where and how to mend it, in both languages.

    Everything a user can cause raises this; any other exception is a defect of ours.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.text = Text(zh, en)
