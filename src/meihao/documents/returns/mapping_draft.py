"""A draft `mapping` for headers that were not understood, for a person to confirm.

The draft lies where a policy overlay wants it. Until `confirmed_by` and `confirmed_on` are filled
it changes nothing; then `--policies` reads the headers as confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from meihao.documents.returns.intake import UnknownHeader
from meihao.figures.plan import Plan
from meihao.policy.kinds import Form
from meihao.policy.rulebook import Rulebook


def write_draft(unknown: Sequence[UnknownHeader], rulebook: Rulebook, plan: Plan, folder: Path) -> None:
    """Writes one file a form, with the likeliest column for each header; nothing without headers."""
    for form_key in sorted({header.form for header in unknown}):
        form = rulebook.get(Form, form_key, plan.on, plan.place)
        lines = {header.header: header.likely for header in unknown if header.form == form_key}
        known = {field.label: field.column for other in plan.forms for field in other.fields}
        known |= {field.label: field.column for field in form.fields}
        entries = [_entry(header, likely, known) for header, likely in sorted(lines.items())]
        name = form_key.rsplit("/", 1)[-1]
        target = folder / plan.place / "headers" / f"{name}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_head(plan, form, name) + "".join(entries), encoding="utf-8")


def _head(plan: Plan, form: Form, name: str) -> str:
    return f"""# 表头对照草稿：逐条核对后填写 confirmed_by 与 confirmed_on；不要的条目删去。
# 用法 / then: meihao evaluate … --policies <本文件夹所在的“对照草稿”>
kind: mapping
key: {plan.place}/headers/{name}
title: {{zh: {form.title.zh}表头对照, en: {json.dumps(f"headers for {form.title.en}")}}}
since: {plan.standard.since}
reference:
  - {{document: 本区汇总表, number: null, clause: 表头}}
confidence: M
reviewed: {{by: null, on: null, next: null}}
form: {form.key}
headers:
"""


def _entry(header: str, likely: Sequence[str], known: dict[str, str]) -> str:
    """One header; without a likely field the column is left for a person to name."""
    quoted = json.dumps(header, ensure_ascii=False)
    guesses = " / ".join(likely) or "没有相近的填报项目，请填写列名或删去本条"
    column = known.get(likely[0], "null") if likely else "null"
    return (
        f"  {quoted}:  # {guesses}\n    column: {column}\n    unit: null\n"
        "    confirmed_by: null\n    confirmed_on: null\n"
    )
