"""Addresses of the pages of one standard on the data that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Links:
    """`base` is the result page's address; `asked` are the choices that every address carries on."""

    base: str
    asked: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, standard: str, asked: tuple[tuple[str, str], ...]) -> Links:
        """The addresses of a standard's pages."""
        return cls(reverse("figures:result", args=[standard]), asked)

    def _to(self, path: str, **more: str) -> str:
        said = urlencode([*self.asked, *more.items()])
        return f"{self.base}{quote(path)}{'?' if said else ''}{said}"

    def result(self, **more: str) -> str:
        """The result page."""
        return self._to("", **more)

    def figure(self, address: str) -> str:
        """The page of one figure; nothing where it has no address."""
        return self._to(f"f/{address}") if address else ""

    def card(self, address: str) -> str:
        """The picture of a figure's card."""
        return self._to(f"card/{address}")

    def item(self, item: str, **more: str) -> str:
        """The page of one indicator."""
        return self._to(f"i/{item}", **more)

    def unit(self, campus: str) -> str:
        """The page of one unit."""
        return self._to(f"u/{campus}")

    def table(self, sheet: str) -> str:
        """One official table."""
        return self._to(f"tables/{sheet}")

    def workbook(self) -> str:
        """All official tables as a workbook."""
        return self._to("workbook")

    def what_if(self, **more: str) -> str:
        """The page of 政策推演."""
        return self._to("what-if", **more)
