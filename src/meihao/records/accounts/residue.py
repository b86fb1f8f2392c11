"""What a database file still holds of rows that were emptied or deleted, and its end.

SQLite leaves what was overwritten in free space of the file and in its log (WAL), and a backup copies
both. `secure_delete` (settings) zeroes what is freed from then on; `clear` writes the file anew and empties
the log.
"""

from __future__ import annotations

from django.db import connection

from meihao.base.text import Refused


def clear() -> None:
    """Writes a SQLite file anew and empties its log. Raises `Refused` where it is in use, or on PostgreSQL.

    Not inside a transaction. While it runs nobody else writes.
    """
    if connection.vendor != "sqlite":
        raise Refused(
            "PostgreSQL 的残留请由数据库管理员清除：先 VACUUM FULL registry_person，再清理日志归档。",
            "On PostgreSQL the database administrator clears it: VACUUM FULL registry_person, then the "
            "archive of the log.",
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone()
    if busy:
        raise Refused(
            "数据库正忙，残留还没有清除干净。请在没有人使用时再执行一次 manage.py erase --clear。",
            "The database is in use: its log was not emptied. Run manage.py erase --clear again later.",
        )
