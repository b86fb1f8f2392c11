"""`fact` and `element`: tables with typed columns, and the amounts measured on them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from meihao.base.text import Text
from meihao.policy.expressions import Expression, Kind
from meihao.policy.kinds.base import Formula, Model, PerStage, Policy, StageName, Words


class ColumnSpec(Model):
    """One column of a fact: its type and, for numbers, its unit and bounds.

    `at_most` bounds a value that is not known yet (an expression over the same row); a number is
    never below 0. `scale` is the greatest number of decimals a decimal may carry; `also` are other names
    in use for a choice. `given_by` names a fact of one row (the district) whose value each row carries.
    """

    type: Literal["text", "code", "count", "decimal", "yesno", "choice", "year", "date"]
    title: Words
    unit: str | None = None
    scale: int = Field(default=0, ge=0, le=6)
    choices: tuple[str, ...] = ()
    also: dict[str, str] = Field(default_factory=dict)
    at_most: Formula | None = None
    given_by: str | None = None

    @property
    def kind(self) -> Kind:
        """The type its values have in expressions."""
        if self.type in ("count", "decimal", "year"):
            return "number"
        return "bool" if self.type == "yesno" else "text"


class Derived(Model):
    """A named expression over the columns and the derived columns above it."""

    title: Words
    value: Formula


class Fact(Policy):
    """A table: one row a thing, with typed columns; `units` says which stages a row is a unit of.

    `registered_as` are the types of institution in the register that report one row each.
    """

    kind: Literal["fact"]
    grain: Words
    identity: str
    name_column: str
    columns: dict[str, ColumnSpec]
    derived: dict[str, Derived] = Field(default_factory=dict)
    units: dict[StageName, Formula] = Field(default_factory=dict)
    registered_as: tuple[str, ...] = ()

    @property
    def kinds(self) -> dict[str, Kind]:
        """The type of each given column."""
        return {name: column.kind for name, column in self.columns.items()}

    def titled(self, name: str) -> Text:
        """How a column, given or derived, is called in print."""
        return self.columns[name].title if name in self.columns else self.derived[name].title

    @property
    def formulas(self) -> dict[str, Expression]:
        """The derived columns' expressions, in order."""
        return {name: derived.value for name, derived in self.derived.items()}


class Measure(Model):
    """An amount of one unit: a value a row, by stage or shared between the stages of the row."""

    title: Words
    unit: str
    fact: str
    value: PerStage
    share: PerStage | None = None


class Element(Measure, Policy):
    """A measure with a name of its own; elements add up over units."""

    kind: Literal["element"]
