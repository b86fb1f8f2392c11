"""`meihao reconcile`: the exports of the national systems against each other and the returns."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from meihao.base.exact import decimal_text
from meihao.base.text import Lang, Text
from meihao.cli.say import console, counting, lang_option
from meihao.documents.reconciling.as_json import as_json
from meihao.documents.reconciling.drafting import Draft
from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import RECONCILIATION
from meihao.documents.reconciling.reconciling import reconcile as reconciled
from meihao.documents.reconciling.reconciling import write_reconciled
from meihao.documents.reconciling.result import Amount, Line, Outcome, Reconciled
from meihao.policy.rulebook import Rulebook

DIFFERENCES = 3
_READING = Text("读取导出表", "reading exports")
_TOLD = 30  # lines told on a terminal; the workbook has them all
_MARKS = {Outcome.DIFFERS: "[red]▲[/]", Outcome.ONE_SIDED: "[dim]◌[/]", Outcome.EQUAL: "[green]■[/]"}
_SIGNS = Text(
    "  — 这一源没有这所学校　… 这一源的数不知道（原因见工作簿）",
    "  — the source does not know the school · … its number is not known (the workbook says why)",
)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="核对日期 / the day")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="输出文件夹 / where to write")
@click.option(
    "--returns",
    type=click.Path(path_type=Path),
    default=None,
    help="学校填报表所在文件夹，或测算的输出文件夹 / the returns, or the out folder of an evaluation",
)
@click.option("--place", default=None, help="区划代码，默认取填报表 / jurisdiction")
@click.option("--policy", default=RECONCILIATION, show_default=True, help="核对的政策 / what is compared")
@click.option(
    "--policies", "overlays", multiple=True, type=click.Path(path_type=Path), help="叠加的政策文件夹"
)
@click.option("--json", "as_json_", is_flag=True, help="结果以 JSON 输出 / the result as JSON on stdout")
@lang_option
def reconcile(
    path: Path,
    on: datetime,
    out: Path,
    returns: Path | None,
    place: str | None,
    policy: str,
    overlays: tuple[Path, ...],
    as_json_: bool,
    lang: Lang,
) -> int:
    """三库核对 · Compare the exports at PATH (学籍, 教师, 事业统计) with each other and the returns.

    Exit 0: all equal; 3: differences or missing sides; 2: refused.
    """
    rulebook, day = Rulebook.load(*overlays), on.date()
    with PassingReader() as reader, counting(_READING, lang) as progress:
        result, drafts = reconciled(path, rulebook, day, reader, out, returns, place, policy, progress)
    written = write_reconciled(result, out, lang)
    if as_json_:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    else:
        _show(console(), result, drafts, written, lang)
    return 0 if result.equal else DIFFERENCES


def _show(screen: Console, result: Reconciled, drafts: list[Draft], written: list[Path], lang: Lang) -> None:
    _head(screen, result, lang)
    unequal = [line for line in result.lines if line.outcome is not Outcome.EQUAL]
    for line in unequal[:_TOLD]:
        screen.print(_told(result, line, lang), highlight=False, soft_wrap=True)
    if unequal:
        _say(screen, _SIGNS, lang, "dim")
    more = len(unequal) - _TOLD
    if more > 0:
        _say(screen, Text(f"  另有 {more} 项，见工作簿", f"  and {more} more, in the workbook"), lang, "dim")
    _partial(screen, result, lang)
    _remarks(screen, result, lang)
    for draft in drafts:
        _say(screen, _draft_words(draft), lang)
    _say(screen, Text("文件", "Files"), lang, "bold")
    for path in written:
        _say(screen, Text(f"  {path}", f"  {path}"), lang)


def _partial(screen: Console, result: Reconciled, lang: Lang) -> None:
    """Schools that not every source knows."""
    for school in result.partial:
        absent = [name for name in result.provided if name not in school.sources]
        shorts = [result.plan.policy.sources[name].short for name in absent]
        zh, en = "、".join(short.zh for short in shorts), ", ".join(short.en for short in shorts)
        whose = f"  ◌ {school.code} {school.name}"
        _say(screen, Text(f"{whose}：不在{zh}", f"{whose}: not in {en}"), lang)


def _say(screen: Console, text: Text, lang: Lang, style: str = "") -> None:
    screen.print(escape(text.said(lang)), style=style or None, highlight=False, soft_wrap=True)


def _head(screen: Console, result: Reconciled, lang: Lang) -> None:
    policy, plan = result.plan.policy, result.plan
    if result.invented:
        invented = Text("虚构　演示数据：区划代码未分配。", "Invented: demonstration data.")
        _say(screen, invented, lang, "yellow")
    screen.rule(f"[bold]{escape(policy.title.said(lang))}[/]", align="left", style="dim")
    verify = Text("　待核", " · to verify").said(lang) if policy.to_verify else ""
    _say(screen, Text(*(f"{said}　{plan.on}{verify}" for said in policy.caution)), lang, "dim")
    names = [policy.sources[name].short for name in result.provided]
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    _say(screen, Text(f"参加核对：{zh}", f"compared: {en}"), lang)
    if policy.tolerance is None:
        _say(
            screen,
            Text("允许差：未设，数相等才算一致", "tolerance: not set, numbers are equal or they differ"),
            lang,
        )
    counts = [f"{_MARKS[o]} {o.words.said(lang)} {result.count(o)}" for o in Outcome]
    screen.print("　".join(counts), highlight=False, soft_wrap=True)


def _told(result: Reconciled, line: Line, lang: Lang) -> str:
    """One line: whose, what, and each source's number."""
    policy = result.plan.policy
    measure = policy.measures[line.measure]
    sides = [
        f"{escape(policy.sources[name].short.said(lang))} {_number(amount)}"
        for name, amount in line.amounts.items()
    ]
    whose = escape(f"{line.school.code} {line.school.name}")
    return f"  {_MARKS[line.outcome]} {whose}　{escape(measure.title.said(lang))}　{'　'.join(sides)}"


def _number(amount: Amount) -> str:
    if amount.number is not None:
        return f"[bold]{decimal_text(amount.number)}[/]"
    return "—" if amount.absent else "…"


def _remarks(screen: Console, result: Reconciled, lang: Lang) -> None:
    for finding in result.findings[:_TOLD]:
        screen.print(f"  [yellow]◆[/] {escape(finding.text.said(lang))}", highlight=False, soft_wrap=True)
    if len(result.findings) > _TOLD:
        more = len(result.findings) - _TOLD
        _say(screen, Text(f"  另有 {more} 条提示", f"  and {more} more remarks"), lang, "dim")
    titles = [result.plan.policy.measures[name].title for name in result.uncompared]
    if titles:
        zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
        _say(screen, Text(f"没有两个来源可比：{zh}", f"fewer than two sources tell: {en}"), lang, "dim")


def _draft_words(draft: Draft) -> Text:
    if draft.written:
        zh = f"还有表头没有确认，草稿：{draft.path}（确认后加 --policies 再运行）"
        return Text(zh, f"headers wait to be confirmed: {draft.path} (then run again with --policies)")
    zh = f"草稿里已有人填过，没有覆盖：{draft.path}"
    return Text(zh, f"somebody has worked in this draft, it was left alone: {draft.path}")
