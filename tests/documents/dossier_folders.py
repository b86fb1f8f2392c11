"""Folders and registers of evidence for the tests of the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from meihao.documents.dossier import (
    EVIDENCE,
    Dossier,
    read_dossier,
)
from meihao.figures.plan import Plan, make_plan
from meihao.figures.snapshot import Table
from meihao.policy.kinds import Fact, Given
from meihao.policy.rulebook import Rulebook

ON = date(2025, 10, 20)
BALANCE, PRESCHOOL, BASIC = "cn/compulsory-balance", "cn/preschool-coverage", "cn/compulsory-basic-2012"
RETURNS = (
    "cn/compulsory/school-return",
    "cn/compulsory-return-plus",
    "cn/compulsory/district-return",
    "cn/compulsory/district-return-plus",
)


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


@cache
def plan(standard: str = BALANCE) -> Plan:
    return make_plan(rulebook(), standard, ON, "990106")


def register(*rows: Mapping[str, Given]) -> Table:
    fact = rulebook().get(Fact, EVIDENCE, ON)
    return Table(fact, {str(row["code"]): dict(row) for row in rows})


def reading(folder: Path, *rows: Mapping[str, Given], on: date = ON) -> Dossier:
    return read_dossier(plan(), folder, register(*rows), on)


def put(folder: Path, name: str, content: str = "虚构") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


# --- slots
