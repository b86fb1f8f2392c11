"""The one permission matrix: roles × actions × relation to the record, read from `records/permissions.yaml`.

It drives menus, guards and the generated tests. What is not written there is not permitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from meihao.base.text import Text
from meihao.policy.reader import worded
from meihao.policy.yaml_nodes import documents, refused

Relation: TypeAlias = Literal["public", "self", "own", "group", "within", "system"]
"""How a record stands to who asks: open to anyone · about this person · of the unit where the role is held ·
of a unit in the same group · of a unit that this unit administers, itself included · of the installation."""

RELATIONS: tuple[Relation, ...] = get_args(Relation)
PATH = Path(__file__).parents[1] / "permissions.yaml"
ANYONE = "anyone"  # whoever comes, signed in or not
PERSON = "person"  # whoever has signed in, about themselves


def _text(value: Any) -> Any:
    return Text(**value) if isinstance(value, dict) and set(value) == {"zh", "en"} else value


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Title = Annotated[Text, BeforeValidator(_text)]
Relations = Annotated[tuple[Relation, ...], BeforeValidator(_several), Field(strict=False, min_length=1)]
Names = Annotated[tuple[str, ...], BeforeValidator(_several), Field(strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Role(_Strict):
    """A role: where it can be held (types of organisation, or the system), and what it is called.

    `system`: of connected systems, and of no person.
    """

    key: str = ""
    title: Title
    held_at: Names
    system: bool = False


class Action(_Strict):
    """What can be done: to whom it is given, by which pages, whether reading it is logged."""

    key: str = ""
    title: Title
    kind: Literal["read", "write", "export"]
    sensitive: bool = False
    routes: Names = ()
    menu: str | None = None
    who: Mapping[str, Relations]

    def relations(self, role: str) -> tuple[Relation, ...]:
        """For which records a role holds this action."""
        return self.who.get(role, ())


class _File(_Strict):
    kind: Literal["permissions"]
    reviewed: Mapping[str, str] | None
    roles: Mapping[str, Role]
    actions: Mapping[str, Action]


@dataclass(frozen=True)
class Matrix:
    """Who may do what to which records."""

    roles: Mapping[str, Role]
    actions: Mapping[str, Action]

    @cached_property
    def by_route(self) -> Mapping[str, Action]:
        """The action behind each named route."""
        return {route: action for action in self.actions.values() for route in action.routes}

    def permits(self, role: str, action: str, relation: Relation) -> bool:
        """Whether a role may do something to records that stand so to it. `KeyError`: no such action."""
        return relation in self.actions[action].relations(role)

    def public(self, action: str) -> bool:
        """Whether anybody may, without signing in."""
        return self.permits(ANYONE, action, "public")

    def holders(self, action: str) -> list[Role]:
        """The roles that may do something, in the order of the file."""
        who = self.actions[action].who
        return [role for key, role in self.roles.items() if key in who]


def read(path: Path = PATH) -> Matrix:
    """Reads the matrix. Raises `Refused` with file and line where it is not well-formed."""
    (document,) = documents(path)
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        raise worded(document, error.errors()[0]) from None
    for place, zh, en in _faults(file):
        raise refused(path, document.line(place), zh, en)
    return Matrix(
        {key: role.model_copy(update={"key": key}) for key, role in file.roles.items()},
        {key: action.model_copy(update={"key": key}) for key, action in file.actions.items()},
    )


def _faults(file: _File) -> Iterator[tuple[tuple[str, ...], str, str]]:
    seen: dict[str, str] = {}
    for key, action in file.actions.items():
        for role in action.who:
            if role not in file.roles:
                yield (
                    ("actions", key, "who", role),
                    f"没有「{role}」这个角色。",
                    f"there is no role “{role}”.",
                )
        for route in action.routes:
            if route in seen:
                zh, en = (
                    f"路由 {route} 已属于 {seen[route]}。",
                    f"the route {route} belongs to {seen[route]}.",
                )
                yield ("actions", key, "routes"), zh, en
            seen[route] = key


MATRIX = read()
