"""How the command speaks: in one language, on a terminal or into a file, with true progress."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from meihao.base.text import LANGS, Lang, Text

F = TypeVar("F", bound=Callable[..., Any])


def language() -> Lang:
    """Chinese unless MEIHAO_LANG says English."""
    return "en" if os.environ.get("MEIHAO_LANG", "zh").lower().startswith("en") else "zh"


def _remember(context: click.Context, option: click.Parameter, value: Lang) -> Lang:
    """A refusal speaks the language that was asked for, wherever it is raised."""
    os.environ["MEIHAO_LANG"] = value
    return value


def lang_option(command: F) -> F:
    """`--lang zh|en` on a command."""
    option = click.option(
        "--lang", type=click.Choice(LANGS), default=language, callback=_remember, help="语言 / language"
    )
    return option(command)


def console(stderr: bool = False) -> Console:
    """A console that wraps at the terminal's width, and at 100 columns into a file."""
    probe = Console(stderr=stderr)
    return probe if probe.is_terminal else Console(stderr=stderr, width=100)


def say_error(text: Text) -> None:
    """One message on standard error."""
    console(stderr=True).print(text.said(language()), style="bold red", markup=False, highlight=False)


@contextmanager
def counting(what: Text, lang: Lang) -> Iterator[Callable[[int, int, str], None]]:
    """A bar over things that are really counted; silent where nobody looks."""
    screen = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what.said(lang), total=None, name="")

        def advance(done: int, total: int, name: str = "") -> None:
            bar.update(task, completed=done, total=total, name=name[-40:])

        yield advance
