"""What the page of components shows: invented rows, a form with faults, a chart."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.http import HttpRequest

from meihao.base.text import Text
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook
from meihao.ui.charts import Chart, Limit, Line
from meihao.ui.forms import PolicyForm
from meihao.ui.language import words
from meihao.ui.tables import Asked, Bulk, Cell, Column, Empty, Filter, Row, State, Table, asked
from meihao.web.guard import Request

COLOURS = (
    ("ink", Text("墨 ink", "ink"), "#1A2026", "16.4"),
    ("ink-2", Text("墨二 ink-2", "ink-2"), "#4A535C", "7.8"),
    ("ink-3", Text("墨三 ink-3", "ink-3"), "#66707A", "5.0"),
    ("accent", Text("黛青 accent", "accent"), "#0F5C63", "7.7"),
    ("accent-dark", Text("深黛 accent-dark", "accent-dark"), "#0A4449", "10.9"),
    ("rule", Text("线 rule", "rule"), "#E4E7E8", "1.2"),
    ("rule-2", Text("重线 rule-2", "rule-2"), "#C8CED2", "1.6"),
    ("control", Text("输入框线 control", "control"), "#8A949B", "3.1"),
    ("ground", Text("地 ground", "ground"), "#F7F7F4", "1.1"),
    ("accent-wash", Text("黛底 accent-wash", "accent-wash"), "#E9F2F2", "1.1"),
)
RATINGS = (
    (
        "red",
        Text("不合格", "failing"),
        Text("未达", "failed"),
        Text("未达、必须改正、不一致", "failed, must be mended, differs"),
    ),
    (
        "yellow",
        Text("限期整改", "to mend in time"),
        Text("余项", "open"),
        Text("余项、请改正或说明、待核", "open, mend or explain, unchecked"),
    ),
    ("blue", Text("基本规范", "in order"), Text("在期", "in time"), Text("在期、按期推进", "in time")),
    (
        "green",
        Text("达标", "reached"),
        Text("已达", "reached"),
        Text("达标、一致；密表中改空心", "reached, agrees; hollow in dense tables"),
    ),
    (
        "grey",
        Text("未报", "not reported"),
        Text("未决", "undecided"),
        Text("未报、未决、无数据、待上传", "not reported, undecided, no data"),
    ),
)
_COLUMNS = (
    Column("code", Text("代码", "Code"), "code", sortable=True),
    Column("name", Text("学校", "School")),
    Column("pupils", Text("在校生", "Pupils"), "number", Text("人", "heads"), sortable=True),
    Column("classes", Text("班数", "Classes"), "number", Text("个", "classes")),
    Column("largest", Text("最大班额", "Largest class"), "number", Text("人", "heads")),
    Column("change", Text("较去年", "On last year"), "number", Text("人", "heads")),
    Column("state", Text("状态", "State"), "state"),
)
_TOWNS = {"h": Text("禾渚镇", "Hezhu town"), "s": Text("石笕乡", "Shijian township")}
_FILTERS = (
    Filter("town", Text("乡镇", "Town"), tuple(_TOWNS.items())),
    Filter(
        "reported",
        Text("填报", "Report"),
        (("yes", Text("已报", "reported")), ("no", Text("未报", "missing"))),
        single=True,
    ),
)
_REACHED, _OVER, _MISSING = (
    Text("达标", "reached"),
    Text("超 2 人", "2 too many"),
    Text("未报", "not reported"),
)
_Found = tuple[str, str, Text, str, str, str, str, State, Text]
_ROWS: tuple[_Found, ...] = (
    (
        "0112",
        "h",
        Text("禾渚镇中心小学", "Hezhu Central Primary"),
        "1486",
        "12",
        "44",
        "-12",
        "green",
        _REACHED,
    ),
    ("0113", "h", Text("禾渚镇南垄小学", "Nanlong Primary"), "173", "6", "34", "-8", "green", _REACHED),
    ("0114", "s", Text("石笕乡中心小学", "Shijian Central Primary"), "268", "6", "47", "3", "red", _OVER),
    ("0115", "s", Text("石笕乡云根小学", "Yungen Primary"), "118", "6", "※", "-5", "green", _REACHED),
    ("0116", "s", Text("石笕乡阴坡教学点", "Yinpo Teaching Point"), "62", "…", "…", "—", "grey", _MISSING),
)


class SpecimenForm(forms.Form):
    """A form that is wrong in two places."""

    number = forms.CharField(
        label=words("身份证号", "Identity number"),
        min_length=18,
        error_messages={
            "min_length": words(
                "「身份证号」只有 %(show_value)d 位，应为 18 位",
                "“Identity number” has %(show_value)d digits; it takes 18",
            ),
        },
    )
    term = forms.ChoiceField(
        label=words("学期", "Term"),
        choices=[("", words("（请选择）", "(choose)")), ("1", "2025-09")],
        error_messages={"required": words("请选择「学期」", "Choose the “Term”")},
    )
    note = forms.CharField(
        label=words("说明", "Remark"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=words("较去年变化大的，说明原因。", "Say why, where it differs much from last year."),
    )


class UploadForm(forms.Form):
    """A file to hand in."""

    file = forms.FileField(
        label=words("填报表", "Return"),
        help_text=words(
            "须为 .xlsx，且小于 20 MB；带密级标志的文件不收。",
            ".xlsx below 20 MB; nothing that bears a classification.",
        ),
    )


def shown(request: Request) -> dict[str, Any]:
    """The context of the page."""
    return {
        "colours": COLOURS,
        "ratings": RATINGS,
        "table": listing(request),
        "faulty": SpecimenForm({"number": "99010619900101123", "term": ""}),
        "upload": UploadForm(),
        "policy": policy_form(),
        "chart": coverage(),
        "empties": EMPTIES,
    }


def listing(request: HttpRequest) -> Table:
    """Five schools, to be searched, narrowed, sorted and chosen."""
    wanted = asked(request.GET, _FILTERS, _COLUMNS)
    found = [row for row in _ROWS if _meets(row, wanted)]
    if wanted.sort:
        found.sort(
            key=lambda row: row[0] if wanted.sort_key == "code" else row[3].zfill(9), reverse=wanted.falling
        )
    return Table(
        caption=Text("小学在校生与班额，统计时点 2025-09-01", "Pupils and class sizes on 2025-09-01"),
        columns=_COLUMNS,
        rows=tuple(_row(row) for row in found),
        total=len(found),
        filters=wanted.filters,
        search=wanted.search,
        sort=wanted.sort,
        searchable=True,
        order=Text("按代码排列", "by code"),
        empty=EMPTIES[1],
        bulk=Bulk(
            "",
            (("return", Text("退回", "Return")), ("remind", Text("催报", "Remind"))),
            Text("预览后执行", "Shown before it is done"),
        ),
        nouns=Text("所", "schools"),
    )


def _meets(row: _Found, wanted: Asked) -> bool:
    towns, reported = wanted.chosen("town"), wanted.chosen("reported")
    here = not towns or row[1] in towns
    told = not reported or (row[7] != "grey") == (reported == ("yes",))
    return here and told and (wanted.search in row[2].zh or wanted.search.lower() in row[2].en.lower())


def _row(row: _Found) -> Row:
    code, _, name, pupils, classes, largest, change, state, word = row
    name_ = Cell(str(words(name.zh, name.en)))
    figures = (Cell(pupils, href="#table"), Cell(classes), Cell(largest), Cell(change))
    return Row(
        (Cell(code), name_, *figures, Cell(state=state, word=word)),
        key=code,
        actions=((Text("打开", "Open"), "#table"),),
    )


EMPTIES = (
    Empty(
        "none",
        Text("还没有填报任务", "No campaign yet"),
        Text("从模板新建，或沿用去年的任务。", "Begin one from a template, or take last year's."),
        (Text("新建填报任务", "Begin a campaign"), "#empty"),
    ),
    Empty(
        "filtered",
        Text("没有同时符合这些条件的学校", "No school meets all of this"),
        Text("去掉一个条件，或清空。", "Take one condition away, or all."),
    ),
    Empty(
        "denied",
        Text("石笕乡阴坡教学点尚未上报", "Yinpo Teaching Point has not reported"),
        Text("截止 2025-11-28，由该校填报员上报。", "Due on 2025-11-28 from the school's clerk."),
        (Text("催报", "Remind"), "#empty"),
    ),
)


def coverage() -> Chart:
    """Six years of one share."""
    values = ("84.10", "88.36", "91.02", "93.55", "96.20", "97.41", "98.79")
    return Chart(
        "coverage",
        Text("六年升 14.69 个百分点，近两年放缓", "Up 14.69 points in six years, slower in the last two"),
        Text(
            "普惠性幼儿园覆盖率，各年 9 月 1 日；轴从 80% 起",
            "Share in inclusive kindergartens, on 1 September; the axis begins at 80%",
        ),
        tuple(str(year) for year in range(2019, 2026)),
        (Line(Text("覆盖率", "coverage"), tuple(Decimal(value) for value in values)),),
        (
            Limit(Decimal(95), Text("目标 ≥ 95%", "target ≥ 95%")),
            Limit(Decimal(80), Text("国家 ≥ 80%", "nation ≥ 80%")),
        ),
        "%",
        Decimal(80),
        Decimal(100),
    )


@lru_cache(maxsize=1)
def _policies() -> tuple[Form, Fact]:
    rulebook = Rulebook.load()
    (form,), (fact,) = rulebook.versions("cn/registry/unit-form"), rulebook.versions("cn/registry/unit")
    assert isinstance(form.policy, Form)
    assert isinstance(fact.policy, Fact)
    return form.policy, fact.policy


def policy_form() -> PolicyForm:
    """The form by which an institution is entered, as its policy draws it."""
    form = PolicyForm(*_policies(), initial={"school_code": "3199010601"})
    form.auto_id = "policy_%s"
    return form
