"""The top of the report, 一、基本情况 and 二、自评结果."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from meihao.documents.report import Report
from meihao.documents.self_report import words
from meihao.documents.self_report.addresses import ALL, Figures
from meihao.documents.self_report.parts import Grid, Heading, Line, Para, Part, Piece, filled, joined, line
from meihao.documents.sentences import BLANK
from meihao.figures.clauses import ClauseState
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, State
from meihao.policy.kinds import Form

_UNIT_BEHIND = re.compile(r"\s*[（(][^（）()]*[)）]$")


def top(report: Report) -> Iterator[Part]:
    """What a reader must know before the first sentence."""
    standard = report.evaluation.plan.standard
    title = filled(words.TITLE, district=report.district.zh, standard=standard.short.zh)
    yield Heading(0, "".join(map(str, title)))
    yield Para((f"{words.DRAFT}　{standard.caution.zh}",), look="centred")
    if report.invented:
        yield Para((words.INVENTED,), look="centred")
    yield Para((words.INTERNAL,), look="centred")
    yield Para(filled(words.HOW, blank=BLANK), look="note")


# --- 一、基本情况


def basics(report: Report, figures: Figures) -> Iterator[Part]:
    """The day, what was handed in, and the totals of the declaration form that are known."""
    fact = figures.plan.fact.title.zh
    year, census = report.school_year.title.zh, str(report.school_year.census)
    asked = {"on": figures.quote("on"), "rows": figures.quote("rows")}
    told = filled(words.BASIS, year=year, census=census, fact=fact, **asked)
    if report.evaluation.snapshot.pending:
        told = line(told, filled(words.PENDING, pending=figures.quote("pending")))
    yield Para(told)
    tables = [form for form in figures.plan.tables if _is_overview(form)]
    groups = [group for form in tables for group in _groups(form, figures)]
    for group, totals in groups:
        yield Para(filled(words.GROUP, group=group, totals=joined(totals, "，")))
    if tables and not groups:
        yield Para((words.ALL_UNKNOWN,))
    elif any(True for form in tables for _ in unknown_totals(form, figures)):
        yield Para((words.SOME_UNKNOWN,))


def _is_overview(form: Form) -> bool:
    """Whether a table is a grid of the district's numbers, and not of one clause's."""
    return form.table is not None and form.table.fills == "grid" and form.table.clause is None


def _groups(form: Form, figures: Figures) -> Iterator[tuple[str, list[Line]]]:
    """The known totals under each caption of the table's upper storey."""
    assert form.table is not None
    for caption, columns in groupby(form.table.columns, key=lambda column: column.within[:1]):
        known = [column.shows for column in columns if figures.said(f"total/{form.name}/{column.shows}")]
        if known:
            group = _UNIT_BEHIND.sub("", "".join(caption)) or words.OTHERS
            yield group, [_total(form, name, figures) for name in known]


def _total(form: Form, name: str, figures: Figures) -> Line:
    assert form.table is not None
    total = form.table.totals[name]
    return line(total.title.zh, figures.quote(f"total/{form.name}/{name}"), total.unit)


def unknown_totals(form: Form, figures: Figures) -> Iterator[tuple[str, str]]:
    """The totals of an overview that are not known: title and name."""
    if form.table is None or not _is_overview(form):
        return
    for name, total in form.table.totals.items():
        if figures.said(f"total/{form.name}/{name}") is None:
            yield total.title.zh, name


# --- 二、自评结果


def result(report: Report, figures: Figures) -> Iterator[Part]:
    """The whole, then each block on both bases."""
    evaluation, standard = report.evaluation, figures.plan.standard
    told = filled(
        words.WHOLE,
        reference=words.referred(standard.reference[0]),
        district=report.district.zh,
        title=standard.title.zh,
        state=evaluation.whole.words.zh,
        caution=standard.caution.zh,
    )
    open_ = words.WHOLE_OPEN if evaluation.whole is State.UNDECIDED else ""
    not_built = f"{standard.not_built.zh}。" if standard.not_built else ""
    local = evaluation.local
    placed = filled(words.WHOLE_LOCAL, state=local.words.zh) if local is not None else ()
    yield Para(line(told, open_, placed, not_built))
    counts: dict[str, Piece] = {name: figures.quote(f"counts/{name}") for name in evaluation.counts}
    yield Para(filled(words.COUNTS, **counts))
    yield Para((words.BOTH,))
    rows = tuple(_row(name, figures) for name in standard.blocks)
    yield Grid(words.RESULT_HEAD, rows, (34, 27, 27, 74), ("left", "center", "center", "left"))


def _row(name: str, figures: Figures) -> tuple[Line, ...]:
    evaluation = figures.evaluation
    strict, relaxed = (evaluation.block(name, basis) for basis in Basis)
    local = filled(words.LOCAL, state=strict.local.words.zh) if strict.local is not None else ()
    title = figures.plan.standard.blocks[name].title.zh
    made = joined(_made_of(strict, figures), "；")
    return (title,), line(strict.state.words.zh, local), (relaxed.state.words.zh,), made


def _made_of(block: BlockResult, figures: Figures) -> Iterator[Line]:
    """How many units, dispersions and clauses stand where."""
    rule, name = figures.plan.standard.blocks[block.block], block.block
    if rule.judges_units:
        told = words.UNITS_COUNTED if rule.unit_rule else words.UNITS_SHOWN
        states = by_state(f"units/{ALL}", figures)
        yield filled(told, all=figures.quote(f"units/{ALL}/{ALL}"), states=states)
    if block.dispersions and any(found.limit is not None for found in block.dispersions):
        states = by_state(f"dispersions/{name}/{ALL}", figures, words.WITHIN)
        every = figures.quote(f"dispersions/{name}/{ALL}/{ALL}")
        yield filled(words.DISPERSIONS_COUNTED, all=every, states=states)
    if block.composites:
        states = by_state(f"composites/{name}", figures, words.WITHIN)
        yield filled(words.COMPOSITES_COUNTED, all=figures.quote(f"composites/{name}/{ALL}"), states=states)
    if block.clauses:
        kind = "tests" if len(block.clauses) == 1 else "clauses"
        told = words.TESTS_COUNTED if kind == "tests" else words.CLAUSES_COUNTED
        states = clauses_by_state(f"{kind}/{name}", figures)
        yield filled(told, all=figures.quote(f"{kind}/{name}/{ALL}"), states=states)


def by_state(address: str, figures: Figures, titles: Mapping[State, str] | None = None) -> Line:
    """达标26、未达标6: the states there are, each with how many."""
    titles = titles or {state: state.words.zh for state in State}
    return _stated(address, {str(state): title for state, title in titles.items()}, figures)


def clauses_by_state(address: str, figures: Figures) -> Line:
    """The same of clauses, the worst last."""
    return _stated(address, {str(state): state.words.zh for state in reversed(ClauseState)}, figures)


def _stated(address: str, titles: Mapping[str, str], figures: Figures) -> Line:
    lines = [
        filled(words.STATE_COUNT, state=title, count=figures.quote(f"{address}/{state}"))
        for state, title in titles.items()
        if figures.said(f"{address}/{state}") != "0"
    ]
    return joined(lines, "、")
