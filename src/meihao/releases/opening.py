"""Opens a figure of an evaluation at its address, for somebody who sees some units by name."""

from __future__ import annotations

from meihao.base.stages import Stage
from meihao.figures.engines import UnitKey
from meihao.figures.plan import Basis
from meihao.figures.result import Evaluation
from meihao.records.accounts.acting import Missing
from meihao.releases.opened import Opened
from meihao.releases.opening_clauses import ClauseOpener
from meihao.releases.opening_place import PlaceOpener
from meihao.releases.opening_units import UnitOpener
from meihao.releases.seen import Seen


def opened(evaluation: Evaluation, address: str, seen: Seen) -> Opened:
    """The figure at an address. Raises `Missing` where there is none, or it is of a unit that is not seen."""
    try:
        found = _of_place(evaluation, address, seen) or _of_clauses(evaluation, address, seen)
        return found or _of_unit(evaluation, address, seen)
    except (ValueError, KeyError):
        raise Missing from None


def _of_place(evaluation: Evaluation, address: str, seen: Seen) -> Opened | None:
    place = PlaceOpener(evaluation, seen)
    match address.split("/"):
        case ["cv" | "mean" as kind, item, stage]:
            return place.dispersion(address, kind, item, Stage(stage))
        case ["count" | "share" as kind, item, *stages] if len(stages) < 2:
            return place.passing(address, kind, item, [Stage(stage) for stage in stages])
        case ["within", *stages] if len(stages) < 2:
            return place.within(address, [Stage(stage) for stage in stages])
    return None


def _of_clauses(evaluation: Evaluation, address: str, seen: Seen) -> Opened | None:
    clauses = ClauseOpener(evaluation, seen)
    match address.split("/"):
        case ["clause", clause] | [clause]:
            return clauses.clause(address, clause)
        case ["test", clause, test, *basis] if len(basis) < 2:
            return clauses.test(address, clause, test, Basis(*basis) if basis else Basis.STRICT)
        case ["total", owner, name]:
            return clauses.total(address, owner, name)
    return None


def _of_unit(evaluation: Evaluation, address: str, seen: Seen) -> Opened:
    unit = UnitOpener(evaluation, seen)
    match address.split("/"):
        case ["column", column, campus]:
            return unit.column(address, column, campus)
        case ["state", campus, stage]:
            return unit.unit(address, UnitKey(campus, Stage(stage)))
        case ["pupils", campus, stage]:
            return unit.pupils(address, UnitKey(campus, Stage(stage)))
        case [item, campus, stage, *basis] if len(basis) < 2:
            told = Basis(*basis) if basis else Basis.STRICT
            return unit.cell(address, item, UnitKey(campus, Stage(stage)), told)
    raise Missing
