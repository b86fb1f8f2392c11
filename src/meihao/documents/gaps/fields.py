"""Fields that nobody has filled and that something rests on, with the form that asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from meihao.base.text import Text
from meihao.documents.gaps.model import Wanted, Who
from meihao.figures.clauses import Amount, Answer
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Snapshot, Table

_DISTRICT = "division_code"  # the identity of a fact that holds one row a district


def wanted(
    plan: Plan, columns: Iterable[str], fact: str | None, who: Who | None, code: str
) -> tuple[Wanted, ...]:
    """The fields of some columns, each with its form; what the district gives is owed by no school."""
    found, specs = [], plan.facts[fact or plan.fact.key].columns
    for column in dict.fromkeys(columns):
        form = plan.carrier(column, fact)
        field = form.by_column[column] if form else None
        label = plan.titled(column, fact)
        title = Text(field.label, label.en) if field else label
        owes = None if column in specs and specs[column].given_by else who
        found.append(
            Wanted(form.title if form else None, column, title, owes, code, field.no if field else 0)
        )
    return tuple(found)


def of_answer(answer: Answer, plan: Plan, snapshot: Snapshot) -> tuple[Wanted, ...]:
    """The fields that keep a test open, row by row; those of the district belong to nobody else."""
    found: list[Wanted] = []
    for amount in (answer.numerator, answer.denominator):
        if amount is not None:
            found += _of_amount(amount, answer.clause.id, plan, snapshot)
    return tuple(dict.fromkeys(found))


def _of_amount(amount: Amount, code: str, plan: Plan, snapshot: Snapshot) -> Iterator[Wanted]:
    fact = amount.sum.fact
    table = snapshot.table(plan.facts[fact])
    if not table.rows:
        yield from wanted(plan, amount.missing, fact, None, code)
    for identity in amount.open:
        columns = _missing(amount, table, identity)
        yield from wanted(plan, columns, fact, reporter(table, identity), code)


def _missing(amount: Amount, table: Table, identity: str) -> list[str]:
    """The columns that one row still wants for a total."""
    reader, total = Interpreter(table.fact, table.rows[identity]), amount.sum.total
    condition = [] if total.where is None else list(reader.missing(total.where))
    return [*condition, *reader.missing(total.value)]


def reporter(table: Table, identity: str) -> Who | None:
    """Who reports a row; None for the district itself."""
    if table.fact.identity == _DISTRICT:
        return None
    name = str(table.rows[identity].get(table.fact.name_column) or identity)
    return Who(identity, name, Text(name, name))
