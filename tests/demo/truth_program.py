"""What the invented district comes to, worked out again from the definitions and from nothing of ours.

Plain Python over the raw rows: lists of dicts, one a school or kindergarten, with exact numbers. The formulas
are those of the state's formula sheet (r1–r7, sharing 1 : 1.1 : 1.32), of the method for 差异系数 (weighted
by pupils, population form), and of the self-evaluation sheet of 36 preschool items. It knows no policy file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import isqrt
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Values: TypeAlias = dict[str, Fraction]

STAGES = ("primary", "junior")
WANTED = {  # 教督〔2017〕6号, 资源配置
    "primary": {"r1": "4.2", "r2": "1", "r3": "0.9", "r4": "4.5", "r5": "7.5", "r6": "2000", "r7": "2.3"},
    "junior": {"r1": "5.3", "r2": "1", "r3": "0.9", "r4": "5.8", "r5": "10.2", "r6": "2500", "r7": "2.4"},
}
FLOOR = Fraction(85, 100)  # 余项不能低于要求的 85 %
MOST = {"primary": Fraction(50, 100), "junior": Fraction(45, 100)}  # 校际差异系数
DEGREES = {"primary": ("college", "bachelor", "master", "doctor"), "junior": ("bachelor", "master", "doctor")}
SUBJECTS = ("pe", "music", "fine_art", "arts")


def _n(row: Row, column: str) -> Fraction:
    """A number of a row; nothing there is nobody."""
    return Fraction(row.get(column) or 0)


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


def half_up(value: Fraction, places: int) -> str:
    """A number in print, halves away from zero (none here is negative)."""
    whole = (value * 10**places * 2 + 1) // 2
    text = f"{whole:0{places + 1}d}"
    return f"{text[:-places]}.{text[-places:]}" if places else text


def root_half_up(square: Fraction, places: int) -> str:
    """The square root of a number in print."""
    twice = isqrt(int(square * 4 * 10 ** (2 * places)))
    return half_up(Fraction((twice + 1) // 2, 10**places), places)


# --- compulsory schools


def stages_of(row: Row) -> list[str]:
    """The stages a school has pupils of; a teaching point of fewer than 50 is left out altogether."""
    pupils = {stage: _n(row, f"{stage}_pupils") for stage in STAGES}
    if row["school_type"] == "教学点" and sum(pupils.values()) < 50:
        return []
    return [stage for stage in STAGES if pupils[stage] > 0]


def values(row: Row, stage: str) -> Values:
    """r1–r7 of one school at one stage, exact."""
    primary, junior, senior = (_n(row, f"{name}_pupils") for name in ("primary", "junior", "senior"))
    pupils = _n(row, f"{stage}_pupils")
    as_primary = primary + junior * Fraction(11, 10) + senior * Fraction(132, 100)
    equals = as_primary if stage == "primary" else as_primary / Fraction(11, 10)
    qualified = sum(_n(row, f"{stage}_teachers_{degree}") for degree in DEGREES[stage])
    arts = sum(_n(row, f"{stage}_{subject}") for subject in SUBJECTS)
    return {
        "r1": qualified / pupils * 100,
        "r2": _n(row, f"{stage}_backbone") / pupils * 100,
        "r3": Fraction(arts) / pupils * 100,
        "r4": (_n(row, "teaching_area") - _n(row, "indoor_sports_area")) / equals,
        "r5": (_n(row, "gymnasium_area") + _n(row, "sports_ground_area")) / equals,
        "r6": _n(row, "equipment_value") * 10_000 / equals,
        "r7": _n(row, "multimedia_rooms") / equals * 100,
    }


def reached(found: Values, stage: str) -> bool:
    """至少 6 项达到，余项不低于要求的 85 %."""
    wanted = {item: Fraction(least) for item, least in WANTED[stage].items()}
    short = [item for item in wanted if found[item] < wanted[item]]
    return len(short) <= 1 and all(found[item] >= wanted[item] * FLOOR for item in short)


def square(pairs: list[tuple[Fraction, Fraction]]) -> Fraction:
    """The square of the coefficient of variation of (value, pupils): S² ÷ X̄²."""
    everybody = _sum(pupils for _, pupils in pairs)
    mean = _sum(value * pupils for value, pupils in pairs) / everybody
    spread = _sum(pupils * (value - mean) * (value - mean) for value, pupils in pairs) / everybody
    return spread / mean / mean


def unweighted(pairs: list[tuple[Fraction, Fraction]]) -> Fraction:
    """The slip of many a spreadsheet: every school counts alike. Only for the control."""
    return square([(value, Fraction(1)) for value, _ in pairs])


Square: TypeAlias = Callable[[list[tuple[Fraction, Fraction]]], Fraction]


def compulsory(rows: Iterable[Row], squared: Square = square) -> dict[str, Any]:
    """Values and state of each school-stage, dispersions, and how many school-stages pass."""
    schools = list(rows)
    units = {
        stage: {
            str(row["school_code"]): (values(row, stage), _n(row, f"{stage}_pupils"))
            for row in schools
            if stage in stages_of(row)
        }
        for stage in STAGES
    }
    dispersions, passed, over = {}, {}, {}
    for stage, found in units.items():
        squares = {i: squared([(v[i], pupils) for v, pupils in found.values()]) for i in WANTED[stage]}
        dispersions[stage] = {item: root_half_up(square_, 3) for item, square_ in squares.items()}
        over[stage] = [item for item, square_ in squares.items() if square_ > MOST[stage] ** 2]
        passed[stage] = {
            **{i: sum(v[i] >= Fraction(w) for v, _ in found.values()) for i, w in WANTED[stage].items()},
            "all": sum(reached(v, stage) for v, _ in found.values()),
            "of": len(found),
        }
    return {
        "units": {
            f"{code}/{stage}": " ".join([_state(v, stage), *(str(v[item]) for item in WANTED[stage])])
            for stage, found in units.items()
            for code, (v, _) in found.items()
        },
        "dispersions": dispersions,
        "over": over,
        "passed": passed,
    }


def _state(found: Values, stage: str) -> str:
    return "reached" if reached(found, stage) else "failed"


# --- kindergartens

PUBLIC, INCLUSIVE = "公办", "普惠性民办"
OTHER_BODIES = ("企事业单位", "部队", "高校", "街道", "村集体")
NORMS = {"outdoor": Fraction(4), "activity": Fraction(817, 100), "building": Fraction(1044, 100)}
WITHIN = {"small": 25, "middle": 30, "big": 35, "mixed": 30}


def _children(row: Row) -> Fraction:
    """Children aged 3 to 6."""
    return Fraction(sum(_n(row, f"{kind}_children") for kind in WITHIN))


def _all(row: Row) -> Fraction:
    return _children(row) + _n(row, "nursery_children")


def _classes(row: Row) -> Fraction:
    return Fraction(sum(_n(row, f"{kind}_classes") for kind in WITHIN))


def _roomy(row: Row, *areas: str) -> bool:
    return all(_n(row, f"{area}_area") >= NORMS[area] * _all(row) for area in areas or NORMS)


def _enough_staff(row: Row) -> bool:
    return _n(row, "staff") * 7 >= _all(row)


def _enough_carers(row: Row) -> bool:
    return (_n(row, "teachers") + _n(row, "care_workers")) * 9 >= _all(row)


def _enough_a_class(row: Row) -> bool:
    classes, teachers = _classes(row) + _n(row, "nursery_classes"), _n(row, "teachers")
    return teachers >= 3 * classes or (teachers >= 2 * classes and _n(row, "care_workers") >= classes)


def _staffed(row: Row) -> bool:
    return _enough_staff(row) and _enough_carers(row) and _enough_a_class(row)


def preschool(rows: Iterable[Row], district: Row) -> dict[str, str | None]:
    """Every item that is a ratio, by clause and test, as printed; None where nobody is counted below."""
    every = list(rows)
    here = [row for row in every if row["site_kind"] != "附设幼儿班"]  # attached classes count in p1 only
    public = [row for row in here if row["ownership"] == PUBLIC]
    of_bodies = [row for row in public if row["sponsor"] in OTHER_BODIES]
    of_state = [row for row in public if row["sponsor"] not in OTHER_BODIES]
    private = [row for row in here if row["ownership"] == INCLUSIVE]
    complexes = [row for row in here if row["residential"]]
    older = [row for row in here if row["design_year"] < 2017]
    newer = [row for row in here if row["design_year"] >= 2017]
    found = {
        "p1.rate": _share(sum(map(_children, every)), _n(district, "registered_children")),
        "p1.resident_rate": _share(sum(map(_children, every)), _n(district, "resident_children")),
        "p2.share": _share(sum(map(_children, public + private)), sum(map(_children, here))),
        "p3.share": _share(sum(map(_children, public)), sum(map(_children, here))),
        "p7.central": _share(_n(district, "towns_with_central"), _n(district, "rural_towns")),
        "p9.inclusive_share": _part(complexes, lambda row: row["ownership"] in (PUBLIC, INCLUSIVE)),
        **_funds("p10", of_state, _n(district, "public_funds_standard")),
        **_funds("p11", of_bodies, _n(district, "collective_funds_standard")),
        **_funds("p12", private, _n(district, "inclusive_funds_standard")),
        "p16.pay_ratio": _share(_n(district, "nontenured_pay"), _n(district, "tenured_pay")),
        "p23.share": _part(here, lambda row: bool(row["inspector"])),
        **{f"p26.{area}_share": _part(older, _roomy_in(area)) for area in NORMS},
        "p26.met_share": _part(here, _roomy),
        "p26.books_each": _share(sum(_n(row, "books") for row in here), sum(map(_all, here)), 1),
        "p27.met_share": _part(newer, _roomy),
        **{f"p27.{area}_share": _part(newer, _roomy_in(area)) for area in NORMS},
        "p28.share": _share(sum(map(_within, here)), sum(map(_classes, here))),
        "p29.share": _part(here, _staffed),
        "p29.staff_share": _part(here, _enough_staff),
        "p29.carers_share": _part(here, _enough_carers),
        "p29.class_share": _part(here, _enough_a_class),
        "p31.children_each": _share(sum(map(_all, here)), sum(_n(row, "teachers") for row in here), 1),
        "p32.rate": _share(sum(map(_certified, here)), sum(map(_teaching, here))),
        "recognition.rate": _share(_n(district, "satisfied"), _n(district, "valid")),
    }
    return {name: None if value is None else half_up(value, 2) for name, value in found.items()}


def _share(over: Fraction | int, under: Fraction | int, scale: int = 100) -> Fraction | None:
    return Fraction(over) / Fraction(under) * scale if under else None


def _part(rows: list[Row], holds: Callable[[Row], bool]) -> Fraction | None:
    """The share of kindergartens of which something holds."""
    return _share(sum(holds(row) for row in rows), len(rows))


def _roomy_in(area: str) -> Callable[[Row], bool]:
    return lambda row: _roomy(row, area)


def _within(row: Row) -> Fraction:
    """Classes of no more children than 幼儿园工作规程 allows their kind."""
    return Fraction(sum(_n(row, f"{kind}_classes_{most}") for kind, most in WITHIN.items()))


def _teaching(row: Row) -> Fraction:
    return _n(row, "principals") + _n(row, "teachers")


def _certified(row: Row) -> Fraction:
    return _n(row, "certified_principals") + _n(row, "certified_teachers")


def _funds(item: str, rows: list[Row], standard: Fraction) -> dict[str, Fraction | None]:
    """The standard a child, and the share of kindergartens that received what was due (万元 against yuan)."""

    def in_full(row: Row) -> bool:
        return _n(row, "funds_received") * 10_000 >= standard * _n(row, "funded_children")

    return {f"{item}.standard": standard if rows else None, f"{item}.in_full": _part(rows, in_full)}
