"""A snapshot: the rows a result was computed from, frozen, with where each value was read.

On disk it is a folder: one Parquet file a fact, `origins.parquet` (which cell of which workbook
each value came from) and `manifest.json`. The same rows give the same logical hash, whatever the
order or the workbooks they came in; the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from meihao.base.exact import decimal_text
from meihao.base.text import Refused
from meihao.figures.interpreter import Row, Value
from meihao.policy.kinds import ColumnSpec, Fact

FORMAT = 1
_SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "choice": "VARCHAR",
    "date": "VARCHAR",
    "count": "DECIMAL(18,0)",
    "year": "DECIMAL(18,0)",
    "yesno": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value was read: workbook (name and hash), sheet, cell, and the form it belongs to."""

    file: str
    sha256: str
    sheet: str
    cell: str
    form: str


@dataclass(frozen=True)
class Table:
    """The rows of one fact, by identity, and the origin of each value."""

    fact: Fact
    rows: dict[str, Row]
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """Facts frozen for a day: tables by the key of their fact, and the versions that were in force."""

    on: date
    place: str
    tables: Mapping[str, Table]
    versions: Mapping[str, str]
    pending: tuple[str, ...] = ()  # files not taken that may hold schools nobody can name
    folder: Path | None = None  # where it was read from, for engines that read files themselves

    @property
    def logical_hash(self) -> str:
        """Names the rows: equal for equal rows, whatever file or order they came in."""
        digest = hashlib.sha256(f"meihao snapshot {FORMAT}\n".encode())
        for key in sorted(self.tables):
            table = self.tables[key]
            digest.update(f"{key}\n".encode())
            for identity in sorted(table.rows):
                digest.update(_canonical(identity, table.rows[identity]).encode("utf-8", "surrogatepass"))
        for name in sorted(self.pending):
            digest.update(f"pending {name}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def short_hash(self) -> str:
        """The first twelve letters of the logical hash, for print."""
        return self.logical_hash[:12]

    def table(self, fact: Fact) -> Table:
        """The table of a fact; empty where nothing was reported."""
        return self.tables.get(fact.key, Table(fact, {}))

    def write(self, folder: Path) -> None:
        """Writes the snapshot; equal snapshots give equal bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        names = {key: file_name(key) for key in sorted(self.tables)}
        with duckdb.connect(config={"threads": 1}) as connection:
            for key, name in names.items():
                load(connection, "rows", self.tables[key])
                _export(connection, "rows", folder / name)
            _load_origins(connection, self.tables)
            _export(connection, "origins", folder / "origins.parquet")
        manifest = self._manifest(folder, {**names, "origins": "origins.parquet"})
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")

    def _manifest(self, folder: Path, names: Mapping[str, str]) -> dict[str, object]:
        return {
            "format": FORMAT,
            "on": str(self.on),
            "place": self.place,
            "logical_hash": self.logical_hash,
            "policies": dict(self.versions),
            "pending": sorted(self.pending),
            "rows": {key: len(table.rows) for key, table in self.tables.items()},
            "files": {key: {"name": name, "sha256": _sha256(folder / name)} for key, name in names.items()},
        }


def _canonical(identity: str, row: Row) -> str:
    cells = {name: _plain(value) for name, value in row.items() if value is not None}
    return json.dumps([identity, cells], ensure_ascii=False, sort_keys=True) + "\n"


def _plain(value: Value) -> str | bool | None:
    if isinstance(value, Fraction):
        return decimal_text(value)
    return value


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def file_name(key: str) -> str:
    """The file a fact is kept in."""
    return f"{key.replace('/', '.')}.parquet"


def sql_type(column: ColumnSpec) -> str:
    """The column type of the engines; decimals are exact."""
    return f"DECIMAL(18,{column.scale})" if column.type == "decimal" else _SQL_TYPES[column.type]


def load(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    """Puts the rows of a fact into a table of this connection, in order of identity, exactly typed."""
    columns = table.fact.columns
    rows = ([_csv_cell(row.get(column)) for column in columns] for _, row in sorted(table.rows.items()))
    _load_csv(connection, name, {column: sql_type(spec) for column, spec in columns.items()}, rows)


def _load_origins(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]) -> None:
    names = ("fact", "identity", "column_name", "file", "sha256", "sheet", "cell", "form")
    rows = (
        [key, identity, column, origin.file, origin.sha256, origin.sheet, origin.cell, origin.form]
        for key in sorted(tables)
        for (identity, column), origin in sorted(tables[key].origins.items())
    )
    _load_csv(connection, "origins", dict.fromkeys(names, "VARCHAR"), rows)


def _load_csv(
    connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: Iterable[list[str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n").writerows(rows)
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv(?, header=false, "
            f"auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', columns={{{columns}}}, "
            "parallel=false)",
            [str(path)],
        )


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return decimal_text(value) if isinstance(value, Fraction) else value


def _export(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    connection.execute(f"COPY {name} TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")


def read(folder: Path, facts: Mapping[str, Fact]) -> Snapshot:
    """A snapshot written before; `facts` gives the policy of each table by key.

    Raises `Refused` where a file is missing, was altered, or is of a newer format.
    """
    manifest = _checked_manifest(folder)
    files = {key: folder / entry["name"] for key, entry in manifest["files"].items()}
    with duckdb.connect(config={"threads": 1}) as connection:
        origins = _read_origins(connection, files["origins"])
        tables = {
            key: _read_table(connection, path, facts[key], origins.get(key, {}))
            for key, path in files.items()
            if key != "origins"
        }
    on = date.fromisoformat(manifest["on"])
    pending = tuple(manifest["pending"])
    return Snapshot(on, manifest["place"], tables, manifest["policies"], pending, folder)


def _checked_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        raise Refused(
            f"{folder} 里没有快照（缺 manifest.json）。", f"no snapshot in {folder} (manifest.json)."
        )
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise Refused(
            f"{folder} 的快照格式是 {manifest.get('format')}，本版本只读格式 {FORMAT}。",
            f"the snapshot in {folder} has format {manifest.get('format')}; this version reads {FORMAT}.",
        )
    for entry in manifest["files"].values():
        file = folder / entry["name"]
        if not file.is_file() or _sha256(file) != entry["sha256"]:
            raise Refused(f"快照文件 {file} 缺失或被改动过。", f"{file} is missing or was altered.")
    return dict(manifest)


def _read_table(
    connection: duckdb.DuckDBPyConnection, path: Path, fact: Fact, origins: dict[tuple[str, str], Origin]
) -> Table:
    result = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in result.description or ()]
    rows = [dict(zip(names, map(_value, values), strict=True)) for values in result.fetchall()]
    return Table(fact, {str(row[fact.identity]): row for row in rows}, origins)


def _read_origins(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> dict[str, dict[tuple[str, str], Origin]]:
    found: dict[str, dict[tuple[str, str], Origin]] = {}
    for fact, identity, column, *rest in connection.execute(
        "SELECT * FROM read_parquet(?)", [str(path)]
    ).fetchall():
        found.setdefault(fact, {})[identity, column] = Origin(*rest)
    return found


def _value(value: object) -> Value:
    if value is None or isinstance(value, (bool, str)):
        return value
    assert isinstance(value, (int, Decimal))
    return Fraction(value)
