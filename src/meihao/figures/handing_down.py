"""What one row says for all: a column that is `given_by` the district is written into each row below it."""

from __future__ import annotations

from collections.abc import Mapping

from meihao.figures.snapshot import Table


def hand_down(table: Table, tables: Mapping[str, Table]) -> None:
    """Gives each row what the one row of another fact says for all of them, with that cell as its origin."""
    for name, column in table.fact.columns.items():
        source = tables.get(column.given_by) if column.given_by else None
        if source is None or len(source.rows) != 1:
            continue
        (above, row), *_ = source.rows.items()
        if row.get(name) is None:
            continue
        for identity, below in table.rows.items():
            table.rows[identity] = {**below, name: row[name]}
            if (above, name) in source.origins:
                table.origins[identity, name] = source.origins[above, name]
