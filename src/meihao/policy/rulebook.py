"""Which rule holds here on this day?

A `Rulebook` is the policies of one or more folders. A key is looked up at a place and a day: the
nearest jurisdiction that has the subject wins, by whole file. A day with no rule is an error that
names key, place and day; there is no fallback.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import meihao
from meihao.base.divisions import NATION, lineage
from meihao.base.text import Refused
from meihao.policy.kinds import AnyPolicy
from meihao.policy.reader import Source, read

P = TypeVar("P", bound=AnyPolicy)


def shipped() -> Path:
    """The folder of policies: inside an installed wheel, or the root's own in a checkout."""
    package = Path(meihao.__file__).parent
    installed = package / "_policies"
    return installed if installed.is_dir() else package.parents[1] / "policies"


class Rulebook:
    """The versions of every policy, by key, in order of their first day."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_key: dict[str, list[Source]] = {}
        for source in sources:
            self._by_key.setdefault(source.policy.key, []).append(source)
        for versions in self._by_key.values():
            versions.sort(key=lambda source: source.policy.since)
            _no_overlap(versions)

    @classmethod
    def load(cls, *overlays: Path) -> Rulebook:
        """The shipped policies and those of `overlays`; an overlay's file replaces the same key."""
        by_key: dict[str, list[Source]] = {}
        for root in (shipped(), *overlays):
            if not root.is_dir():
                raise Refused(f"没有政策文件夹：{root}", f"no folder of policies: {root}")
            for path in sorted(root.rglob("*.yaml")):
                stat = path.stat()
                versions = list(_unchanged(path, root, stat.st_mtime_ns, stat.st_size))
                by_key.update({versions[0].policy.key: versions} if versions else {})
        return cls(source for versions in by_key.values() for source in versions)

    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._by_key)

    def versions(self, key: str) -> list[Source]:
        """All versions of a key, oldest first. Raises `Refused` for an unknown key."""
        if key not in self._by_key:
            raise Refused(f"没有「{key}」这项政策。", f"there is no policy “{key}”.")
        return self._by_key[key]

    def source(self, key: str, on: date, place: str = NATION) -> Source:
        """The version of `key` in force on a day at a place; the nearest jurisdiction's file wins."""
        subject = key.split("/", 1)[1] if "/" in key else key
        for code in lineage(place):
            versions = self._by_key.get(f"{code}/{subject}")
            if versions:
                return _in_force(versions, on, place)
        if key in self._by_key:
            return _in_force(self._by_key[key], on, place)
        raise Refused(f"{place} 没有「{key}」这项政策。", f"there is no policy “{key}” for {place}.")

    def get(self, kind: type[P], key: str, on: date, place: str = NATION) -> P:
        """The policy of one kind in force on a day at a place. Raises `Refused` naming all three."""
        policy = self.source(key, on, place).policy
        if not isinstance(policy, kind):
            raise Refused(
                f"「{key}」是 {policy.kind}，不是 {kind.__name__}。",
                f"“{key}” is a {policy.kind}, not a {kind.__name__}.",
            )
        return policy

    def all(self, kind: type[P], on: date, place: str = NATION) -> Iterator[P]:
        """Every policy of a kind in force on a day at a place, by subject, each from its nearest file."""
        codes = lineage(place)
        subjects = sorted({key.split("/", 1)[1] for key in self._by_key if key.split("/", 1)[0] in codes})
        for subject in subjects:
            nearest = next(code for code in codes if f"{code}/{subject}" in self._by_key)
            for source in self._by_key[f"{nearest}/{subject}"]:
                if isinstance(source.policy, kind) and holds(source.policy, on):
                    yield source.policy

    def sources(self) -> Iterator[Source]:
        """Every version of every policy, by key and first day."""
        for key in self.keys():
            yield from self._by_key[key]


@lru_cache(maxsize=4096)
def _unchanged(path: Path, root: Path, changed: int, size: int) -> tuple[Source, ...]:
    """The versions of a file, read once while it stays as it is."""
    return tuple(read(path, root))


def holds(policy: AnyPolicy, on: date) -> bool:
    """Whether a version is in force on a day; `until` is exclusive."""
    return policy.since <= on and (policy.until is None or on < policy.until)


def _in_force(versions: list[Source], on: date, place: str) -> Source:
    for source in versions:
        if holds(source.policy, on):
            return source
    key = versions[0].policy.key
    raise Refused(
        f"「{key}」在 {place} 没有 {on} 当天有效的版本（最早 {versions[0].policy.since} 起）。",
        f"“{key}” has no version in force in {place} on {on} (the first is from {versions[0].policy.since}).",
    )


def _no_overlap(versions: list[Source]) -> None:
    for earlier, later in pairwise(versions):
        until = earlier.policy.until
        if until is None or until > later.policy.since:
            zh = f"与 {earlier.policy.since} 起的版本重叠：先给它写 until。"
            en = f"overlaps the version from {earlier.policy.since}: give that one an `until` first."
            raise later.refused(("since",), zh, en)
