"""What is known of what a caption asks for: the exact value and its cells, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.documents.filling.asks import OF_DISTRICT, Amount, Ask, Rate, Ratio, level_of
from meihao.figures.engines import UnitKey
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis
from meihao.figures.result import Evaluation, Unit
from meihao.figures.snapshot import Origin, Table
from meihao.figures.words import applied, columns_read, deciding
from meihao.policy.expressions import Column, Expression
from meihao.policy.kinds import Fact, Form, Reference


@dataclass(frozen=True, slots=True)
class Read:
    """One reported value that an answer rests on."""

    fact: str
    identity: str
    column: str
    origin: Origin | None


@dataclass(frozen=True)
class Known:
    """An exact value with where it is from: cells, rows added up, or the address of a figure."""

    title: Text
    value: Fraction | str | bool
    unit: str | None
    places: int | None
    reads: tuple[Read, ...]
    rules: tuple[Reference, ...]
    added_up: int | None = None
    address: str | None = None


@dataclass(frozen=True)
class Wanting:
    """What is missing: columns of a fact, of these rows (`rows` empty: there is no row at all)."""

    title: Text
    fact: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    every: bool
    out_of_scope: bool = False


Answer: TypeAlias = Known | Wanting


class Knowledge:
    """Everything an evaluation's snapshot and figures can say."""

    def __init__(self, evaluation: Evaluation, facts: Iterable[Fact], forms: Iterable[Form]) -> None:
        self._forms = {form.key: form for form in forms}
        self._evaluation, self._plan, self._snapshot = evaluation, evaluation.plan, evaluation.snapshot
        self._schools: dict[str, set[str]] = {}
        self._district = self._snapshot.place
        for fact in facts:
            if fact.identity == OF_DISTRICT:
                name = self._table(fact).rows.get(self._snapshot.place, {}).get(fact.name_column)
                self._district = name if isinstance(name, str) else self._district
            elif self._of_school(fact):
                for code, row in self._table(fact).rows.items():
                    name = row.get(fact.name_column)
                    self._schools.setdefault(code, set()).update({name} if isinstance(name, str) else set())

    # --- schools

    def codes(self) -> list[str]:
        """The schools that are evaluated, in order of their codes."""
        return sorted(self._table(self._plan.fact).rows)

    def find(self, code: str, name: str) -> str | Text:
        """The code of the school a row names, or why there is none."""
        named = {c for c, names in self._schools.items() if name in names} if name else set()
        if code and code not in self._schools:
            return Text(f"没有代码为「{code}」的学校", f"there is no school with the code “{code}”")
        if code and named and code not in named:
            return Text(f"代码 {code} 和「{name}」不是同一所学校", f"{code} and “{name}” are not one school")
        if code and name and not named:
            return Text(f"{code} 的校名不是「{name}」", f"{code} is not called “{name}”")
        if code:
            return code
        if len(named) > 1:
            return Text(
                f"叫「{name}」的学校不止一所，请加学校代码",
                f"more than one school is called “{name}”: add its code",
            )
        return named.pop() if named else Text(f"没有叫「{name}」的学校", f"no school is called “{name}”")

    def about(self, school: str | None) -> Text:
        """Whose numbers are filled in: the school with its code, or the whole district."""
        if school is None:
            return Text(f"{self._district}（全区）", f"{self._district} (the whole district)")
        names = "/".join(sorted(self._schools.get(school, ())))
        return Text(f"{names}（{school}）", f"{names} ({school})")

    def stages(self, code: str) -> set[Stage] | None:
        """The stages a school teaches; None while that is open."""
        row = self._table(self._plan.fact).rows.get(code)
        if row is None:
            return None
        reader = Interpreter(self._plan.fact, row)
        taught = {stage: reader.truth(present) for stage, present in self._plan.fact.units.items()}
        return None if None in taught.values() else {stage for stage, yes in taught.items() if yes}

    # --- answers

    def answer(self, ask: Ask, school: str | None) -> Answer:
        """What is known of it for a school, or for the district where none is named."""
        match ask:
            case Amount():
                return self._amount(ask, school)
            case Ratio():
                return self._ratio(ask)
            case Rate():
                return self._rate(ask, school) if school is not None else self._mean(ask)

    def _of_school(self, fact: Fact) -> bool:
        return level_of(fact, self._plan.fact) == "school"

    def _table(self, fact: Fact) -> Table:
        return self._snapshot.table(fact)

    def _amount(self, ask: Amount, school: str | None) -> Answer:
        if ask.every:
            return self._sum(ask)
        own = school if self._of_school(ask.fact) else self._snapshot.place
        row = self._table(ask.fact).rows.get(own or "")
        if row is None:
            return Wanting(ask.title, ask.fact.key, _columns(ask.value, ask.fact), (), False)
        reader = Interpreter(ask.fact, row)
        value = reader.value(ask.value)
        if value is None:
            return Wanting(ask.title, ask.fact.key, reader.missing(ask.value), (str(own),), False)
        reads = tuple(self._reads(ask.fact, str(own), [ask.value], reader))
        return Known(ask.title, value, ask.unit, ask.places, reads, self._rules(reads, ask.rules))

    def _sum(self, ask: Amount) -> Answer:
        rows = self._table(ask.fact).rows
        counted, beside = list[Read](), list[Read]()
        whole, number, open_, missing = Fraction(0), 0, list[str](), dict[str, None]()
        for identity, row in sorted(rows.items()):
            reader = Interpreter(ask.fact, row)
            part = _part(ask, reader)
            if part is None:
                open_.append(identity)
                wants = [*reader.missing(ask.value), *(reader.missing(ask.where) if ask.where else ())]
                missing.update(dict.fromkeys(wants))
                continue
            where = [ask.where] if ask.where is not None else []
            if all(reader.truth(node) for node in where):
                whole, number = whole + part, number + 1
                counted += self._reads(ask.fact, identity, [ask.value, *where], reader)
            else:
                beside += self._reads(ask.fact, identity, where, reader)
        if self._of_school(ask.fact):
            open_ += self._snapshot.pending  # a file not taken may hold a school that nobody can name
        if open_ or not rows:
            columns = tuple(missing) or _columns(ask.value, ask.fact)
            return Wanting(ask.title, ask.fact.key, columns, tuple(open_), True)
        added_up = number if self._of_school(ask.fact) else None
        reads = (*counted, *beside)
        rules = self._rules(reads, ask.rules)
        return Known(ask.title, whole, ask.unit, ask.places, reads, rules, added_up)

    def _ratio(self, ask: Ratio) -> Answer:
        over, under = self._sum(ask.over), self._sum(ask.under)
        if isinstance(over, Wanting) or isinstance(under, Wanting):
            return over if isinstance(over, Wanting) else under
        assert isinstance(over.value, Fraction)
        assert isinstance(under.value, Fraction)
        if not under.value:
            return Wanting(ask.title, ask.under.fact.key, _columns(ask.under.value, ask.under.fact), (), True)
        value = over.value / under.value * ask.scale
        reads = tuple(dict.fromkeys((*over.reads, *under.reads)))
        return Known(ask.title, value, ask.unit, ask.places, reads, ask.rules, over.added_up)

    def _rate(self, ask: Rate, school: str) -> Answer:
        item, indicator, fact = ask.item, ask.item.indicator, self._plan.fact
        unit = self._evaluation.block(item.block).unit(UnitKey(school, ask.stage))
        if unit is None:
            return Wanting(indicator.title, fact.key, (), (school,), False, out_of_scope=True)
        figure = unit.cells[item.id].figure
        if figure.value is None:
            return Wanting(indicator.title, fact.key, figure.missing, (school,), False)
        address = f"{item.id}/{school}/{ask.stage}"
        reads, places = self._behind(ask, unit.unit), indicator.places
        return Known(
            indicator.title,
            figure.value,
            indicator.unit.zh,
            places,
            reads,
            indicator.reference,
            None,
            address,
        )

    def _mean(self, ask: Rate) -> Answer:
        item, indicator, fact = ask.item, ask.item.indicator, self._plan.fact
        block, rule = self._evaluation.block(item.block), self._plan.standard.blocks[item.block].dispersion
        found = block.dispersion(item.id, ask.stage)
        if found is None or rule is None or found.unknown or found.sums.mean is None:
            open_ = tuple(key.campus for key in found.unknown) if found else ()
            return Wanting(indicator.title, fact.key, (), open_, True)
        value, units = found.sums.mean * indicator.scale, block.of_stage(ask.stage)
        reads = tuple(read for unit in units for read in self._behind(ask, unit.unit))
        address = f"mean/{item.id}/{ask.stage}"
        rules = indicator.reference
        return Known(
            indicator.title, value, indicator.unit.zh, rule.mean_places, reads, rules, len(units), address
        )

    # --- where values were read

    def _rules(self, reads: Iterable[Read], own: tuple[Reference, ...]) -> tuple[Reference, ...]:
        """The clause that asks for a number, else the forms in which it was reported."""
        forms = dict.fromkeys(read.origin.form for read in reads if read.origin)
        reported = (rule for key in forms if key in self._forms for rule in self._forms[key].reference)
        return own or tuple(dict.fromkeys(reported))

    def _behind(self, ask: Rate, unit: Unit) -> tuple[Read, ...]:
        formula = ask.item.formula(ask.stage, Basis.STRICT)
        reader = Interpreter(self._plan.fact, unit.row)
        nodes = [formula.numerator, formula.denominator]
        return tuple(self._reads(self._plan.fact, unit.key.campus, nodes, reader))

    def _reads(
        self, fact: Fact, identity: str, nodes: Iterable[Expression], reader: Interpreter
    ) -> Iterator[Read]:
        origins = self._table(fact).origins
        names = dict.fromkeys(name for node in nodes for name in _given(node, fact, reader))
        return (Read(fact.key, identity, name, origins.get((identity, name))) for name in names)


def _part(ask: Amount, reader: Interpreter) -> Fraction | None:
    """What one row adds to a sum; None while that is open."""
    counts = True if ask.where is None else reader.truth(ask.where)
    if counts is None:
        return None
    return reader.number(ask.value) if counts else Fraction(0)


def _given(node: Expression, fact: Fact, reader: Interpreter) -> Iterator[str]:
    """The reported columns that gave a value: derived ones by theirs, a bare 0 by its conditions."""
    names = columns_read(applied(node, reader))
    if not names:
        names = [name for condition in deciding(node, reader) for name in columns_read(condition)]
    for name in dict.fromkeys(names):
        if name in fact.columns:
            if reader.value(Column(name)) is not None:
                yield name
        else:
            yield from _given(fact.formulas[name], fact, reader)


def _columns(node: Expression, fact: Fact) -> tuple[str, ...]:
    """The reported columns an expression can rest on."""
    found: dict[str, None] = {}
    for name in columns_read(node):
        below = (name,) if name in fact.columns else _columns(fact.formulas[name], fact)
        found.update(dict.fromkeys(below))
    return tuple(found)
