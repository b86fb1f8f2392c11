"""`meihao template` and `meihao demo-data`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from meihao.base.divisions import NATION
from meihao.base.text import Lang, Refused, Text
from meihao.cli.say import console, counting, lang_option
from meihao.demo import DEMO_ON, SEED, write_demo
from meihao.documents.returns.writing import write_form
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook


@click.command()
@click.argument("form")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=str(DEMO_ON), show_default=True)
@click.option("--place", default=NATION, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="写到哪个文件 / the file to write")
@lang_option
def template(form: str, on: datetime, place: str, out: Path | None, lang: Lang) -> None:
    """空白填报表 · A blank Excel return with drop-downs and limits (FORM: cn/compulsory/school-return)."""
    rulebook = Rulebook.load()
    policy = rulebook.get(Form, form, on.date(), place)
    if policy.layout == "table":
        raise Refused(f"「{form}」是输出的表，不是填报表。", f"“{form}” is a table that goes out, no return.")
    target = out or Path(f"{policy.title.zh}.xlsx")
    write_form(policy, rulebook.get(Fact, policy.fact, on.date(), place), target)
    console().print(str(target), highlight=False)


@click.command("demo-data")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@click.option("--seed", type=int, default=SEED, show_default=True, help="随机种子 / the seed")
@lang_option
def demo_data(folder: Path, seed: int, lang: Lang) -> None:
    """写出虚构区县的填报表 · Write the invented district's workbooks."""
    rulebook = Rulebook.load()
    with counting(Text("写出", "writing"), lang) as progress:
        write_demo(folder, rulebook, seed, lambda done, total: progress(done, total, ""))
    console().print(str(folder), highlight=False)
