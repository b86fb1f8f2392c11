"""From a folder of exports to the comparison, its workbook and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from meihao.base.divisions import NATION
from meihao.base.text import Lang, Refused, Text
from meihao.documents.reconciling.as_json import as_json
from meihao.documents.reconciling.comparing import compare
from meihao.documents.reconciling.drafting import Draft, write_drafts
from meihao.documents.reconciling.page import FILE, write_page
from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import RECONCILIATION, Plan, listed, make_plan
from meihao.documents.reconciling.result import Finding, Reconciled
from meihao.documents.reconciling.taking import Exports, Progress, take_exports
from meihao.documents.returns.intake import Intake, take_in
from meihao.figures.snapshot import Table, read
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook

JSON = "核对_三库.json"
_TOLD = 5  # names told of many


@dataclass(frozen=True)
class Returns:
    """The schools' own returns: read anew, or from the snapshot of an evaluation."""

    tables: Mapping[str, Table]
    place: str
    on: date
    findings: tuple[Finding, ...] = ()


def reconcile(
    path: Path,
    rulebook: Rulebook,
    on: date,
    reader: PassingReader,
    out: Path,
    returns: Path | None = None,
    place: str | None = None,
    key: str = RECONCILIATION,
    progress: Progress | None = None,
) -> tuple[Reconciled, list[Draft]]:
    """Counts the exports at `path` and compares them with each other and with the returns.

    Headers to confirm are drafted under `out`. Raises `Refused` where fewer than two sources can be
    counted; then the drafts say what a person has to do.
    """
    handed_in = _returns(returns, rulebook, on, place, reader, out) if returns else None
    plan = make_plan(rulebook, key, on, place or (handed_in.place if handed_in else NATION))
    exports = take_exports(path, plan, reader, out, progress)
    drafts = write_drafts(plan, exports, out)
    result = compare(plan, exports, handed_in.tables if handed_in else {}, _day(handed_in))
    if len(result.provided) < 2:
        raise _too_few(plan, exports, result, drafts)
    told = handed_in.findings if handed_in else ()
    return replace(result, findings=(*told, *result.findings)), drafts


def _day(returns: Returns | None) -> str | None:
    return str(returns.on) if returns else None


def _returns(
    path: Path, rulebook: Rulebook, on: date, place: str | None, reader: PassingReader, out: Path
) -> Returns:
    """The returns of a folder of workbooks, or of the snapshot in an evaluation's `out` folder."""
    if (path / "snapshot" / "manifest.json").is_file():
        return _snapshot(path / "snapshot", rulebook)
    intake = take_in(path, rulebook, on, place, reader, exclude=out)
    return Returns(intake.tables, intake.place, on, tuple(_not_taken(intake)))


def _snapshot(folder: Path, rulebook: Rulebook) -> Returns:
    head = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    on, place = date.fromisoformat(head["on"]), str(head["place"])
    keys = [key for key in head["files"] if key != "origins"]
    facts = {key: rulebook.get(Fact, key, on, place) for key in keys}
    return Returns(read(folder, facts).tables, place, on)


def _not_taken(intake: Intake) -> Iterator[Finding]:
    """Returns that went back or could not be read: their numbers are missing, not 0."""
    names = [receipt.name for receipt in intake.receipts if receipt.outcome != "taken"]
    if names:
        zh, en = listed(names[:_TOLD])
        more = " …" if len(names) > _TOLD else ""
        zh = f"{len(names)} 份填报表退回或未收，其中的数没有计入：{zh}{more}"
        en = f"{len(names)} returns were sent back or refused, their numbers are not counted: {en}{more}"
        yield Finding("file", "returns", Text(zh, en))


def _too_few(plan: Plan, exports: Exports, result: Reconciled, drafts: Sequence[Draft]) -> Refused:
    """Why there is nothing to compare, and what to do next."""
    if drafts:
        return _to_confirm(drafts)
    found = [plan.policy.sources[name].short for name in result.provided]
    zh, en = listed(short.zh for short in found)[0], listed(short.en for short in found)[1]
    told = [finding.text for finding in result.findings if finding.kind == "file"][:_TOLD]
    return Refused(
        f"至少要有两个来源才能核对，现在能读的只有：{zh or '没有'}。"
        + "".join(f"\n  {text.zh}" for text in told),
        f"two sources are wanted, and what can be read is: {en or 'none'}."
        + "".join(f"\n  {text.en}" for text in told),
    )


def _to_confirm(drafts: Sequence[Draft]) -> Refused:
    zh, en = listed(str(draft.path) for draft in drafts)
    folder = drafts[0].path.parents[2]
    return Refused(
        "表头还没有人确认，导出表一行也没有读。草稿：" + zh + "。\n"
        f"下一步：1. 把「{folder.name}」整个复制到自己的文件夹，如 maps；"
        "2. 打开里面的 .yaml 逐条核对列名和单位，填写 confirmed_by 和 confirmed_on；"
        "3. 再运行同一条命令，加上 --policies maps。",
        "no person has confirmed the headers yet, and no row was read. Drafts: " + en + ".\n"
        f"Next: 1. copy the folder “{folder.name}” to a place of your own, such as maps; 2. open its .yaml "
        "files, check each column and unit, fill in confirmed_by and confirmed_on; 3. run the same command "
        "with --policies maps.",
    )


def write_reconciled(result: Reconciled, out: Path, lang: Lang) -> list[Path]:
    """Writes the workbook and the JSON."""
    out.mkdir(parents=True, exist_ok=True)
    write_page(result, out / FILE, lang)
    text = json.dumps(as_json(result), ensure_ascii=False, indent=2)
    (out / JSON).write_text(text + "\n", encoding="utf-8")
    return [out / FILE, out / JSON]
