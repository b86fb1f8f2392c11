"""Everybody walks; what each saw is held against what the description lets them see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.test import Client

from bench.trust.canary.crawling import Seen, post_foreign, walk
from bench.trust.canary.plain import SEEN_BY, Canary, Visitor, may_see
from bench.trust.canary.world import World

HOME = "district-0"
PURPOSE = {
    "purpose": "核对学籍信息（虚构）",
    "confirmed": "1",
    "on": "2025-09-01",
    "basis": "虚构〔2025〕1号",
    "name": "虚构小学",
    "reason": "虚构",
    "until": "2027-01-01",
    "verb": "discard",
}
BACKEND = "django.contrib.auth.backends.ModelBackend"
_NEED = set(SEEN_BY) - {"sealed"}  # of these a walk has to have met some, or it shows nothing about them


@dataclass
class Judged:
    """What the walks came to."""

    responses: int = 0
    shown: int = 0  # answers that were a page or a file
    leaks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    void: list[str] = field(default_factory=list)  # whoever saw nothing of what they may see
    routes: set[str] = field(default_factory=set)
    inside: Counter[str] = field(default_factory=Counter)  # marks seen that may be, by kind
    outside: int = 0  # marks that were there to leak

    @property
    def verdict(self) -> str:
        if self.leaks or self.faults:
            return "FAIL"
        return "VOID" if self.void else "PASS"


def browser(world: World, who: Visitor) -> Client:
    """Somebody's browser, signed in."""
    client = Client(raise_request_exception=False)
    if who.signed_in:
        client.force_login(world.users[who.role], backend=BACKEND)
    return client


def judge(
    world: World,
    only: Iterable[str] = (),
    *,
    most: int = 6,
    records: int = 1,
    days: Iterable[str] = ("",),
    sending: bool = True,
    step: Callable[[Visitor, Seen], None] = lambda who, seen: None,
) -> Judged:
    """Lets the visitors (of some roles, or all) walk, and send forms to what is somebody else's."""
    judged, wanted, foreign = Judged(), set(only), world.foreign(HOME)
    for who in world.visitors:
        if wanted and who.role not in wanted:
            continue
        may, client = may_see(world.plain, who), browser(world, who)
        words = [one.text for one in _strange(world, may)]
        for day in days:
            seen = walk(client, foreign, words, most=most, records=records, day=day)
            _counted(judged, world, who, may, seen)
            if not day:
                judged.void += _void(world, who, may, seen)
            step(who, seen)
        if sending and (
            who.at or not who.signed_in
        ):  # an office's own records are everybody's: it would change them
            _counted(judged, world, who, may, post_foreign(client, foreign, PURPOSE, records))
    return judged


def _strange(world: World, may: set[str]) -> list[Canary]:
    """A mark or two of what is elsewhere, to be looked for."""
    return [
        one
        for text, one in world.plain.canaries.items()
        if text not in may and one.kind in ("unit", "document")
    ][:2]


def _counted(judged: Judged, world: World, who: Visitor, may: set[str], seen: Seen) -> None:
    known = world.plain.canaries
    judged.responses += seen.responses
    judged.shown += seen.statuses[200]
    judged.faults += [f"{who.role}: {fault}" for fault in seen.faults]
    judged.routes |= seen.routes
    judged.outside += len(known.keys() - may)
    for mark in sorted(seen.marks & known.keys()):
        if mark in may:
            judged.inside[known[mark].kind] += 1
        else:
            one = known[mark]
            judged.leaks.append(
                f"{who.role} at {who.at or '—'} saw {one.kind} {mark} of {one.units} at {seen.where[mark]}"
            )


def _void(world: World, who: Visitor, may: set[str], seen: Seen) -> list[str]:
    """The kinds of which somebody may see marks, and saw none: then the walk shows nothing about them."""
    known = world.plain.canaries
    kinds = {known[mark].kind for mark in may if mark in known} & _NEED
    met = {known[mark].kind for mark in seen.marks & may if mark in known}
    trail = who.role == "audit-admin"  # to whom the trail says what was done, not all that it was done to
    return [f"{who.role} met no mark of {kind}" for kind in sorted(kinds - met) if not trail]
