"""The workbooks of a folder: counted, or why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from meihao.base.text import Refused, Text
from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import Plan
from meihao.documents.reconciling.tallying import Tally, Tallying
from meihao.documents.returns.intake import files_under

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ExportFile:
    """One workbook: what was counted in it, and why what was not."""

    name: str
    sha256: str = ""
    tallies: tuple[Tally, ...] = ()
    unrecognised: tuple[str, ...] = ()
    refusal: Text | None = None


@dataclass(frozen=True)
class Exports:
    """The workbooks that were found; `skipped` are files that are none."""

    files: tuple[ExportFile, ...]
    skipped: tuple[str, ...] = field(default=())

    def of(self, source: str) -> list[tuple[ExportFile, Tally]]:
        """The sheets of one source, with their files."""
        return [(f, tally) for f in self.files for tally in f.tallies if tally.heading.source == source]

    def counted(self, source: str) -> list[tuple[ExportFile, Tally]]:
        """The sheets of one source of which something may be read."""
        return [(file, tally) for file, tally in self.of(source) if tally.columns]


def take_exports(
    path: Path,
    plan: Plan,
    reader: PassingReader,
    exclude: Path | None = None,
    progress: Progress | None = None,
) -> Exports:
    """Counts every workbook at a path. Raises `Refused` only where there is none."""
    paths, skipped = files_under(path, exclude)
    files: list[ExportFile] = []
    for number, file in enumerate(paths, 1):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        files.append(_once(_counted(file, name, plan, reader), files))
        if progress:
            progress(number, len(paths), name)
    return Exports(tuple(files), tuple(skipped))


def _counted(path: Path, name: str, plan: Plan, reader: PassingReader) -> ExportFile:
    tallying = Tallying(plan)
    try:
        sha256 = reader.let_pass(path, tallying)
    except Refused as refusal:
        return ExportFile(name, refusal=refusal.text)
    return ExportFile(name, sha256, tuple(tallying.tallies), tuple(tallying.unrecognised))


def _once(file: ExportFile, others: Sequence[ExportFile]) -> ExportFile:
    """The same file under two names is counted once: twice as many pupils would help nobody."""
    twin = next((other for other in others if file.sha256 and other.sha256 == file.sha256), None)
    if twin is None:
        return file
    zh = f"「{file.name}」与「{twin.name}」内容完全相同，只计一次。"
    return ExportFile(
        file.name, refusal=Text(zh, f"“{file.name}” is the same as “{twin.name}”: counted once.")
    )
