"""问题与整改, and the appendix: formulas, sources, what is to be verified, what is open, who falls short."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.documents.gaps import Gap, Grade
from meihao.documents.self_report import words
from meihao.documents.self_report.addresses import Figures, address_of
from meihao.documents.self_report.clauses import short_of
from meihao.documents.self_report.opening import unknown_totals
from meihao.documents.self_report.parts import (
    Across,
    Grid,
    Heading,
    Line,
    Para,
    Part,
    Piece,
    filled,
    joined,
    line,
)
from meihao.documents.sentences import BLANK
from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.plan import Plan
from meihao.figures.result import BlockResult, CellState
from meihao.policy.kinds import Element, Policy

_OFFICE = ("measure", "owner", "deadline")


# --- 问题与整改


def mending(figures: Figures) -> Iterator[Part]:
    """What fails for certain, who mends it and by when; those of units are told by indicator."""
    rows = tuple(_rows(figures))
    if rows:
        yield Para(filled(words.FAILURES, internal=words.INTERNAL))
        across: Across = ("left", "left", "left", "left", "center", "center")
        yield Grid(words.FAILURES_HEAD, rows, (48, 26, 28, 24, 20, 18), across)
    else:
        yield Para((words.NO_FAILURES,))
    if figures.evaluation.counts["undecided"]:
        yield Para(filled(words.STILL_OPEN, undecided=figures.quote("counts/undecided")))


def _rows(figures: Figures) -> Iterator[tuple[Line, ...]]:
    told: set[str] = set()
    for gap in figures.gaps:
        if gap.grade is not Grade.FAILED:
            continue
        if gap.who is None:
            yield _district(gap, figures)
        elif gap.code not in told:
            told.add(gap.code)
            count = figures.quote(f"failing/{gap.code}")
            thing = filled(words.UNIT_GAPS, short=gap.short.zh, count=count)
            yield thing, (words.SEE_ABOVE,), (words.NONE,), *_task(gap, figures)


def _district(gap: Gap, figures: Figures) -> tuple[Line, ...]:
    address = address_of(gap)
    thing = filled(words.CLAUSE_GAP, short=gap.short.zh, what=figures.quote(f"gap/what/{address}"))
    path: Line = (figures.quote(f"gap/path/{address}"),) if gap.present else (words.NONE,)
    return thing, (figures.quote(f"gap/whose/{address}"),), path, *_task(gap, figures)


def _task(gap: Gap, figures: Figures) -> Iterator[Line]:
    for name in _OFFICE:
        said = figures.quote(f"gap/{name}/{address_of(gap)}")
        yield (words.SET if said == BLANK else said,)


# --- 附件


def appendix(figures: Figures) -> Iterator[Part]:
    """How each number is worked out, from what, what is to be verified, and what is open."""
    yield Heading(2, words.FORMULAS)
    rows = tuple(_formulas(figures.plan))
    yield Grid(words.FORMULAS_HEAD, rows, (16, 38, 70, 38), ("center", "left", "left", "left"))
    yield Heading(2, words.SOURCES)
    yield from _sources(figures)
    yield Heading(2, words.VERIFY)
    yield from _verify(figures.plan)
    yield Heading(2, words.OPEN)
    yield from _open(figures)
    short = tuple(_schools(figures))
    if short:
        yield Heading(2, words.SHORTS)
        yield Para((f"{words.INTERNAL}。",))
        yield from short


def _formulas(plan: Plan) -> Iterator[tuple[Line, ...]]:
    for item in plan.items:
        indicator = item.indicator
        clause = indicator.reference[0].clause
        yield (item.id,), (indicator.short.zh,), (indicator.formula.zh,), (clause,)
    for block in plan.standard.blocks:
        for clause_ in plan.clauses_of(block):
            for test in clause_.tests:
                if test.formula is not None:
                    where = clause_.reference[0].clause
                    yield (clause_.id,), (test.title.zh,), (test.formula.zh,), (where,)


def _sources(figures: Figures) -> Iterator[Part]:
    plan = figures.plan
    given = {
        origin.form
        for table in figures.evaluation.snapshot.tables.values()
        for origin in table.origins.values()
    }
    forms = [form.title.zh for form in plan.forms if form.key in given] or [words.NO_DATA]
    yield Para(filled(words.RETURNS, forms="、".join(forms)))
    asked = {"snapshot": figures.quote("snapshot"), "count": figures.quote("versions")}
    yield Para(filled(words.SNAPSHOT, **asked))
    yield Para((words.ROUNDING,))


def _verify(plan: Plan) -> Iterator[Part]:
    found = list(_to_verify(plan))
    if not found:
        yield Para((words.VERIFY_NONE,))
        return
    titles = "、".join(title for title, _ in found)
    noted: list[tuple[Line, ...]] = [((title,), (note,)) for title, note in found if note]
    yield Para(filled(words.VERIFY_TOLD, titles=titles))
    if noted:
        yield Para((words.VERIFY_NOTED,))
        yield Grid(words.VERIFY_HEAD, tuple(noted), (62, 100), ("left", "left"))


def _to_verify(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each rule that is not sure, with its note in the rulebook; a measure only where it has one."""
    rules: list[tuple[str, Policy]] = [(plan.standard.short.zh, plan.standard)]
    rules += [(item.indicator.short.zh, item.indicator) for item in plan.items]
    rules += [(clause.short.zh, clause) for clause in plan.clauses]
    rules += [(policy.title.zh, policy) for policy in plan.refinements]
    measures = {m.key: m for item in plan.items for m in item.measures() if isinstance(m, Element) and m.note}
    rules += [(measure.title.zh, measure) for measure in measures.values()]
    yield from ((title, policy.note or "") for title, policy in rules if policy.to_verify)
    for block in plan.standard.blocks.values():
        if block.dispersion is not None and block.dispersion.confidence != "H":
            yield words.DISPERSION_RULE, block.dispersion.note


# --- what is open


def _open(figures: Figures) -> Iterator[Part]:
    rows = tuple(_open_rows(figures))
    if rows:
        yield Grid(words.OPEN_HEAD, rows, (72, 90), ("left", "left"))
    else:
        yield Para((words.OPEN_NONE,))


def _open_rows(figures: Figures) -> Iterator[tuple[Line, Line]]:
    for form in figures.plan.tables:
        for title, name in unknown_totals(form, figures):
            yield (title,), (figures.quote(f"wanting/{form.name}/{name}"),)
    for name in figures.plan.standard.blocks:
        block = figures.evaluation.block(name)
        yield from _open_cells(block, figures)
        for result in block.clauses:
            for answer in result.counting:
                found = _open_test(answer, figures)
                if found is not None:
                    yield line(result.clause.short.zh, "　", answer.test.title.zh), (found,)


def _open_cells(block: BlockResult, figures: Figures) -> Iterator[tuple[Line, Line]]:
    for result in block.units:
        key = result.unit.key
        for item in result.counting:
            if result.cells[item].state is CellState.UNDECIDED:
                short = result.cells[item].figure.item.indicator.short.zh
                missing = figures.quote(f"missing/{item}/{key.campus}/{key.stage}")
                yield line(result.unit.title.zh, "　", short), (missing,)
    for found in block.dispersions:
        if found.unknown:
            count = figures.quote(f"unknown/{found.item.id}/{found.stage}")
            title = f"{found.stage.words.zh}{found.item.indicator.short.zh}"
            yield line(title, "　", words.OF_DISPERSION), filled(words.UNITS_MISSING, count=count)


def _open_test(answer: Answer, figures: Figures) -> Piece | None:
    if answer.state is ClauseState.NOT_SET:
        return words.LIMIT_OPEN
    if answer.state is ClauseState.UNDECIDED:
        return figures.quote(f"open/{answer.clause.id}/{answer.test.id}")
    return None


# --- which schools


def _schools(figures: Figures) -> Iterator[Part]:
    """The schools that fall short of a failing test, by clause, then by code."""
    for name in figures.plan.standard.blocks:
        for result in figures.evaluation.block(name).clauses:
            for answer in result.counting:
                if answer.state in (ClauseState.FAILED, ClauseState.BASIC) and short_of(answer, figures):
                    yield _of_answer(answer, figures)


def _of_answer(answer: Answer, figures: Figures) -> Part:
    lack, where = answer.test.lack, f"{answer.clause.id}/{answer.test.id}"
    thing = words.LACKING.format(thing=lack.thing.zh) if lack else ""
    lead = filled(words.SHORTS_OF, short=answer.clause.short.zh, title=answer.test.title.zh, lacking=thing)
    schools = []
    for short in answer.short:
        lacks: Line = ()
        if lack is not None and short.lacks is not None:
            count = figures.quote(f"lack/{where}/{short.identity}")
            lacks = filled(words.LACKS, count=count, unit=lack.unit.zh)
        schools.append(line(short.name, lacks))
    return Para(line(joined(schools, "、"), "。"), lead)
