"""Random blanks of known, half-known and wrong captions: what is filled is what the workbooks say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from meihao.demo import DEMO_ON
from meihao.documents.filling.known import Known
from meihao.documents.filling.results import Result
from meihao.documents.filling.vocabulary import Vocabulary
from meihao.documents.returns.headers import key_of
from meihao.policy.kinds import Form, Synonyms
from meihao.policy.rulebook import Rulebook
from tests.documents.filling.demonstration import SCHOOL, Demonstration, blank_of, exact

RULES = Rulebook.load()
FORMS = [
    form
    for key in ("compulsory/school-return", "compulsory-return-plus", "compulsory/district-return")
    for form in [RULES.get(Form, f"cn/{key}", DEMO_ON)]
]
LABELS = [field.label for form in FORMS for field in form.fields]
WORDS = Vocabulary(RULES.all(Synonyms, DEMO_ON), ["人", "个", "间", "㎡", "万元", "元"])
SAID = {
    WORDS.apart(says.split(" › ")).core
    for p in RULES.all(Synonyms, DEMO_ON)
    for c in p.captions
    for says in c.says
}
OF_DISTRICT = {"区县名称", "区县代码", "规定的小学生均公用经费标准", "规定的初中生均公用经费标准"}
GRADUATING = {
    "本届毕业学生人数",
    "毕业年级初一时在校学生数",
    "毕业年级三年转入学生数",
    "毕业年级三年转出学生数",
    "毕业年级三年死亡学生数",
}
FACTORS: dict[tuple[str, str], Fraction] = {
    ("万元", "元"): Fraction(10000),
    ("元", "万元"): Fraction(1, 10000),
    ("人", "万人"): Fraction(1, 10000),
}
FACTORS |= {("㎡", "公顷"): Fraction(1, 10000), ("㎡", "平方米"): Fraction(1)}


@st.composite
def captions(draw: st.DrawFn) -> str:
    """An official name, or one that is nearly one."""
    label = draw(st.sampled_from(LABELS))
    place = draw(st.integers(0, len(label) - 1))
    match draw(st.integers(0, 5)):
        case 0:
            return label[:place] + label[place + 1 :]
        case 1:
            return f"{label[:place]}{draw(st.sampled_from('非其公民新旧男女'))}{label[place:]}"
        case 2:
            return f"{draw(st.integers(1, 30))}、{label}："
        case _:
            return label


UNITS = st.sampled_from([None, None, "人", "个", "间", "㎡", "平方米", "元", "万元", "万人", "公顷", "人次"])
FIELDS = st.lists(st.tuples(captions(), UNITS), min_size=1, max_size=25)


def told(demo: Demonstration, label: str, school: str | None) -> object:
    """What the workbooks say: the school's cell, the district's, or the sum over all schools."""
    if school is not None:
        named = demo.of_district if label in OF_DISTRICT else demo.by_school[school]
        return named.get(label)
    if label in demo.of_district:
        return demo.of_district[label]
    if label in GRADUATING:
        taught = [s for s in demo.by_school.values() if exact(s["初中学生人数"]) > 0]
        return sum((exact(s[label]) for s in taught), Fraction(0))
    return demo.sum_of(label)


# only schools of several stages report classes by stage; of the others they follow from the pupils
CLASSES_OF = {"小学班级数": "小学学生人数", "初中班级数": "初中学生人数"}


def classes_that_follow(demo: Demonstration, label: str, school: str) -> object:
    """All classes where every pupil is of this stage, none where no pupil is; else it cannot be told."""
    pupils = {
        name: Fraction(0) if (value := told(demo, name, school)) is None else exact(value)
        for name in (*CLASSES_OF.values(), "高中学生人数")
    }
    own = pupils[CLASSES_OF[label]]
    if not own:
        return Fraction(0)
    return told(demo, "班级总数", school) if sum(pupils.values()) == own else None


def check(demo: Demonstration, result: Result, school: str | None) -> None:
    """A filled cell holds the value of exactly its caption, in exactly its unit."""
    caption = WORDS.apart(result.place.path[-1:]).core
    label = next((known for known in LABELS if WORDS.apart((known,)).core == caption), None)
    if label is None:
        assert caption in SAID or WORDS.staged(caption), f"{caption} is nobody's name"
        return
    value = told(demo, label, school)
    if value is None and school is not None and label in CLASSES_OF:
        value = classes_that_follow(demo, label, school)
    assert value is not None, f"{caption} was not reported, and is filled with {result.printed}"
    if not result.numeric:
        assert result.printed == str(value)
        return
    (had, *_) = [known.unit for known in result.known]
    factor = FACTORS.get((had or "", result.place.unit or ""), Fraction(1))
    assert result.place.unit in (None, had) or (had, result.place.unit) in FACTORS
    assert result.printed is not None
    amount = value if isinstance(value, Fraction) else exact(value)
    assert Fraction(result.printed) == amount * factor
    assert all(isinstance(known, Known) and known.reads for known in result.known)


# each example is a workbook through the child process: too slow to shrink
PATIENT = settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@PATIENT
@given(fields=FIELDS, school=st.sampled_from([None, "2199000001", "3199000007", "3499000002", "3199000009"]))
def test_one_field_a_row(
    demo: Demonstration, fields: list[tuple[str, str | None]], school: str | None
) -> None:
    rows = [["填报项目", "单位", "填报值"], *([caption, unit, None] for caption, unit in fields)]
    with TemporaryDirectory() as folder:
        filled = demo.fill(blank_of(Path(folder), rows), school)
    for result in filled.of("filled"):
        check(demo, result, school)


@PATIENT
@given(heads=st.lists(captions(), min_size=1, max_size=12), given_rows=st.booleans())
def test_one_row_a_school(demo: Demonstration, heads: list[str], given_rows: bool) -> None:
    rows: list[list[str | None]] = [["学校代码", *heads]]
    codes = ["3199000007", "2199000001"] if given_rows else []
    rows += [[code] for code in codes]
    with TemporaryDirectory() as folder:
        filled = demo.fill(blank_of(Path(folder), rows))
    for result in filled.of("filled"):
        assert result.place.school is not None
        check(demo, result, result.place.school)
    if codes:
        assert {result.place.school for result in filled.results} <= set(codes)


@pytest.mark.parametrize("wrong", ["teachers", "unit", "near", "missing"])
def test_the_check_can_fail(demo: Demonstration, tmp_path: Path, wrong: str) -> None:
    """The control: a value, a unit, a caption or a source that is not the workbook's is caught."""
    rows = [["填报项目", "单位", "填报值"], ["教学仪器设备资产值（账面原值）", "元", None]]
    (result,) = demo.fill(blank_of(tmp_path, rows), "2199000001").results
    check(demo, result, "2199000001")
    spoilt = {
        "teachers": (result, "2199000002"),
        "unit": (_changed(result, unit="万元"), SCHOOL),
        "near": (_changed(result, path=("教学仪器设备原值",)), SCHOOL),
        "missing": (_changed(result, path=("校外租赁场馆面积",)), SCHOOL),
    }
    with pytest.raises(AssertionError):
        check(demo, *spoilt[wrong])


def _changed(result: Result, unit: str | None = None, path: tuple[str, ...] | None = None) -> Result:
    place = replace(result.place, unit=unit or result.place.unit, path=path or result.place.path)
    return replace(result, place=place)


# --- captions


@given(
    label=st.sampled_from(LABELS),
    number=st.sampled_from(["", "1、", "（二）", "12.", "三、", "*"]),
    spaces=st.lists(st.integers(0, 8), max_size=3),
    tail=st.sampled_from(["", "：", " ", "（人）", "(单位：㎡)", "（保留两位小数）"]),
)
def test_a_caption_is_the_same_however_it_is_written(
    label: str, number: str, spaces: list[int], tail: str
) -> None:
    assume(not (number == "12." and label[0].isdigit()))  # 12.73㎡ is an area, no number before a caption
    written = label
    for place in spaces:
        written = f"{written[:place]} {written[place:]}"
    said = WORDS.apart((f"{number}{written}{tail}",))
    assert said.core == WORDS.apart((label,)).core
    assert said.unit == {"（人）": "人", "(单位：㎡)": key_of("㎡")}.get(tail)


@given(
    value=st.fractions(min_value=0, max_denominator=10**6),
    have=st.sampled_from(["元", "万元", "亿元", "人", "万人", "㎡", "公顷", "个"]),
    want=st.sampled_from(["元", "万元", "亿元", "人", "万人", "平方米", "公顷", "班"]),
)
def test_a_unit_converts_exactly_and_back_or_not_at_all(value: Fraction, have: str, want: str) -> None:
    there = WORDS.convert(value, have, want)
    if there is not None:
        assert WORDS.convert(there, want, have) == value
    assert (there is None) is (_kind(have) != _kind(want))


def _kind(unit: str) -> str:
    kinds = {"元": "money", "万元": "money", "亿元": "money", "人": "heads", "万人": "heads"}
    return kinds.get(unit) or ("things" if unit in ("个", "班") else "area")
