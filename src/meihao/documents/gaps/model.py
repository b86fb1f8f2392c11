"""A gap: one thing that keeps a standard from being reached, with amount, owner, clause and address.

Nothing here is worked out anew: amounts come from the result (rounded up there), who mends a gap and by
when comes from the bureau's own return and is open where it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from meihao.base.exact import grouped
from meihao.base.stages import Stage
from meihao.base.text import Lang, Text
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Snapshot
from meihao.policy.kinds import Reference

ASSIGNMENTS = "cn/evaluation/assignment"
OPEN_TASK = Text("待定", "to be set")
NO_UNIT = Text("", "")


class Grade(StrEnum):
    """How bad: it fails for certain, it passes at the lower grade, or nobody can say yet."""

    FAILED = "failed"
    SPARE = "spare"
    OPEN = "open"

    @property
    def words(self) -> Text:
        """In words."""
        return _GRADES[self]


class Kind(StrEnum):
    """What is short, and so who can mend it: buildings and people, a finding, a form, the state's result."""

    UNIT = "unit"
    DISPERSION = "dispersion"
    SCHOOLS = "schools"
    RATIO = "ratio"
    FINDING = "finding"
    FIELDS = "fields"
    DECLARATION = "declaration"
    NATIONAL = "national"
    LIMIT = "limit"
    RETURNS = "returns"

    @property
    def words(self) -> Text:
        """In words."""
        return _KINDS[self]


_GRADES = {
    Grade.FAILED: Text("未达标", "not reached"),
    Grade.SPARE: Text("可过，仍宜补", "passes, better mended"),
    Grade.OPEN: Text("未决", "undecided"),
}
_KINDS = {
    Kind.UNIT: Text("校段不足", "school-stage short"),
    Kind.DISPERSION: Text("差异系数超限", "dispersion over its limit"),
    Kind.SCHOOLS: Text("有学校不足", "schools short"),
    Kind.RATIO: Text("全区不足", "district short"),
    Kind.FINDING: Text("认定未通过", "declared not to hold"),
    Kind.FIELDS: Text("缺数", "fields missing"),
    Kind.DECLARATION: Text("未认定", "not declared"),
    Kind.NATIONAL: Text("国家结果未给出", "national result not given"),
    Kind.LIMIT: Text("限值未规定", "limit not set"),
    Kind.RETURNS: Text("退回未重报", "returns sent back"),
}


@dataclass(frozen=True)
class Quantity:
    """How much of what is short; `over`: there is too much of it instead of too little."""

    number: Decimal
    unit: Text
    thing: Text
    over: bool = False

    def said(self, lang: Lang) -> str:
        """3157 ㎡ 体育运动场馆; a surplus says so."""
        unit = amount_unit(self.unit, grouped(self.number), lang)
        surplus = Text("超出 ", "too many: ").said(lang) if self.over else ""
        return (
            f"{surplus}{self.bare(lang)} {self.thing.said(lang)}" if unit else f"{surplus}{self.bare(lang)}"
        )

    def bare(self, lang: Lang) -> str:
        """3157 ㎡."""
        return f"{grouped(self.number)} {amount_unit(self.unit, grouped(self.number), lang)}".rstrip()


def amount_unit(unit: Text, amount: str, lang: Lang) -> str:
    """The unit of an amount; English counts one teacher, two teachers."""
    return unit.zh if lang == "zh" else unit.en.removesuffix("s") if amount == "1" else unit.en


@dataclass(frozen=True)
class Who:
    """Whose a gap is: a school, one stage of it, or any other thing that reports a row."""

    code: str
    name: str
    title: Text
    stage: Stage | None = None


@dataclass(frozen=True)
class Part:
    """One school's part in a gap: how it stands against what is wanted, what it lacks.

    `share` is its part in the variance, for a dispersion; `eased`: the relaxation closes it there.
    """

    who: Who
    present: str = ""
    wanted: str = ""
    lacks: Quantity | None = None
    share: Fraction | None = None
    eased: bool = False


@dataclass(frozen=True)
class Wanted:
    """A field that nobody has filled: which one, in which form at which number, of whom, what needs it."""

    form: Text | None
    column: str
    title: Text
    who: Who | None
    code: str
    no: int = 0


@dataclass(frozen=True)
class Task:
    """Who mends it, how and by when, as the bureau wrote; None where it has not said."""

    owner: str | None = None
    measure: str | None = None
    deadline: str | None = None


class Tasks:
    """What the bureau has assigned, by standard and clause."""

    def __init__(self, found: Mapping[str, Task] | None = None) -> None:
        self._found = found or {}

    @staticmethod
    def of(snapshot: Snapshot, plan: Plan) -> Tasks:
        """The assignments in a snapshot that name a clause or indicator of this standard."""
        prefix = f"{assignment_code(plan, '')}"
        table = snapshot.tables.get(ASSIGNMENTS)
        rows = table.rows if table else {}
        told = {code.removeprefix(prefix): row for code, row in rows.items() if code.startswith(prefix)}
        names = ("owner", "measure", "deadline")
        return Tasks({code: Task(*(_text(row.get(name)) for name in names)) for code, row in told.items()})

    def task(self, code: str) -> Task:
        """Who mends a clause or indicator."""
        return self._found.get(code, Task())


def assignment_code(plan: Plan, code: str) -> str:
    """How a clause or indicator is named in the return of assignments: compulsory-balance.g3."""
    return f"{plan.standard.name}.{code}"


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


@dataclass(frozen=True)
class Gap:
    """One thing short. `code` is the indicator's or clause's; `who` is None where it is the district's.

    `now` and `wanted` are in print, in `unit`; `ways` say how else it can be mended or why it is open;
    `parts` are schools; `relaxed` is what the relaxation makes of it, `eased` that it closes it; `place` is
    the refinement that alone asks for it.
    """

    kind: Kind
    grade: Grade
    block: str
    code: str
    short: Text
    title: Text
    address: str
    reference: Reference
    task: Task
    state: Text
    who: Who | None = None
    amount: Quantity | None = None
    present: str | None = None
    wanted: str | None = None
    unit: Text = NO_UNIT
    ways: tuple[Text, ...] = ()
    parts: tuple[Part, ...] = ()
    fields: tuple[Wanted, ...] = ()
    relaxed: Text | None = None
    eased: bool = False
    place: Text | None = None
    shared: bool = False
    to_verify: bool = False

    def path(self, lang: Lang) -> str:
        """5.55 → 7.50 ㎡."""
        if self.present is None or self.wanted is None:
            return ""
        unit = self.unit.said(lang)
        return f"{self.present} → {self.wanted}{'' if unit == '%' else ' '}{unit}".rstrip()

    @property
    def clause(self) -> str:
        """Where the rule stands."""
        number = f"（{self.reference.number}）" if self.reference.number else ""
        return f"《{self.reference.document}》{number} {self.reference.clause}"
