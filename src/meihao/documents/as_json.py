"""An evaluation as JSON: every unit's value, every dispersion, every state, for other programs.

Numbers people compare are given three ways: exact (`numerator`, `denominator`), as a JSON number,
and as printed. Words come in both languages.
"""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from math import sqrt
from typing import Any

from meihao.base.exact import decimal_text, sqrt_half_up
from meihao.base.text import Text
from meihao.documents.report import Report
from meihao.documents.returns.intake import Intake, Receipt
from meihao.documents.workbook import Mark
from meihao.figures.clauses import Amount, Answer, ClauseResult
from meihao.figures.plan import Basis
from meihao.figures.result import (
    BlockResult,
    Cell,
    CompositeResult,
    DispersionResult,
    Evaluation,
    State,
    Unit,
    UnitResult,
)
from meihao.figures.snapshot import FORMAT
from meihao.policy.kinds import Limit

WITHIN = {State.REACHED: "within", State.FAILED: "over", State.UNDECIDED: "undecided"}


def as_json(report: Report) -> dict[str, Any]:
    """The whole report as plain data."""
    evaluation, plan = report.evaluation, report.evaluation.plan
    return {
        "standard": plan.standard.key,
        "title": _text(plan.standard.title),
        "caution": _text(plan.standard.caution),
        "on": str(plan.on),
        "school_year": _text(report.school_year.title),
        "census": str(report.school_year.census),
        "place": plan.place,
        "district": report.district.zh,
        "invented": report.invented,
        "engine": evaluation.engine,
        "snapshot": {"format": FORMAT, "logical_hash": evaluation.snapshot.logical_hash},
        "policies": dict(sorted(plan.versions.items())),
        "intake": _intake(report.intake),
        "result": {"whole": evaluation.whole, "told": _text(evaluation.told), "local": evaluation.local},
        "items": {item.id: _item(evaluation, item.id) for item in plan.items},
        "counts": evaluation.counts,
        "blocks": {
            name: {
                basis: _block(evaluation.block(name, basis), plan.standard.blocks[name]) for basis in Basis
            }
            for name in plan.standard.blocks
        },
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _intake(intake: Intake) -> dict[str, Any]:
    return {
        "taken": intake.count("taken"),
        "sent_back": intake.count("sent_back"),
        "refused": intake.count("refused"),
        "explain": intake.explanations,
        "files": [_receipt(receipt) for receipt in intake.receipts],
        "unreported": list(intake.unreported),
        "pending": list(intake.pending),
        "skipped": list(intake.skipped),
        "unknown_headers": [
            {"file": u.file, "sheet": u.sheet, "header": u.header, "form": u.form, "likely": list(u.likely)}
            for u in intake.unknown
        ],
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "file": receipt.name,
        "outcome": receipt.outcome,
        "forms": [sheet.form.key for sheet in receipt.sheets],
        "refusal": _text(receipt.refusal) if receipt.refusal else None,
        "problems": [_mark(mark) for mark in receipt.marks],
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "severity": mark.severity,
        "sheet": mark.sheet,
        "cell": mark.ref or None,
        "message": _text(mark.text),
    }


def _item(evaluation: Evaluation, item_id: str) -> dict[str, Any]:
    item = evaluation.plan.item(item_id)
    indicator = item.indicator
    return {
        "key": indicator.key,
        "title": _text(indicator.title),
        "unit": _text(indicator.unit),
        "formula": _text(indicator.formula),
        "reference": [reference.model_dump() for reference in indicator.reference],
        "confidence": indicator.confidence,
        "scale": indicator.scale,
        "counts": item.counts,
        "relaxed": _text(indicator.relaxed.title) if indicator.relaxed else None,
    }


def _block(block: BlockResult, rule: Any) -> dict[str, Any]:
    return {
        "title": _text(rule.title),
        "state": block.state,
        "local": block.local,
        "reasons": [_text(reason) for reason in block.reasons],
        "units": [_unit(result) for result in block.units],
        "out_of_scope": [_named(unit) for unit in block.out_of_scope],
        "items": _items(block),
        "dispersions": [_dispersion(d, rule.dispersion) for d in block.dispersions],
        "composites": [_composite(composite) for composite in block.composites],
        "clauses": [_clause(result) for result in block.clauses],
    }


def _composite(found: CompositeResult) -> dict[str, Any]:
    return {
        "stage": found.stage,
        "printed": found.printed,
        "limit": _exact(found.limit),
        "state": found.state,
    }


def _clause(result: ClauseResult) -> dict[str, Any]:
    clause = result.clause
    return {
        "id": clause.id,
        "key": clause.key,
        "no": clause.no,
        "title": _text(clause.title),
        "reference": [reference.model_dump() for reference in clause.reference],
        "confidence": clause.confidence,
        "state": result.state,
        "local": result.local,
        "tests": {answer.test.id: _answer(answer) for answer in result.answers},
    }


def _answer(answer: Answer) -> dict[str, Any]:
    test, relaxed = answer.test, "" if answer.basis is Basis.STRICT else f"/{answer.basis}"
    return {
        "address": f"test/{answer.clause.id}/{test.id}{relaxed}",
        "title": _text(test.title),
        "source": test.source,
        "counts": test.counts,
        "formula": _text(test.formula) if test.formula else None,
        "unit": _text(test.unit) if test.unit else None,
        "must": _limit(test.must),
        "state": answer.state,
        "value": _number(answer.value),
        "printed": answer.printed,
        "numerator": _amount(answer.numerator),
        "denominator": _amount(answer.denominator),
        "local": [
            {"policy": policy.version, "must": _limit(limit), "state": state}
            for policy, limit, state in answer.local
        ],
        "declared": asdict(answer.declaration) if answer.declaration else None,
        "short": [
            {
                "identity": short.identity,
                "name": short.name,
                "numerator": _exact(short.numerator),
                "denominator": _exact(short.denominator),
                "lacks": short.lacks,
            }
            for short in answer.short
        ],
    }


def _limit(limit: Limit | None) -> dict[str, str] | None:
    return None if limit is None else limit.model_dump(exclude_none=True)


def _amount(amount: Amount | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {
        "title": _text(amount.sum.total.title),
        "unit": amount.sum.total.unit,
        "value": _exact(amount.value),
        "open": list(amount.open),
        "missing": list(amount.missing),
    }


def _items(block: BlockResult) -> dict[str, Any]:
    """Each item over the whole block: its state and, by stage, how many units stand where."""
    items = block.units[0].cells if block.units else {}
    return {item: {"state": block.item_state(item), "stages": _stages(item, block)} for item in items}


def _stages(item: str, block: BlockResult) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for stage in dict.fromkeys(result.unit.stage for result in block.units):
        dispersion = block.dispersion(item, stage)
        found[stage] = dict(block.cell_counts(item, stage))
        found[stage]["dispersion"] = None if dispersion is None else WITHIN[dispersion.state]
    return found


def _named(unit: Unit) -> dict[str, Any]:
    return {"code": unit.key.campus, "name": unit.name, "stage": unit.stage, "title": _text(unit.title)}


def _unit(result: UnitResult) -> dict[str, Any]:
    return {
        **_named(result.unit),
        "type": result.unit.school_type,
        "pupils": _number(result.pupils),
        "state": result.state,
        "met": result.met,
        "reasons": [_text(reason) for reason in result.reasons],
        "cells": {item: _cell(cell) for item, cell in result.cells.items()},
    }


def _cell(cell: Cell) -> dict[str, Any]:
    figure, short = cell.figure, cell.shortfall
    relaxed = "" if figure.basis is Basis.STRICT else f"/{figure.basis}"
    return {
        "address": f"{figure.item.id}/{figure.unit.campus}/{figure.unit.stage}{relaxed}",
        "state": cell.state,
        "value": _number(figure.value),
        "printed": figure.printed,
        "numerator": _exact(figure.numerator),
        "denominator": _exact(figure.denominator),
        "threshold": _exact(cell.threshold),
        "floor": _exact(cell.floor),
        "low": _number(figure.low),
        "high": _number(figure.high),
        "missing": list(figure.missing),
        "shortfall": None
        if short is None
        else {
            "amount": short.amount,
            "to_floor": short.to_floor,
            "unit": _text(figure.item.indicator.shortfall.unit),
            "whole_school": short.shared,
        },
    }


def _dispersion(found: DispersionResult, rule: Any) -> dict[str, Any]:
    squared, sums = found.squared, found.sums
    whole = not found.unknown
    return {
        "address": f"cv/{found.item.id}/{found.stage}",
        "item": found.item.id,
        "stage": found.stage,
        "state": WITHIN[found.state],
        "value": None if squared is None else sqrt(squared),
        "printed": None if squared is None else f"{sqrt_half_up(squared, rule.places):f}",
        "limit": _exact(found.limit),
        "mean": _number(sums.mean * found.item.indicator.scale) if whole and sums.mean is not None else None,
        "mean_printed": sums.mean_rounded(rule.mean_places, found.item.indicator.scale) if whole else None,
        "sums": {"pupils": _exact(sums.pupils), "total": _exact(sums.total), "square": _exact(sums.square)},
        "unknown": [f"{key.campus}/{key.stage}" for key in found.unknown],
        "unweighted": None if found.unweighted_squared is None else sqrt(found.unweighted_squared),
        "contributions": [
            {"unit": f"{part.unit.campus}/{part.unit.stage}", "share": float(part.share)}
            for part in found.contributions
        ],
    }
