"""Campaigns of the invented district in every state, and returns in every state, by the returns' own actions.

The returns are the rows of `meihao.demo`, filled in by the clerk of each school and reviewed by the officer.
Last year's are locked, the kindergartens' of this year too; the school return is closed; the supplement is
still being filled in, with what is planted there; the survey of homework has only just begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from meihao.demo.district import (
    ASSIGNMENT_FORM,
    DECLARATION_FORM,
    DISTRICT_FORM,
    DISTRICT_PLUS_FORM,
    EVIDENCE_FORM,
    PLUS_FORM,
    SCHOOL_FORM,
    SEED,
    invent,
)
from meihao.demo.institutions import institutions
from meihao.demo.kindergartens import KINDERGARTEN_FORM, PRESCHOOL_FORM, findings, invent_kindergartens
from meihao.demo.rolls import Roll
from meihao.demo.schools import Row
from meihao.demo.years import earlier
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import Organisation
from meihao.records.returns import actions, actions_filling, actions_review
from meihao.records.returns.cases import faults_of
from meihao.records.returns.checking import canonical_rows, own_column
from meihao.records.returns.models import Campaign, Return, ReturnState
from meihao.records.returns.queries import form_of
from meihao.web.seeding.accounts import SCHOOL
from meihao.web.seeding.organisations import District

HOMEWORK_FORM = "cn/homework/class-return"
WEEKS = timedelta(days=14)
_YEAR = timedelta(days=365)
_DISTRICT_BEFORE: Row = {"rotated_teachers": Fraction(69), "rotated_backbone": Fraction(15)}
_WHY = "虚构：演示数据如此，学校已核对"
_BACK = "虚构：有效回答人数与抽样班级人数对不上，请核对"
Fates = Mapping[str, ReturnState]


@dataclass(frozen=True, slots=True)
class Clerks:
    """Who fills in: the clerk of each school by its code, the officer for the bureau's own."""

    officer: Acting
    of_schools: Mapping[str, Acting]

    def earlier(self, span: timedelta) -> Clerks:
        """The same people so long before."""
        officer = replace(self.officer, at=self.officer.at - span)
        return Clerks(officer, {code: replace(by, at=by.at - span) for code, by in self.of_schools.items()})

    def of(self, code: str) -> Acting:
        """Whoever fills in the return of a code."""
        return self.of_schools.get(code, self.officer)


@dataclass(frozen=True, slots=True)
class Planned:
    """A campaign to be: its form and title, and the rows by code of whoever hands them in.

    `fates` are those that do not end accepted.
    """

    form: str
    title: str
    rows: Mapping[str, Sequence[Row]]
    fates: Fates
    closed: bool = False
    locked: bool = False


def seed(by: Acting, district: District, clerks: Clerks, on: date, rolls: Sequence[Roll]) -> None:
    """Writes the campaigns of the census before this year's, a year earlier, and those of this year's.

    `by` is the officer; `rolls` are the classes of the schools.
    """
    rulebook, before = Rulebook.load(), on.replace(year=on.year - 1)
    if rolls:
        then = clerks.earlier(_YEAR)
        for planned in _before(rulebook, before, on, rolls):
            _run(then.officer, district, then, before, planned, rulebook)
    for planned in _of(rulebook, on):
        _run(by, district, clerks, on, planned, rulebook)


def _before(rulebook: Rulebook, on: date, now: date, rolls: Sequence[Roll]) -> Iterator[Planned]:
    """The campaigns of the census before, all of them locked."""
    year, made = f"{on.year}—{on.year + 1}学年", invent(rulebook, now)
    codes = {one.code for one in institutions()}
    schools = earlier(made, rolls)
    small = invent_kindergartens(rulebook, on, SEED - on.year)
    kindergartens = [row for row in small.kindergartens if row["kindergarten_code"] in codes]
    district = {**made.district, "year": Fraction(on.year), **_DISTRICT_BEFORE}
    bureau = str(district["division_code"])
    for form, title, rows in (
        (SCHOOL_FORM, "学校填报表格", _by(schools, "school_code")),
        (PLUS_FORM, "学校补充填报表", _by(schools, "school_code")),
        (KINDERGARTEN_FORM, "幼儿园填报表", _by(kindergartens, "kindergarten_code")),
        (DISTRICT_FORM, "区县填报表格", {bureau: [district]}),
        (DISTRICT_PLUS_FORM, "区县补充填报表", {bureau: [district]}),
        (PRESCHOOL_FORM, "学前教育区县填报表", {bureau: [small.district]}),
    ):
        yield Planned(form, f"{year}{title}", rows, {}, closed=True, locked=True)


def _of(rulebook: Rulebook, on: date) -> Iterator[Planned]:
    """The campaigns of one census, in the order in which they are issued."""
    year = f"{on.year}—{on.year + 1}学年"
    codes = {one.stem: one.code for one in institutions()}
    made, small = invent(rulebook, on), invent_kindergartens(rulebook, on)
    bureau = str(made.district["division_code"])
    kindergartens = [row for row in small.kindergartens if row["kindergarten_code"] in codes.values()]
    yield Planned(SCHOOL_FORM, f"{year}学校填报表格", _by(made.schools, "school_code"), {}, closed=True)
    yield Planned(
        KINDERGARTEN_FORM,
        f"{year}幼儿园填报表",
        _by(kindergartens, "kindergarten_code"),
        {},
        closed=True,
        locked=True,
    )
    for form, title, rows in (
        (DISTRICT_FORM, "区县填报表格", [made.district]),
        (DISTRICT_PLUS_FORM, "区县补充填报表", [made.district]),
        (PRESCHOOL_FORM, "学前教育区县填报表", [small.district]),
        (DECLARATION_FORM, "认定结论", [*made.declared, *findings(rulebook, on)]),
        (ASSIGNMENT_FORM, "责任分工", made.assigned),
        (EVIDENCE_FORM, "佐证材料登记", made.evidence),
    ):
        yield Planned(form, f"{year}{title}", {bureau: rows}, {})
    yield Planned(
        PLUS_FORM,
        f"{year}学校补充填报表",
        _by(made.supplements, "school_code"),
        {
            codes["竹毫"]: ReturnState.DRAFT,  # backbone teachers add up to too many: it cannot go
            codes["墨汀"]: ReturnState.SUBMITTED,
            codes["云毫"]: ReturnState.SUBMITTED,
            codes["毫坡"]: ReturnState.ASSIGNED,  # out of scope: its silence leaves nothing undecided
        },
    )
    homework = {code: _homework(code) for code in sorted(_by(made.schools, "school_code"))[:12]}
    fates = dict.fromkeys(homework, ReturnState.ASSIGNED) | {codes[SCHOOL]: ReturnState.RETURNED}
    yield Planned(HOMEWORK_FORM, f"{year}书面作业抽样调查", homework, fates)


def _by(rows: Iterable[Row], column: str) -> dict[str, Sequence[Row]]:
    return {str(row[column]): [row] for row in rows}


def _homework(code: str) -> list[Row]:
    """Three sampled classes of a school."""
    grades = (("一年级", 0, 38), ("三年级", 52, 41), ("五年级", 57, 39))
    return [
        {
            "class_code": f"{code}-{number}",
            "class_name": f"{grade}（1）班",
            "school_code": code,
            "grade": grade,
            "mean_minutes": Fraction(minutes),
            "answers": Fraction(answers),
        }
        for number, (grade, minutes, answers) in enumerate(grades, 1)
    ]


def _run(
    by: Acting, district: District, clerks: Clerks, on: date, planned: Planned, rulebook: Rulebook
) -> Campaign:
    """Issues a campaign and lets everybody do their part."""
    units = _units(district, planned)
    campaign = actions.issue(
        by=by,
        authority=district.bureau,
        form=planned.form,
        audience=list(units.values()),
        title=planned.title,
        on=on,
        due=max(on, by.day) + WEEKS,
        rulebook=rulebook,
    )
    for filed in Return.objects.scoped(None, "the demonstration").filter(campaign=campaign).order_by("code"):
        fate = planned.fates.get(filed.code, ReturnState.ACCEPTED)
        _fill(by, clerks.of(filed.code), filed, planned.rows[filed.code], fate, rulebook)
    if planned.closed:
        actions.close(by=by, campaign=campaign)
    if planned.locked:
        actions.lock(by=by, campaign=campaign)
    return campaign


def _units(district: District, planned: Planned) -> dict[str, Organisation]:
    by_code = {one.code: district.schools[one.stem] for one in institutions()}
    return {code: by_code.get(code, district.bureau) for code in planned.rows}


def _fill(
    by: Acting, clerk: Acting, filed: Return, rows: Sequence[Row], fate: ReturnState, rulebook: Rulebook
) -> None:
    """One return on its way: typed, explained where asked, submitted, reviewed."""
    if fate is ReturnState.ASSIGNED:
        return
    filled = form_of(filed.campaign, rulebook)
    typed = canonical_rows(rows, filled.form)
    if own_column(filled.fact) == filled.fact.identity and filed.draft:  # as it was called on that day
        named = {filled.fact.name_column, "school_type"} & filed.draft[0].keys()
        typed[0] |= {column: filed.draft[0][column] for column in named}
    filed = _saved(clerk, filed, typed, {})
    if fate is ReturnState.DRAFT:
        return
    open_ = {fault.cell: _WHY for fault in faults_of(filed, rulebook) if fault.severity == "explain"}
    if open_:
        filed = _saved(clerk, filed, typed, open_)
    actions_filling.submit(by=clerk, filed=filed, rulebook=rulebook)
    if fate is ReturnState.RETURNED:
        actions_review.send_back(by=by, filed=filed, reason=_BACK, cells=["0/answers", "1/answers"])
    elif fate is ReturnState.ACCEPTED:
        actions_review.accept(by=by, filed=filed, rulebook=rulebook)


def _saved(clerk: Acting, filed: Return, rows: list[dict[str, str]], explained: dict[str, str]) -> Return:
    return actions_filling.save(
        by=clerk, filed=filed, rows=rows, explained=explained, revision=filed.revision
    )
