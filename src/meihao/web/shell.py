"""What every page shows around itself: menu, day, banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from meihao.base.text import Text
from meihao.records.accounts.matrix import MATRIX
from meihao.records.registry import access, queries
from meihao.ui.addresses import address, pairs
from meihao.web.guard import AS_OF, Request

MENU: dict[str, tuple[str, Text]] = {
    "home": ("home", Text("工作台", "Workbench")),
    "registry": ("registry:organisations", Text("学校与人员", "Schools and people")),
    "returns": ("returns:tasks", Text("任务与填报", "Returns")),
    "figures": ("figures:standards", Text("指标与监测", "Figures")),
    "releases": ("releases:list", Text("数据发布", "Releases")),
    "library": ("library:documents", Text("制度文件", "Documents")),
    "accounts": ("accounts:list", Text("账号", "Accounts")),
    "grants": ("registry:grants", Text("授权", "Grants")),
    "trail": ("accounts:trail", Text("审计", "Audit")),
}
"""Each `menu:` of the permission matrix: the route it opens and what it is called, in the order shown."""


_UNDER = dict.fromkeys(
    ("registry.person", "registry.class", "registry.place", "registry.import", "registry.roster"),
    "registry.organisation",
) | {
    "library.file": "library.document",
    "accounts.client": "accounts.account",
    **dict.fromkeys(("returns.return", "returns.review", "returns.held", "returns.load"), "returns.campaign"),
    "figures.snapshot": "figures.result",
    "figures.export": "figures.result",
}
"""What has no line of its own in the menu, and the line under which it stands."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu."""

    title: Text
    what: Text
    href: str
    current: bool


def shell(request: Request) -> dict[str, Any]:
    """The context of the shell; empty before the guard has seen the request."""
    if not hasattr(request, "by"):
        return _always(request)
    return _always(request) | {
        "by": request.by,
        "as_of": request.as_of,
        "past": request.as_of != request.by.day,
        "present": address(request.GET, {AS_OF: ""}),
        "kept": pairs(request.GET, without=[AS_OF]),
        "menu": SimpleLazyObject(lambda: menu(request)),
        "finder": reverse("search"),
        "place": SimpleLazyObject(lambda: place(request)),
    }


def _always(request: Request) -> dict[str, Any]:
    return {"demonstration": settings.DEMONSTRATION, "csp_nonce": getattr(request, "csp_nonce", "")}


def menu(request: Request) -> list[Item]:
    """What this person may open, with the line marked under which the page stands."""
    here = _room(request)
    may = access.held(request.by)
    held = {action.menu: key for key, action in MATRIX.actions.items() if action.menu and key in may}
    return [
        Item(title, MATRIX.actions[held[key]].title, reverse(route), _thing(held[key]) == here)
        for key, (route, title) in MENU.items()
        if key in held
    ]


def place(request: Request) -> str:
    """The unit that this person works for: that of their first grant; "" for whoever holds none."""
    first = next(iter(access.grants_of(request.by)), None)
    if first is None:
        return ""
    key = first.organisation.key
    return queries.names([key], request.by.day).get(str(key), "")


def _room(request: Request) -> str:
    """What the page is about, or that under which it stands in the menu."""
    match = request.resolver_match
    action = MATRIX.by_route.get(match.view_name) if match is not None else None
    thing = _thing(action.key) if action is not None else ""
    return _UNDER.get(thing, thing)


def _thing(action: str) -> str:
    """`registry.organisation` of `registry.organisation.write`: its pages stand under one line."""
    return ".".join(action.split(".")[:2])
