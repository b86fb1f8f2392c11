"""One cell: what is taken as it is meant, and what is sent back with a sentence."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from meihao.documents.returns.headers import Headers, key_of, suggestions
from meihao.documents.returns.values import Problem, value_of
from meihao.documents.workbook import Cell, Kind, Value
from meihao.figures.interpreter import Value as Taken
from meihao.policy.kinds import ColumnSpec, Fact, Form
from meihao.policy.rulebook import Rulebook

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
FACT = RULES.get(Fact, "cn/compulsory/campus", DAY)
FORM = RULES.get(Form, "cn/compulsory/school-return", DAY)
COUNT, AREA = FACT.columns["primary_pupils"], FACT.columns["teaching_area"]
YEAR, YES, CODE = FACT.columns["founded_year"], FACT.columns["built_by_2010"], FACT.columns["school_code"]
TYPE = FACT.columns["school_type"]
SPONSOR, NAME = FACT.columns["sponsor"], FACT.columns["name"]


def cell(value: Value, kind: Kind | None = None) -> Cell:
    kinds: dict[type, Kind] = {str: "text", Decimal: "number", bool: "bool", date: "date"}
    return Cell("E5", 5, 5, value, kind or kinds[type(value)])


@pytest.mark.parametrize(
    ("column", "value", "taken"),
    [
        (COUNT, Decimal(480), Fraction(480)),
        (COUNT, " ４８０ ", Fraction(480)),
        (COUNT, "1,480", Fraction(1480)),
        (AREA, Decimal("0.1"), Fraction(1, 10)),
        (AREA, "12,345.25", Fraction("12345.25")),
        (YEAR, Decimal(1998), Fraction(1998)),
        (YEAR, "1998", Fraction(1998)),
        (YES, "是", True),
        (YES, " 否 ", False),
        (CODE, "0101", "0101"),
        (CODE, Decimal(2199000001), "2199000001"),
        (SPONSOR, Decimal(7), "7"),
        (TYPE, "九年一贯制学校", "九年一贯制"),
        (NAME, "甲小学 ", "甲小学"),
    ],
)
def test_differences_of_writing_are_forgiven(column: ColumnSpec, value: Value, taken: Taken) -> None:
    assert value_of(cell(value), column, 2025) == taken


@pytest.mark.parametrize(
    ("column", "value", "kind", "says"),
    [
        (COUNT, "480人", None, "是否为 480"),
        (COUNT, "四百八十", None, "应为数字"),
        (COUNT, Decimal("1.5"), None, "应为整数"),
        (COUNT, Decimal(-1), None, "不能是负数"),
        (COUNT, "-1", None, "不能是负数"),
        (COUNT, "1,48", None, "应为数字"),
        (COUNT, True, None, "应为数字"),
        (COUNT, date(2025, 9, 1), None, "单元格却是日期"),
        (COUNT, "#REF!", "error", "错误值 #REF!"),
        (COUNT, "=SUM(A1)", "formula", "公式没有算出的结果"),
        (COUNT, Decimal(10**13), None, "数值过大"),
        (COUNT, "约500", None, "应为数字"),
        (COUNT, "40-45", None, "只填数字"),
        (AREA, Decimal("0.12345678"), None, "最多保留 6 位小数"),
        (AREA, "3200元", None, "不带单位"),
        (YEAR, Decimal(20115), None, "4 位年份"),
        (YEAR, Decimal(2031), None, "不在 1800—2025 之间"),
        (YEAR, "2015年", None, "4 位年份"),
        (YES, "对", None, "应填「是」或「否」"),
        (YES, True, None, "应填「是」或「否」"),
        (CODE, "2.1E+09", None, "代码不能是"),
        (CODE, "21 99", None, "代码不能是"),
        (SPONSOR, Decimal(11), None, "应为其中之一"),
        (NAME, date(2025, 1, 1), None, "应为文字"),
    ],
)
def test_what_could_be_misread_is_sent_back(
    column: ColumnSpec, value: Value, kind: Kind | None, says: str
) -> None:
    with pytest.raises(Problem) as problem:
        value_of(cell(value, kind), column, 2025)
    assert says in problem.value.text.zh
    assert problem.value.text.en


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("小学学生人数", "primary_pupils"),
        ("小学 学生\n人数", "primary_pupils"),
        ("小学学生人数（人）", "primary_pupils"),
        ("教学仪器设备资产值(账面原值)", "equipment_value"),
        ("教学仪器设备资产值（账面原值）（万元）", "equipment_value"),
        ("教学仪器设备资产值（账面原值）（元）", None),
        ("小学学生人数（所）", None),
        ("教学及辅助用房总面积（平方米）", "teaching_area"),
        ("教学及辅助用房总面积(㎡)", "teaching_area"),
        ("学生人数", None),
    ],
)
def test_a_header_is_an_official_name_or_is_not_read(header: str, column: str | None) -> None:
    assert Headers([]).column(FORM, FACT, header) == column


def test_suggestions_are_the_likest_names_and_none_for_nonsense() -> None:
    labels = [field.label for field in FORM.fields]
    assert suggestions("小学生人数", labels)[0] == "小学学生人数"
    assert suggestions("天气", labels) == []
    assert key_of("每班26－30人班级个数") == key_of("每班26-30人班级个数")
