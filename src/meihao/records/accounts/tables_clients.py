"""The list of connected systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.accounts.acting import CHINA
from meihao.records.accounts.models import Client
from meihao.ui.tables import Asked, Cell, Column, Empty, Missing, Row, Table

COLUMNS = (
    Column("name", Text("系统", "System")),
    Column("purpose", Text("用途", "Purpose")),
    Column("state", Text("状态", "State"), "state"),
    Column("until", Text("密钥用到", "Secret good until"), "date"),
    Column("asked", Text("最近要令牌", "Last token"), "date"),
)


def state(client: Client, at: datetime) -> tuple[Literal["grey", "hollow"], Text]:
    """How a system stands: the mark, and the word."""
    if client.suspended_at is not None:
        return "grey", Text("停用", "suspended")
    if client.expires_at <= at:
        return "grey", Text("已过期", "expired")
    return "hollow", Text("在用", "open")


def clients_table(found: Sequence[Client], total: int, wanted: Asked, at: datetime) -> Table:
    """One page of the connected systems."""
    return Table(
        caption=Text("对接系统", "Connected systems"),
        columns=COLUMNS,
        rows=tuple(_row(client, at) for client in found),
        total=total,
        page=wanted.page,
        search=wanted.search,
        searchable=True,
        order=Text("按名称排列", "by name"),
        nouns=Text("个", "systems"),
        empty=_none(wanted),
    )


def _row(client: Client, at: datetime) -> Row:
    mark, word = state(client, at)
    return Row(
        (
            Cell(client.user.name, reverse("accounts:client", args=[client.key])),
            Cell(client.purpose),
            Cell(state=mark, word=word),
            Cell(_day(client.expires_at)),
            Cell(_day(client.asked_at) if client.asked_at else Missing.NONE),
        ),
        key=str(client.key),
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"


def _none(wanted: Asked) -> Empty:
    if wanted.search:
        why = Text("换一个名称或标识再找。", "Try another name.")
        return Empty("filtered", Text("没有符合的", "Nothing found"), why)
    why = Text(
        "登记后，别的系统凭密钥通过接口读数据。",
        "Once issued, it reads by the API with its secret.",
    )
    return Empty("none", Text("还没有对接系统", "No system is connected"), why)
