"""`known`: which columns of a fact the registry fills, added up from rows of a fact of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from meihao.policy.kinds.base import Formula, GivenValue, Model, Policy, Words


class Sum(Model):
    """A sum over the rows that count: `value` of each, of those where `where` holds (all without it)."""

    value: Formula
    where: Formula | None = None


class KnownExample(Model):
    """Rows of the source, and by identity what they come to; null where it cannot be told."""

    says: Words
    rows: tuple[dict[str, GivenValue], ...]
    gives: dict[str, dict[str, str | None]]


class Known(Policy):
    """What the registry knows of rows of `fact`, from its own fact `from`.

    `by` is the column of `from` that holds the identity of the row it adds to. A row of which `from` has
    nothing gets no value at all; a sum over a value that is not known is not known either.
    """

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["known"]
    fact: str
    source: str = Field(alias="from")
    by: str
    columns: dict[str, Sum] = Field(min_length=1)
    examples: tuple[KnownExample, ...] = Field(min_length=1)
