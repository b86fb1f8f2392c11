"""A clause in the report: its official sentence filled, each test against its limit, its state and clause."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.documents.dossier.slots import vetoes
from meihao.documents.self_report import words
from meihao.documents.self_report.addresses import ALL, Figures
from meihao.documents.self_report.parts import Grid, Line, Para, Part, Piece, filled, joined, line
from meihao.documents.sentences import against
from meihao.figures.clauses import Amount, Answer, ClauseResult, ClauseState
from meihao.figures.plan import Basis
from meihao.figures.result import State
from meihao.policy.kinds import Limit
from meihao.policy.kinds.clauses import PLACEHOLDER

_SHORT_ENOUGH = ClauseState.FAILED, ClauseState.BASIC


def clauses(name: str, figures: Figures) -> Iterator[Part]:
    """Every clause of a block, a paragraph each; a block of vetoes is one table."""
    found = figures.evaluation.block(name).clauses
    if found and all(vetoes(result.clause) for result in found):
        yield from _vetoes(name, found, figures)
        return
    for result in found:
        number = words.NUMBER.format(no=words.numeral(result.clause.no))
        lead = filled(
            words.LEAD,
            no=number if len(found) > 1 else "",
            short=result.clause.short.zh,
            state=against(figures.evaluation, result),
        )
        yield Para(line(_found(result, figures), "。", _reference(result)), lead)


def _found(result: ClauseResult, figures: Figures) -> Line:
    """The form's sentence, each computed test, and what people found."""
    told = [sentence(result, figures)]
    told += [_computed(answer, figures) for answer in result.answers if answer.test.declared is None]
    return joined([*told, *_declared(result, figures)])


def _reference(result: ClauseResult) -> Line:
    verify = words.TO_VERIFY if result.clause.to_verify else ""
    return filled(words.CLAUSE_REFERENCE, clause=result.clause.reference[0].clause, verify=verify)


def sentence(result: ClauseResult, figures: Figures) -> Line:
    """The sentence of the official form with what is known in its blanks; empty where there is none."""
    clause = result.clause
    parts = PLACEHOLDER.split((clause.finding or "").rstrip("。；"))
    filled_in: list[Piece] = []
    for place, part in enumerate(parts):
        filled_in.append(figures.quote(_address(result, part)) if place % 2 else part)
    return line(*filled_in)


def _address(result: ClauseResult, name: str) -> str:
    clause = result.clause
    kind = "total" if name in clause.totals else "test" if clause.test(name) else "blank"
    return f"{kind}/{clause.id}/{name}"


# --- one computed test


def _computed(answer: Answer, figures: Figures) -> Line:
    test = answer.test
    if answer.value is None and answer.state is ClauseState.REACHED:
        return line(test.title.zh, "：", words.NOBODY)
    value = () if _covered(answer) else measured(answer, figures)
    told = [value, _judged(answer, figures)]
    if _tells_schools(answer, figures):
        count = figures.quote(f"shorts/{answer.clause.id}/{test.id}")
        told.append(filled(words.NOT_MET_AT, reporter=figures.reporter, count=count))
    told += [_eased(answer, figures), *_local(answer, figures)]
    return line(test.title.zh, "：", joined(told, "，"))


def _covered(answer: Answer) -> bool:
    """Whether the official sentence says the value with both its counts already."""
    test = answer.test
    return {test.id, test.numerator, test.denominator} <= {*answer.clause.blanks}


def measured(answer: Answer, figures: Figures) -> Line:
    """The value with what it is a part of: 99.8%（2051/2055人）."""
    test, relaxed = answer.test, answer.basis is Basis.RELAXED
    if answer.value is None or answer.numerator is None or test.unit is None:
        return ()
    address = f"test/{answer.clause.id}/{test.id}{f'/{answer.basis}' if relaxed else ''}"
    value = filled(words.VALUE, value=figures.quote(address), unit=test.unit.zh)
    if answer.denominator is None:
        return value
    return line(value, _counts(answer.numerator, answer.denominator, figures))


def _counts(over: Amount, under: Amount, figures: Figures) -> Line:
    asked = {
        side: figures.quote(f"total/{amount.sum.owner}/{amount.sum.name}")
        for side, amount in (("over", over), ("under", under))
    }
    units = over.sum.total.unit, under.sum.total.unit
    if units[0] == units[1]:
        return filled(words.COUNTED, unit=units[0], **asked)
    return filled(words.OF_TWO, over_unit=units[0], under_unit=units[1], **asked)


def _judged(answer: Answer, figures: Figures) -> Line:
    test, where = answer.test, f"{answer.clause.id}/{answer.test.id}"
    if answer.state is ClauseState.UNDECIDED:
        return line(answer.state.words.zh, "（", figures.quote(f"open/{where}"), "）")
    if not test.counts:
        return (words.BESIDE,)
    if test.must is None:
        return (words.NO_LIMIT,)
    limit = _limit(answer, test.must, f"limit/{where}", figures)
    return filled(words.JUDGED, limit=limit, state=answer.state.words.zh)


def _limit(answer: Answer, limit: Limit, address: str, figures: Figures) -> Line:
    """不低于100%."""
    (how,) = limit.model_dump(exclude_none=True)
    unit = answer.test.unit.zh if answer.test.unit else ""
    return line(words.LIMITS_SAID[how], figures.quote(address), unit)


def _tells_schools(answer: Answer, figures: Figures) -> bool:
    return bool(short_of(answer, figures)) and answer.state in _SHORT_ENOUGH


def short_of(answer: Answer, figures: Figures) -> bool:
    """Whether rows of schools fall short of a test, and not the district itself."""
    over = answer.numerator
    return bool(answer.short) and over is not None and over.sum.fact == figures.plan.fact.key


def _eased(answer: Answer, figures: Figures) -> Line:
    relaxed = answer.test.relaxed
    if relaxed is None:
        return ()
    other = figures.answer(answer.clause.id, answer.test.id, Basis.RELAXED)
    value = measured(other, figures)
    return filled(words.EASED, title=relaxed.title.zh, value=value, state=other.state.words.zh)


def _local(answer: Answer, figures: Figures) -> Iterator[Line]:
    for place, (policy, asked, state) in enumerate(answer.local):
        limit = _limit(answer, asked, f"local/{answer.clause.id}/{answer.test.id}/{place}", figures)
        yield filled(words.LOCAL_TEST, limit=limit, policy=policy.title.zh, state=state.words.zh)


# --- what people found


def _declared(result: ClauseResult, figures: Figures) -> Iterator[Line]:
    """Matters with the same finding are told together, with who found it and when."""
    groups: dict[tuple[object, ...], list[Answer]] = {}
    for answer in result.answers:
        if answer.test.declared is not None:
            found = answer.declaration if answer.state is not ClauseState.UNDECIDED else None
            key = (answer.state, found and found.finding, found and found.by, found and found.on)
            groups.setdefault(key, []).append(answer)
    for answers in groups.values():
        titles = "、".join(answer.test.title.zh for answer in answers)
        yield filled(words.DECLARED, titles=titles, said=_finding(answers[0], figures))


def _finding(answer: Answer, figures: Figures) -> Line:
    found, where = answer.declaration, f"declared/{answer.clause.id}/{answer.test.id}"
    if answer.state is ClauseState.UNDECIDED or found is None:
        return line(words.NOT_DECLARED, "，", ClauseState.UNDECIDED.words.zh)
    said = figures.quote(f"{where}/finding") if found.finding else ""
    signed = filled(words.SIGNED, by=figures.quote(f"{where}/by"), on=figures.quote(f"{where}/on"))
    return line(said, signed if found.by and found.on else "", "，" if said else "", answer.state.words.zh)


# --- vetoes


def _vetoes(name: str, found: tuple[ClauseResult, ...], figures: Figures) -> Iterator[Part]:
    states = {str(state): figures.quote(f"tests/{name}/{state}") for state in State}
    yield Para(filled(words.VETOES_TOLD, all=figures.quote(f"tests/{name}/{ALL}"), **states))
    rows = tuple(_veto(answer, figures) for result in found for answer in result.answers)
    yield Grid(words.VETOES_HEAD, rows, (72, 28, 38, 24), ("left", "center", "left", "center"))


def _veto(answer: Answer, figures: Figures) -> tuple[Line, ...]:
    where, told = f"declared/{answer.clause.id}/{answer.test.id}", answer.declaration
    open_ = told is None or answer.state is ClauseState.UNDECIDED
    signed = (
        ((words.NONE,), (words.NONE,))
        if open_
        else ((figures.quote(f"{where}/by"),), (figures.quote(f"{where}/on"),))
    )
    return (answer.test.title.zh,), (words.EXISTS[State(answer.state)],), *signed
