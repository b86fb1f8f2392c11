"""Invented releases: schools by columns with every margin; some districts publish several that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from meihao.methods.disclosure_rules import Sum, Table

SCHOOLS, COLUMNS, TOWNS = 20, 4, 4


@dataclass(frozen=True)
class District:
    """One district's figures, the releases made of them in order, and what everybody knows adds up.

    `merged` says which cells of one release are sums of cells of another.
    """

    number: int
    releases: tuple[Table, ...]
    merged: tuple[Sum, ...] = ()


def district(number: int, seed: int, several: bool) -> District:
    """A district of twenty schools and four columns, small counts among large ones."""
    rng = Random(f"{seed}/{number}")
    cells = {(row, column): _count(rng) for row in range(SCHOOLS) for column in range(COLUMNS)}
    towns = _towns(rng)
    whole = _table(cells, "", {f"s{row}": [row] for row in range(SCHOOLS)}, _single(range(COLUMNS)))
    if not several:
        return District(number, (whole,))
    by_town = _table(cells, "", {f"w{at}": rows for at, rows in enumerate(towns)}, _single(range(COLUMNS)))
    merged = {"c01": [0, 1], "c2": [2], "c3": [3]}
    coarse = _table(cells, "", {f"s{row}": [row] for row in range(SCHOOLS)}, merged)
    linked = _linked(whole, by_town, towns)
    releases = [linked, coarse, _later(rng, cells)]
    rng.shuffle(releases)
    rows = [*(f"s{row}" for row in range(SCHOOLS)), "sall"]
    sums = tuple(Sum(f"{row}.c01", (f"{row}.c0", f"{row}.c1")) for row in rows)
    return District(number, (whole, *releases) if rng.random() < 0.5 else tuple(releases), sums)


def _count(rng: Random) -> int:
    return rng.choice((rng.randint(0, 12), rng.randint(5, 60), rng.randint(20, 400)))


def _towns(rng: Random) -> list[list[int]]:
    rows = list(range(SCHOOLS))
    rng.shuffle(rows)
    cuts = sorted(rng.sample(range(1, SCHOOLS), TOWNS - 1))
    return [rows[a:b] for a, b in zip([0, *cuts], [*cuts, SCHOOLS], strict=True)]


def _single(columns: Sequence[int]) -> dict[str, list[int]]:
    return {f"c{column}": [column] for column in columns}


def _table(
    cells: dict[tuple[int, int], int],
    mark: str,
    rows: dict[str, list[int]],
    columns: dict[str, list[int]],
) -> Table:
    """The table of groups of rows by groups of columns, with totals; a key names what is counted."""
    every = list(range(COLUMNS)), list(range(SCHOOLS))
    across, down = {**columns, "call": every[0]}, {**rows, "sall": every[1]}
    found = {
        f"{mark}{row}.{column}": sum(cells[r, c] for r in down[row] for c in across[column])
        for row in down
        for column in across
    }
    sums = [Sum(f"{mark}{row}.call", tuple(f"{mark}{row}.{column}" for column in columns)) for row in down]
    sums += [Sum(f"{mark}sall.{column}", tuple(f"{mark}{row}.{column}" for row in rows)) for column in across]
    return Table(found, tuple(sums))


def _linked(whole: Table, by_town: Table, towns: list[list[int]]) -> Table:
    """Schools within towns within the district: one table of three levels."""
    columns = [*(f"c{column}" for column in range(COLUMNS)), "call"]
    sums = [
        Sum(f"w{at}.{column}", tuple(f"s{row}.{column}" for row in rows))
        for at, rows in enumerate(towns)
        for column in columns
    ]
    return Table({**whole.cells, **by_town.cells}, (*whole.sums, *by_town.sums, *sums))


def _later(rng: Random, cells: dict[tuple[int, int], int]) -> Table:
    """The same table put right: a few schools have other counts, and those alone are new cells."""
    changed = dict(cells)
    for at in rng.sample(sorted(cells), 5):
        changed[at] = _count(rng)
    before = _table(cells, "", {f"s{row}": [row] for row in range(SCHOOLS)}, _single(range(COLUMNS)))
    after = _table(changed, "", {f"s{row}": [row] for row in range(SCHOOLS)}, _single(range(COLUMNS)))
    name = {key: key if before.cells[key] == value else f"{key}#2" for key, value in after.cells.items()}
    sums = (Sum(name[line.total], tuple(name[part] for part in line.parts)) for line in after.sums)
    return Table({name[key]: value for key, value in after.cells.items()}, tuple(sums))


def linked(table: Table, before: dict[str, int], merged: Sequence[Sum]) -> Table:
    """A release with what it has in common with earlier ones: the sums across, and the cells they need."""
    known = {**before, **table.cells}
    sums = [line for line in merged if known.keys() >= {line.total, *line.parts}]
    sums = [line for line in sums if table.cells.keys() & {line.total, *line.parts}]
    cells = {key: known[key] for line in sums for key in (line.total, *line.parts)}
    return Table({**cells, **table.cells}, (*table.sums, *sums))
