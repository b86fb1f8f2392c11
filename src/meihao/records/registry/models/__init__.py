"""The tables of the registry: organisations with their histories, people with their dated rows."""

from meihao.records.registry.models.organisations import (
    Code,
    CodeSystem,
    Event,
    EventKind,
    Grant,
    Kind,
    Link,
    Organisation,
    Ownership,
    Particulars,
    Relation,
    Sponsor,
    Type,
    holds_on,
)

__all__ = [
    "Code",
    "CodeSystem",
    "Event",
    "EventKind",
    "Grant",
    "Kind",
    "Link",
    "Organisation",
    "Ownership",
    "Particulars",
    "Relation",
    "Sponsor",
    "Type",
    "holds_on",
]
