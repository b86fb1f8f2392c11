"""Forms that are sent twice and write once: by a second click, a reloaded page, a line that broke.

A form carries a hidden `key` (a random UUID, made where the form is drawn). `once` writes down that it was
sent, in one transaction with what it wrote. Sent again with the same wish by the same person, it gives what
stands and writes nothing; with another wish it is refused.

Of the key and of the wish fingerprints are kept (`sealing.blind`), because a name or an identity number may
be in the wish. The key is in the fingerprint of the wish and is itself kept nowhere: once the page is gone,
not even whoever holds the key ring can try a name on the row. So it may stay when a person is erased.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import Submission
from meihao.records.accounts.sealing import blind

_KEY, _ASKED = "accounts.submission.key", "accounts.submission.asked"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form wrote, as the trail names it; `again` where it stood already and nothing was written."""

    about: str
    again: bool = False


def once(
    *, by: Acting, key: UUID, action: str, asked: Mapping[str, object], write: Callable[[], str]
) -> Sent:
    """Does what a form asks, once. `write` calls the action and returns what it is about: `person:<key>`.

    `action` is the action of the matrix; `asked` is the whole wish, with what it is about: values that
    `str` tells apart. Raises what `write` raises, and `Refused` where the key was used for another wish.
    """
    known, said = blind(str(key), _KEY), _said(by, key, action, asked)
    try:
        with transaction.atomic():
            return _again(known, said) or Sent(_written(by, known, action, said, write))
    except IntegrityError:  # another writer came first with the same key
        if found := _again(known, said):
            return found
        raise


def _written(by: Acting, known: str, action: str, said: str, write: Callable[[], str]) -> str:
    """The key is written first: who comes second with it waits here, and not behind what `write` changes."""
    row = Submission.objects.create(key=known, action=action, asked=said, made_at=by.at, made_by=by.name)
    row.about = write()
    row.save(update_fields=["about"])
    return row.about


def _again(known: str, said: str) -> Sent | None:
    found = Submission.objects.filter(key=known).first()
    if found is None:
        return None
    if found.asked != said:
        raise Refused(
            "这张表单已经提交过另一项内容；这次没有写入。请重新打开表单再填。",
            "this form was already used for something else; nothing was written. Open the form again.",
        )
    return Sent(found.about, again=True)


def _said(by: Acting, key: UUID, action: str, asked: Mapping[str, object]) -> str:
    who = str(by.user.key) if by.user is not None else by.agent
    wish = json.dumps([str(key), who, action, dict(asked)], default=str, sort_keys=True, ensure_ascii=False)
    return blind(wish, _ASKED)
