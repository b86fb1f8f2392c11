"""Exports of the national systems, made for tests: a few rows, with columns about persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import RECONCILIATION
from meihao.documents.reconciling.reconciling import reconcile
from meihao.documents.reconciling.result import Line, Outcome, Reconciled
from meihao.policy.kinds import Mapping_
from meihao.policy.reader import Source, read
from meihao.policy.rulebook import Rulebook

DAY = date(2025, 10, 20)
SHIPPED = Rulebook.load()
A, B = "2199000001", "3199000001"  # a primary and a lower secondary school
PUPIL = (
    "姓名",
    "身份证件号",
    "学校标识码",
    "学校名称",
    "年级",
    "班级",
    "学生状态",
    "就读方式",
    "是否随迁子女",
)
TEACHER = ("姓名", "学校标识码", "学校名称", "任教学段", "教职工类别", "最高学历", "有无教师资格证")
STATISTICS = (
    "学校标识码",
    "学校名称",
    "办学类型",
    "小学在校生数",
    "初中在校生数",
    "小学班数",
    "初中班数",
    "专任教师总数",
)

Row = Sequence[object]


def pupil(n: int, code: object = A, grade: str = "一年级", **said: object) -> Row:
    """One pupil; what is not said is on roll, in class 1, walks home and is no migrant's child."""
    name = said.get("name", "甲小学" if code == A else "乙中学")
    rest = (said.get("class_name", "1班"), said.get("status", "在读"))
    return (
        *(f"虚构{n:05d}", f"虚构证件{n:05d}", code, name, grade, *rest),
        *(said.get("boarding", "走读"), said.get("migrant", "否")),
    )


def school(code: object = A, primary: object = 3, junior: object = None, **said: object) -> Row:
    """One row of the statistics."""
    kind = said.get("kind", "小学" if primary else "初中")
    name = said.get("name", "甲小学" if code == A else "乙中学")
    return (code, name, kind, primary, junior, said.get("primary_classes", 1), said.get("junior_classes"), 2)


def book(path: Path, heads: Sequence[str], rows: Sequence[Row], title: str | None = None) -> Path:
    """A workbook of one sheet, named like its file."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = path.stem
    if title is not None:
        sheet.append([title])
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def confirm(folder: Path, source: str, headers: Mapping[str, str], since: str = "2017-04-01") -> Path:
    """An overlay in which a person has confirmed headers."""
    entries = "".join(
        f'  "{header}": {{column: {column}, unit: null, confirmed_by: 某人, confirmed_on: 2025-10-01}}\n'
        for header, column in headers.items()
    )
    path = folder / "cn" / "headers" / f"{source}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"kind: mapping\nkey: cn/headers/{source}\ntitle: {{zh: 对照, en: headers}}\nsince: {since}\n"
        "reference:\n  - {document: 本区导出表, number: null, clause: 表头}\nconfidence: M\n"
        f"reviewed: {{by: null, on: null, next: null}}\nform: cn/exports/{source}-form\nheaders:\n{entries}",
        encoding="utf-8",
    )
    return folder


def known(source: str, heads: Sequence[str]) -> dict[str, str]:
    """The headers that the shipped draft knows, with their columns."""
    draft = SHIPPED.get(Mapping_, f"cn/exports/{source}-headers", DAY)
    return {h: str(draft.headers[h].column) for h in heads if h in draft.headers}


def all_confirmed(folder: Path) -> Path:
    """The overlay in which the headers used here are confirmed."""
    for source, heads in (("pupil", PUPIL), ("teacher", TEACHER), ("statistics", STATISTICS)):
        confirm(folder, source, known(source, heads))
    return folder


def rules(*overlays: Path) -> Rulebook:
    """The shipped policies with folders laid over them, without reading the shipped ones again."""
    by_key: dict[str, list[Source]] = {}
    for source in SHIPPED.sources():
        by_key.setdefault(source.policy.key, []).append(source)
    for folder in overlays:
        for path in sorted(folder.rglob("*.yaml")):
            versions = list(read(path, folder))
            by_key[versions[0].policy.key] = versions
    return Rulebook(source for versions in by_key.values() for source in versions)


def shipped_text() -> str:
    """The reconciliation as it is shipped, to be changed by a test."""
    return SHIPPED.source(RECONCILIATION, DAY).document.path.read_text(encoding="utf-8")


def local(folder: Path, text: str) -> Path:
    """A reconciliation of one's own, as an overlay."""
    path = folder / f"{RECONCILIATION}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def run(path: Path, out: Path, *overlays: Path, returns: Path | None = None) -> Reconciled:
    """The comparison of what lies at a path."""
    with PassingReader() as reader:
        result, _ = reconcile(path, rules(*overlays), DAY, reader, out, returns)
    return result


def two(folder: Path, pupils: Sequence[Row], schools: Sequence[Row]) -> Reconciled:
    """A pupil register and statistics, compared under confirmed headers."""
    book(folder / "in" / "学籍.xlsx", PUPIL, pupils)
    book(folder / "in" / "统计.xlsx", STATISTICS, schools)
    return run(folder / "in", folder / "out", all_confirmed(folder / "maps"))


def line(result: Reconciled, measure: str, code: str = A) -> Line:
    """The line of one school and measure."""
    (found,) = [each for each in result.lines if (each.measure, each.school.code) == (measure, code)]
    return found


def numbers(found: Line) -> dict[str, int | None]:
    """What each side says."""
    return {s: None if a.number is None else int(a.number) for s, a in found.amounts.items()}


def told(result: Reconciled, kind: str) -> list[str]:
    """The remarks of one kind, in Chinese."""
    return [finding.text.zh for finding in result.findings if finding.kind == kind]


def unequal(result: Reconciled) -> set[tuple[str, str, str]]:
    """School, measure and outcome of what is not equal."""
    return {
        (each.school.code, each.measure, each.outcome.value)
        for each in result.lines
        if each.outcome is not Outcome.EQUAL
    }
