"""The numbered folders of a dossier, made empty; what is there already stays as it is."""

from __future__ import annotations

from pathlib import Path

from meihao.base.text import Refused
from meihao.documents.dossier.names import folder_name, number_in, shown
from meihao.documents.dossier.slots import Place, places
from meihao.figures.plan import Plan

FOLDER = "佐证材料"


def write_dossier_folders(plan: Plan, folder: Path) -> list[Path]:
    """Makes a folder for each place, and in it one for each document where several are wanted.

    `folder` is the dossier's own (usually called 佐证材料). A folder that begins with the number is taken as
    it is, whatever follows. Gives the folders that were made. Raises `Refused` where a file or a link
    stands in the way.
    """
    made: list[Path] = []
    _make(folder, made)
    for place in places(plan):
        own = _found(folder, place.number) or folder / folder_name(place.number, place.title)
        _make(own, made)
        for number, wanted in _parted(place):
            _make(_found(own, number) or own / folder_name(number, wanted), made)
    return made


def _parted(place: Place) -> list[tuple[str, str]]:
    """The documents that get a folder of their own: returns are kept elsewhere, one needs no second floor."""
    wanted = [slot for slot in place.slots if slot.kind != "return"]
    return [(slot.number, slot.wanted) for slot in wanted] if len(wanted) > 1 else []


def _found(parent: Path, number: str) -> Path | None:
    """The folder, if there is one, that a person may have renamed behind its number."""
    wanted = tuple(number.split("-")) if "-" in number else (number, None)
    named = (path for path in sorted(parent.iterdir()) if number_in(path.name) == wanted)
    return next(named, None)


def _make(path: Path, made: list[Path]) -> None:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        name = shown(path.name)
        raise Refused(
            f"「{name}」应是文件夹，却是链接或文件，请移走后重来。",
            f"“{name}” should be a folder and is a link or a file: move it away and try again.",
        )
    if not path.exists():
        path.mkdir(parents=True)
        made.append(path)
