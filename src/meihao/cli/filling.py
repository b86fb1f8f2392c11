"""`meihao fill`: a blank form, filled from an evaluated folder as far as it is known."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from meihao.base.text import Lang, Refused, Text
from meihao.cli.evaluating import STANDARD
from meihao.cli.say import console, lang_option
from meihao.documents.evaluating import reopened
from meihao.documents.filling.filling import fill, write
from meihao.documents.filling.notes import INVENTED, advice, as_json, headline, write_draft
from meihao.documents.filling.results import Filled, Result
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from meihao.figures.result import Evaluation
from meihao.policy.rulebook import Rulebook

NOTHING_FILLED = 4
_LISTED = 20  # so many lines of one reason are printed; the sheet and the JSON have all
_NAMED = 4  # so many captions in one line


@click.command("fill")
@click.argument("blank", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--school", default=None, help="学校代码或全称：空表由这所学校填 / the school whose form it is")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), default=None, help="写到哪个文件 / file to write"
)
@click.option("--json", "as_json_", is_flag=True, help="结果以 JSON 输出 / the result as JSON on stdout")
@click.option("--standard", default=STANDARD, show_default=True)
@click.option(
    "--policies", "overlays", multiple=True, type=click.Path(path_type=Path), help="叠加的政策文件夹"
)
@lang_option
def fill_command(
    blank: Path,
    out: Path,
    school: str | None,
    target: Path | None,
    as_json_: bool,
    standard: str,
    overlays: tuple[Path, ...],
    lang: Lang,
) -> int:
    """带出 · Fill a BLANK workbook from what an evaluation (--out) knows; nothing is guessed."""
    rulebook = Rulebook.load(*overlays)
    evaluation = reopened(out, rulebook, standard, FastEngine())
    target = target or blank.with_name(f"{blank.stem}_已带出{blank.suffix}")
    _may_write(target, blank)
    with Reader() as reader:
        book, filled = fill(blank, evaluation, rulebook, reader, school)
        done = bool(filled.of("filled"))
        if done:
            write(book, filled, evaluation, target, reader, lang)
    result = as_json(book, filled, evaluation)
    written = _written(result, target) if done else []
    draft = write_draft(book, filled, evaluation, target.with_name(f"{blank.stem}_对照草稿"))
    if as_json_:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        _show(console(), filled, evaluation, [*written, *([draft] if draft else [])], lang)
    return 0 if done else NOTHING_FILLED


def _beside(target: Path) -> Path:
    return target.with_suffix(".json")


def _may_write(target: Path, blank: Path) -> None:
    """A copy is replaced only while it is as we left it: somebody may have gone on filling it in."""
    if target.resolve() == blank.resolve():
        raise Refused(
            "--to 不能是空表自己，请换一个文件名。", "--to cannot be the blank itself: name another file."
        )
    if not target.exists():
        return
    try:
        ours = json.loads(_beside(target).read_text(encoding="utf-8"))["copy"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        ours = None
    if hashlib.sha256(target.read_bytes()).hexdigest() != ours:
        raise Refused(
            f"{target} 已经存在，并且带出之后有人改过。请用 --to 换一个文件名，或把它当作空表继续带。",
            f"{target} exists and was changed since: name another file with --to, or fill that one on.",
        )


def _written(result: dict[str, Any], target: Path) -> list[Path]:
    result["copy"] = {"file": target.name, "sha256": hashlib.sha256(target.read_bytes()).hexdigest()}
    beside = _beside(target)
    beside.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [target, beside]


def _show(screen: Console, filled: Filled, evaluation: Evaluation, written: list[Path], lang: Lang) -> None:
    def line(text: Text, style: str | None = None) -> None:
        screen.print(escape(text.said(lang)), style=style, highlight=False, soft_wrap=True)

    if evaluation.plan.place.startswith("99"):
        line(INVENTED, "yellow")
    line(filled.about, "dim")
    line(headline(filled), "bold")
    for why, found in filled.rest:
        line(Text(f"{why.words.zh}　{len(found)} 项", f"{why.words.en}: {len(found)}"), "bold")
        for said, results in _alike(found)[:_LISTED]:
            line(_told(said, results))
        if (more := len(_alike(found)) - _LISTED) > 0:
            line(Text(f"  另有 {more} 种，见「带出说明」", f"  and {more} kinds more, see the JSON"), "dim")
    for name in filled.unread:
        line(
            Text(f"没有认出要填的格：工作表「{name}」", f"nothing to fill was found on the sheet “{name}”"),
            "dim",
        )
    for path in written:
        line(Text(str(path), str(path)))


def _alike(found: list[Result]) -> list[tuple[tuple[Text, Text], list[Result]]]:
    """Places of which the same is to be said, as one line."""
    groups: dict[tuple[Text, Text], list[Result]] = {}
    for result in found:
        groups.setdefault((result.told, advice(result)), []).append(result)
    return list(groups.items())


def _told(said: tuple[Text, Text], results: list[Result]) -> Text:
    told, todo = said
    captions = list(dict.fromkeys(result.place.caption for result in results))
    named = "".join(f"「{_short(caption)}」" for caption in captions[:_NAMED])
    first, number = f"{results[0].place.sheet}!{results[0].place.ref}", len(results)
    more = Text(f" 等 {number} 格", f" and {number - 1} more") if number > 1 else Text("", "")
    return Text(
        f"  {named} {first}{more.zh}：{told.zh}。{todo.zh}",
        f"  {named} {first}{more.en}: {told.en}. {todo.en}",
    )


def _short(caption: str) -> str:
    return caption if len(caption) <= 40 else f"{caption[:39]}…"
