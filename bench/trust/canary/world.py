"""The world as it was made: its description, the keys of its records, and who walks through it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bench.trust.canary.plain import Canary, Plain, Visitor
from bench.trust.canary.routes import Pools
from meihao.records.accounts.acting import command
from meihao.records.accounts.models import AuditEntry, User
from meihao.records.registry import forms
from meihao.records.registry.people import offers

AT = datetime(2025, 10, 20, 2, tzinfo=UTC)
OPENED, AUTUMN, SPRING = date(2012, 9, 1), date(2024, 9, 1), date(2025, 3, 1)


@dataclass
class World:
    """What was made: the description, keys of the records by kind and district, and who walks through."""

    plain: Plain = field(default_factory=Plain)
    pools: dict[str, Pools] = field(default_factory=dict)  # district → what is there
    users: dict[str, User] = field(default_factory=dict)  # role → account
    visitors: list[Visitor] = field(default_factory=list)

    def foreign(self, district: str) -> Pools:
        """The records of every other district."""
        return self._of(name for name in self.pools if name != district)

    def home(self, district: str) -> Pools:
        """The records of one district."""
        return self._of([district])

    def _of(self, districts: Iterable[str]) -> Pools:
        found: Pools = {}
        for name in districts:
            for kind, keys in self.pools[name].items():
                found.setdefault(kind, []).extend(keys)
        entries = AuditEntry.objects.order_by("seq").values_list("seq", flat=True)[:2]
        found["entry"] = list(entries)
        written = (offers.OF_UNIT, offers.OF_PERSON, offers.OF_CLASS, offers.OF_PLACES)
        people = {what for kind in written for what in kind}
        found["what"] = sorted({*forms.FOUNDINGS, *forms.RECORDINGS, *people})
        return found


class Marking:
    """Puts marks on what is made, and writes them down; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.world = World()
        self._plain = self.world.plain
        self._random, self._count = random.Random(seed), 0
        self._by = command("canary", AT)

    def mark(self, kind: str, *at: str, public: bool = False) -> str:
        """A new mark on something of a kind, at some units."""
        return self._plain.put(Canary(self._mark(), kind, at, public))

    def known(self, kind: str, text: object, *at: str, public: bool = False) -> None:
        """What is a mark by itself: a key, a code, a number."""
        self._plain.put(Canary(str(text), kind, at, public))

    def pool(self, district: str, kind: str, key: object) -> None:
        """A record that its address can be made of."""
        self.world.pools.setdefault(district, {}).setdefault(kind, []).append(key)

    def _mark(self) -> str:
        return f"KNRY-{self._random.getrandbits(32):08X}"
