"""The evidence dossier of the invented district: small text files and the register of them. All is 虚构.

What is wrong is wrong on purpose:

| slot | what |
| --- | --- |
| C10-2 岗位设置方案, D07-3 综合实践活动记录, F04-1 有编不补 | missing: an office, but no file |
| D08-2 课后服务方案 | expired: its period ended on 31 August |
| C01-2 and C02-1 | the same file in two slots |
| 会议签到表（虚构）.txt | superfluous: in no slot |

The files of C01 lie beside the folders and are found by the register, those of C02 in folders of their own,
all others by the number their name begins with. Returns are not kept here a second time.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from meihao.demo.schools import Row
from meihao.documents.dossier import Place, Slot, places, write_dossier_folders
from meihao.figures.plan import Plan

MISSING = ("C10-2", "D07-3", "F04-1")
EXPIRED = "D08-2"
SAME = ("C01-2", "C02-1")
SUPERFLUOUS = "会议签到表（虚构）.txt"
_LOOSE, _FOLDED = "C01", "C02"
_OFFICES = {"government": "财务与规划科（虚构）", "quality": "基础教育科（虚构）"}
_OFFICE = "督导室（虚构）"


def evidence_rows(plan: Plan, on: date) -> list[Row]:
    """The register the invented bureau keeps: one row a document that is no return."""
    return [_row(place, slot, on) for place, slot in _documents(plan)]


def write_evidence(folder: Path, plan: Plan) -> None:
    """Makes the dossier's folders and puts the invented documents into them."""
    write_dossier_folders(plan, folder)
    (folder / SUPERFLUOUS).write_text("虚构：与任何指标都无关的文件。\n", encoding="utf-8")
    for place, slot in _documents(plan):
        if slot.number not in MISSING:
            _home(folder, place, slot).write_text(_content(slot), encoding="utf-8")


def _documents(plan: Plan) -> list[tuple[Place, Slot]]:
    return [(place, slot) for place in places(plan) for slot in place.slots if slot.kind != "return"]


def _row(place: Place, slot: Slot, on: date) -> Row:
    row: Row = {"code": slot.code, "matter": place.title, "wanted": slot.wanted}
    row["owner"] = _OFFICES.get(place.block, _OFFICE)
    if slot.number in MISSING:
        return row
    ended = on.year if slot.number == EXPIRED else on.year + 1
    return row | {
        "period_from": date(ended - 1, 9, 1).isoformat(),
        "period_to": date(ended, 8, 31).isoformat(),
        "document": _title(slot),
        "number": f"澄教虚〔{ended - 1}〕{slot.number}（虚构）",
        "file": _name(place, slot) if place.number == _LOOSE else None,
    }


def _title(slot: Slot) -> str:
    return "核查记录" if slot.kind == "record" else slot.wanted


def _name(place: Place, slot: Slot) -> str:
    """How a file is called; those the register or a folder tells apart carry no number."""
    named = f"{_title(slot)}（虚构）.txt"
    return named if place.number in (_LOOSE, _FOLDED) else f"{slot.number}_{named}"


def _home(folder: Path, place: Place, slot: Slot) -> Path:
    """Where a file is put; the folders are there already."""
    if place.number == _LOOSE:
        return folder / _name(place, slot)
    (own,) = folder.glob(f"{place.number}_*")
    if place.number == _FOLDED:
        (own,) = own.glob(f"{slot.number}_*")
    return own / _name(place, slot)


def _content(slot: Slot) -> str:
    title = "一份同用的文件" if slot.number in SAME else f"{slot.number} {_title(slot)}"
    return f"虚构：{title}，只作演示，内容从略。\n"
