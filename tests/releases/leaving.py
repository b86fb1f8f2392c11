"""A made-up district that publishes: eight primary schools in four towns, a snapshot, and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from meihao.documents.returns.assembling import REGISTER
from meihao.figures import snapshot as figures
from meihao.figures.interpreter import Row, Value
from meihao.records.accounts.acting import Acting, command, visitor
from meihao.records.accounts.models import User
from meihao.records.registry.models import Grant, Organisation, Particulars
from meihao.releases import rules, shelf, taking
from meihao.releases.models import Snapshot

AT = datetime(2025, 10, 20, 1, tzinfo=UTC)
DAY, PLACE = date(2025, 10, 20), "990106"
CAMPUS, STANDARD = "cn/compulsory/campus", "cn/compulsory-balance"
TEACHERS = "cn/compulsory/teachers-above-required"
SCHOOLS = {  # code: town, pupils, teachers above what is required, equipment in 万元
    "S1": ("禾渚镇", 420, 4, 40),
    "S2": ("禾渚镇", 300, 3, 30),
    "S3": ("石觅乡", 60, 2, 9),
    "S4": ("石觅乡", 50, 2, 8),
    "S5": ("澄墨街道", 900, 40, 300),
    "S6": ("澄墨街道", 800, 38, 280),
    "S7": ("澄墨街道", 700, 31, 250),
    "S8": ("毫谷乡", 88, 14, 12),
}


def row(code: str, pupils: int, teachers: int, equipment: int) -> Row:
    """A primary school as it reported; the areas are left out and stay unknown."""
    given: dict[str, int] = {
        "primary_pupils": pupils,
        "junior_pupils": 0,
        "primary_teachers_college": 0,
        "primary_teachers_bachelor": teachers,
        "primary_teachers_master": 0,
        "primary_teachers_doctor": 0,
        "equipment_value": equipment,
    }
    said: dict[str, Value] = {"school_code": code, "name": f"校{code}", "school_type": "小学"}
    return said | {name: Fraction(value) for name, value in given.items()}


def rows_of(changed: dict[str, tuple[str, int, int, int]] | None = None) -> figures.Snapshot:
    """The district's rows, with some schools as they are after all."""
    facts = rules.facts(DAY, PLACE)
    schools = {**SCHOOLS, **(changed or {})}
    rows = {code: row(code, *amounts) for code, (_, *amounts) in schools.items()}
    listed: dict[str, Row] = {
        code: {"school_code": code, "name": f"校{code}", "town": town} for code, (town, *_) in schools.items()
    }
    tables = {CAMPUS: figures.Table(facts[CAMPUS], rows), REGISTER: figures.Table(facts[REGISTER], listed)}
    return figures.Snapshot(DAY, PLACE, tables, taking.versions(DAY, PLACE))


def taken(authority: Organisation, snapshot: figures.Snapshot) -> Snapshot:
    """A snapshot's record, its rows on the shelf."""
    shelf.keep(snapshot, rules.facts(DAY, PLACE))
    return Snapshot._plain.create(
        authority=authority,
        place=PLACE,
        on=DAY,
        logical_hash=snapshot.logical_hash,
        reason="demand",
        taken_at=AT,
        taken_by="test",
        counts={key: len(table.rows) for key, table in snapshot.tables.items()},
        policies=dict(snapshot.versions),
        differing=0,
        open_cells=0,
    )


@dataclass(frozen=True)
class Cast:
    """Who there is: `head`, `officer` and `inspector` of the bureau, a `stranger` head, and whoever comes."""

    bureau: Organisation
    snapshot: Snapshot
    head: Acting
    officer: Acting
    inspector: Acting
    stranger: Acting
    anybody: Acting
    console: Acting


def make_cast() -> Cast:
    """The bureau, its people and a snapshot of its schools."""
    units = []
    for name in ("澄砚区教育局", "临砚区教育局"):
        unit = Organisation.objects.create(kind="authority")
        Particulars.objects.create(organisation=unit, name=name, since=date(2000, 1, 1))
        units.append(unit)
    bureau, other = units
    return Cast(
        bureau,
        taken(bureau, rows_of()),
        person("head", "bureau-head", bureau),
        person("officer", "section-officer", bureau),
        person("inspector", "inspector", bureau),
        person("stranger", "bureau-head", other),
        visitor(AT),
        command("test", AT),
    )


def person(username: str, role: str, unit: Organisation) -> Acting:
    """Somebody with one role at one unit."""
    user = User.objects.create(username=username, name=f"虚构{username}", opened_at=AT)
    Grant.objects.create(user=user, role=role, organisation=unit, since=date(2020, 1, 1), given_by="test")
    return Acting(user, AT)
