"""Headers that were found and that nobody has confirmed, as a draft mapping for a person.

The draft lies where a policy overlay wants it; until `confirmed_by` and `confirmed_on` are filled,
nothing is read by it. Headers about persons are named in a remark and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from meihao.documents.reconciling.headings import Header
from meihao.documents.reconciling.plan import Plan
from meihao.documents.reconciling.taking import Exports
from meihao.documents.returns.headers import key_of, suggestions
from meihao.policy.kinds import Heading as Confirmed

DRAFTS = "对照草稿"
_CONFIRMED = re.compile(r"confirmed_by: (?!null)\S")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was written, or that somebody has worked in and that was left alone."""

    source: str
    path: Path
    written: bool


def write_drafts(plan: Plan, exports: Exports, folder: Path) -> list[Draft]:
    """One file for each export with headers to confirm, under `folder`/对照草稿."""
    return [
        draft
        for source in plan.forms
        if exports.of(source)
        for draft in _drafted(plan, source, _headers(exports, source), folder / DRAFTS)
    ]


def _headers(exports: Exports, source: str) -> list[Header]:
    """Every header of an export once, in the order they were met."""
    headers = {key_of(h.text): h for _, tally in exports.of(source) for h in tally.heading.headers}
    return list(headers.values())


def _drafted(plan: Plan, source: str, headers: Sequence[Header], folder: Path) -> Iterator[Draft]:
    entries = "".join(_entries(plan, source, headers))
    if not entries:
        return
    name = plan.facts[source].name
    path = folder / plan.place / "headers" / f"{name}.yaml"
    if path.is_file() and _CONFIRMED.search(path.read_text(encoding="utf-8")):
        yield Draft(source, path, written=False)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    confirmed = "".join(_kept(header, heading) for header, heading in _confirmed(plan, source))
    path.write_text(_head(plan, source, name, headers) + confirmed + entries, encoding="utf-8")
    yield Draft(source, path, written=True)


def _confirmed(plan: Plan, source: str) -> Iterator[tuple[str, Confirmed]]:
    """What is confirmed already: the draft may replace the file it was confirmed in."""
    for mapping in plan.mappings_of(source):
        for header, heading in mapping.headers.items():
            if heading.column and heading.confirmed_by and heading.confirmed_on:
                yield header, heading


def _kept(header: str, heading: Confirmed) -> str:
    by = json.dumps(heading.confirmed_by, ensure_ascii=False)
    return (
        f"  {_quoted(header)}:\n    column: {heading.column}\n    unit: {heading.unit or 'null'}\n"
        f"    confirmed_by: {by}\n    confirmed_on: {heading.confirmed_on}\n"
    )


def _entries(plan: Plan, source: str, headers: Sequence[Header]) -> Iterator[str]:
    """Headers with a likely column that is wanted and not read yet; others are left out of the draft."""
    fact = plan.facts[source]
    read = {header.column for header in headers if header.state == "read"}
    known = {h: c.column for m in plan.mappings_of(source) for h, c in m.headers.items() if c.column}
    for header in headers:
        if header.state not in ("unconfirmed", "unknown"):
            continue
        like = None if header.column else _like(header.text, list(known))
        column = header.column or (known[like] if like else None)
        if column is None or column in read or column not in plan.needed(source):
            continue
        title, unit = fact.columns[column].title.zh, fact.columns[column].unit or "null"
        guess = f"{title}？与「{like}」相近" if like else title
        yield (
            f"  {_quoted(header.text)}:  # {guess}\n"
            f"    column: {column}\n    unit: {unit}\n    confirmed_by: null\n    confirmed_on: null\n"
        )


def _like(header: str, known: Sequence[str]) -> str | None:
    """The known header most like this one; two that share a single character are not alike."""
    likely = (text for text in suggestions(header, known) if len(set(key_of(text)) & set(key_of(header))) > 1)
    return next(likely, None)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _head(plan: Plan, source: str, name: str, headers: Sequence[Header]) -> str:
    form = plan.forms[source]
    personal = "、".join(_one_line(header.text) for header in headers if header.state == "personal") or "无"
    return f"""# 表头对照草稿，待核：逐条核对列名和单位，填写 confirmed_by 与 confirmed_on；不要的条目删去。
# A draft: check each column and unit, fill in confirmed_by and confirmed_on; delete what you do not want.
# 下列是个人信息列，不读，也不能确认 about persons, never read: {personal}
kind: mapping
key: {plan.place}/headers/{name}
title: {{zh: {form.title.zh}表头对照, en: {json.dumps(f"headers of the {form.title.en}")}}}
since: {form.since}
reference:
  - {{document: 本区导出表, number: null, clause: 表头}}
confidence: M
reviewed: {{by: null, on: null, next: null}}
form: {form.key}
headers:
"""


def _one_line(text: str) -> str:
    return " ".join(text.split())
