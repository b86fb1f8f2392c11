"""The lines a trace is made of: what it is, its value, and the reported cells it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import decimal_text, half_up, sqrt_half_up
from meihao.base.text import Text
from meihao.figures.interpreter import Interpreter, Value
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Origin, Table
from meihao.figures.words import applied, columns_read, in_words
from meihao.policy.expressions import Column, Expression, Literal_
from meihao.policy.kinds import Fact, Policy, Reference


@dataclass(frozen=True)
class Step:
    """One line of a trace: what it is, its value, and what it rests on."""

    label: Text
    value: Text
    origin: Origin | None = None
    children: tuple[Step, ...] = ()


class Leaves:
    """The reported values an expression over one fact rests on, each with the cell it was read from."""

    def __init__(self, fact: Fact, table: Table) -> None:
        self.fact, self._table = fact, table

    def of(self, node: Expression, reader: Interpreter) -> tuple[Step, ...]:
        """One step a column the expression names."""
        return tuple(self._leaf(name, reader) for name in columns_read(node))

    def _leaf(self, name: str, reader: Interpreter) -> Step:
        value = reader.value(Column(name))
        title, shown = self.fact.titled(name), worded(value)
        if name in self.fact.columns:
            identity = str(reader.value(Column(self.fact.identity)))
            return Step(title, shown, self._table.origins.get((identity, name)))
        below = applied(self.fact.formulas[name], reader)
        if isinstance(below, Column):
            return self._leaf(below.name, reader)  # a mere stand-in for a reported column
        if isinstance(below, Literal_):
            return Step(title, shown)
        words = Text(
            f"{shown.zh} ＝ {in_words(below, self.fact, 'zh')}",
            f"{shown.en} = {in_words(below, self.fact, 'en')}",
        )
        return Step(title, words, None, self.of(below, reader))


def ends(step: Step) -> Iterator[Step]:
    """The reported values below a step."""
    if not step.children:
        yield step
    for child in step.children:
        yield from ends(child)


def half_fraction(value: Fraction) -> Fraction:
    """A long rational rounded to six decimals for print."""
    return Fraction(half_up(value, 6))


def told(value: Fraction) -> str:
    """A number in a trace: exact where it is short, four decimals where it has none."""
    text = decimal_text(value)
    return text if "/" not in text else f"{half_up(value, 4):f}"


def worded(value: Value) -> Text:
    """A reported value in words."""
    if value is None:
        return Text("未报", "not reported")
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no")
    text = value if isinstance(value, str) else told(value)
    return Text(text, text)


def limit_of_dispersion(limit: Fraction | None) -> Text:
    """The limit of a coefficient, or that it counts only in the mean of all."""
    if limit is None:
        return Text("计入综合差异系数", "counted in the mean coefficient")
    return Text(*[f"≤ {decimal_text(limit)}"] * 2)


def root(squared: Fraction | None, places: int) -> Text:
    """A square root in print."""
    text = "—" if squared is None else f"{sqrt_half_up(squared, places):f}"
    return Text(text, text)


def clause_of(reference: Reference) -> Step:
    """Where a rule stands."""
    number = f"（{reference.number}）" if reference.number else ""
    text = f"《{reference.document}》{number} {reference.clause}"
    return Step(Text("依据", "clause"), Text(text, text))


def version_of(policy: Policy, plan: Plan) -> Step:
    """Under which version of a policy it was computed."""
    digest = plan.versions.get(policy.version, "")
    verify = Text("，待核", ", to be verified") if policy.to_verify else Text("", "")
    text = Text(f"{policy.version}（{digest}{verify.zh}）", f"{policy.version} ({digest}{verify.en})")
    return Step(Text("政策版本", "policy version"), text)


def missing_of(columns: Iterable[str], plan: Plan, fact: str | None = None) -> Step | None:
    """The fields that must be filled, each with the form that asks for it."""
    parts = []
    for column in columns:
        form, title = plan.carrier(column, fact), plan.titled(column, fact)
        zh, en = (f"（{form.title.zh}）", f" ({form.title.en})") if form else ("", "")
        parts.append(Text(f"「{title.zh}」{zh}", f"“{title.en}”{en}"))
    if not parts:
        return None
    return Step(Text("缺", "missing"), Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts)))
