"""Gaps of clauses: what a district lacks, which schools fall short, what nobody has declared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor

from meihao.base.exact import ceil_to, grouped, half_up
from meihao.base.text import Text
from meihao.documents.gaps.fields import of_answer, reporter
from meihao.documents.gaps.model import Gap, Grade, Kind, Part, Quantity, Tasks, Wanted
from meihao.figures.clauses import Amount, Answer, ClauseResult, ClauseState, Short
from meihao.figures.plan import DECLARATIONS, Plan
from meihao.figures.snapshot import Snapshot, Table
from meihao.figures.trace_clauses import limit_words
from meihao.policy.kinds import Limit

_GRADES = {
    ClauseState.FAILED: Grade.FAILED,
    ClauseState.BASIC: Grade.SPARE,
    ClauseState.UNDECIDED: Grade.OPEN,
    ClauseState.NOT_SET: Grade.OPEN,
}
# units are written in Chinese in the policies; those that are words have an English one here
_UNITS = {
    "人": "people",
    "名": "people",
    "所": "schools",
    "间": "rooms",
    "个": "",
    "万元": "× 10 000 yuan",
    "元": "yuan",
    "科": "subjects",
    "班": "classes",
}
_AT_LEAST = "≥ "  # goes without saying after an arrow
_EXISTS = Text("认定存在该情形", "declared to exist")
_NOT_MET = Text("认定未做到", "declared not to be met")
_NOT_SET = Text("所据文件没有给出限值", "the source gives no limit")
_NOT_GIVEN = Text("国家监测结果尚未给出或未录入", "the state's result is not given, or not entered")


def of_clause(
    result: ClauseResult, relaxed: ClauseResult | None, plan: Plan, snapshot: Snapshot, tasks: Tasks
) -> Iterator[Gap]:
    """The gaps of one clause, test by test: under the standard, then where only a place asks more."""
    for answer in result.counting:
        eased = relaxed.answer(answer.test.id) if relaxed else None
        if answer.state is not ClauseState.REACHED:
            yield _gap(answer, answer.state, answer.test.must, None, eased, plan, snapshot, tasks)
        for policy, limit, state in answer.local:
            if _worse(state, answer.state):
                yield _gap(answer, state, limit, policy.title, eased, plan, snapshot, tasks)


def _worse(local: ClauseState, own: ClauseState) -> bool:
    order = list(ClauseState)
    return order.index(local) < order.index(own)


def _gap(
    answer: Answer,
    state: ClauseState,
    limit: Limit | None,
    place: Text | None,
    eased: Answer | None,
    plan: Plan,
    snapshot: Snapshot,
    tasks: Tasks,
) -> Gap:
    clause, test = answer.clause, answer.test
    parts = tuple(_parts(answer, eased, plan, snapshot)) if _GRADES[state] is not Grade.OPEN else ()
    kind = _kind(answer, state, limit, parts)
    return Gap(
        kind=kind,
        grade=_GRADES[state],
        block=clause.block,
        code=clause.id,
        short=clause.short,
        title=test.title,
        address=f"test/{clause.id}/{test.id}",
        reference=clause.reference[0],
        task=tasks.task(clause.id),
        state=state.words,
        amount=_amount(answer, limit, kind, parts),
        present=answer.printed and grouped(Decimal(answer.printed)),
        wanted=None if limit is None else limit_words(limit).zh.removeprefix(_AT_LEAST),
        unit=test.unit or Text("", ""),
        ways=tuple(_ways(answer, kind, limit, place, len(parts))),
        parts=parts,
        fields=_fields(answer, kind, plan, snapshot),
        relaxed=_relaxed(answer, eased),
        eased=bool(test.relaxed and eased and eased.state is ClauseState.REACHED),
        place=place,
        to_verify=clause.to_verify,
    )


def _kind(answer: Answer, state: ClauseState, limit: Limit | None, parts: tuple[Part, ...]) -> Kind:
    test = answer.test
    if state is ClauseState.NOT_SET:
        return Kind.LIMIT
    if test.declared is not None:
        return Kind.DECLARATION if state is ClauseState.UNDECIDED else Kind.FINDING
    if state is ClauseState.UNDECIDED:
        return Kind.NATIONAL if test.national else Kind.FIELDS
    return Kind.SCHOOLS if parts and _whole(answer, limit) else Kind.RATIO


def _whole(answer: Answer, limit: Limit | None) -> bool:
    """Whether all of the denominator is wanted, so that each row that falls short must be mended."""
    return limit is not None and limit.at_least is not None and limit.at_least >= answer.test.scale


# --- the schools


def _parts(answer: Answer, eased: Answer | None, plan: Plan, snapshot: Snapshot) -> Iterator[Part]:
    """The rows that fall short, by code; the district's own row is no part of it."""
    if answer.numerator is None:
        return
    table = snapshot.table(plan.facts[answer.numerator.sum.fact])
    relaxed = eased if answer.test.relaxed else None
    left = {short.identity for short in relaxed.short} if relaxed else set()
    open_ = set(relaxed.numerator.open) if relaxed and relaxed.numerator else set()
    for short in answer.short:
        who = reporter(table, short.identity)
        if who is not None:
            present, least = _counts(short, answer.numerator)
            closed = relaxed is not None and short.identity not in left | open_
            yield Part(who, present, least, _lacks(answer, short, table), eased=closed)


def _counts(short: Short, over: Amount) -> tuple[str, str]:
    """How a row stands; a row that counts as one thing or none says nothing by its number."""
    if short.denominator == 1:
        return "", ""
    places, unit = over.sum.total.places, over.sum.total.unit
    present, least = (grouped(half_up(value, places)) for value in (short.numerator, short.denominator))
    return f"{present} {unit}", f"{least} {unit}"


def _lacks(answer: Answer, short: Short, table: Table) -> Quantity | None:
    lack = answer.test.lack
    if lack is not None and short.lacks is not None:
        return Quantity(Decimal(short.lacks), lack.unit, lack.thing)
    if lack is not None or short.denominator == 1 or answer.numerator is None:
        return None
    total = answer.numerator.sum.total
    number = ceil_to(short.denominator - short.numerator, total.places)
    return Quantity(number, _unit(total.unit), total.title)


# --- the amount


def _amount(answer: Answer, limit: Limit | None, kind: Kind, parts: tuple[Part, ...]) -> Quantity | None:
    """All that the short schools lack where each must be mended, else what the district lacks."""
    if kind is Kind.SCHOOLS:
        lacks = [part.lacks for part in parts]
        known = [lack for lack in lacks if lack is not None and lack.number > 0]
        if parts and len(known) == len(parts):
            return Quantity(sum((lack.number for lack in known), Decimal(0)), known[0].unit, known[0].thing)
    return lacking(answer, limit) if kind in (Kind.SCHOOLS, Kind.RATIO) and limit is not None else None


def lacking(answer: Answer, limit: Limit) -> Quantity | None:
    """What must be added or taken away for a district's ratio to hold, rounded to the safe side.

    A ratio that may not be greater is mended below the line (more teachers for the children there are),
    unless what is above the line is part of what is below it.
    """
    over, under = answer.numerator, answer.denominator
    if over is None or over.value is None or (under is not None and not under.value):
        return None
    line = under.value if under is not None and under.value is not None else Fraction(1)
    scale = answer.test.scale
    if limit.at_least is not None or limit.more_than is not None:
        least = limit.at_least if limit.at_least is not None else limit.more_than
        assert least is not None
        return _of(over, least * line / scale - over.value, limit.more_than is not None, False)
    most = limit.at_most if limit.at_most is not None else limit.below
    assert most is not None
    if under is not None and not answer.test.part and most:
        return _of(under, over.value * scale / most - line, limit.below is not None, False)
    return _of(over, over.value - most * line / scale, limit.below is not None, True)


def _of(amount: Amount, exact: Fraction, strictly: bool, over: bool) -> Quantity | None:
    """An exact amount in the decimals of a total, rounded up; one step more where it must be passed."""
    places = amount.sum.total.places
    step = Decimal(1).scaleb(-places)
    number = ceil_to(exact, places)
    if strictly:
        number = Decimal(floor(exact * 10**places)).scaleb(-places) + step
    total = amount.sum.total
    return Quantity(number, _unit(total.unit), total.title, over) if number > 0 else None


def _unit(unit: str) -> Text:
    return Text(unit, _UNITS.get(unit, unit))


# --- in words


def _ways(
    answer: Answer, kind: Kind, limit: Limit | None, place: Text | None, schools: int
) -> Iterator[Text]:
    if place is not None:
        yield Text(
            f"{place.zh}的要求；国家标准{answer.state.words.zh}",
            f"asked by {place.en}; national standard {answer.state.words.en}",
        )
    elif answer.test.basic is not None and answer.state is ClauseState.BASIC:
        least = limit_words(answer.test.basic)
        yield Text(f"已到基本合格线 {least.zh}", f"at the lower grade {least.en}")
    match kind:
        case Kind.FINDING:
            yield _NOT_MET if answer.test.declared and answer.test.declared.expects else _EXISTS
            if answer.declaration and answer.declaration.finding:
                yield Text(*[answer.declaration.finding] * 2)
        case Kind.DECLARATION if answer.clause.evidence:
            listed = "、".join(answer.clause.evidence)
            yield Text(f"认定所需材料：{listed}", f"evidence wanted: {listed}")
        case Kind.LIMIT:
            yield _NOT_SET
        case Kind.NATIONAL:
            yield _NOT_GIVEN
        case Kind.SCHOOLS | Kind.RATIO if schools:
            yield _schools(schools, _whole(answer, limit))
        case _:
            pass


def _schools(count: int, whole: bool) -> Text:
    if whole:
        return Text(f"涉及 {count} 所", f"at {count} of them")
    return Text(f"未做到的有 {count} 所，不必全部补齐", f"{count} fall short; not all of them need be mended")


def _fields(answer: Answer, kind: Kind, plan: Plan, snapshot: Snapshot) -> tuple[Wanted, ...]:
    """The fields to be filled for an open test; a finding is a field of the return of findings."""
    if kind is not Kind.DECLARATION:
        return of_answer(answer, plan, snapshot)
    form = plan.carrier("holds", DECLARATIONS)
    return (Wanted(form.title if form else None, "holds", answer.test.title, None, answer.clause.id),)


def _relaxed(answer: Answer, eased: Answer | None) -> Text | None:
    """What the relaxation makes of a test; None where it has none."""
    if eased is None or answer.test.relaxed is None:
        return None
    said = eased.state.words
    left = len(eased.short)
    zh, en = (f"，还有 {left} 所", f", {left} left") if left else ("", "")
    return Text(f"计入放宽后{said.zh}{zh}", f"with the relaxation {said.en}{en}")
