"""Lists of this room as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.accounts.acting import CHINA
from meihao.records.accounts.models import AuditEntry, User
from meihao.records.accounts.words import OFFICES, action, who
from meihao.ui.language import said
from meihao.ui.tables import Asked, Cell, Column, Empty, Filter, Missing, Row, Table

COLUMNS = (
    Column("username", Text("账号", "Account")),
    Column("name", Text("姓名", "Name")),
    Column("office", Text("管理岗位", "Office")),
    Column("state", Text("状态", "State"), "state"),
    Column("factor", Text("动态口令", "Authenticator"), "state"),
    Column("seen", Text("最近登录", "Last sign-in"), "date"),
)
FILTERS = (
    Filter(
        "office", Text("管理岗位", "Office"), tuple((key or "none", text) for key, text in OFFICES.items())
    ),
    Filter(
        "state",
        Text("状态", "State"),
        (("open", Text("在用", "open")), ("suspended", Text("停用", "suspended"))),
    ),
)
TRAIL_COLUMNS = (
    Column("seq", Text("序号", "No."), "code"),
    Column("at", Text("时间", "Time"), "date"),
    Column("name", Text("操作人", "Who")),
    Column("action", Text("操作", "What")),
    Column("subject", Text("对象", "About")),
)
_OPEN, _SUSPENDED = Text("在用", "open"), Text("停用", "suspended")
_TIED, _NOT_TIED = Text("已绑定", "tied"), Text("未绑定", "none")


def accounts_table(found: Sequence[User], total: int, wanted: Asked) -> Table:
    """One page of the accounts."""
    narrowed = bool(wanted.search) or any(filter_.chosen for filter_ in wanted.filters)
    return Table(
        caption=Text("账号", "Accounts"),
        columns=COLUMNS,
        rows=tuple(_account(user) for user in found),
        total=total,
        page=wanted.page,
        filters=wanted.filters,
        search=wanted.search,
        searchable=True,
        order=Text("按账号排列", "by account name"),
        nouns=Text("个", "accounts"),
        empty=_filtered() if narrowed else _none_yet(),
    )


def _account(user: User) -> Row:
    enrolled = getattr(user, "enrolled")  # noqa: B009  (annotated by the query)
    seen = f"{user.last_login.astimezone(CHINA):%Y-%m-%d}" if user.last_login else Missing.NONE
    return Row(
        (
            Cell(user.username, reverse("accounts:account", args=[user.key])),
            Cell(user.name),
            Cell(said(OFFICES[user.office]) if user.office else Missing.NONE),
            Cell(state="hollow", word=_OPEN) if user.is_active else Cell(state="grey", word=_SUSPENDED),
            Cell(state="hollow", word=_TIED) if enrolled else Cell(state="grey", word=_NOT_TIED),
            Cell(seen),
        ),
        key=str(user.key),
    )


def trail_table(
    found: Sequence[AuditEntry], named: Mapping[str, str], total: int, page: int, narrowed: bool
) -> Table:
    """One page of the trail; `named` says what the accounts in it are called."""
    return Table(
        caption=Text("审计记录", "Audit trail"),
        columns=TRAIL_COLUMNS,
        rows=tuple(_entry(entry, named) for entry in found),
        total=total,
        page=page,
        order=Text("新的在前", "latest first"),
        nouns=Text("条", "entries"),
        empty=_filtered() if narrowed else _none_yet(),
    )


def local(entry: AuditEntry) -> str:
    """When it happened, in China, to the second."""
    return f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _entry(entry: AuditEntry, named: Mapping[str, str]) -> Row:
    return Row(
        (
            Cell(str(entry.seq), reverse("accounts:entry", args=[entry.seq])),
            Cell(local(entry)),
            Cell(who(entry)),
            Cell(said(action(entry.action))),
            Cell(named.get(entry.subject, entry.subject) or Missing.NONE),
        ),
        key=str(entry.seq),
    )


def _filtered() -> Empty:
    why = Text("没有一条同时符合这些条件，去掉一个再看。", "Nothing meets all of these. Take one away.")
    return Empty("filtered", Text("没有符合的", "Nothing found"), why)


def _none_yet() -> Empty:
    why = Text("有了以后会列在这里。", "They will be listed here.")
    return Empty("none", Text("还没有", "None yet"), why)
