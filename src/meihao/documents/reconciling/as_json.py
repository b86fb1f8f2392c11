"""A reconciliation as JSON, for programs. Exact numbers are text; null is *not known*."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from meihao.base.exact import decimal_text
from meihao.base.text import Text
from meihao.documents.reconciling.result import Amount, Line, Outcome, Reconciled, School


def as_json(result: Reconciled) -> dict[str, Any]:
    """The whole result as plain data."""
    plan, policy = result.plan, result.plan.policy
    return {
        "reconciliation": policy.key,
        "title": _text(policy.title),
        "caution": _text(policy.caution),
        "confidence": policy.confidence,
        "on": str(plan.on),
        "place": plan.place,
        "invented": result.invented,
        "tolerance": _number(policy.tolerance),
        "policies": dict(plan.versions),
        "counts": {outcome: result.count(outcome) for outcome in Outcome},
        "sources": {name: _source(result, name) for name in policy.sources},
        "measures": {
            name: {"title": _text(m.title), "unit": m.unit, "note": _text(m.note) if m.note else None}
            for name, m in policy.measures.items()
        },
        "uncompared": list(result.uncompared),
        "lines": [_line(line) for line in result.lines],
        "schools_not_in_every_source": [_school(school, result) for school in result.partial],
        "schools_out_of_scope": result.outside,
        "findings": [{"kind": f.kind, "source": f.source, "text": _text(f.text)} for f in result.findings],
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _number(number: Fraction | None) -> str | None:
    return None if number is None else decimal_text(number)


def _source(result: Reconciled, name: str) -> dict[str, Any]:
    spec = result.plan.policy.sources[name]
    return {
        "title": _text(spec.title),
        "provided": name in result.provided,
        "on": result.returns_on if spec.form is None else None,
        "sheets": _sheets(result, name) if name in result.plan.forms else [],
    }


def _sheets(result: Reconciled, name: str) -> list[dict[str, Any]]:
    return [
        {
            "file": file.name,
            "sha256": file.sha256,
            "sheet": tally.sheet,
            "rows": tally.rows,
            "read": {header.text: header.column for header in tally.heading.of("read")},
            "headers": dict(Counter(header.state for header in tally.heading.headers)),
        }
        for file, tally in result.exports.of(name)
    ]


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.school.code,
        "name": line.school.name,
        "measure": line.measure,
        "outcome": line.outcome,
        "spread": _number(line.spread),
        "amounts": {source: _amount(amount) for source, amount in line.amounts.items()},
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "number": _number(amount.number),
        "why": _text(amount.why) if amount.why else None,
        "absent": amount.absent,
        "origins": [{"file": p.file, "sheet": p.sheet, "rows": p.rows} for p in amount.parts],
    }


def _school(school: School, result: Reconciled) -> dict[str, Any]:
    absent = [name for name in result.provided if name not in school.sources]
    return {"code": school.code, "name": school.name, "in": list(school.sources), "not_in": absent}
