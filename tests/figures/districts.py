"""Random districts: rows that could have been reported, and the same with values taken away."""

from fractions import Fraction

from hypothesis import strategies as st

from meihao.figures.interpreter import Row, Value

STAGES = ("primary", "junior")
SUBJECTS = ("backbone", "pe", "music", "fine_art", "arts")
TYPES = {
    "小学": (True, False, False),
    "教学点": (True, False, False),
    "初中": (False, True, False),
    "九年一贯制": (True, True, False),
    "十二年一贯制": (True, True, True),
    "完全中学": (False, True, True),
}

small = st.integers(0, 12)
amount = st.one_of(st.just(0), st.integers(0, 20000), st.decimals(0, 20000, places=2)).map(Fraction)


@st.composite
def full_rows(draw: st.DrawFn, code: str = "S0") -> Row:
    """A row with every column the indicators read, as the forms' checks would have it."""
    kind = draw(st.sampled_from(sorted(TYPES)))
    pupils = [draw(st.sampled_from([0, 40, 60, 120, 500, 1800])) if here else 0 for here in TYPES[kind]]
    if pupils[0] + pupils[1] == 0:
        pupils[1 if kind in ("初中", "完全中学") else 0] = draw(st.integers(1, 900))
    row: dict[str, Value] = {"school_code": code, "name": f"校{code}", "school_type": kind}
    for stage, count in zip(("primary", "junior", "senior"), pupils, strict=True):
        row[f"{stage}_pupils"] = Fraction(count)
    teachers(draw, row, pupils)
    premises(draw, row)
    return row


def teachers(draw: st.DrawFn, row: dict[str, Value], pupils: list[int]) -> None:
    for degree in ("college", "bachelor", "master", "doctor"):
        for stage in STAGES:
            if (stage, degree) != ("junior", "college"):
                row[f"{stage}_teachers_{degree}"] = Fraction(draw(small))
    for subject in SUBJECTS:
        parts = [Fraction(draw(small)) if count else Fraction(0) for count in pupils]
        for stage, part in zip(STAGES, parts, strict=False):
            row[f"{stage}_{subject}"] = part
        row[f"{subject}_teachers"] = sum(parts, Fraction(0))
    row["small_rural_50_99"] = draw(st.booleans())
    total = Fraction(0)
    for subject in SUBJECTS[1:]:
        count = Fraction(draw(st.integers(0, 2)))
        row[f"{subject}_itinerant"], total = count, total + count
    row["primary_itinerant"] = total if pupils[0] else Fraction(0)
    row["junior_itinerant"] = Fraction(0) if pupils[0] else total


def premises(draw: st.DrawFn, row: dict[str, Value]) -> None:
    indoor = draw(amount)
    row["indoor_sports_area"], row["teaching_area"] = indoor, indoor + draw(amount)
    for column in ("gymnasium_area", "sports_ground_area", "equipment_value", "rented_sports_area"):
        row[column] = draw(amount)
    row["converted_sports_area"] = draw(amount)
    row["multimedia_rooms"] = Fraction(draw(st.integers(0, 60)))
    row["dense_city_centre"] = draw(st.booleans())


@st.composite
def districts(draw: st.DrawFn, most: int = 6) -> dict[str, Row]:
    """A whole district of full rows."""
    codes = [f"S{number}" for number in range(draw(st.integers(1, most)))]
    return {code: draw(full_rows(code)) for code in codes}


@st.composite
def with_gaps(draw: st.DrawFn, rows: dict[str, Row]) -> dict[str, Row]:
    """The same district with some values not reported."""
    gapped: dict[str, Row] = {}
    for code, row in rows.items():
        removable = sorted(set(row) - {"school_code", "name", "school_type"})
        gone = set(draw(st.lists(st.sampled_from(removable), max_size=8)))
        gapped[code] = {column: value for column, value in row.items() if column not in gone}
    return gapped
