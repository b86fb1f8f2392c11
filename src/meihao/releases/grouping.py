"""Which town and which group a school is in, as the register of the same data says."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.documents.returns.assembling import REGISTER
from meihao.figures.snapshot import Snapshot

TOWN, GROUP = "town", "group"
_COLUMNS = {TOWN: "town", GROUP: "school_group"}


@dataclass(frozen=True, slots=True)
class Where:
    """By school code, the name of its town and of its group; nothing where the register says none."""

    town: dict[str, str]
    group: dict[str, str]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Where:
        """As the register in a snapshot has it."""
        table = snapshot.tables.get(REGISTER)
        rows = table.rows if table is not None else {}
        found = {
            name: {code: str(row[column]) for code, row in rows.items() if row.get(column)}
            for name, column in _COLUMNS.items()
        }
        return cls(found[TOWN], found[GROUP])

    def names(self, kind: str) -> list[str]:
        """All towns or groups, in the order in which the register's schools have them."""
        return list(dict.fromkeys(self.by(kind).values()))

    def by(self, kind: str) -> dict[str, str]:
        """School codes with the name of the town or group."""
        return self.town if kind == TOWN else self.group
