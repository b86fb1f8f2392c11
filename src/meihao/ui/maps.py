"""A map without tiles: places as dots on plain ground, and the same places as a table.

Nothing is asked of any other host: what is drawn are the coordinates that the page brings, and no boundary
is drawn that nobody has surveyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from meihao.base.text import Text
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Missing, Row, Table


@dataclass(frozen=True, slots=True)
class Place:
    """One dot: degrees north and east (CGCS2000), or None where they are not recorded.

    `words` are what the table says beside the name; a hollow dot is of the second kind that the map tells.
    """

    name: str
    href: str
    latitude: Decimal | None
    longitude: Decimal | None
    words: tuple[str, ...]
    hollow: bool = False
    area: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """Dots with the names of areas among them. `title` says what is seen, `kinds` the two kinds of dot."""

    key: str
    title: Text
    remark: Text
    columns: tuple[Column, ...]
    places: tuple[Place, ...]
    kinds: tuple[Text, Text]
    nouns: Text

    @property
    def data(self) -> dict[str, Any]:
        """What the browser draws; degrees as binary floats, which only place the dots."""
        return {
            "in": said(Text("放大", "Zoom in")),
            "out": said(Text("缩小", "Zoom out")),
            "places": [
                {"at": at, "name": place.name, "href": place.href, "hollow": place.hollow}
                for place in self.places
                if (at := _at(place)) is not None
            ],
            "areas": [{"name": name, "at": at} for name, at in self._areas()],
        }

    def _areas(self) -> list[tuple[str, tuple[float, float]]]:
        """Each area's name over the northernmost of its places, in the middle from west to east."""
        spots: dict[str, list[tuple[float, float]]] = {}
        for place in self.places:
            if place.area and (at := _at(place)) is not None:
                spots.setdefault(place.area, []).append(at)
        return [
            (name, (max(north for north, _ in ats), sum(east for _, east in ats) / len(ats)))
            for name, ats in spots.items()
        ]

    @property
    def table(self) -> Table:
        """The same places, those without coordinates among them."""
        columns = (
            Column("name", Text("名称", "Name")),
            *self.columns,
            Column("north", Text("北纬", "North"), "number", Text("°", "°")),
            Column("east", Text("东经", "East"), "number", Text("°", "°")),
        )
        rows = tuple(
            Row(
                (
                    Cell(place.name, href=place.href),
                    *(Cell(word or Missing.NONE) for word in place.words),
                    Cell(_degrees(place.latitude)),
                    Cell(_degrees(place.longitude)),
                )
            )
            for place in self.places
        )
        none = Empty("none", Text("没有", "None"), Text("这一天没有单位。", "There is no unit on this day."))
        return Table(
            self.title, columns, rows, len(rows), per_page=max(1, len(rows)), empty=none, nouns=self.nouns
        )


def _at(place: Place) -> tuple[float, float] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return float(place.latitude), float(place.longitude)


def _degrees(value: Decimal | None) -> str:
    return str(Missing.UNREPORTED) if value is None else f"{value:.4f}"
