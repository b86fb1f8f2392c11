"""Amounts side by side: equal, different, or one side missing. No source is preferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from meihao.base.text import Text
from meihao.documents.reconciling.amounts import ABSENT, amount_of
from meihao.documents.reconciling.oddities import of_files, of_sheets
from meihao.documents.reconciling.plan import Plan, listed
from meihao.documents.reconciling.result import Amount, Finding, Line, Outcome, Reconciled, School
from meihao.documents.reconciling.schools import Gathered, Group, gather, in_scope
from meihao.documents.reconciling.taking import Exports
from meihao.figures.snapshot import Table

Amounts = Mapping[str, Amount]  # by school


@dataclass(frozen=True)
class _Measured:
    """One measure: what each side says of each school, and the sides that can say nothing at all."""

    name: str
    sides: Mapping[str, Amounts]
    silent: Mapping[str, frozenset[str]]


def compare(
    plan: Plan, exports: Exports, returns: Mapping[str, Table], returns_on: str | None = None
) -> Reconciled:
    """Compares what was counted; `returns` are the schools' own tables, by the key of their fact."""
    sources = _groups(plan, exports, returns)
    gathered = gather(plan, sources)
    compared = [school for _, school in sorted(gathered.by_code.items()) if in_scope(plan, school)]
    measured = [_measured(plan, exports, name, compared, tuple(sources)) for name in plan.policy.measures]
    schools = [_school(school, sources) for school in compared]
    lines = [line for one in measured if len(one.sides) > 1 for line in _lines(plan, one, schools)]
    return Reconciled(
        plan=plan,
        exports=exports,
        provided=tuple(sources),
        returns_on=returns_on,
        lines=tuple(sorted(lines, key=_worst_first)),
        partial=tuple(school for school in schools if len(school.sources) < len(sources)),
        outside=len(gathered.by_code) - len(compared),
        uncompared=tuple(one.name for one in measured if len(one.sides) < 2),
        findings=(
            *of_files(exports),
            *of_sheets(plan, exports),
            *_silent(plan, measured),
            *_doubled(plan, compared),
            *gathered.findings,
        ),
    )


def _worst_first(line: Line) -> tuple[int, str]:
    """Differences, then missing sides, then what is equal; each in order of code, never of size."""
    return list(Outcome).index(line.outcome), line.school.code


def _groups(plan: Plan, exports: Exports, returns: Mapping[str, Table]) -> dict[str, list[Group]]:
    """The rows of each source that has any, in the order of the policy."""
    groups = {
        source: list(_of_exports(exports, source))
        if source in plan.forms
        else list(_of_returns(plan, source, returns))
        for source in plan.policy.sources
    }
    return {source: found for source, found in groups.items() if found}


def _of_exports(exports: Exports, source: str) -> Iterator[Group]:
    for file, tally in exports.counted(source):
        for row, rows in tally.of_groups():
            yield Group(row, rows, file.name, file.sha256, tally.sheet)


def _of_returns(plan: Plan, source: str, returns: Mapping[str, Table]) -> Iterator[Group]:
    fact = plan.facts[source]
    table = returns.get(fact.key, Table(fact, {}))
    for identity, row in table.rows.items():
        origin = table.origins.get((identity, fact.identity)) or table.origins.get(
            (identity, fact.name_column)
        )
        place = (origin.file, origin.sha256, origin.sheet) if origin else ("", "", "")
        yield Group({fact.identity: identity, **row}, 1, *place)


def _school(school: Gathered, sources: Mapping[str, list[Group]]) -> School:
    return School(school.code, school.name, tuple(name for name in sources if name in school.groups))


def _measured(
    plan: Plan, exports: Exports, name: str, schools: Sequence[Gathered], provided: tuple[str, ...]
) -> _Measured:
    sides: dict[str, Amounts] = {}
    silent: dict[str, frozenset[str]] = {}
    for source, side in plan.policy.measures[name].sides.items():
        if source not in provided:
            continue
        fact, one_row = plan.facts[source], plan.policy.sources[source].one_row_a == "school"
        amounts = {
            school.code: amount_of(school.groups[source], fact, side, one_row)
            if source in school.groups
            else ABSENT
            for school in schools
        }
        lacking = _lacking(plan, exports, source, amounts)
        if lacking:
            silent[source] = lacking
        else:
            sides[source] = amounts
    return _Measured(name, sides, silent)


def _lacking(plan: Plan, exports: Exports, source: str, amounts: Amounts) -> frozenset[str]:
    """The columns no sheet of an export has, where for want of them the side can say nothing at all."""
    if source not in plan.forms or any(amount.number is not None for amount in amounts.values()):
        return frozenset()
    read = {column for _, tally in exports.counted(source) for column in tally.columns}
    missing = {name for amount in amounts.values() for name in amount.missing}
    return frozenset(missing - read)


def _lines(plan: Plan, one: _Measured, schools: Sequence[School]) -> Iterator[Line]:
    for school in schools:
        amounts = {source: by_school[school.code] for source, by_school in one.sides.items()}
        if _worth_a_line(amounts):
            yield _line(plan, one.name, school, amounts)


def _worth_a_line(amounts: Amounts) -> bool:
    """Whether anybody counts anything: 0 lower secondary pupils of a primary school are no news."""
    said = [amount for amount in amounts.values() if not amount.absent]
    return any(amount.number != 0 for amount in said)


def _line(plan: Plan, measure: str, school: School, amounts: Amounts) -> Line:
    known = [amount.number for amount in amounts.values() if amount.number is not None]
    spread = max(known) - min(known) if len(known) > 1 else None
    if spread is not None and spread > (plan.policy.tolerance or 0):
        outcome = Outcome.DIFFERS
    else:
        outcome = Outcome.EQUAL if len(known) == len(amounts) else Outcome.ONE_SIDED
    return Line(school, measure, amounts, outcome, spread)


def _silent(plan: Plan, measured: Sequence[_Measured]) -> Iterator[Finding]:
    """Sides that say nothing because a header is not confirmed or not there."""
    for one in measured:
        for source, missing in one.silent.items():
            titles = [plan.facts[source].columns[name].title for name in sorted(missing)]
            columns = listed(title.zh for title in titles)[0], listed(title.en for title in titles)[1]
            what = plan.policy.measures[one.name].title
            zh = f"没有读到「{columns[0]}」一列，“{what.zh}”这一项不与它比"
            en = f"no column “{columns[1]}” was read: it takes no part in “{what.en}”"
            yield Finding("column", source, Text(zh, en))


def _doubled(plan: Plan, schools: Sequence[Gathered]) -> Iterator[Finding]:
    for school in schools:
        for source, groups in school.groups.items():
            rows = sum(group.rows for group in groups)
            if plan.policy.sources[source].one_row_a == "school" and rows > 1:
                where = listed(sorted({f"{group.file} › {group.sheet}" for group in groups}))
                zh = f"{school.code}「{school.name}」有 {rows} 行，应为一行，这一源不计：{where[0]}"
                en = f"{school.code} “{school.name}” has {rows} rows where one is wanted: {where[1]}"
                yield Finding("duplicate", source, Text(zh, en))
