"""A list of pupils against the registry: who is new, who changes school, grade or class, who is as they were.

A pupil is known by identity number or student number. A pupil whom the list leaves out is counted and left
alone: a list ends nobody's enrolment but by beginning another. Classes that rows name and that the school
year has not yet are opened, since at its start that is what a list is for, and classes of earlier years from
which the list takes the last pupil are closed; how many stands in the difference. Nothing here names
anybody: the difference is counts, a refusal names a cell.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from meihao.base.school_year import school_year_on
from meihao.base.text import Refused, Text
from meihao.documents.workbook import Mark
from meihao.policy.kinds import Calendar
from meihao.records.registry import access
from meihao.records.registry.access import Scope
from meihao.records.registry.importing import queries
from meihao.records.registry.importing.lines import Line, Lines, row_number
from meihao.records.registry.importing.reading import Handed
from meihao.records.registry.importing.rolls import Effect, Roll, take
from meihao.records.registry.importing.steps import Case, Plan, Refusal, Step, Tally
from meihao.records.registry.models import Came, ClassGroup, Enrolment, Left, Person
from meihao.records.registry.people.actions import WRITE, check_day, check_free
from meihao.records.registry.people.grades import stage_of
from meihao.records.registry.people.identity import Known

CALENDAR = "cn/school-year"
NEW, UNCHANGED, MISSING, OPENED, CLOSED = "new", "unchanged", "missing", "opened", "closed"
KINDS = (NEW, "admitted", "transferred", "resumed", "promoted", "moved")  # a pupil's, but for the unchanged
Classes = Mapping[tuple[int, int, int], ClassGroup]  # by unit, grade and number
_RETURNS = {Left.SUSPENDED: Came.RESUMED, Left.TRANSFERRED: Came.TRANSFERRED}


def pupils(case: Case, handed: Handed) -> Plan:
    """What a list of pupils would do, school by school. Raises `Faulty` with every cell that is wrong."""
    check_day(case.by, case.on)
    schools = {
        one.code: one
        for one in queries.listed(case.by, case.authority, case.on, WRITE, campuses=True)
        if one.code
    }
    reading = Lines(handed, schools)
    lines, marks = reading.read()
    year = _year(case)
    here = {line.school.organisation.pk for line in lines}
    classes = {
        (one.organisation_id, one.grade, one.number): one
        for one in queries.classes(case.by, here, year, WRITE)
    }
    handed.refuse([*marks, *_without_class(case, reading, lines, classes)])
    return _Compared(case, reading, year, classes, access.scope(case.by, WRITE)).plan(lines)


def _year(case: Case) -> int:
    """The year in which the school year begins that holds the day."""
    calendar = case.rulebook.get(Calendar, CALENDAR, case.on, case.place)
    return school_year_on(case.on, calendar.school_year_starts, calendar.census).first.year


def _without_class(case: Case, reading: Lines, lines: Sequence[Line], classes: Classes) -> Iterator[Mark]:
    """Rows in a class of this school year that is not held on the day: it can be opened once only."""
    for line in lines:
        known = classes.get(_class_of(line))
        if known is not None and not _holds(known, case):
            text = Text(
                f"：这个班从 {known.since} 到 {known.until or '现在'}，{case.on} 不在其内。请核对班号或日期",
                f"the class lasts from {known.since} to {known.until or 'now'}: check it, or the day",
            )
            yield reading.mark(line.row, "class_number", text)


def _holds(known: ClassGroup, case: Case) -> bool:
    return known.since <= case.on and (known.until is None or known.until > case.on)


def _class_of(line: Line) -> tuple[int, int, int]:
    return line.school.organisation.pk, line.grade, line.number


@dataclass(frozen=True, slots=True)
class _Compared:
    """A list that is in order, put beside the registry as it is."""

    case: Case
    reading: Lines
    year: int
    classes: Classes
    scope: Scope

    def plan(self, lines: Sequence[Line]) -> Plan:
        people, refusals = self._people(lines)
        held: dict[int, list[Enrolment]] = defaultdict(list)
        known = [person.pk for person in people.values() if person is not None]
        for row in queries.enrolments(self.case.by, known):
            held[row.person_id].append(row)
        effects: dict[str, list[Effect]] = defaultdict(list)
        for number, person in people.items():
            line = lines[number]
            try:
                effect = self._effect(line, person, held[person.pk] if person is not None else [])
            except Refused as refused:
                refusals.append(self._refusal(line, refused))
            else:
                effects[line.school.code].append(effect)
        return self._told(effects, refusals)

    def _people(self, lines: Sequence[Line]) -> tuple[dict[int, Person | None], list[Refusal]]:
        """The person of each line, None for a new one, and the lines whose numbers are not theirs alone."""
        known, found = Known(line.who for line in lines), dict[int, Person | None]()
        refusals: list[Refusal] = []
        first: dict[int, Line] = {}
        for number, line in enumerate(lines):
            try:
                person = known.person(line.who)
                if person is not None and first.setdefault(person.pk, line) is not line:
                    raise _same(first[person.pk])
            except Refused as refused:
                refusals.append(self._refusal(line, refused))
            else:
                found[number] = person
        return found, refusals

    def _refusal(self, line: Line, refused: Refused) -> Refusal:
        column = "id_number" if line.who.id_blind is not None else "student_number"
        text = Text(f"：{refused.text.zh}", refused.text.en)
        return Refusal(
            self.reading.handed.place(line.row, column), self.reading.worded(line.row, column, text)
        )

    def _effect(self, line: Line, person: Person | None, rows: list[Enrolment]) -> Effect:
        """What a line does. Raises `Refused` where the registry has something that it cannot follow."""
        on = self.case.on
        if person is None:
            return Effect(line, None, NEW, Came.ADMITTED)
        present = next((row for row in rows if row.until is None), None)
        if present is None:
            check_free(rows, on)
            came = _RETURNS.get(Left(rows[-1].left_by), Came.ADMITTED) if rows else Came.ADMITTED
            return Effect(line, person, came.value, came)
        if self._same(present, line) and present.since <= on:
            return Effect(line, person, UNCHANGED, None, present)
        if present.since >= on:
            raise Refused(
                f"现有的学籍从 {present.since} 起，{on} 不能再变动。请核对生效日期，或改用以后的日期。",
                f"the enrolment begins on {present.since}: nothing can change it on {on}. Take a later day.",
            )
        return self._moved(line, person, present)

    def _same(self, present: Enrolment, line: Line) -> bool:
        wanted = self.classes.get(_class_of(line))
        return wanted is not None and (present.class_group_id, present.grade) == (wanted.pk, line.grade)

    def _moved(self, line: Line, person: Person, present: Enrolment) -> Effect:
        if present.organisation_id == line.school.organisation.pk:
            came, left = (
                (Came.PROMOTED, Left.PROMOTED)
                if line.grade == present.grade + 1
                else (Came.MOVED, Left.MOVED)
            )
            return Effect(line, person, came.value, came, present, left)
        if present.organisation not in self.scope:
            raise Refused(
                "这名学生的学籍在您范围以外的学校。请先由那所学校办理离校。",
                "the pupil is enrolled at a school out of your scope. That school has to record the leaving.",
            )
        if stage_of(line.grade) != stage_of(present.grade) and line.grade > present.grade:
            return Effect(line, person, "admitted", Came.ADMITTED, present, Left.GRADUATED)
        return Effect(line, person, "transferred", Came.TRANSFERRED, present, Left.TRANSFERRED)

    # --- by school

    def _told(self, effects: Mapping[str, list[Effect]], refusals: list[Refusal]) -> Plan:
        named = {e.person.pk for some in effects.values() for e in some if e.person is not None}
        left_out = self._left_out(effects, named)
        emptied = self._emptied(effects)
        rolls = [self._roll(effects[code], emptied) for code in sorted(effects)]
        tallies = tuple(
            Tally(
                roll.school.particulars.name,
                Counter(effect.what for effect in effects[roll.school.code])
                | {
                    OPENED: len(roll.opens),
                    CLOSED: len(roll.closes),
                    MISSING: left_out[roll.school.organisation.pk],
                },
            )
            for roll in rolls
        )
        totals: Counter[str] = sum((Counter(tally.counts) for tally in tallies), Counter())
        counts = {kind: totals[kind] for kind in (*KINDS, UNCHANGED, MISSING, OPENED, CLOSED)}
        counts |= {"changed": sum(counts[kind] for kind in KINDS if kind != NEW), "schools": len(rolls)}
        steps = tuple(_step(roll) for roll in rolls if roll.effects or roll.closes)
        return Plan(steps, counts, (), tuple(refusals), tallies)

    def _left_out(self, effects: Mapping[str, list[Effect]], named: set[int]) -> Counter[int]:
        here = {some[0].line.school.organisation.pk for some in effects.values()}
        rows = queries.enrolled(self.case.by, here, self.case.on, WRITE)
        return Counter(unit for unit, person in rows if person not in named)

    def _emptied(self, effects: Mapping[str, list[Effect]]) -> Mapping[int, tuple[int, ...]]:
        """By unit the classes of earlier years from which the list takes the last pupil."""
        leaving = {e.before.pk for some in effects.values() for e in some if e.before is not None and e.left}
        here = {some[0].line.school.organisation.pk for some in effects.values()}
        found: dict[int, list[int]] = defaultdict(list)
        for held in queries.earlier_classes(self.case.by, here, self.year, self.case.on, WRITE):
            if held.enrolments and held.enrolments <= leaving:
                found[held.group.organisation_id].append(held.group.pk)
        return {unit: tuple(sorted(groups)) for unit, groups in found.items()}

    def _roll(self, effects: list[Effect], emptied: Mapping[int, tuple[int, ...]]) -> Roll:
        school = effects[0].line.school
        moving = tuple(effect for effect in effects if effect.came is not None)
        wanted = {(effect.line.grade, effect.line.number) for effect in moving}
        held = {
            (grade, number): self.classes[school.organisation.pk, grade, number]
            for grade, number in wanted
            if (school.organisation.pk, grade, number) in self.classes
        }
        opens, closes = tuple(sorted(wanted - set(held))), emptied.get(school.organisation.pk, ())
        return Roll(school, self.case.on, self.year, moving, held, opens, self.case.sha256, closes)


def _step(roll: Roll) -> Step:
    """One school's pupils; the mark names every row, what it does, and what it ends."""
    said = "\n".join(
        f"{row_number(e.line.row)} {e.what} {e.line.grade}.{e.line.number} "
        f"{e.person.pk if e.person is not None else '-'} {e.before.pk if e.before is not None else '-'}"
        for e in roll.effects
    )
    mark = hashlib.sha256(f"{roll.opens} {roll.closes}\n{said}".encode()).hexdigest()
    name = roll.school.particulars.name
    return Step(name, "changed", name, (), lambda by: take(by=by, roll=roll), mark)


def _same(first: Line) -> Refused:
    number = row_number(first.row)
    return Refused(
        f"与第 {number} 行是同一个人。请删去一行。", f"the same person as row {number}. Delete one."
    )
