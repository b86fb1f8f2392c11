"""What the trail's actions are called: the matrix names what is permitted, this what merely happens."""

from __future__ import annotations

from meihao.base.text import Text
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import AuditEntry, Office
from meihao.ui.language import said

EVENTS: dict[str, Text] = {
    "accounts.sign-in.refused": Text("登录没有成功", "a sign-in failed"),
    "accounts.sign-in.locked": Text("登录没有成功，账号锁定", "a sign-in failed and locked the account"),
    "accounts.token.given": Text("给对接系统令牌", "gave a connected system a token"),
    "accounts.token.refused": Text("对接系统没有要到令牌", "refused a connected system a token"),
    "accounts.token.locked": Text("对接系统没有要到令牌，锁定", "refused a token and locked the system"),
    "accounts.sign-out": Text("退出", "signed out"),
    "accounts.link.used": Text("用链接登录", "came in by a link"),
    "accounts.password.changed": Text("改密码", "changed the password"),
    "accounts.factor.enrolled": Text("绑定动态口令", "tied an authenticator"),
    "accounts.recovery.used": Text("用了备用码", "used a recovery code"),
    "accounts.recovery.renewed": Text("换备用码", "renewed the recovery codes"),
    "accounts.sessions.ended": Text("退出其他设备", "ended sessions"),
    "accounts.identity.tied": Text("绑定外部身份", "tied an identity"),
    "accounts.identity.untied": Text("解除外部身份", "untied an identity"),
}

OFFICES: dict[str, Text] = {
    Office.NONE: Text("无", "none"),
    Office.SYSTEM: Text("系统管理员", "system administrator"),
    Office.SECURITY: Text("安全管理员", "security administrator"),
    Office.AUDIT: Text("审计管理员", "audit administrator"),
}


VISITOR = Text("未登录的人", "visitor")


def who(entry: AuditEntry) -> str:
    """Who did it: a person, a command, or whoever had not signed in."""
    return said(VISITOR) if entry.user_key is None and entry.name == "visitor" else entry.name


def action(key: str) -> Text:
    """The title of an action of the trail; the key itself where a later version dropped it."""
    if key in EVENTS:
        return EVENTS[key]
    return MATRIX.actions[key].title if key in MATRIX.actions else Text(key, key)


def actions() -> list[tuple[str, Text]]:
    """Every action that can stand in the trail, in the order of the matrix."""
    permitted = [(key, found.title) for key, found in MATRIX.actions.items()]
    return permitted + list(EVENTS.items())
