"""The archive of a backup: a tar of database, files and a manifest, sealed; written and read as a stream.

It is read into an empty folder and only believed once the seal held to the end and every member is what
the manifest says.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from meihao.base.text import Refused
from meihao.web.sealed_stream import SealedReader, SealingWriter

FORMAT = 1
MANIFEST, FILES = "manifest.json", "files"
DATABASE = {"sqlite": "meihao.sqlite3", "postgresql": "meihao.pgdump"}
_PIECE = 1 << 18
_MOST_MANIFEST = 256 << 20
_UNSAFE = re.compile(r"(^|/)\.\.?(/|$)|^/|\\|\0|//|/$|^$")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says of the database: which kind, its schema, the head of the trail as `seq hash`."""

    database: str
    migrations: list[list[str]]
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; `members` are (name, size in bytes, SHA-256)."""

    made_at: str
    version: str
    facts: Facts
    members: list[tuple[str, int, str]]

    def written(self) -> bytes:
        """As JSON."""
        said = {"format": FORMAT, **asdict(self)}
        return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """From what `written` gives. Raises `Refused`."""
        said = json.loads(data)
        if said.pop("format", None) != FORMAT:
            raise Refused("备份文件的格式版本不认识。", "The format of this backup is not known.")
        members = [(str(name), int(size), str(digest)) for name, size, digest in said["members"]]
        return cls(said["made_at"], said["version"], Facts(**said["facts"]), members)


def members_under(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every kept file under a folder, by its name in an archive; what begins with a point is no content."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(part.startswith(".") for part in inside.parts)
        ):
            yield f"{FILES}/{inside.as_posix()}", path


def pack(
    to: Path,
    passphrase: bytes,
    members: Iterable[tuple[str, Path]],
    facts: Facts,
    about: Mapping[str, str],
) -> Manifest:
    """Writes an archive; it stands under its name only when it is whole. Raises `Refused` where it exists."""
    if to.exists():
        raise Refused(f"已有 {to}，没有覆盖。", f"{to} is there already and was not written over.")
    partial = to.with_name(f".{to.name}.partial")
    try:
        with open(partial, "wb", opener=_private) as out:
            sealing = SealingWriter(out, passphrase)
            manifest = _written(sealing, members, facts, about)
            sealing.close()
            out.flush()
            os.fsync(out.fileno())
        os.link(partial, to)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _written(
    sealing: SealingWriter, members: Iterable[tuple[str, Path]], facts: Facts, about: Mapping[str, str]
) -> Manifest:
    told = []
    with tarfile.open(fileobj=cast(IO[bytes], sealing), mode="w|", bufsize=_PIECE) as tar:
        for name, path in members:
            told.append(_add(tar, name, path))
        manifest = Manifest(facts=facts, members=told, made_at=about["made_at"], version=about["version"])
        data = manifest.written()
        tar.addfile(_entry(MANIFEST, len(data)), _Hashed(data=data))
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path) -> tuple[str, int, str]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashed = _Hashed(file)
        tar.addfile(_entry(name, size), hashed)
    tar.members.clear()  # type: ignore[attr-defined]
    return name, size, hashed.digest.hexdigest()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes] | None = None, data: bytes = b"") -> None:
        self._file, self._data = file, data
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """As a file's."""
        if self._file is None:
            given, self._data = self._data[:size], self._data[size:]
        else:
            given = self._file.read(size)
        self.digest.update(given)
        return given


def unpack(archive: Path, passphrase: bytes, into: Path) -> Manifest:
    """Reads a whole archive into an empty folder and holds it to its manifest. Raises `Refused`."""
    with archive.open("rb") as source:
        sealed = SealedReader(source, passphrase)
        found, manifest = _unpacked(sealed, into)
        sealed.drain()
    if manifest is None or found != manifest.members:
        raise Refused("备份文件的内容与清单不符。", "The backup does not hold what its manifest says.")
    if sum(name == DATABASE.get(manifest.facts.database) for name, _, _ in found) != 1:
        raise Refused("备份文件里没有数据库。", "There is no database in the backup.")
    return manifest


def _unpacked(sealed: SealedReader, into: Path) -> tuple[list[tuple[str, int, str]], Manifest | None]:
    found: list[tuple[str, int, str]] = []
    manifest = None
    try:
        with tarfile.open(fileobj=cast(IO[bytes], sealed), mode="r|", bufsize=_PIECE) as tar:
            for entry in tar:
                content = cast(IO[bytes], tar.extractfile(_safe(entry)))
                if entry.name == MANIFEST and entry.size <= _MOST_MANIFEST:
                    manifest = Manifest.read(content.read())
                else:
                    found.append(_extracted(content, entry.name, into))
                tar.members.clear()  # type: ignore[attr-defined]
    except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as error:
        raise Refused("备份文件的内容无法读出。", "The content of the backup cannot be read.") from error
    return found, manifest


def _safe(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    if not entry.isreg() or _UNSAFE.search(entry.name):
        raise Refused("备份文件里有越界的名称。", "A name in the backup leads outside.")
    return entry


def _extracted(content: IO[bytes], name: str, into: Path) -> tuple[str, int, str]:
    path = into / PurePosixPath(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with open(path, "xb", opener=_private) as out:
        while piece := content.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return name, size, digest.hexdigest()


def told(manifest: Manifest) -> dict[str, Any]:
    """What a command says of an archive."""
    sizes = [size for _, size, _ in manifest.members]
    return {"members": len(sizes), "bytes": sum(sizes), "head": manifest.facts.head}
