"""Who does something, when and from where: what every action and every query is given.

The moment is taken once, where a request or a command begins, and handed down: below that nothing
asks the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from meihao.base.text import Refused
from meihao.records.accounts.matrix import ANYONE, MATRIX, Matrix

if TYPE_CHECKING:
    from meihao.records.accounts.models import User

CHINA = ZoneInfo("Asia/Shanghai")
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Acting:
    """A person, or a command of the operator's, at one moment.

    `purpose` is what the person said a sensitive record is read for; `agent` says what acts where no
    person signed in. Only `command` gives an agent the operator's rights.
    """

    user: User | None
    at: datetime
    address: str = ""
    purpose: str = ""
    agent: str = ""
    console: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a moment without a time zone")
        if (self.user is None) is not bool(self.agent):
            raise ValueError("either a person acts or an agent does")
        if self.user is not None and self.console:
            raise ValueError("a person holds no rights of the console")

    @property
    def day(self) -> date:
        """The day on which it happens, in China."""
        return self.at.astimezone(CHINA).date()

    @property
    def name(self) -> str:
        """Who it is, for the trail."""
        return self.user.name if self.user is not None else self.agent

    @property
    def office(self) -> str:
        """One of the three administrators, the operator's console, anyone, or none of these."""
        if self.user is not None:
            return self.user.office if self.user.is_active else ""
        return CONSOLE if self.console else ANYONE


def command(name: str, at: datetime) -> Acting:
    """A command of the operator's, who has the machine in hand."""
    return Acting(None, at, agent=name, console=True)


def visitor(at: datetime, address: str = "") -> Acting:
    """Whoever has not signed in."""
    return Acting(None, at, address=address, agent="visitor")


class NotPermitted(Refused):
    """The person may not do this: says which role may."""

    def __init__(self, action: str, matrix: Matrix = MATRIX) -> None:
        wanted, who = matrix.actions[action].title, matrix.holders(action)
        zh, en = "、".join(role.title.zh for role in who), ", ".join(role.title.en for role in who)
        super().__init__(
            f"您没有「{wanted.zh}」的权限；有此权限的是：{zh or '无人'}。请联系本单位的账号管理员。",
            f"You may not {wanted.en}. Those who may: {en or 'nobody'}. Ask your account administrator.",
        )
        self.action = action


class Missing(Refused):
    """There is no such thing, or it is none of this person's: the two are not told apart."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个页面，或者不在您的范围内。", "There is no such page, or it is not in your scope."
        )


def require(by: Acting, action: str) -> None:
    """Raises `NotPermitted` unless the office of whoever acts holds the action system-wide."""
    if not MATRIX.permits(by.office, action, "system"):
        raise NotPermitted(action)
