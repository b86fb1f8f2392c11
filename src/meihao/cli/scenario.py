"""`meihao demo --scenario`: two years of invented returns, and the figures that our engines make of them."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from meihao.base.exact import half_up
from meihao.base.text import Lang, Text
from meihao.cli.say import console, counting
from meihao.demo.kindergartens import PRESCHOOL
from meihao.demo.names import BANNER
from meihao.demo.scenario import LABEL, ON, PROFILE, YEAR_BEFORE, targets, write_scenario
from meihao.documents.evaluating import evaluate_path, write_result
from meihao.documents.report import Report
from meihao.documents.workbook import Reader
from meihao.figures.clauses import Answer
from meihao.figures.comparing import risen
from meihao.figures.engines import FastEngine
from meihao.figures.result import Evaluation
from meihao.figures.trace_clauses import limit_words
from meihao.policy.rulebook import Rulebook

_SHOWN = ((PROFILE, "profile"), (PRESCHOOL, "coverage"))  # standard and block
_BEFORE = "上年"
_READING = Text("读取情景的填报表", "reading the scenario's returns")


def show_scenario(data: Path, out: Path, lang: Lang) -> None:
    """Writes the scenario's two years into `data`, evaluates them into `out`, and lists every figure."""
    rulebook = Rulebook.load(targets())
    places = write_scenario(data, rulebook)
    this_year = [_evaluated(places.now, key, out / _name(key), rulebook, lang) for key, _ in _SHOWN]
    before = _evaluated(
        places.before, PRESCHOOL, out / _BEFORE / _name(PRESCHOOL), rulebook, lang, year=False
    )
    screen = console()
    label = f"{LABEL.said(lang)}　{BANNER.said(lang)}"
    screen.print(f"[yellow]{escape(label)}[/]", highlight=False, soft_wrap=True)
    for report, (key, block) in zip(this_year, _SHOWN, strict=True):
        _list(screen, report, block, before.evaluation if key == PRESCHOOL else None, lang)
    _how_to_trace(screen, out, places.targets, lang)


def _name(standard: str) -> str:
    return standard.rsplit("/", 1)[-1]


def _evaluated(
    path: Path, standard: str, out: Path, rulebook: Rulebook, lang: Lang, year: bool = True
) -> Report:
    """One standard on the returns at a path, on this year's day or on last year's."""
    on, engine = ON if year else YEAR_BEFORE, FastEngine()
    with Reader() as reader, counting(_READING, lang) as progress:
        report = evaluate_path(path, standard, on, rulebook, engine, reader, progress=progress)
    write_result(report, out)
    return report


def _list(screen: Console, report: Report, block: str, before: Evaluation | None, lang: Lang) -> None:
    screen.print(f"\n[bold]{escape(report.evaluation.plan.standard.title.said(lang))}[/]", highlight=False)
    for result in report.evaluation.block(block).clauses:
        for answer in result.answers:
            line = _line(answer, lang) + _change(answer, block, before, lang)
            screen.print(f"  {escape(line)}", highlight=False, soft_wrap=True)


def _line(answer: Answer, lang: Lang) -> str:
    """The figure, its counts, and what a place set itself beside it."""
    test, over, under = answer.test, answer.numerator, answer.denominator
    unit = test.unit.said(lang) if test.unit else ""
    counts = f" ({over.printed} ÷ {under.printed})" if over and under else ""
    value = answer.printed or Text("未决", "undecided").said(lang)
    asked = "".join(
        f"　{Text('目标', 'target').said(lang)} {limit_words(limit).said(lang)} {state.words.said(lang)}"
        for _, limit, state in answer.local
    )
    title = test.title.zh if lang == "zh" else f"{answer.clause.short.en}: {test.title.en}"
    return f"{title}　{value} {unit}{counts}{asked}　[{answer.clause.id}]"


def _change(answer: Answer, block: str, before: Evaluation | None, lang: Lang) -> str:
    """The rise of a share on the year before, in percentage points."""
    was = before.block(block).clause(answer.clause.id) if before else None
    change = risen(was.answer(answer.test.id) if was else None, answer)
    if change is None:
        return ""
    points = f"{half_up(change, answer.test.places):+f}"
    return Text(f"　比上年 {points} 个百分点", f"; {points} percentage points on the year before").said(lang)


def _how_to_trace(screen: Console, out: Path, overlay: Path, lang: Lang) -> None:
    folder, policies = (shlex.quote(str(path)) for path in (out / _name(PRESCHOOL), overlay))
    screen.print(f"\n[bold]{Text('溯源（可复制）', 'Trace (copy)').said(lang)}[/]", highlight=False)
    command = f"meihao trace p3 --standard {PRESCHOOL} --policies {policies} --out {folder}"
    screen.print(f"  {escape(command)}", highlight=False, soft_wrap=True)
