"""The sentences of the report, in Chinese. Numbers and names come in through the {blanks}."""

from __future__ import annotations

from meihao.figures.result import State
from meihao.policy.kinds import Reference

_DIGITS = "零一二三四五六七八九"

TITLE = "{district}{standard}自评报告"
DRAFT = "初稿"
INVENTED = "虚构：本报告中的地区、学校和数字都是为演示而编造的"
INTERNAL = "内部材料，未经签发不得公开"
HOW = (
    "本稿的数都取自测算结果，改数请改填报表后重新生成；{blank}是尚不知道的数。"
    "“未决”指还缺数据或认定，不作判断。整改前请由责任科室核对并补充工作情况。"
)

# --- 一、基本情况
BASICS = "基本情况"
BASIS = "本次自评以{on}为测算日（{year}，统计时点{census}），依据{fact}填报数{rows}份。"
PENDING = "另有{pending}份文件未收或退回，其中的学校尚未计入。"
GROUP = "{group}：{totals}。"
OTHERS = "其他"
ALL_UNKNOWN = "基本情况各项尚无数据。"
SOME_UNKNOWN = "尚无数据的项目列在附“未决与缺数”中。"

# --- 二、自评结果
RESULT = "自评结果"
WHOLE = "依据{reference}，{district}{title}整体自评为{state}，属{caution}。"
WHOLE_OPEN = "尚缺数据或认定，结论未决，不得引作结论。"
WHOLE_LOCAL = "按地方更严的要求，整体自评为{state}。"
COUNTS = (
    "本次共得数和结论{cells}个：由填报数测算{computed}个，由人认定{declared}个，国家给出{national}个，"
    "未决{undecided}个。"
)
BOTH = "各部分的结果如下。不计放宽的结果作数，计入放宽的只并列。"
RESULT_HEAD = ("部分", "不计放宽", "计入放宽", "其中（不计放宽）")
LOCAL = "（地方要求：{state}）"
UNITS_COUNTED = "校段{all}个：{states}"
UNITS_SHOWN = "校段{all}个，不逐校判断"
DISPERSIONS_COUNTED = "差异系数{all}项：{states}"
COMPOSITES_COUNTED = "综合差异系数{all}项：{states}"
CLAUSES_COUNTED = "条款{all}条：{states}"
TESTS_COUNTED = "事项{all}项：{states}"
STATE_COUNT = "{state}{count}"

# --- units
RULE = "判断规则：每所学校{of}项指标中至少{at_least}项达到标准，其余各项不低于标准的{floor}%。"
LIMITS = "差异系数：{limits}；按在校生数加权，以未取整的数比较。"
LIMIT = "{stage}不超过{limit}"
STAGE = "{stage}计入范围的校段{all}个，{states}；计入放宽后达标{relaxed}个。"
STAGE_SHOWN = "{stage}计入范围的校段{all}个；本标准不逐校判断，只判断校际差异。"
NO_UNITS = "没有计入范围的校段，本部分未决。"
OUTSIDE = "不计入的{outside}个：{names}（{why}）。"
ITEMS = "各项指标达到标准的校段数如下（“计入”为分母）。"
ITEMS_HEAD = ("学段", "指标", "标准", "达到", "计入", "余项", "不足", "未决")
DISPERSIONS = "校际差异系数如下。"
DISPERSIONS_HEAD = ("学段", "指标", "平均值", "差异系数", "限值", "结果")
COMPOSITE = "{stage}综合差异系数{value}，限值{limit}，{state}。"
SHORT = "下列校段未达标，差额由标准倒算、向上取整。{internal}。"
SHORT_HEAD = ("学校（校段）", "指标", "现状 → 标准", "还差")
SHARED = "（全校，各学段分摊）"
NONE_SHORT = "没有一定不达标的校段。"
UNITS_OPEN = "未决的校段：{names}；所缺字段列在附“未决与缺数”中。"
WITHIN = {State.REACHED: "限内", State.FAILED: "超限", State.UNDECIDED: "未决"}
KNOWN = {State.REACHED: "计入综合", State.FAILED: "超限", State.UNDECIDED: "未决"}

# --- clauses
LEAD = "{no}{short}　{state}　"
NUMBER = "（{no}）"
VALUE = "{value}{unit}"
COUNTED = "（{over}/{under}{unit}）"
OF_TWO = "（{over}{over_unit}比{under}{under_unit}）"
JUDGED = "标准{limit}，{state}"
LIMITS_SAID = {"at_least": "不低于", "at_most": "不超过", "below": "低于", "more_than": "高于"}
NO_LIMIT = "限值未规定"
BESIDE = "另列，不作判定"
NOBODY = "没有需要判断的对象"
NOT_MET_AT = "未做到的{reporter}{count}个（名单见附表）"
EASED = "计入放宽（{title}）后{value}，{state}"
LOCAL_TEST = "地方要求{limit}（{policy}），{state}"
DECLARED = "{titles}：{said}"
SIGNED = "（{by}，{on}）"
NOT_DECLARED = "未认定"
CLAUSE_REFERENCE = "〔{clause}{verify}〕"
TO_VERIFY = "，待核"
MORE = "　{title}：{tests}"

# --- vetoes
VETOES = "{title}事项"
VETOES_TOLD = (
    "所列{all}项情形，任一存在即不予认定。认定为不存在{reached}项，存在{failed}项，未决{undecided}项。"
)
VETOES_HEAD = ("情形", "认定", "认定人", "认定日期")
EXISTS = {State.REACHED: "不存在", State.FAILED: "存在", State.UNDECIDED: "未认定，未决"}

# --- 问题与整改
MENDING = "问题与整改"
FAILURES = "一定不达标的事项如下；责任科室和期限未登记的写“待定”。{internal}。"
FAILURES_HEAD = ("问题", "对象", "现状 → 标准", "整改措施", "责任科室", "完成期限")
SEE_ABOVE = "见上文校段差额表"
UNIT_GAPS = "{short}：{count}个校段不足"
CLAUSE_GAP = "{short}：{what}"
NO_FAILURES = "没有一定不达标的事项。"
STILL_OPEN = "另有未决的数和结论{undecided}个，须补报或认定后才有结论，列在附“未决与缺数”中。"
SET = "待定"

# --- 附
APPENDIX = "附：口径与待核"
FORMULAS = "指标与公式"
FORMULAS_HEAD = ("编号", "指标", "公式", "依据")
SOURCES = "数据来源"
RETURNS = "填报表：{forms}。"
SNAPSHOT = "数据快照：{snapshot}；政策文件{count}个版本，均按测算日有效的版本。"
ROUNDING = "达标与否按未取整的数判断，打印时四舍五入；份额都附分母，人数与人次不相加。"
VERIFY = "待核的规则"
VERIFY_TOLD = "下列规则尚未与原文逐字核对，引用前请核：{titles}。"
VERIFY_NOTED = "其中有说明的："
VERIFY_HEAD = ("规则", "说明")
VERIFY_NONE = "没有待核的规则。"
OPEN = "未决与缺数"
OPEN_HEAD = ("事项", "缺什么")
OPEN_NONE = "没有未决的事项。"
NO_DATA = "未报"
FIELD = "「{title}」（{form}）"
BARE_FIELD = "「{title}」"
LIMIT_OPEN = "所据文件没有给出限值，未规定"
OF_DISPERSION = "平均值和差异系数"
DISPERSION_RULE = "差异系数的算法"
UNITS_MISSING = "{count}个校段缺数"
SHORTS = "附表：未做到的学校"
SHORTS_OF = "{short}　{title}{lacking}　"
LACKING = "（差额：{thing}）"
LACKS = "（{count}{unit}）"
NONE = "—"


def numeral(number: int) -> str:
    """A number up to ninety-nine as headings and items write it."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def referred(reference: Reference) -> str:
    """《办法》（教督〔2017〕6号）."""
    return f"《{reference.document}》" + (f"（{reference.number}）" if reference.number else "")
