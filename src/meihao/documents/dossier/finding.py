"""Which slot each file is for: named in the register, by the number it begins with, by its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unicodedata import normalize

from meihao.base.text import Text
from meihao.documents.dossier.names import number_in
from meihao.documents.dossier.slots import Place, Slot
from meihao.documents.dossier.walking import Kept


def homes(
    wanted: Sequence[Place], kept: Sequence[Kept], named: Mapping[str, Sequence[Kept]]
) -> tuple[dict[str, list[Kept]], list[tuple[Kept, Text]]]:
    """The files of each slot, and those of none, each with why.

    What the register says comes first, then the number in the file's own name, then its folder's, the nearest
    first.
    """
    found = {number: list(files) for number, files in named.items()}
    placed = {one.path for files in named.values() for one in files}
    superfluous = []
    by_number = {place.number: place for place in wanted}
    for one in kept:
        if one.path in placed:
            continue
        home = _home(one, by_number)
        if isinstance(home, Slot):
            found.setdefault(home.number, []).append(one)
        else:
            superfluous.append((one, home))
    return found, superfluous


def _home(kept: Kept, by_number: Mapping[str, Place]) -> Slot | Text:
    numbered = [number for part in reversed(kept.path.split("/")) if (number := number_in(part))]
    if not numbered:
        return Text(
            "名称和所在文件夹都不带材料编号", "neither its name nor its folder begins with a slot's number"
        )
    nearest = numbered[0][0]
    document = next((document for same, document in numbered if same == nearest and document), None)
    place = by_number.get(nearest)
    if place is None:
        return Text(f"没有 {nearest} 这一项", f"there is no {nearest}")
    if document is not None:
        wanted = f"{nearest}-{document}"
        slot = next((slot for slot in place.slots if slot.number == wanted), None)
        return slot or Text(f"{nearest} 没有第 {document} 份材料", f"{nearest} wants no document {document}")
    return _of_place(kept, place)


def _of_place(kept: Kept, place: Place) -> Slot | Text:
    """A file in the folder of a clause: for its one document, or for the one whose title it bears."""
    documents = [slot for slot in place.slots if slot.kind != "return"] or list(place.slots[:1])
    if len(documents) == 1:
        return documents[0]
    name = normalize("NFC", kept.name)
    titled = [slot for slot in documents if slot.wanted in name]
    if len(titled) == 1:
        return titled[0]
    first = documents[0].number
    return Text(
        f"分不清是 {place.number} 的哪一份：名称请以 {first} 这样的编号开头",
        f"for which document of {place.number} is not clear: begin its name with a number such as {first}",
    )
