"""`meihao evaluate`, `meihao trace` and `meihao demo`."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from meihao.base.text import Lang, Refused, Text
from meihao.cli.say import console, counting, lang_option
from meihao.cli.scenario import show_scenario
from meihao.cli.show import show_report, show_trace
from meihao.demo import DEMO_ON, EVIDENCE, write_demo
from meihao.documents.as_json import as_json
from meihao.documents.evaluating import evaluate_path, reopened, write_report
from meihao.documents.record import record_of, write_record
from meihao.documents.report import Report
from meihao.documents.workbook import Reader
from meihao.figures.engines import Engine, FastEngine, PlainEngine
from meihao.figures.result import State
from meihao.figures.trace import trace as traced
from meihao.policy.rulebook import Rulebook

STANDARD = "cn/compulsory-balance"
READING = Text("读取填报表", "reading returns")
EXIT = {State.REACHED: 0, State.FAILED: 3, State.UNDECIDED: 4}
NOTHING_TAKEN = 5
ENGINES: dict[str, type[PlainEngine | FastEngine]] = {"fast": FastEngine, "plain": PlainEngine}


def day(value: datetime) -> date:
    """The day of a date option."""
    return value.date()


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--standard", default=STANDARD, show_default=True, help="标准 / the standard to evaluate")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="测算日期 / the day")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="输出文件夹 / where to write")
@click.option("--json", "as_json_", is_flag=True, help="结果以 JSON 输出 / the result as JSON on stdout")
@click.option("--place", default=None, help="区划代码，默认取区县填报表 / jurisdiction")
@click.option(
    "--policies", "overlays", multiple=True, type=click.Path(path_type=Path), help="叠加的政策文件夹"
)
@click.option("--engine", type=click.Choice(list(ENGINES)), default="fast", show_default=True)
@click.option(
    "--evidence", type=click.Path(path_type=Path), default=None, help="佐证材料文件夹 / the dossier"
)
@click.option("--pdf", is_flag=True, help="可打印的另存 PDF（需要 LibreOffice）/ PDF of each printable file")
@click.option("--block", default=None, help="返回码只看这一块 / the exit code of one block of the standard")
@click.option("--exit-zero", is_flag=True, help="测算完成即返回 0 / exit 0 once evaluated")
@lang_option
def evaluate(
    path: Path,
    standard: str,
    on: datetime,
    out: Path | None,
    as_json_: bool,
    place: str | None,
    overlays: tuple[Path, ...],
    engine: str,
    evidence: Path | None,
    pdf: bool,
    block: str | None,
    exit_zero: bool,
    lang: Lang,
) -> int:
    """由填报表测算 · Evaluate the returns at PATH (a workbook or a folder)."""
    rulebook = Rulebook.load(*overlays)
    more = Wanted(out, evidence, pdf)
    report = _evaluate(path, standard, day(on), rulebook, ENGINES[engine](), place, more, lang, as_json_)
    if as_json_:
        click.echo(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    return 0 if exit_zero else exit_code(report, block)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written: where, with which evidence, and whether as PDF too."""

    out: Path | None
    evidence: Path | None = None
    pdf: bool = False


def _evaluate(
    path: Path,
    standard: str,
    on: date,
    rulebook: Rulebook,
    engine: Engine,
    place: str | None,
    wanted: Wanted,
    lang: Lang,
    quiet: bool,
) -> Report:
    out = wanted.out
    with Reader() as reader, counting(READING, lang) as progress:
        report = evaluate_path(path, standard, on, rulebook, engine, reader, place, out, progress)
        written: list[Path] = []
        if out:
            written = write_report(report, out, rulebook, reader, lang, wanted.evidence, wanted.pdf)
            write_record(record_of(report.intake, datetime.now(UTC)), out)
    if not quiet:
        show_report(console(), report, written, out, lang)
    return report


def exit_code(report: Report, block: str | None = None) -> int:
    """The exit code of an evaluation, or of one block of it: see `meihao --help`."""
    if not report.intake.count("taken"):
        return NOTHING_TAKEN
    blocks = report.evaluation.plan.standard.blocks
    if block is not None and block not in blocks:
        names = "、".join(blocks)
        raise Refused(f"没有「{block}」这一块，有：{names}。", f"no block “{block}”; there are: {names}.")
    return EXIT[report.evaluation.block(block).state if block else report.evaluation.whole]


@click.command()
@click.argument("figure")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--standard", default=STANDARD, show_default=True)
@click.option("--policies", "overlays", multiple=True, type=click.Path(path_type=Path))
@lang_option
def trace(figure: str, out: Path, standard: str, overlays: tuple[Path, ...], lang: Lang) -> None:
    """溯源 · From a figure (r4/CODE/primary) or a printed cell (表2-2!J7) to its sources."""
    rulebook = Rulebook.load(*overlays)
    address = _address(figure, out)
    show_trace(console(), traced(reopened(out, rulebook, standard, PlainEngine()), address), lang)


def _address(figure: str, out: Path) -> str:
    """A printed cell's figure, or the address as it was given."""
    if not re.fullmatch(r".+!\$?[A-Z]{1,3}\$?[0-9]+", figure):
        return figure
    cells: dict[str, str] = json.loads((out / "cells.json").read_text(encoding="utf-8"))
    address = cells.get(figure.replace("$", ""))
    if address is None:
        raise Refused(
            f"「{figure}」不是测算写出的单元格；写法如 表2-2!J5。",
            f"“{figure}” is no cell we wrote; try 表2-2!J5.",
        )
    return address


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--scenario", is_flag=True, help="情景：按公开数字配平（虚构）/ balanced to published figures")
@lang_option
def demo(data: Path, out: Path, scenario: bool, lang: Lang) -> None:
    """虚构区县从填报到测算 · The invented district, from its workbooks to the result."""
    if scenario:
        show_scenario(data, out, lang)
        return
    rulebook = Rulebook.load()
    with counting(Text("写出虚构区县的填报表", "writing the invented district's returns"), lang) as progress:
        returns = write_demo(data, rulebook, progress=lambda done, total: progress(done, total, ""))
    # PDF where the machine can set it: a demonstration asks for nothing to be installed
    more = Wanted(out, data / EVIDENCE, shutil.which("soffice") is not None)
    _evaluate(returns, STANDARD, DEMO_ON, rulebook, FastEngine(), None, more, lang, quiet=False)
