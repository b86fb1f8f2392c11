"""04_佐证材料目录.xlsx: the index by slot, the sums by block, and what else is to be said of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

from meihao.documents.dossier.names import shown
from meihao.documents.dossier.reading import Dossier, Filed, SlotState
from meihao.documents.tables.page import BODY, HEAD, LEFT, NOTE, TITLE, Look, Page, Shown
from meihao.documents.xlsx import save_deterministic
from meihao.figures.plan import Plan

INDEX = "04_佐证材料目录.xlsx"
_COLUMNS = {
    "编号": 7.0,
    "指标": 22.0,
    "需要的材料": 34.0,
    "责任科室": 20.0,
    "覆盖期间": 23.0,
    "文件": 46.0,
    "SHA-256 前12位": 14.0,
    "状态": 6.0,
}
_SUMS = ("部分", "材料", *(state.words.zh for state in SlotState))
_SUM_WIDTHS = (26.0, 12.0, 12.0, 12.0, 12.0)
_REST = {"事项": 18.0, "文件": 60.0, "说明": 60.0}
_SHORT_HASH = 12
_BOLD = Look(bold=True)
_UNSET, _OPEN = "待定", "未填"
_HOW = (
    "状态：齐＝有文件或填报表已收；缺＝没有；过期＝登记的覆盖期间在当日之前已经结束。"
    "文件只取校验值，不打开；材料是否真实、够用，由责任科室负责。"
)
_NO_SECRETS = "本系统是非涉密系统，涉密材料不得放入。"


def write_index(dossier: Dossier, plan: Plan, target: Path, district: str, invented: bool) -> None:
    """Writes the index; the same dossier gives the same bytes. `invented` marks every page 虚构."""
    book = Workbook()
    book.remove(book.worksheets[0])
    pages = [
        _index(book, target.name, dossier, _lines(dossier, plan, district)),
        _sums(book, target.name, dossier, plan),
        _rest(book, target.name, dossier),
    ]
    for page in pages:
        page.finish(plan.standard.title.zh, invented, f"{dossier.on}　{_NO_SECRETS}")
    book.properties.creator, book.properties.title = "美好教育", "佐证材料目录"
    save_deterministic(book, target)


def _lines(dossier: Dossier, plan: Plan, district: str) -> tuple[str, str]:
    counts = "，".join(f"{state.words.zh} {dossier.count(state)}" for state in SlotState)
    title = f"佐证材料目录　{district}　{plan.standard.short.zh}"
    return title, f"{dossier.on} 核对：{len(dossier.filed)} 份材料，{counts}。{_HOW}"


def _page(book: Workbook, name: str, sheet: str, widths: Sequence[float], heading: int) -> Page:
    return Page(book.create_sheet(sheet), name, widths, heading)


def _head(page: Page, row: int, captions: Iterable[str]) -> None:
    for column, caption in enumerate(captions, 1):
        page.put(row, column, caption, HEAD)


# --- by slot


def _index(book: Workbook, name: str, dossier: Dossier, lines: tuple[str, str]) -> Page:
    page = _page(book, name, "目录", list(_COLUMNS.values()), heading=3)
    page.across(1, lines[0], TITLE)
    page.across(2, lines[1], NOTE)
    _head(page, 3, _COLUMNS)
    row = 4
    for one in dossier.filed:
        for place, (file, digest) in enumerate(_files(one) or [("", "")]):
            for column, (text, look) in enumerate(_cells(one, file, digest, first=not place), 1):
                page.put(row, column, text, look)
            row += 1
    return page


def _files(one: Filed) -> list[tuple[str, str]]:
    """Each file with its checksum; many workbooks of one return are one line."""
    files = [(shown(kept.path), kept.sha256[:_SHORT_HASH]) for kept in one.files]
    if len(one.taken) == 1:
        files += [(shown(name), digest[:_SHORT_HASH]) for name, digest in one.taken]
    elif one.taken:
        files.append((f"填报表 {len(one.taken)} 份，已收", "见各份"))
    return files


def _cells(one: Filed, file: str, digest: str, first: bool) -> Iterator[tuple[Shown, Look]]:
    """One line; a slot's second file repeats nothing but itself."""
    state = one.state
    yield (one.slot.number if first else "", BODY)
    yield (one.place.title if first else "", LEFT)
    yield (_wanted(one) if first else "", LEFT)
    yield ((shown(one.entry.owner) if one.entry.owner else _UNSET) if first else "", BODY)
    yield (_period(one) if first else "", BODY)
    yield (file, LEFT)
    yield (digest, BODY)
    yield (state.words.zh if first else "", BODY if state is SlotState.PRESENT else _BOLD)


def _wanted(one: Filed) -> str:
    """What is wanted, and what the register calls it where that says more."""
    said = [shown(text) for text in (one.entry.document, one.entry.number) if text]
    return "　".join([one.slot.wanted, *(text for text in said if text != one.slot.wanted)])


def _period(one: Filed) -> str:
    first, last = one.entry.first, one.entry.last
    if first is None and last is None:
        return _OPEN if one.slot.kind != "return" else ""
    return f"{first or '…'} 至 {last or '…'}"


# --- by block


def _sums(book: Workbook, name: str, dossier: Dossier, plan: Plan) -> Page:
    page = _page(book, name, "汇总", _SUM_WIDTHS, heading=2)
    page.across(1, "各部分材料", TITLE)
    _head(page, 2, _SUMS)
    rows: list[tuple[str, str | None]] = [(b.title.zh, key) for key, b in plan.standard.blocks.items()]
    for row, (title, block) in enumerate([*rows, ("合计", None)], 3):
        counts = [dossier.count(state, block) for state in SlotState]
        page.put(row, 1, title, LEFT)
        for column, count in enumerate([sum(counts), *counts], 2):
            page.put(row, column, Decimal(count))
    return page


# --- the rest


class _Line(NamedTuple):
    what: str
    file: str
    why: str


def _rest(book: Workbook, name: str, dossier: Dossier) -> Page:
    page = _page(book, name, "其他", list(_REST.values()), heading=2)
    page.across(1, "多余的、重复的、没有读取的文件", TITLE)
    _head(page, 2, _REST)
    lines = list(_said(dossier)) or [_Line("无", "", "")]
    for row, line in enumerate(lines, 3):
        page.put(row, 1, line.what)
        page.put(row, 2, line.file, LEFT)
        page.put(row, 3, line.why, LEFT)
    return page


def _said(dossier: Dossier) -> Iterator[_Line]:
    for kept, why in dossier.superfluous:
        yield _Line("多余的文件", shown(kept.path), f"{why.zh}　{kept.sha256[:_SHORT_HASH]}")
    for kept, numbers in dossier.twice:
        yield _Line("同一文件", shown(kept.path), f"用于 {'、'.join(numbers)}　{kept.sha256[:_SHORT_HASH]}")
    for text in dossier.refused:
        yield _Line("没有读取", "", text.zh)
    for text in dossier.told:
        yield _Line("登记有误", "", text.zh)
