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
from meihao.records.registry.models.people import ClassGroup, Employment, Enrolment, Person, Post
from meihao.records.registry.models.people_kinds import (
    Came,
    EmploymentKind,
    IdKind,
    Left,
    PostKind,
    SexCode,
)
from meihao.records.registry.models.places import Establishment, Places, Site

__all__ = [
    "BatchState",
    "Came",
    "ClassGroup",
    "Code",
    "CodeSystem",
    "Employment",
    "EmploymentKind",
    "Enrolment",
    "Establishment",
    "Event",
    "EventKind",
    "Grant",
    "IdKind",
    "ImportBatch",
    "Kind",
    "Left",
    "Link",
    "Organisation",
    "Ownership",
    "Particulars",
    "Person",
    "Places",
    "Post",
    "PostKind",
    "Relation",
    "SexCode",
    "Site",
    "Sponsor",
    "Type",
    "holds_on",
    "title",
]
