"""The two ways to verify: against the evaluation, computed anew, or against the seal in the file alone."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from meihao.base.divisions import is_unassigned
from meihao.base.text import Refused
from meihao.documents.evaluating import TABLES, reopened
from meihao.documents.sealing import Imprint, check_code, imprint, imprint_of, unsealed
from meihao.documents.tables import write_tables
from meihao.documents.verifying.differences import Difference, differences
from meihao.documents.workbook import Reader
from meihao.figures.engines import Engine
from meihao.policy.rulebook import Rulebook


class Against(StrEnum):
    """What a workbook was compared with."""

    EVALUATION = "evaluation"
    SEAL = "seal"


class SealState(StrEnum):
    """What the seal in the file says of the file."""

    INTACT = "intact"
    BROKEN = "broken"
    DAMAGED = "damaged"
    ABSENT = "absent"


@dataclass(frozen=True)
class Verdict:
    """What verifying found; `codes` are those of the sheets as they are now, `cells` how many they hold."""

    against: Against
    differences: tuple[Difference, ...]
    seal: SealState
    codes: Mapping[str, str]
    cells: int

    @property
    def unchanged(self) -> bool:
        """Whether the workbook says and shows what we wrote."""
        return not self.differences


@dataclass(frozen=True)
class Original:
    """The tables as the evaluation says them, the figures' addresses by cell, and which evaluation it is."""

    imprint: Imprint
    addresses: Mapping[str, str]
    on: date
    snapshot: str


def original(out: Path, rulebook: Rulebook, standard: str, engine: Engine) -> Original:
    """The tables of an `out` folder, written again from its snapshot."""
    evaluation = reopened(out, rulebook, standard, engine)
    with tempfile.TemporaryDirectory(prefix="meihao-") as folder:
        target = Path(folder) / TABLES
        printed = write_tables(evaluation, rulebook, target, is_unassigned(evaluation.plan.place))
        addresses = {f"{cell.sheet}!{cell.ref}": cell.address for cell in printed}
        sheets = imprint_of(target.read_bytes())
    return Original(sheets, addresses, evaluation.plan.on, evaluation.snapshot.short_hash)


def verified(path: Path, reader: Reader, against: Original | None) -> Verdict:
    """Compares a workbook with the original; without one, or if it is no such workbook, with its own seal.

    Raises `Refused` where the file cannot be read, is none of ours, or has nothing to be compared with.
    """
    sheets, properties = reader.see(path)
    present = imprint(sheets)
    if against is not None and _shares_sheets(present, against.imprint):
        found = [
            replace(difference, address=against.addresses.get(difference.origin))
            for difference in differences(against.imprint, present)
        ]
        return _verdict(Against.EVALUATION, found, present, properties)
    sealed = unsealed(properties)
    if sealed is None:
        raise _not_ours(path) if against else _unsealed(path)
    return _verdict(Against.SEAL, differences(sealed, present), present, properties)


def _shares_sheets(one: Imprint, other: Imprint) -> bool:
    return bool({sheet.name for sheet in one} & {sheet.name for sheet in other})


def _verdict(
    against: Against, found: list[Difference], present: Imprint, properties: Mapping[str, str]
) -> Verdict:
    codes = {sheet.name: check_code(sheet.cells) for sheet in present}
    cells = sum(len(sheet.cells) for sheet in present)
    return Verdict(against, tuple(found), _seal_state(present, properties), codes, cells)


def _seal_state(present: Imprint, properties: Mapping[str, str]) -> SealState:
    try:
        sealed = unsealed(properties)
    except Refused:
        return SealState.DAMAGED
    if sealed is None:
        return SealState.ABSENT
    return SealState.BROKEN if differences(sealed, present) else SealState.INTACT


def _unsealed(path: Path) -> Refused:
    return Refused(
        f"「{path.name}」没有封印：不是这里写出的表，或封印已被删去。请用 --out 指明测算结果所在的文件夹。",
        f"“{path.name}” carries no seal: it is none of ours, or the seal was taken off. "
        "Name the folder of the evaluation with --out.",
    )


def _not_ours(path: Path) -> Refused:
    return Refused(
        f"「{path.name}」没有一张工作表与测算写出的申报表同名，也没有封印，请检查选的文件。",
        f"“{path.name}” has no sheet of the tables that were written, and no seal: "
        "check that it is the right file.",
    )


def sheets_coded(code: str, tables: Original) -> list[str]:
    """The sheets whose printed check code this is."""
    wanted = code.upper().replace("-", "")
    return [s.name for s in tables.imprint if check_code(s.cells).replace("-", "") == wanted]
