"""`meihao diff` and `meihao what-if`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from meihao.base.exact import decimal_text
from meihao.base.text import Lang, Refused, Text
from meihao.cli.evaluating import STANDARD
from meihao.cli.say import console, lang_option
from meihao.documents.evaluating import opened, reopened
from meihao.documents.record import Record, read_record
from meihao.figures.comparing import Change, Comparison, Turn, compared, names_of
from meihao.figures.engines import PlainEngine
from meihao.figures.result import Evaluation
from meihao.policy.rulebook import Rulebook
from meihao.remedies.what_if import WhatIf, what_if

_STANDARD = click.option("--standard", default=STANDARD, show_default=True)
_POLICIES = click.option("--policies", "overlays", multiple=True, type=click.Path(path_type=Path))
LATE = Text("看过上次结果之后改的", "changed after the earlier result was looked at")
DIFFERENT = 3


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@_STANDARD
@_POLICIES
@click.option("--json", "as_json", is_flag=True)
@lang_option
def diff(
    before: Path, after: Path, standard: str, overlays: tuple[Path, ...], as_json: bool, lang: Lang
) -> int:
    """两次测算之间 · Which changes between two evaluations turned a result, and where they came from.

    BEFORE and AFTER are folders that `meihao evaluate --out` wrote.
    """
    rulebook, engine = Rulebook.load(*overlays), PlainEngine()
    old, new = (reopened(folder, rulebook, standard, engine) for folder in (before, after))
    found = compared(old, new, engine)
    late = _late(found, read_record(before), read_record(after))
    if as_json:
        click.echo(json.dumps(_as_json(found, late), ensure_ascii=False, indent=2))
    else:
        _show(found, late, new, lang)
    return DIFFERENT if found.turns else 0


def _late(found: Comparison, before: Record | None, after: Record | None) -> set[Change]:
    """The changes read from files that were changed after the earlier result was there to be seen."""
    if before is None or after is None:
        return set()
    files = {name for name, changed in after.files.items() if changed > before.at}
    return {change for change in found.changes if change.origin and change.origin.file in files}


def _show(found: Comparison, late: set[Change], after: Evaluation, lang: Lang) -> None:
    screen = console()

    def say(zh: str, en: str, style: str | None = None) -> None:
        screen.print(escape(Text(zh, en).said(lang)), style=style, highlight=False, soft_wrap=True)

    say(
        f"改变 {len(found.changes)} 个值，翻转 {len(found.turns)} 个结果",
        f"{len(found.changes)} values changed, {len(found.turns)} results turned",
        "bold",
    )
    for turn in found.turns:
        say(*_turn(turn))
        names = names_of(found.causes.get(turn.address, ()), found.changes)
        if names:
            say(
                f"    由 {'、'.join(names)} 的改动翻转",
                f"    turned by the changes at {', '.join(names)}",
                "dim",
            )
        elif found.changes:
            say("    由几处改动合起来翻转", "    turned by several changes together", "dim")
    say("改动", "changes", "bold")
    for change in found.changes:
        say(*_change(change, after, change in late))


def _turn(turn: Turn) -> tuple[str, str]:
    was, is_ = turn.before or Text("（无）", "(none)"), turn.after or Text("（无）", "(none)")
    zh = f"  {turn.title.zh}：{was.zh} → {is_.zh}　{turn.address}"
    return zh, f"  {turn.title.en}: {was.en} → {is_.en}  {turn.address}"


def _change(change: Change, after: Evaluation, late: bool) -> tuple[str, str]:
    table = after.snapshot.tables.get(change.fact)
    title = table.fact.titled(change.column) if table else Text(change.column, change.column)
    at = f"　{change.origin.file} › {change.origin.sheet}!{change.origin.cell}" if change.origin else ""
    values = f"{_said(change.before)} → {_said(change.after)}"
    zh = f"  {change.name}「{title.zh}」{values}{at}{'　※ ' + LATE.zh if late else ''}"
    return zh, f"  {change.name}, “{title.en}”: {values}{at}{'  * ' + LATE.en if late else ''}"


def _said(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else decimal_text(value)


def _as_json(found: Comparison, late: set[Change]) -> dict[str, Any]:
    return {
        "turns": [
            {**_turn_json(turn), "causes": [list(row) for row in found.causes.get(turn.address, ())]}
            for turn in found.turns
        ],
        "changes": [
            {
                "fact": change.fact,
                "identity": change.identity,
                "name": change.name,
                "column": change.column,
                "before": _said(change.before),
                "after": _said(change.after),
                "file": change.origin.file if change.origin else None,
                "cell": f"{change.origin.sheet}!{change.origin.cell}" if change.origin else None,
                "after_a_look": change in late,
            }
            for change in found.changes
        ],
    }


def _turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "address": turn.address,
        "title": turn.title._asdict(),
        "before": turn.before._asdict() if turn.before else None,
        "after": turn.after._asdict() if turn.after else None,
    }


@click.command("what-if")
@click.argument("overlay", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="哪一天的政策 / as of which day")
@_STANDARD
@_POLICIES
@click.option("--json", "as_json", is_flag=True)
@lang_option
def what_if_(
    overlay: Path,
    out: Path,
    on: datetime | None,
    standard: str,
    overlays: tuple[Path, ...],
    as_json: bool,
    lang: Lang,
) -> int:
    """政策推演 · The evaluation in --out under the draft policies in OVERLAY; only what changes is shown."""
    rules, draft = Rulebook.load(*overlays), Rulebook.load(*overlays, overlay)
    snapshot = opened(out, rules)
    day = on.date() if on else snapshot.on
    found = what_if(snapshot, standard, day, rules, draft, PlainEngine())
    if not found.policies:
        raise Refused(
            f"「{overlay}」里没有 {day} 当天有效、与现行不同的政策。",
            f"nothing in “{overlay}” differs from the rules in force on {day}.",
        )
    if as_json:
        data = {"policies": list(found.policies), "turns": [_turn_json(turn) for turn in found.turns]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _show_draft(found, lang)
    return DIFFERENT if found.turns else 0


def _show_draft(found: WhatIf, lang: Lang) -> None:
    screen = console()
    head = Text(
        f"推演（不是现行政策）：改动 {'、'.join(found.policies)}",
        f"what if (not the rules in force): {', '.join(found.policies)}",
    )
    screen.print(escape(head.said(lang)), style="bold", highlight=False, soft_wrap=True)
    for turn in found.turns:
        screen.print(escape(Text(*_turn(turn)).said(lang)), highlight=False, soft_wrap=True)
    if not found.turns:
        screen.print(Text("  结果没有变化", "  no result changes").said(lang), highlight=False)
