"""Who was erased: what is said of them, and that nothing more is written about them."""

from __future__ import annotations

from datetime import date

from meihao.base.text import Refused, Text
from meihao.records.registry.models import Person

ERASE = "registry.person.erase"


def gone(on: date) -> Text:
    """What stands in the place of a name."""
    return Text(f"已按规定删除（{on}）", f"erased under the law on {on}")


def locked(person: Person) -> None:
    """Locks the row of a person. Raises `Refused` where they were erased."""
    found = Person._plain.select_for_update().only("pk", "erased_on").get(pk=person.pk)
    refuse_erased(found)


def refuse_erased(person: Person) -> None:
    """Raises `Refused` where a person was erased: nothing is shown of them, and nothing more written."""
    if person.erased_on is not None:
        said = gone(person.erased_on)
        raise Refused(
            f"这个人的信息{said.zh}，只剩代号和学籍、任职的起止。再来就读或任职的，请按新的人登记。",
            f"this person was {said.en}: the pseudonym and the dates are left. Register them anew.",
        )
