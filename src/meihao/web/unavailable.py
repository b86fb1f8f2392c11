"""A database that does not answer: 503, try again, and nothing that would itself ask the database.

Wherever it happens, in middleware too, Django ends in `handler500`, which asks here first. Whether a step
was stored whose answer was lost, nobody knows: its form is sent again, and its key sees to it that it is
done once.
"""

from __future__ import annotations

import sqlite3

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import get_language

from meihao.base.text import Text
from meihao.records.accounts.limits import LIMITS
from meihao.web import api

SAYS = Text(
    "暂时连不上数据库，这一次不一定保存了。请稍后再试。",
    "The database does not answer at the moment; this may not have been saved. Try again in a moment.",
)
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
}
_PRIMARY = 0xFF  # the rest of a result code of SQLite says more exactly what
# classes of SQLSTATE (PostgreSQL, appendix A): connection, rollback, resources, intervention, system
_POSTGRES = {"08", "40", "53", "57", "58"}


def lost(error: BaseException | None) -> bool:
    """Whether the database is away, full or held by another; a wrong statement is a defect."""
    if not isinstance(error, Error):
        return False
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, (OperationalError, InterfaceError)):
            return _passes(seen.__cause__)
        seen = seen.__cause__ or seen.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """503; connections that broke are closed, so that the next request opens new ones."""
    close_old_connections()
    if api.spoken(request):
        answer = api.refusal(request, 503, SAYS)
    else:
        shown = {"LANGUAGE_CODE": get_language(), "csp_nonce": getattr(request, "csp_nonce", "")}
        answer = HttpResponse(get_template("web/unavailable.html").render(shown), status=503)
    answer["Retry-After"] = str(int(LIMITS.retry_after.total_seconds()))
    answer["Cache-Control"] = "no-store"
    return answer


def ask() -> None:
    """Asks the database for a row. Raises what it raises where it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")


def _passes(cause: BaseException | None) -> bool:
    """Whether it may be different in a moment, by what the driver said."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE
    state = getattr(cause, "sqlstate", None)
    return state is None or state[:2] in _POSTGRES
