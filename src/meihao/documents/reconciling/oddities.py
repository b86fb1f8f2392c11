"""What is odd about the workbooks themselves: files not taken, cells not understood, spaces."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.base.text import Text
from meihao.documents.reconciling.plan import Plan, listed
from meihao.documents.reconciling.result import Finding
from meihao.documents.reconciling.taking import ExportFile, Exports
from meihao.documents.reconciling.tallying import Tally, Unread

_TOLD = 5  # ways of writing that are told of one column; all are counted


def of_files(exports: Exports) -> Iterator[Finding]:
    """Files and sheets that were not counted."""
    for file in exports.files:
        if file.refusal is not None:
            yield Finding("file", None, file.refusal)
        for sheet in file.unrecognised:
            where = f"{file.name} › {sheet}"
            zh = f"{where}：没有认出是哪个系统的导出（前 15 行里没有三个以上认得的表头），没有读"
            en = f"{where}: no known export (no three known headers in its first 15 rows), not read"
            yield Finding("file", None, Text(zh, en))
    for name in exports.skipped:
        yield Finding("file", None, Text(f"{name} 不是工作簿，没有读", f"{name} is no workbook, not read"))


def of_sheets(plan: Plan, exports: Exports) -> Iterator[Finding]:
    """What is odd in the sheets that were counted."""
    for file in exports.files:
        for tally in file.tallies:
            yield from _confirmed_all_the_same(plan, file, tally)
            yield from _unconfirmed(plan, file, tally)
            for column, unread in sorted(tally.unread.items()):
                yield _not_understood(plan, file, tally, column, unread)
            for column, cells in sorted(tally.spaced.items()):
                if cells and column in _identifying(plan, tally):
                    yield _spaced(plan, file, tally, column, cells)


def _identifying(plan: Plan, tally: Tally) -> tuple[str, str]:
    fact = plan.facts[tally.heading.source]
    return fact.identity, fact.name_column


def _confirmed_all_the_same(plan: Plan, file: ExportFile, tally: Tally) -> Iterator[Finding]:
    """Columns about persons that somebody confirmed: they are not read even so."""
    source = tally.heading.source
    form, fact = plan.forms[source], plan.facts[source]
    for header in tally.heading.of("personal"):
        if plan.headers.column(form, fact, header.text) is not None:
            where, word = f"{file.name} › {tally.sheet}", plan.personal(header.text)
            zh = f"{where}：「{header.text}」含「{word}」，是个人信息列，确认了也不读"
            en = f"{where}: “{header.text}” is about persons ({word}) and is not read even if confirmed"
            yield Finding("personal", source, Text(zh, en))


def _unconfirmed(plan: Plan, file: ExportFile, tally: Tally) -> Iterator[Finding]:
    """Headers that are likely needed and that nobody has confirmed; a sheet that is not read at all."""
    source, where = tally.heading.source, f"{file.name} › {tally.sheet}"
    needed = plan.needed(source)
    headers = [header.text for header in tally.heading.of("unconfirmed") if header.column in needed]
    if headers:
        zh, en = listed(headers)
        told = Text(f"{where}：表头未经确认，没有读：{zh}", f"{where}: headers not confirmed, not read: {en}")
        yield Finding("column", source, told)
    if not tally.columns:
        zh = f"{where}：没有确认学校代码或学校名称一列，整张表没有读"
        en = f"{where}: no confirmed column of school codes or names: the whole sheet was not read"
        yield Finding("column", source, Text(zh, en))


def _not_understood(plan: Plan, file: ExportFile, tally: Tally, column: str, unread: Unread) -> Finding:
    source = tally.heading.source
    title = plan.facts[source].columns[column].title
    where = f"{file.name} › {tally.sheet}"
    if unread.various:
        zh = f"{where}：「{title.zh}」有 {unread.cells} 格读不懂，写法太多，像是对错了列，内容不列出"
        en = f"{where}: {unread.cells} cells under “{title.en}” are too various to list: the wrong column?"
        return Finding("unread", source, Text(zh, en))
    most = [f"{text}（{cells}）" for text, cells in unread.texts.most_common(_TOLD)]
    zh_list, en_list = listed(most)
    zh = f"{where}：「{title.zh}」有 {unread.cells} 格读不懂：{zh_list}；请改表，或在政策的 also 里补上写法"
    en = f"{where}: {unread.cells} cells under “{title.en}” not understood: {en_list}; mend, or add to `also`"
    return Finding("unread", source, Text(zh, en))


def _spaced(plan: Plan, file: ExportFile, tally: Tally, column: str, cells: int) -> Finding:
    title = plan.facts[tally.heading.source].columns[column].title
    where = f"{file.name} › {tally.sheet}"
    zh = f"{where}：「{title.zh}」有 {cells} 格带空格或全角字符，已按去掉以后的写法对"
    en = f"{where}: {cells} cells under “{title.en}” have spaces or full-width letters; matched without them"
    return Finding("spaces", tally.heading.source, Text(zh, en))
