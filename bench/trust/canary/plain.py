"""What the world is, in plain words, and who may see what of it: by the file of permissions alone.

Nothing here asks the code that is tested: units stand to each other as the builder wrote them down, and
the matrix is read as anybody would read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import meihao.records

MATRIX: dict[str, Any] = yaml.safe_load(
    Path(meihao.records.__file__).with_name("permissions.yaml").read_text(encoding="utf-8")
)
OFFICES = ("system-admin", "security-admin", "audit-admin")
NOT_ON_THE_WEB = {"console"}
TRAIL = "accounts.trail.read"

SEEN_BY: dict[str, tuple[str, ...]] = {
    "unit": (
        "registry.organisation.read",
        "registry.organisation.export",
        "registry.grant.write",  # whoever gives a grant chooses a unit
        "registry.grant.read",
        "library.document.read",  # the shelf of one's own documents
        TRAIL,
    ),
    "code": ("registry.organisation.read", "registry.organisation.export", TRAIL),
    "event": ("registry.organisation.read", TRAIL),
    "recorder": ("registry.organisation.read", TRAIL),
    "place": ("registry.person.count", TRAIL),
    "class": ("registry.person.read", TRAIL),
    "person": ("registry.person.read", TRAIL),
    "post": ("registry.person.read", TRAIL),
    "document": ("library.document.read", "library.file.export", TRAIL),
    "account": ("accounts.account.read", "registry.grant.read", TRAIL),
    "grant": ("registry.grant.read", TRAIL),
    "import": ("registry.import", TRAIL),
    "sealed": (),  # names and numbers of people: on no page that is only looked at
}
"""By which actions a thing of each kind may be seen: one of them is enough."""

_GROUPS = ("member", "lead")


@dataclass(frozen=True, slots=True)
class Canary:
    """A mark on one thing: what kind of thing, of which units; `public`: read by anyone signed in."""

    text: str
    kind: str
    units: tuple[str, ...] = ()
    public: bool = False


@dataclass
class Plain:
    """Units by name, how they stand to each other, and every mark with what it is on."""

    units: dict[str, str] = field(default_factory=dict)  # name → district
    edges: list[tuple[str, str, str]] = field(default_factory=list)  # (kind, upper, lower)
    canaries: dict[str, Canary] = field(default_factory=dict)

    def put(self, canary: Canary) -> str:
        """Writes a mark down; none twice."""
        known = canary.text.upper()
        if known in self.canaries:
            raise ValueError(f"the mark {canary.text} is on two things")
        self.canaries[known] = canary
        return canary.text

    def below(self, units: Iterable[str], kinds: Iterable[str]) -> set[str]:
        """What stands below some units, at any depth."""
        found, wanted, new = set[str](), set(kinds), set(units)
        while new:
            new = {low for kind, up, low in self.edges if kind in wanted and up in new} - found
            found |= new
        return found

    def beside(self, units: set[str]) -> set[str]:
        """What a page of these units names: whatever stands to one of them."""
        pairs = [(up, low) for _, up, low in self.edges]
        return {low for up, low in pairs if up in units} | {up for up, low in pairs if low in units}

    def reach(self, role: str, at: str, action: str) -> set[str]:
        """The units for which a role held at a unit has an action; all of them where it is an office's."""
        relations = MATRIX["actions"][action]["who"].get(role, [])
        found: set[str] = set()
        for relation in [relations] if isinstance(relations, str) else relations:
            match relation:
                case "system" | "public":
                    found |= set(self.units)
                case "own":
                    found |= {at, *self.below([at], ["campus"])}
                case "within":
                    lying = {at, *(low for kind, up, low in self.edges if kind == "located" and up == at)}
                    found |= lying | self.below(lying, ["administers", "campus"])
                case "group":
                    above = {up for kind, up, low in self.edges if kind in _GROUPS and low == at}
                    found |= {at, *above, *self.below(above, _GROUPS)}
        return found


@dataclass(frozen=True)
class Visitor:
    """Who walks through: a role, the unit at which it is held, the marks on the account itself."""

    role: str
    at: str = ""
    own: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.role != "anyone"


def roles() -> list[str]:
    """Every role of the file that comes by the web."""
    return [role for role in MATRIX["roles"] if role not in NOT_ON_THE_WEB]


def may_see(plain: Plain, who: Visitor) -> set[str]:
    """The marks that somebody may see."""
    if not who.signed_in:
        return set()
    seen = {text for text, one in plain.canaries.items() if one.public} | {one.upper() for one in who.own}
    for kind, actions in SEEN_BY.items():
        reach = set[str]().union(*(plain.reach(who.role, who.at, action) for action in actions))
        if kind == "unit":
            reach |= plain.beside(plain.reach(who.role, who.at, "registry.organisation.read")) | {who.at}
        whole = reach == set(plain.units)
        seen |= {
            text
            for text, one in plain.canaries.items()
            if one.kind == kind and (reach & set(one.units) or (whole and not one.units))
        }
    return seen
