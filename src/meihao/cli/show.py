"""A report and a trace on a terminal."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from meihao.base.exact import sqrt_half_up
from meihao.base.text import Lang, Text
from meihao.documents.readiness.gaps import Gap, gaps, spares
from meihao.documents.report import Report
from meihao.documents.sentences import against, finding
from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, CellState, DispersionResult, State
from meihao.figures.steps import Step

_MARKS = {
    CellState.REACHED: "[green]■[/]",
    CellState.SPARE: "[yellow]◆[/]",
    CellState.BELOW: "[red]▲[/]",
    CellState.SHOWN: "[dim]·[/]",
    CellState.UNDECIDED: "[dim]◌[/]",
}
_CLAUSE_MARKS = {
    ClauseState.REACHED: "[green]■[/]",
    ClauseState.BASIC: "[yellow]◆[/]",
    ClauseState.FAILED: "[bold red]▲[/]",
    ClauseState.UNDECIDED: "[dim]◌[/]",
    ClauseState.NOT_SET: "[dim]◌[/]",
}
_SHORT_TOLD = 4  # schools named on the terminal
_STATE_MARKS = {
    State.REACHED: "[green]■[/]",
    State.FAILED: "[bold red]▲[/]",
    State.UNDECIDED: "[dim]◌[/]",
}


class _Printer:
    def __init__(self, screen: Console, report: Report, lang: Lang) -> None:
        self.screen, self.report, self.lang = screen, report, lang
        self.plan = report.evaluation.plan

    def line(self, zh: str, en: str, style: str = "") -> None:
        text = zh if self.lang == "zh" else en
        self.screen.print(text, style=style or None, highlight=False, soft_wrap=True)

    def said(self, text: Text) -> str:
        return escape(text.said(self.lang))


def show_report(screen: Console, report: Report, written: list[Path], out: Path | None, lang: Lang) -> None:
    """Read, result, gaps in their units, one trace to copy, the files."""
    printer = _Printer(screen, report, lang)
    _head(printer)
    _intake(printer)
    _whole(printer)
    for name in printer.plan.standard.blocks:
        _result(printer, name)
        if printer.report.evaluation.block(name).units:
            _summary(printer, printer.report.evaluation.block(name))
            _gaps(printer, name)
        _clauses(printer, name)
    _tail(printer, written, out)


def _whole(p: _Printer) -> None:
    evaluation, number = p.report.evaluation, p.report.evaluation.counts
    mark = _STATE_MARKS[evaluation.whole]
    p.screen.print(f"\n{mark} [bold]{p.said(evaluation.told)}[/]", highlight=False, soft_wrap=True)
    p.line(
        f"  已算 {number['computed']} 格　已认定 {number['declared']} 项　国家给出 {number['national']} 项"
        f"　未决 {number['undecided']} 格",
        f"  computed {number['computed']} · declared {number['declared']} · given by the state"
        f" {number['national']} · undecided {number['undecided']}",
        "dim",
    )
    if evaluation.local is not None:
        words = evaluation.local.words
        p.line(f"  按地方要求：{words.zh}", f"  by what the place asks: {words.en}", "dim")


def _head(p: _Printer) -> None:
    standard = p.plan.standard
    if p.report.invented:
        p.line(
            "虚构　演示数据：区划代码未分配，学校、人员、数字均为虚构。",
            "Invented: demonstration data under an unassigned code; nothing in it is real.",
            "yellow",
        )
    p.screen.rule(
        f"[bold]{p.said(p.report.district)} · {p.said(standard.title)}[/]", align="left", style="dim"
    )
    year = p.report.school_year
    p.line(
        f"{standard.caution.zh}　{p.plan.on}　{year.title.zh}（统计时点 {year.census}）",
        f"{standard.caution.en} · {p.plan.on} · {year.title.en} (census {year.census})",
        "dim",
    )


def _intake(p: _Printer) -> None:
    intake = p.report.intake
    p.line(
        f"\n已读 {intake.count('taken')} 份　必须改正 {intake.count('sent_back')} 份"
        f"　请改正或说明 {intake.explanations} 处　未收 {intake.count('refused')} 份",
        f"\nread {intake.count('taken')} · must mend {intake.count('sent_back')} files"
        f" · please explain {intake.explanations} cells · refused {intake.count('refused')} files",
        "bold",
    )
    for receipt in intake.receipts:
        if receipt.refusal:
            p.screen.print(f"  [red]✕[/] {p.said(receipt.refusal)}", highlight=False, soft_wrap=True)
        for mark in receipt.must[:3]:
            where = escape(f"{receipt.name} {mark.sheet}!{mark.ref}")
            p.screen.print(f"  [red]▲[/] {where} {p.said(mark.text)}", highlight=False, soft_wrap=True)
        if len(receipt.must) > 3:
            more = len(receipt.must) - 3
            p.line(
                f"    另有 {more} 处，见退回的工作簿",
                f"    and {more} more, in the workbook sent back",
                "dim",
            )
    _not_understood(p)


def _not_understood(p: _Printer) -> None:
    for header in p.report.intake.unknown:
        likely = " / ".join(header.likely) or "—"
        name = escape(header.header)
        p.line(
            f"  [dim]◌[/] 没有读「{name}」一列（{escape(header.file)}）；相近：{escape(likely)}",
            f"  [dim]◌[/] column “{name}” was not read ({escape(header.file)}); likely: {escape(likely)}",
        )
    if p.report.intake.unreported:
        codes = "、".join(p.report.intake.unreported)
        p.line(
            f"  [dim]◌[/] 未报或退回的学校：{codes}", f"  [dim]◌[/] schools without a usable return: {codes}"
        )
    if p.report.intake.pending:
        names = "、".join(map(escape, p.report.intake.pending))
        p.line(
            f"  [dim]◌[/] 没有名录，下列未收或退回的文件里有哪些学校无从得知，结果不会是达标：{names}",
            f"  [dim]◌[/] no register says which schools these files hold; nothing can be reached: {names}",
        )


def _result(p: _Printer, name: str) -> None:
    evaluation = p.report.evaluation
    block, relaxed = evaluation.block(name), evaluation.block(name, Basis.RELAXED)
    title = p.plan.standard.blocks[name].title
    mark = _STATE_MARKS[block.state]
    colon = "：" if p.lang == "zh" else ": "
    line = f"\n{mark} [bold]{p.said(title)}{colon}{p.said(block.state.words)}[/]　{_reasons(p, block)}"
    p.screen.print(line, highlight=False, soft_wrap=True)
    if not _relaxes(p, name):
        return
    p.line(
        f"  计入放宽条件：{relaxed.state.words.zh}　{'；'.join(r.zh for r in relaxed.reasons)}",
        f"  with relaxation: {relaxed.state.words.en}. {'; '.join(r.en for r in relaxed.reasons)}",
        "dim",
    )


def _relaxes(p: _Printer, name: str) -> bool:
    tests = [test for clause in p.plan.clauses_of(name) for test in clause.tests]
    items = p.plan.of_block(name)
    return any(item.indicator.relaxed for item in items) or any(test.relaxed for test in tests)


def _reasons(p: _Printer, block: BlockResult) -> str:
    return ("；" if p.lang == "zh" else "; ").join(p.said(reason) for reason in block.reasons)


def _summary(p: _Printer, block: BlockResult) -> None:
    """Per stage: schools, reached, and the seven dispersions against their limit."""
    if not block.units:
        return
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    heads = ("学段", "校段", "达标") if p.lang == "zh" else ("stage", "units", "reached")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left")
    for item in block.units[0].counting if block.units else ():
        table.add_column(f"CV {item}", justify="right")
    for stage in p.plan.stages:
        results = block.of_stage(stage)
        if not results:
            continue
        reached = sum(result.state is State.REACHED for result in results)
        found = [block.dispersion(item, stage) for item in results[0].counting]
        cells = [_cv(d) for d in found if d is not None]
        judged = p.plan.standard.blocks[block.block].unit_rule is not None
        table.add_row(p.said(stage.words), str(len(results)), str(reached) if judged else "—", *cells)
    p.screen.print(table)


def _cv(found: DispersionResult) -> str:
    mark = _STATE_MARKS[found.state] if found.limit is not None else "·"
    squared = found.squared
    return f"{mark} {'…' if squared is None else f'{sqrt_half_up(squared, 3):f}'}"


def _gaps(p: _Printer, name: str) -> None:
    block, rule = p.report.evaluation.block(name), p.plan.standard.blocks[name]
    short, spare = gaps(block, rule, p.plan, p.lang), spares(block, p.lang)
    if short:
        p.line(
            "\n缺什么　谁来补（责任科室、期限：待定）", "\nWhat is short (office and date: to be set)", "bold"
        )
    for gap in short:
        _gap(p, gap)
    if spare:
        p.line("余项：可过，仍宜补", "Passed with an item at 85 %: still worth mending", "bold")
    for gap in spare:
        _gap(p, gap)


def _gap(p: _Printer, gap: Gap) -> None:
    """One line: what and how much, whose, how it is made up."""
    amount = f"{gap.amount} {gap.unit}".strip()
    parts = "  ".join(f"{name} {share}" for name, share in gap.parts)
    told = "　".join(escape(text) for text in (gap.who, *gap.notes, parts) if text)
    line = f"  {_MARKS[gap.state]} [bold]{escape(amount)}[/] {escape(gap.thing)}　{told}"
    p.screen.print(line, highlight=False, soft_wrap=True)


def _clauses(p: _Printer, name: str) -> None:
    """The clauses that are not reached: what was found, and the schools that fall short."""
    evaluation = p.report.evaluation
    for result in evaluation.block(name).clauses:
        if result.state is ClauseState.REACHED and result.local in (None, ClauseState.REACHED):
            continue
        mark = _CLAUSE_MARKS[result.state]
        if p.lang == "zh":
            words = f"{result.clause.short.zh}　{against(evaluation, result)}　{finding(result, evaluation)}"
        else:
            words = f"{result.clause.short.en}: {result.state.words.en}"
            values = [f"{a.test.title.en} {a.printed or '…'}" for a in result.answers if a.numerator]
            words += f" ({'; '.join(values)})" if values else ""
        p.screen.print(f"  {mark} {escape(words)}", highlight=False, soft_wrap=True)
        for answer in result.answers:
            _short(p, answer)


def _short(p: _Printer, answer: Answer) -> None:
    """The schools of a test, a few of them; the tables and the JSON name all."""
    lack, told = answer.test.lack, list[str]()
    for short in answer.short[:_SHORT_TOLD]:
        amount = f" {short.lacks} {lack.unit.said(p.lang)}" if lack and short.lacks else ""
        told.append(f"{short.name}{amount}")
    more = len(answer.short) - len(told)
    if not lack or not told:
        return
    rest = Text(f"，另有 {more} 所", f", and {more} more").said(p.lang) if more > 0 else ""
    words = f"      {lack.thing.said(p.lang)}：{'、'.join(told)}{rest}"
    p.screen.print(escape(words), style="dim", highlight=False, soft_wrap=True)


def _tail(p: _Printer, written: list[Path], out: Path | None) -> None:
    if out is None:
        return
    block = p.report.evaluation.block(p.plan.unit_block or next(iter(p.plan.standard.blocks)))
    if block.units:
        _trace_command(p, block, out)
    p.line("文件", "Files", "bold")
    for path in written:
        p.screen.print(f"  {escape(str(path))}", highlight=False, soft_wrap=True)


def _trace_command(p: _Printer, block: BlockResult, out: Path) -> None:
    shown = next((u for u in block.units if u.state is State.FAILED), block.units[0])
    cell = next((c for c in shown.cells.values() if c.shortfall), next(iter(shown.cells.values())))
    address = f"{cell.figure.item.id}/{shown.unit.key.campus}/{shown.unit.stage}"
    p.line("\n溯源（可复制）", "\nTrace (copy)", "bold")
    command = f"{_program()} trace {shlex.quote(address)} --out {shlex.quote(str(out))}"
    p.screen.print(f"  {escape(command)}", highlight=False, soft_wrap=True)


def _program() -> str:
    """How this program is called from here: by name where the shell finds it, or by the path in use."""
    return "meihao" if shutil.which("meihao") else shlex.quote(sys.argv[0])


def show_trace(screen: Console, step: Step, lang: Lang) -> None:
    """A trace as a tree; lines are as long as they need to be, so that no cell is cut off."""
    _branch(screen, step, lang, "", "")


def _branch(screen: Console, step: Step, lang: Lang, own: str, below: str) -> None:
    screen.print(f"{own}{_words(step, lang)}", highlight=False, soft_wrap=True)
    for child in step.children:
        last = child is step.children[-1]
        _branch(
            screen, child, lang, below + ("└── " if last else "├── "), below + ("    " if last else "│   ")
        )


def _words(step: Step, lang: Lang) -> str:
    colon = "：" if lang == "zh" else ": "
    text = f"{escape(step.label.said(lang))}{colon}[bold]{escape(step.value.said(lang))}[/]"
    if step.origin:
        text += f"　[cyan]{escape(f'{step.origin.file} › {step.origin.sheet}!{step.origin.cell}')}[/]"
    return text
