"""Which office of the invented bureau mends what, and by when. Everything is 虚构; nobody is named.

Left open on purpose: 班额 has an office and no day yet, 培训 has neither, of 国家质量监测 nothing is said.
"""

from __future__ import annotations

from datetime import date

from meihao.demo.schools import Row
from meihao.documents.gaps import assignment_code
from meihao.figures.plan import Plan

# code: office, what it will do, the day by which (in the year after the evaluation)
_ASSIGNED: dict[str, tuple[str | None, str | None, tuple[int, int] | None]] = {
    "r1": ("教师工作科（虚构）", "县管校聘调剂高于规定学历教师", (1, 31)),
    "r2": ("教师工作科（虚构）", "骨干教师交流轮岗", (1, 31)),
    "r3": ("教师工作科（虚构）", "招聘体育、艺术教师，乡村学校走教", (2, 28)),
    "r4": ("资产与基建科（虚构）", "腾退改造教学用房", (8, 31)),
    "r5": ("资产与基建科（虚构）", "扩建运动场地，共享周边场馆", (8, 31)),
    "r7": ("教育装备中心（虚构）", "添置网络多媒体教室", (3, 31)),
    "g3": ("教育装备中心（虚构）", "改造音乐、美术专用教室", (8, 31)),
    "g5": ("基础教育科（虚构）", "秋季招生起分班", None),
    "g9": (None, None, None),
    "q7": ("基础教育科（虚构）", "组织综合实践活动专项检查并认定", (1, 15)),
}


def assignments(plan: Plan, on: date) -> list[Row]:
    """One row for each clause or indicator that the bureau has put on its list, in the standard's order."""
    titles = {item.id: item.indicator.short.zh for item in plan.items}
    titles |= {clause.id: clause.short.zh for clause in plan.clauses}
    return [
        {
            "code": assignment_code(plan, code),
            "matter": titles[code],
            "owner": owner,
            "measure": measure,
            "deadline": date(on.year + 1, *day).isoformat() if day else None,
        }
        for code, (owner, measure, day) in _ASSIGNED.items()
        if code in titles
    ]
