"""Districts for the readiness sheet, and how the sheet is read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

from meihao.base.text import Lang, Text
from meihao.documents.readiness import Heading, readiness_svg
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table

ON = date(2025, 10, 20)
SVG = "{http://www.w3.org/2000/svg}"
FACTS = Heading(Text("某区", "Some District"), True, 3, 4)


def school(code: str, kind: str = "小学", primary: int = 0, junior: int = 0, **other: Value | int) -> Row:
    """A school that reaches everything, with what differs."""
    pupils, load = primary + junior, primary + Fraction(11, 10) * junior
    row: dict[str, object] = {
        "school_code": code,
        "name": f"第{code}学校",
        "school_type": kind,
        "primary_pupils": primary,
        "junior_pupils": junior,
        **dict.fromkeys(
            ("primary_teachers_college", "primary_teachers_master", "primary_teachers_doctor"), 0
        ),
        **dict.fromkeys(("junior_teachers_master", "junior_teachers_doctor"), 0),
        **dict.fromkeys(("primary_music", "primary_fine_art", "primary_arts"), 0),
        **dict.fromkeys(("junior_music", "junior_fine_art", "junior_arts", "indoor_sports_area"), 0),
        "primary_teachers_bachelor": primary // 10,
        "junior_teachers_bachelor": junior // 10,
        "primary_backbone": primary // 50,
        "junior_backbone": junior // 50,
        "primary_pe": primary // 50,
        "junior_pe": junior // 50,
        "dense_city_centre": False,
        "small_rural_50_99": False,
        "teaching_area": load * 7,
        "gymnasium_area": 0,
        "sports_ground_area": load * 12,
        "rented_sports_area": 0,
        "equipment_value": load * Fraction(3, 10),
        "multimedia_rooms": pupils // 25,
    }
    return {column: _exact(value) for column, value in {**row, **other}.items()}


def _exact(value: object) -> Value:
    assert value is None or isinstance(value, (int, str, Fraction))
    return value if value is None or isinstance(value, (bool, str)) else Fraction(value)


def evaluated(
    plan: Plan, *rows: Row, engine: type[PlainEngine] | type[FastEngine] = PlainEngine
) -> Evaluation:
    table = Table(plan.fact, {str(row["school_code"]): row for row in rows})
    return evaluate(Snapshot(ON, "990106", {plan.fact.key: table}, plan.versions), plan, engine())


def mixed() -> list[Row]:
    """Every state: sunk, spare, shared premises short, fields missing, one out of scope, one relaxed."""
    return [
        school("990106000001", primary=600),
        school("990106000002", primary=500, sports_ground_area=3000, teaching_area=2000),
        school("990106000003", primary=400, equipment_value=72),
        school("990106000004", primary=200, multimedia_rooms=None, teaching_area=None),
        school("990106000005", "教学点", primary=30),
        school(
            "990106000006",
            primary=500,
            dense_city_centre=True,
            sports_ground_area=3000,
            rented_sports_area=900,
        ),
        school("990106000007", "初中", junior=500),
        school("990106000008", "初中", junior=450, sports_ground_area=60_000),
        school("990106000009", "九年一贯制", 300, 300, teaching_area=2000, multimedia_rooms=10),
        school("990106000010", "九年一贯制", 300, 200, primary_backbone=None, junior_backbone=None),
    ]


def many() -> list[Row]:
    """Eighty schools, half of them short of rooms."""
    codes = [f"9901061{number:05}" for number in range(80)]
    return [school(code, primary=200, teaching_area=1400 if int(code) % 2 else 500) for code in codes]


def unreported() -> list[Row]:
    return [
        {"school_code": f"99010600000{i}", "name": f"未报{i}", "school_type": "九年一贯制"} for i in range(9)
    ]


DISTRICTS: dict[str, Callable[[], list[Row]]] = {
    "mixed": mixed,
    "none": list,
    "one stage": lambda: [school("990106000001", "初中", junior=300)],
    "eighty": many,
    "undecided": unreported,
    "great numbers": lambda: [
        school("990106000001", primary=654_321, equipment_value=99_999_999),
        school("990106000002", primary=50, equipment_value=1),
    ],
    "all zero": lambda: [school("990106000001", primary=100, multimedia_rooms=0, sports_ground_area=0)],
    "long names": lambda: [
        school("990106000001", "九年一贯制", 300, 300, name="很长的校名" * 30, teaching_area=9)
    ],
}


class Tables(HTMLParser):
    """Every row of every table, and every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def drawing(evaluation: Evaluation, lang: Lang = "zh", facts: Heading = FACTS) -> ElementTree.Element:
    return ElementTree.fromstring(readiness_svg(evaluation, lang, facts))


def said(element: ElementTree.Element) -> str:
    """What a text element shows; the title it carries for hovering is not shown."""
    return "".join(element.itertext()).removeprefix(element.findtext(f"{SVG}title") or "")


def texts(root: ElementTree.Element) -> list[str]:
    return [said(element) for element in root.iter(f"{SVG}text")]


def shapes(root: ElementTree.Element, of: str) -> Counter[str]:
    used = (use for use in root.iter(f"{SVG}use") if use.get("data-of") == of)
    return Counter(use.get("href", "").removeprefix("#mh-") for use in used)


def row_of(root: ElementTree.Element, label: str) -> list[str]:
    """The texts of a matrix row from the name on, found by what hovering shows."""
    listed = list(root.iter(f"{SVG}text"))
    start = next(i for i, element in enumerate(listed) if element.findtext(f"{SVG}title") == label)
    return [said(element) for element in listed[start : start + 30]]
