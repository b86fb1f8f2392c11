"""What does not hold together in the files of a OneRoster package, each fault at its file, row and column.

A package is taken as kindly as it can be read: columns in any order, columns of its own, optional columns
left out, and columns that the standard requires and nothing here reads. What would be read wrongly goes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meihao.documents.oneroster.tables import (
    CLASSES,
    DELTA,
    DEMOGRAPHICS,
    DISTRICT,
    ENROLLMENTS,
    HOMEROOM,
    ORGS,
    READ,
    ROLES,
    SCHOOL,
    SESSIONS,
    STUDENT,
    USERS,
    Package,
    Record,
    Table,
    day,
)
from meihao.documents.workbook import Mark, Sheet

_REFERENCES: Mapping[tuple[str, str], str] = {
    (ORGS, "parentSourcedId"): ORGS,
    (SESSIONS, "parentSourcedId"): SESSIONS,
    (CLASSES, "schoolSourcedId"): ORGS,
    (CLASSES, "termSourcedIds"): SESSIONS,
    (USERS, "primaryOrgSourcedId"): ORGS,
    (ROLES, "userSourcedId"): USERS,
    (ROLES, "orgSourcedId"): ORGS,
    (ENROLLMENTS, "classSourcedId"): CLASSES,
    (ENROLLMENTS, "schoolSourcedId"): ORGS,
    (ENROLLMENTS, "userSourcedId"): USERS,
    (DEMOGRAPHICS, "sourcedId"): USERS,
}
_DAYS = {
    SESSIONS: ("startDate", "endDate"),
    ROLES: ("beginDate", "endDate"),
    ENROLLMENTS: ("beginDate", "endDate"),
    DEMOGRAPHICS: ("birthDate",),
}
_WORDS = {
    (ORGS, "type"): ("department", SCHOOL, DISTRICT, "local", "state", "national"),
    (CLASSES, "classType"): (HOMEROOM, "scheduled"),
    (ROLES, "role"): (STUDENT, "teacher", "principal"),
    (ENROLLMENTS, "role"): (STUDENT, "teacher"),
}
"""Words that decide how a row is read; others, and those that begin with `ext:`, are nothing of ours."""
_FILLED = {ENROLLMENTS: ("classSourcedId", "schoolSourcedId", "userSourcedId"), ROLES: ("userSourcedId",)}


def faults(found: Package, sheets: Mapping[str, Sheet]) -> Iterator[Mark]:
    """What is wrong with the files that are read, file by file."""
    for table in found.tables.values():
        yield from _shape(table, sheets[table.name])
        if not table.columns:
            continue  # an empty file: nothing more can be said of it
        yield from _columns(table)
        yield from _identities(table)
        yield from _standing(table)
        yield from _words(table)
        yield from _dangling(found, table)
        yield from _days(table)


def _shape(table: Table, sheet: Sheet) -> Iterator[Mark]:
    """An empty file, headings that stand twice or are not parted by commas, rows longer than the headings."""
    rows = dict(sheet.rows())
    heading = {place: str(cell.value).strip() for place, cell in rows.pop(1, {}).items()}
    if not heading:
        yield table.head(
            "",
            "是空的。OneRoster 不允许没有数据的文件，请重新导出，或在 manifest.csv 里写 absent",
            "is empty, which OneRoster does not allow: export it again, or say absent in manifest.csv",
        )
    elif len(heading) == 1 and any(mark in next(iter(heading.values())) for mark in ";\t，"):
        yield table.head("", "各列之间要用英文逗号隔开", "its columns have to be parted by commas")
    seen: set[str] = set()
    for name in heading.values():
        if name in seen:
            yield table.head(name, "有两列同名，请删去或改名", "two columns have this name: mend one")
        seen.add(name)
    last = max(heading, default=0)
    for number, cells in rows.items():
        if heading and max(cells) > last:
            one = Record(table.name, number, {})
            zh = f"这一行有 {max(cells)} 列，表头只有 {last} 列；含逗号的文字要放在英文双引号里"
            en = f"the row has {max(cells)} columns and the headings {last}: a text with a comma is quoted"
            yield table.mark(one, heading.get(last, ""), zh, en)


def _columns(table: Table) -> Iterator[Mark]:
    """Columns that the standard requires and nothing can be read without."""
    spelt = {name.lower(): name for name in table.columns}
    for column in READ[table.name]:
        if column in table.columns:
            continue
        other = spelt.get(column.lower(), "")
        hint = f"（有「{other}」：列名分大小写）" if other else ""
        said = f" (there is “{other}”: capitals count)" if other else ""
        yield table.head(
            column,
            f"没有这一列{hint}。OneRoster 要求它，请补上",
            f"OneRoster requires this column, and it is missing{said}: add it",
        )


def _identities(table: Table) -> Iterator[Mark]:
    """Lines without a `sourcedId`, or with that of an earlier one."""
    seen: dict[str, int] = {}
    for one in table.records if "sourcedId" in table.columns else ():
        identity = one.said("sourcedId")
        if not identity:
            yield table.mark(one, "sourcedId", "没有填，OneRoster 要求它", "is empty, and required")
        elif seen.setdefault(identity, one.row) != one.row:
            zh = f"与第 {seen[identity]} 行相同，请删去一行"
            yield table.mark(one, "sourcedId", zh, f"is that of row {seen[identity]}: delete one")


def _standing(table: Table) -> Iterator[Mark]:
    """What is to be deleted, which no list does; a line of a delta that does not say what becomes of it.

    A delta whose lines are all `active` adds and changes as a bulk file does here, where what a list leaves
    out is left alone.
    """
    for one in table.records:
        said = one.said("status")
        if table.mode == DELTA and said == "tobedeleted":
            yield table.mark(
                one,
                "status",
                "是要删除的行（tobedeleted）。名单不结束学籍、不撤销机构，请在台账里登记，再删去这一行",
                "is to be deleted, which no list does: record it in the registry, then delete the row",
            )
        elif table.mode == DELTA and said != "active":
            zh = f"增量（delta）的每一行要写 active 或 tobedeleted，现为「{said}」"
            yield table.mark(one, "status", zh, f"active or tobedeleted in a delta, “{said}” found")
        elif said not in ("", "active"):
            zh = f"全量（bulk）文件里不应有「{said}」的行，请删去"
            yield table.mark(one, "status", zh, f"no row of a bulk file is “{said}”: delete it")


def _words(table: Table) -> Iterator[Mark]:
    """Words that decide how a row is read, left out or written with other capitals."""
    for (file, column), words in _WORDS.items():
        if file != table.name or column not in table.columns:
            continue
        for one in table.records:
            said = one.said(column)
            if not said:
                zh = f"没有填，OneRoster 要求它，例如 {words[0]}"
                yield table.mark(one, column, zh, f"is empty, and required: {words[0]}, for one")
            elif said not in words and (meant := said.lower()) in words:
                zh = f"应写作 {meant}（分大小写），现为「{said}」"
                yield table.mark(one, column, zh, f"{meant} is wanted (capitals count), “{said}” found")


def _dangling(found: Package, table: Table) -> Iterator[Mark]:
    """References to what no file has."""
    for (file, column), target in _REFERENCES.items():
        if file != table.name or column not in table.columns or not found.has(target):
            continue
        known = found.table(target).by_id
        for one in table.records:
            said = [part.strip() for part in one.said(column).split(",") if part.strip()]
            if not said and column in _FILLED.get(file, ()):
                yield table.mark(one, column, "没有填，OneRoster 要求它", "is empty, and required")
            for part in said:
                if part not in known:
                    zh = f"{target} 里没有「{part}」。请补上那一行，或改正这里"
                    en = f"{target} has no “{part}”: add it there, or correct it here"
                    more = "；增量里引用的行也要在压缩包里" if table.mode == DELTA else ""
                    yield table.mark(one, column, zh + more, en)


def _days(table: Table) -> Iterator[Mark]:
    for column in _DAYS.get(table.name, ()):
        for one in table.records:
            if (said := one.said(column)) and day(said) is None:
                zh = f"应为日期，如 2025-09-01，现为「{said}」"
                yield table.mark(one, column, zh, f"a date such as 2025-09-01 is wanted, “{said}” found")
