"""`meihao verify`: whether a table of ours is still what we wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from meihao.base.text import Lang, Refused, Text
from meihao.cli.evaluating import STANDARD
from meihao.cli.say import console, lang_option
from meihao.documents.sealing import CODE
from meihao.documents.verifying import (
    Against,
    Difference,
    Original,
    SealState,
    Verdict,
    original,
    sheets_coded,
    told,
    verified,
    visible,
)
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from meihao.policy.rulebook import Rulebook

CHANGED = 3
_DEFAULT = Path("out")
_MOST_SHOWN = 100
_PLACE = re.compile(r"[A-Z]*[0-9]*(:[A-Z]*[0-9]*)?")


@click.command()
@click.argument("table", metavar="TABLE|CODE", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="测算结果的文件夹，默认 out（若有） / the evaluation; out, where there is one",
)
@click.option("--standard", default=STANDARD, show_default=True)
@click.option("--policies", "overlays", multiple=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json_", is_flag=True, help="以 JSON 输出 / as JSON on stdout")
@lang_option
def verify(
    table: Path, out: Path | None, standard: str, overlays: tuple[Path, ...], as_json_: bool, lang: Lang
) -> int:
    """核验 · Whether TABLE (申报表….xlsx) is still what was written, cell by cell; or which sheet has CODE.

    Exit code 0: nothing changed. 3: something changed, or no sheet has the code.
    """
    folder = out or (_DEFAULT if (_DEFAULT / "snapshot").is_dir() else None)
    tables = original(folder, Rulebook.load(*overlays), standard, FastEngine()) if folder else None
    if CODE.fullmatch(table.name.upper()) and not table.exists():
        return _by_code(table.name.upper(), tables, as_json_, lang)
    with Reader() as reader:
        verdict = verified(table, reader, tables)
    if as_json_:
        click.echo(json.dumps(_as_json(table, verdict, tables), ensure_ascii=False, indent=2))
    else:
        _show(console(), verdict, folder, tables, lang)
    return 0 if verdict.unchanged else CHANGED


def _by_code(code: str, tables: Original | None, as_json_: bool, lang: Lang) -> int:
    if tables is None:
        raise Refused(
            "只凭核验码要与测算结果比对，请用 --out 指明它的文件夹。",
            "a check code is looked up in an evaluation: name its folder with --out.",
        )
    sheets, about = sheets_coded(code, tables), _evaluated(tables)
    if as_json_:
        click.echo(json.dumps({"code": code, "sheets": sheets}, ensure_ascii=False, indent=2))
        return 0 if sheets else CHANGED
    names = "、".join(sheets)
    found = Text(f"核验码 {code} 是{names}的（{about.zh}）。", f"{code} is the code of {names} ({about.en}).")
    none = Text(
        f"没有一张表的核验码是 {code}：纸上的表不是这次测算写出的（{about.zh}）。",
        f"no sheet has the code {code}: the printed table is not of this evaluation ({about.en}).",
    )
    click.echo((found if sheets else none).said(lang))
    return 0 if sheets else CHANGED


def _evaluated(tables: Original) -> Text:
    return Text(
        f"测算日期 {tables.on}，数据快照 {tables.snapshot}",
        f"evaluated for {tables.on}, snapshot {tables.snapshot}",
    )


def _as_json(table: Path, verdict: Verdict, tables: Original | None) -> dict[str, Any]:
    return {
        "table": table.name,
        "unchanged": verdict.unchanged,
        "against": verdict.against,
        "evaluation": _of(tables) if tables and verdict.against is Against.EVALUATION else None,
        "seal": verdict.seal,
        "cells": verdict.cells,
        "codes": dict(verdict.codes),
        "differences": [_listed(difference) for difference in verdict.differences],
    }


def _of(tables: Original) -> dict[str, str]:
    return {"on": str(tables.on), "snapshot": tables.snapshot}


def _listed(difference: Difference) -> dict[str, Any]:
    return {
        "what": difference.what,
        "sheet": difference.sheet,
        "ref": difference.ref,
        "origin": difference.origin or None,
        "was": asdict(difference.was) if difference.was else None,
        "now": asdict(difference.present) if difference.present else None,
        "figure": difference.address,
        "words": told(difference)._asdict(),
    }


def _show(
    screen: Console, verdict: Verdict, folder: Path | None, tables: Original | None, lang: Lang
) -> None:
    def line(text: Text, style: str = "") -> None:
        screen.print(escape(text.said(lang)), style=style or None, highlight=False, soft_wrap=True)

    line(_headline(verdict, folder, tables), "bold green" if verdict.unchanged else "bold red")
    for difference in verdict.differences[:_MOST_SHOWN]:
        line(_placed(difference))
    more = len(verdict.differences) - _MOST_SHOWN
    if more > 0:
        line(Text(f"  另有 {more} 处，全部见 --json", f"  and {more} more: all of them with --json"), "dim")
    for name, code in zip(map(visible, verdict.codes), verdict.codes.values(), strict=True):
        line(Text(f"  {name}　核验码 {code}", f"  {name}: check code {code}"), "dim")
    for note in _notes(verdict):
        line(note)


def _headline(verdict: Verdict, folder: Path | None, tables: Original | None) -> Text:
    number, cells = len(verdict.differences), verdict.cells
    if tables is None or verdict.against is Against.SEAL:
        beside = Text("文件里的封印", "the seal in the file")
    else:
        about = _evaluated(tables)
        beside = Text(f" {folder} 的测算（{about.zh}）", f"the evaluation in {folder} ({about.en})")
    if verdict.unchanged:
        return Text(
            f"■ 没有改动：{cells} 格与{beside.zh}相同", f"■ unchanged: {cells} cells are as in {beside.en}"
        )
    plural = "s" * (number > 1)
    return Text(f"▲ 有 {number} 处与{beside.zh}不同", f"▲ {number} place{plural} not as in {beside.en}")


def _placed(difference: Difference) -> Text:
    sheet = visible(difference.sheet)
    where = f"{sheet}!{difference.ref}" if _is_place(difference) else sheet
    words = told(difference)
    figure = difference.address or ""
    return Text(f"  {where}　{words.zh}　{figure}".rstrip(), f"  {where}  {words.en}  {figure}".rstrip())


def _is_place(difference: Difference) -> bool:
    """Whether a cell, a line or a range is meant, not a whole sheet or its margin."""
    return bool(difference.ref) and _PLACE.fullmatch(difference.ref) is not None


def _notes(verdict: Verdict) -> Iterator[Text]:
    if verdict.against is Against.SEAL:
        yield Text(
            "只凭封印，只能看出无意的改动：有意改的人可以重新封印。要可靠地核验，请用 --out 与测算结果比对。",
            "The seal alone tells slips only: who changes a table on purpose can seal it anew. "
            "For proof, compare with the evaluation: --out.",
        )
    elif verdict.seal is SealState.INTACT and not verdict.unchanged:
        yield Text(
            "文件的封印完好：写出以后没有（无意的）改动，多半是另一次测算、另一个版本写出的表。",
            "The file's own seal is whole: it was hardly changed since it was written, "
            "but is probably of another evaluation or version.",
        )
