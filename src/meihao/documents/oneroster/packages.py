"""A OneRoster 1.2 package of CSV files (1EdTech, rostering): its manifest, its tables, what is wrong.

Columns and words are those of the CSV binding of OneRoster 1.2. A package is read whole or goes back whole:
a file that the manifest announces and the package lacks, a `sourcedId` that nothing bears, a day that is
none, each is a mark at its file, row and column. What its columns mean here is no matter of this module: a
`mapping` policy says it (`lists`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meihao.base.text import Refused
from meihao.documents.oneroster.checks import faults
from meihao.documents.oneroster.tables import (
    ABSENT,
    BULK,
    DELTA,
    MANIFEST,
    READ,
    VERSION,
    Package,
    Record,
    Table,
)
from meihao.documents.workbook import Mark, Sheet, Workbook

_MODES = (BULK, DELTA)


def package(workbook: Workbook) -> Package:
    """What was read of a package. Raises `Refused` for what is none, or is of another version."""
    name = workbook.path.name
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    if MANIFEST not in sheets:
        files = "、".join(sorted(sheets)[:8])
        raise Refused(
            f"「{name}」里没有 manifest.csv，OneRoster 1.1 起都要有它（里面只有 {files}）。"
            "请从原系统重新导出 OneRoster 1.2 的压缩包。",
            f"“{name}” has no manifest.csv, which OneRoster demands since 1.1 (it holds {files}). "
            "Export it again as OneRoster 1.2.",
        )
    manifest = _table(sheets[MANIFEST], BULK)
    _check_version(name, manifest)
    modes = {f"{one.said('propertyName')[5:]}.csv": one.said("value") for one in _files(manifest)}
    tables = {
        file: _table(sheets[file], modes[file])
        for file in READ
        if modes.get(file) in _MODES and file in sheets
    }
    found = Package(name, tables, (), manifest)
    marks = [*_announced(manifest, sheets), *_unannounced(found, modes, sheets), *faults(found, sheets)]
    return Package(name, tables, tuple(marks), manifest)


def _table(sheet: Sheet, mode: str) -> Table:
    rows = dict(sheet.rows())
    heading = {place: str(cell.value).strip() for place, cell in rows.pop(1, {}).items()}
    records = tuple(
        Record(
            sheet.name,
            number,
            {heading[place]: str(cell.value).strip() for place, cell in cells.items() if place in heading},
        )
        for number, cells in rows.items()
    )
    return Table(sheet.name, {column: place for place, column in heading.items()}, records, mode)


def _check_version(name: str, manifest: Table) -> None:
    if missing := [column for column in ("propertyName", "value") if column not in manifest.columns]:
        raise Refused(
            f"「{name}」的 manifest.csv 第 1 行应为 propertyName,value，缺 {'、'.join(missing)}。"
            "请重新导出。",
            f"row 1 of manifest.csv in “{name}” has to be propertyName,value. Export it again.",
        )
    told = {one.said("propertyName"): one for one in manifest.records}
    line = told.get("oneroster.version")
    if line is None or line.said("value") != VERSION:
        found = line.said("value") if line is not None else ""
        where = f"（manifest.csv 第 {line.row} 行）" if line is not None else "（manifest.csv 没有这一行）"
        raise Refused(
            f"「{name}」写明的版本是 OneRoster {found or '—'}，这里读 {VERSION}{where}。"
            f"请在原系统选 {VERSION} 重新导出。",
            f"“{name}” is of OneRoster {found or '—'}: {VERSION} is read here. Export it as {VERSION}.",
        )


def _files(manifest: Table) -> Iterator[Record]:
    """The lines of the manifest that speak of a file."""
    for one in manifest.records:
        if one.said("propertyName").startswith("file."):
            yield one


def _announced(manifest: Table, sheets: Mapping[str, Sheet]) -> Iterator[Mark]:
    """Files that the manifest announces and the package lacks, and words that say neither."""
    spelt = {name.lower(): name for name in sheets}
    for one in _files(manifest):
        file, value = f"{one.said('propertyName')[5:]}.csv", one.said("value")
        if value in _MODES and file not in sheets:
            other = spelt.get(file.lower(), "")
            hint = f"（有「{other}」：文件名分大小写）" if other else ""
            yield manifest.mark(
                one,
                "value",
                f"写着有 {file}，压缩包里没有{hint}。请把它放进去，或改为 absent",
                f"{file} is announced and not in the package: put it there, or say absent",
            )
        elif value not in (*_MODES, ABSENT):
            zh = f"应为 absent、bulk 或 delta，现为「{value}」"
            yield manifest.mark(one, "value", zh, f"“{value}”: absent, bulk or delta")


def _unannounced(found: Package, modes: Mapping[str, str], sheets: Mapping[str, Sheet]) -> Iterator[Mark]:
    """Files that would be read here and that the manifest does not announce."""
    for file in READ:
        if file in sheets and modes.get(file, ABSENT) == ABSENT:
            said = "没有写它" if file not in modes else "写的是 absent"
            yield found.announced(
                file,
                f"压缩包里有 {file}，manifest.csv {said}。请改为 bulk（全量）或 delta（增量），或拿掉它",
                f"{file} is in the package and not announced: say bulk or delta, or take it out",
            )
