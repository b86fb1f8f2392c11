"""The files of a folder, each as its bytes' checksum: never opened as documents, never followed elsewhere."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from meihao.base.text import Refused, Text
from meihao.documents.dossier.names import grade_in, secret, shown

_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # no link followed, no pipe waited for


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the folder: its path inside it, its size in bytes and its checksum."""

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rsplit("/", 1)[-1]


def files_in(folder: Path) -> tuple[list[Kept], list[Text]]:
    """The regular files below a folder by path, and in words what was refused.

    Raises `Refused` where there is no such folder.
    """
    if not folder.is_dir():
        raise Refused(f"没有这个文件夹：{folder}", f"no such folder: {folder}")
    kept: list[Kept] = []
    refused: list[Text] = []
    for root, folders, files, descriptor in os.fwalk(folder.resolve(), onerror=_unread(refused)):
        inside = Path(root).relative_to(folder.resolve()).as_posix()
        where = "" if inside == "." else f"{inside}/"
        here = _Here(where, descriptor, refused)
        folders[:] = sorted(name for name in folders if here.takes(name, stat.S_ISDIR))
        kept += here.hashed(name for name in sorted(files) if here.takes(name, stat.S_ISREG))
    return sorted(kept, key=lambda one: one.path), refused


@dataclass(frozen=True)
class _Here:
    """One folder on the way: `where` is its path inside the dossier, `descriptor` the open folder."""

    where: str
    descriptor: int
    refused: list[Text]

    def takes(self, name: str, kind: Callable[[int], bool]) -> bool:
        """Whether an entry is what it should be; if not, why is noted. System files are passed over."""
        if name.startswith(("~$", ".")):
            return False
        grade = grade_in(name)
        if grade is not None:
            self.refused.append(secret(f"「{shown(self.where) or '佐证材料'}」", grade))
            return False
        mode = os.stat(name, dir_fd=self.descriptor, follow_symlinks=False).st_mode
        if not kind(mode):
            self.refused.append(_no_file(shown(self.where + name), stat.S_ISLNK(mode)))
        return kind(mode)

    def hashed(self, names: Iterable[str]) -> Iterator[Kept]:
        """The files, each with its checksum; one that cannot be read is noted."""
        for name in names:
            try:
                yield Kept(self.where + name, *self._digest(name))
            except OSError as error:
                path, why = shown(self.where + name), error.strerror
                self.refused.append(Text(f"「{path}」读不出来：{why}。", f"“{path}” cannot be read: {why}."))

    def _digest(self, name: str) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        with open(os.open(name, _FLAGS, dir_fd=self.descriptor), "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()


def _no_file(path: str, link: bool) -> Text:
    kind = Text("链接", "a link") if link else Text("特殊文件", "no plain file")
    return Text(
        f"「{path}」是{kind.zh}，没有读取，请放入文件本身。",
        f"“{path}” is {kind.en} and was not read: put the file itself there.",
    )


def _unread(refused: list[Text]) -> Callable[[OSError], None]:
    def note(error: OSError) -> None:
        path = shown(Path(error.filename or "").name)
        refused.append(Text(f"「{path}」进不去：{error.strerror}。", f"“{path}” cannot be entered."))

    return note
