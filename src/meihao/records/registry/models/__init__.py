"""The tables of the registry: organisations with their histories, people with their dated rows."""

from meihao.records.registry.models.imports import BatchState, ImportBatch
from meihao.records.registry.models.kinds import (
    CodeSystem,
    EventKind,
    Kind,
    Link,
    Ownership,
    Sponsor,
    Type,
    title,
)
from meihao.records.registry.models.organisations import (
    Code,
    Event,
    Grant,
    Organisation,
    Particulars,
    Relation,
    holds_on,
)

__all__ = [
    "BatchState",
    "Code",
    "CodeSystem",
    "Event",
    "EventKind",
    "Grant",
    "ImportBatch",
    "Kind",
    "Link",
    "Organisation",
    "Ownership",
    "Particulars",
    "Relation",
    "Sponsor",
    "Type",
    "holds_on",
    "title",
]
