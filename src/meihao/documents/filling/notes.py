"""What was filled in and what was not: as a sheet at the end, as JSON, and as a draft for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from meihao.base.divisions import is_unassigned
from meihao.base.exact import decimal_text
from meihao.base.text import Lang, Text
from meihao.documents.filling.known import Known, Read
from meihao.documents.filling.results import Filled, Result, Why
from meihao.documents.workbook import Note, Workbook
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Reference

_SHOWN = 3  # so many cells of a sum are named in print; JSON has all of them
INVENTED = Text("虚构：演示数据，区划代码未分配", "Invented: demonstration data under an unassigned code")


def headline(filled: Filled) -> Text:
    """How much of the blank was filled: 63 项中 51 项已带出."""
    number, done = len(filled.results), len(filled.of("filled"))
    same, unknown, differ = len(filled.of("same")), len(filled.of("given")), _differing(filled)
    zh, en = f"{number} 项中 {done} 项已带出", f"{done} of {number} fields filled"
    if same + unknown + differ:
        zh += f"；表中已填 {same + unknown + differ} 项（一致 {same}、不一致 {differ}、无从核对 {unknown}）"
        en += f"; {same + unknown + differ} were filled in already "
        en += f"(equal {same}, other {differ}, nothing to compare {unknown})"
    return Text(zh, en)


def _differing(filled: Filled) -> int:
    return sum(result.why is Why.DIFFERS for result in filled.of("open"))


# --- the sheet


def note_sheet(filled: Filled, evaluation: Evaluation, lang: Lang) -> list[Note]:
    """The sheet 带出说明: what was filled from where, then the rest and what to do about it."""
    return [Note(look, tuple(cells)) for look, cells in _lines(filled, evaluation, lang)]


def _lines(filled: Filled, evaluation: Evaluation, lang: Lang) -> Iterator[tuple[Any, Sequence[str]]]:
    yield "title", (headline(filled).said(lang),)
    snapshot = evaluation.snapshot
    if is_unassigned(snapshot.place):
        yield "row", ("", INVENTED.said(lang))
    yield "row", ("", filled.about.said(lang))
    yield "row", ("", f"{snapshot.on}　{evaluation.plan.standard.caution.said(lang)}　{snapshot.short_hash}")
    yield "head", [text.said(lang) for text in _FILLED_HEADS]
    for number, result in enumerate(filled.of("filled"), 1):
        yield (
            "row",
            (str(number), *_place(result), result.printed or "", result.unit or "", *_source(result, lang)),
        )
    yield "row", ()
    yield "head", [text.said(lang) for text in _REST_HEADS]
    rest = [result for _, found in filled.rest for result in found]
    for number, result in enumerate(rest, 1):
        assert result.why is not None
        words = (result.why.words, result.told, advice(result))
        why, told, todo = (text.said(lang) for text in words)
        yield "row", (str(number), *_place(result), why, "", told, todo)


_FILLED_HEADS = (
    Text("序号", "No."),
    Text("工作表", "Sheet"),
    Text("单元格", "Cell"),
    Text("表中名称", "Caption"),
    Text("带出的值", "Value"),
    Text("单位", "Unit"),
    Text("来源", "Source"),
    Text("依据", "Clause"),
)
_REST_HEADS = (
    *_FILLED_HEADS[:4],
    Text("为什么没有带出", "Why not filled"),
    Text("", ""),
    Text("说明", "In detail"),
    Text("怎么办", "What to do"),
)


def _place(result: Result) -> tuple[str, str, str]:
    place = result.place
    gap = "" if place.gap is None else f" [{place.gap + 1}]"  # which blank of the sentence
    return place.sheet, place.ref, f"{place.caption}{gap}"


def _source(result: Result, lang: Lang) -> tuple[str, str]:
    sources = list(dict.fromkeys(told(known).said(lang) for known in result.known))
    rules = dict.fromkeys(cited(rule) for known in result.known for rule in known.rules)
    return "；".join(sources), "；".join(rules)


def told(known: Known) -> Text:
    """Where a value is from: the cells it was read from, the rows added up, the figure's address."""
    cells = list(dict.fromkeys(_cell(read) for read in known.reads if read.origin))
    some = "、".join(cells[:_SHOWN]) + (f" … {len(cells)}" if len(cells) > _SHOWN else "")
    address = f"{known.address}　" if known.address else ""
    if known.added_up is None:
        return Text(f"{address}{some}", f"{address}{some}")
    kind = Text("平均", "mean") if known.address else Text("合计", "sum")
    number = known.added_up
    return Text(f"{address}{number} 校{kind.zh}：{some}", f"{address}{kind.en} over {number} schools: {some}")


def _cell(read: Read) -> str:
    origin = read.origin
    return f"{origin.file} › {origin.sheet}!{origin.cell}" if origin else ""


def cited(rule: Reference) -> str:
    """A clause as it is cited."""
    number = f"（{rule.number}）" if rule.number else ""
    return f"《{rule.document}》{number} {rule.clause}"


def advice(result: Result) -> Text:
    """What to do about a place, with the captions that are like its own."""
    if not result.likely:
        return result.todo
    names = " / ".join(result.likely)
    return Text(f"{result.todo.zh}（相近：{names}）", f"{result.todo.en} (likely: {names})")


# --- JSON


def as_json(book: Workbook, filled: Filled, evaluation: Evaluation) -> dict[str, Any]:
    """Everything for other programs; exact numbers are text."""
    snapshot = evaluation.snapshot
    return {
        "blank": {"file": book.path.name, "sha256": book.sha256},
        "on": str(snapshot.on),
        "place": snapshot.place,
        "invented": is_unassigned(snapshot.place),
        "snapshot": snapshot.logical_hash,
        "school": filled.school,
        "about": {"zh": filled.about.zh, "en": filled.about.en},
        "counts": _counts(filled),
        "filled": [_filled(result) for result in filled.of("filled")],
        "already": [_already(result) for result in (*filled.of("same"), *filled.of("given"))],
        "rest": [_rest(result) for _, found in filled.rest for result in found],
        "not_read": list(filled.unread),
    }


def _counts(filled: Filled) -> dict[str, int]:
    return {
        "fields": len(filled.results),
        "filled": len(filled.of("filled")),
        "same": len(filled.of("same")),
        "given": len(filled.of("given")),
        "differs": _differing(filled),
        "rest": len(filled.of("open")) - _differing(filled),
    }


def _where(result: Result) -> dict[str, Any]:
    place = result.place
    return {"sheet": place.sheet, "cell": place.ref, "caption": place.caption, "gap": place.gap}


def _filled(result: Result) -> dict[str, Any]:
    value = {"value": result.printed, "numeric": result.numeric, "unit": result.unit}
    return {
        **_where(result),
        "school": result.place.school,
        **value,
        "from": [_known(k) for k in result.known],
    }


def _known(known: Known) -> dict[str, Any]:
    exact = decimal_text(known.value) if isinstance(known.value, Fraction) else known.value
    return {
        "title": {"zh": known.title.zh, "en": known.title.en},
        "exact": exact,
        "unit": known.unit,
        "address": known.address,
        "schools": known.added_up,
        "cells": [_read(read) for read in known.reads],
        "clauses": [cited(rule) for rule in known.rules],
    }


def _read(read: Read) -> dict[str, Any]:
    origin = read.origin
    cell = {"file": origin.file, "sheet": origin.sheet, "cell": origin.cell} if origin else None
    return {"fact": read.fact, "identity": read.identity, "column": read.column, "read_from": cell}


def _already(result: Result) -> dict[str, Any]:
    return {**_where(result), "checked": result.outcome == "same"}


def _rest(result: Result) -> dict[str, Any]:
    assert result.why is not None
    return {
        **_where(result),
        "school": result.place.school,
        "why": result.why,
        "told": {"zh": result.told.zh, "en": result.told.en},
        "todo": {"zh": result.todo.zh, "en": result.todo.en},
        "likely": list(result.likely),
        "known": [_known(known) for known in result.known],
    }


# --- the draft


def write_draft(book: Workbook, filled: Filled, evaluation: Evaluation, folder: Path) -> Path | None:
    """Captions that were not known and are like some that are, for a person to confirm.

    Nothing is written where there are none, and nothing over a draft that is there: somebody may have
    worked in it.
    """
    unknown: dict[str, tuple[str, ...]] = {}
    for result in filled.of("open"):
        if result.why in (Why.UNKNOWN, Why.CONFINED) and result.likely:
            unknown.setdefault(result.place.caption, result.likely)
    place, name = evaluation.plan.place, f"blank-{book.sha256[:8]}"
    target = folder / place / "captions" / f"{name}.yaml"
    if not unknown or target.exists():
        return target if unknown else None
    target.parent.mkdir(parents=True, exist_ok=True)
    head = _DRAFT.format(key=f"{place}/captions/{name}", since=evaluation.plan.standard.since)
    entries = (_entry(caption, likely) for caption, likely in unknown.items())
    target.write_text(head + "".join(entries), encoding="utf-8")
    return target


def _entry(caption: str, likely: Sequence[str]) -> str:
    quoted = json.dumps(caption, ensure_ascii=False)
    guesses = " / ".join(" ".join(label.split()) for label in likely)
    return f"  - says: [{quoted}]  # {guesses}\n    same_as: null\n"


_DRAFT = """# 表头对照草稿：名称确实相同的，在 same_as 写上那个名称；不要的条目删去。
# 用法 / then: meihao fill … --policies <本文件夹所在的“对照草稿” / the folder this draft lies in>
kind: synonyms
key: {key}
title: {{zh: 本区空白表的名称, en: captions of our blank forms}}
since: {since}
reference:
  - {{document: 本区空白表, number: null, clause: 表头}}
confidence: M
reviewed: {{by: null, on: null, next: null}}
captions:
"""
