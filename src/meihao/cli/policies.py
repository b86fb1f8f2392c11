"""`meihao policies list | show | check | diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from meihao.base.divisions import NATION
from meihao.base.text import Lang
from meihao.cli.say import console, lang_option
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import differences
from meihao.policy.check import check as faults_of
from meihao.policy.rulebook import Rulebook

_DAY = click.DateTime(["%Y-%m-%d"])
_OVERLAYS = click.option("--policies", "overlays", multiple=True, type=click.Path(path_type=Path))


@click.group()
def policies() -> None:
    """政策文件 · The rulebook: list, show, check, diff."""


@policies.command("list")
@click.option("--kind", default=None, help="只列一类 / one kind only")
@click.option("--json", "as_json", is_flag=True)
@_OVERLAYS
@lang_option
def list_(kind: str | None, as_json: bool, overlays: tuple[Path, ...], lang: Lang) -> None:
    """列出全部政策 · Every policy with its versions and confidence."""
    rulebook = Rulebook.load(*overlays)
    sources = [s for s in rulebook.sources() if kind in (None, s.policy.kind)]
    if as_json:
        rows = [_summary(s.policy, s.digest) for s in sources]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    heads = (
        ("键", "类", "起", "止", "把握", "名称")
        if lang == "zh"
        else ("key", "kind", "since", "until", "conf", "title")
    )
    for head in heads:
        table.add_column(head, no_wrap=head in heads[:4], overflow="fold")
    for source in sources:
        policy = source.policy
        verify = (" 待核" if lang == "zh" else " to verify") if policy.to_verify else ""
        until = str(policy.until) if policy.until else ""
        title = escape(policy.title.said(lang))
        table.add_row(policy.key, policy.kind, str(policy.since), until, policy.confidence + verify, title)
    console().print(table)


def _summary(policy: Any, digest: str) -> dict[str, Any]:
    return {
        "key": policy.key,
        "kind": policy.kind,
        "since": str(policy.since),
        "until": str(policy.until) if policy.until else None,
        "confidence": policy.confidence,
        "title": policy.title._asdict(),
        "digest": digest,
    }


@policies.command()
@click.argument("key")
@click.option("--on", type=_DAY, default=None, help="哪一天有效的 / the day; default: every version")
@click.option("--place", default=NATION, show_default=True)
@_OVERLAYS
@lang_option
def show(key: str, on: datetime | None, place: str, overlays: tuple[Path, ...], lang: Lang) -> None:
    """显示一项政策原文 · One policy as its file has it."""
    rulebook = Rulebook.load(*overlays)
    sources = [rulebook.source(key, on.date(), place)] if on else rulebook.versions(key)
    for path in dict.fromkeys(source.document.path for source in sources):
        click.echo(f"# {path.name} · {', '.join(f'{s.policy.version} {s.digest}' for s in sources)}")
        click.echo(path.read_text(encoding="utf-8"))


@policies.command()
@_OVERLAYS
@lang_option
def check(overlays: tuple[Path, ...], lang: Lang) -> int:
    """核对全部政策并跑例题 · Check every file, and run every worked example on both engines."""
    rulebook = Rulebook.load(*overlays)
    faults = [fault.text.said(lang) for fault in faults_of(rulebook)]
    if not faults:
        faults = [
            f"{e.name}: {text}" for e in (PlainEngine(), FastEngine()) for text in differences(rulebook, e)
        ]
    for fault in faults:
        click.echo(fault, err=True)
    number = sum(1 for _ in rulebook.sources())
    words = (
        f"{number} 个版本，{len(faults)} 处不合"
        if lang == "zh"
        else f"{number} versions, {len(faults)} faults"
    )
    click.echo(words)
    return 2 if faults else 0


@policies.command()
@click.argument("key")
@click.option("--from", "first", type=_DAY, required=True, help="一天 / one day")
@click.option("--to", "second", type=_DAY, required=True, help="另一天 / another day")
@click.option("--place", default=NATION, show_default=True)
@_OVERLAYS
@lang_option
def diff(
    key: str, first: datetime, second: datetime, place: str, overlays: tuple[Path, ...], lang: Lang
) -> None:
    """两天之间改了什么 · What changed in a policy between two days."""
    rulebook = Rulebook.load(*overlays)
    old, new = (_leaves_on(rulebook, key, day.date(), place) for day in (first, second))
    changed = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    for name in changed:
        click.echo(f"{name}: {old.get(name, '—')} → {new.get(name, '—')}")
    if not changed:
        click.echo("没有变化" if lang == "zh" else "no change")


def _leaves_on(rulebook: Rulebook, key: str, on: date, place: str) -> dict[str, str]:
    return dict(_leaves(rulebook.source(key, on, place).document.data, ""))


def _leaves(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}" if path else str(name))
    elif isinstance(data, tuple):
        for number, value in enumerate(data):
            yield from _leaves(value, f"{path}[{number}]")
    else:
        yield path, str(data)
