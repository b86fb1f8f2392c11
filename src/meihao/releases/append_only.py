"""The database itself refuses to change what was published: tables and their cells."""

from __future__ import annotations

from meihao.records.accounts.append_only import NoUpdate

TRIGGERS = NoUpdate("releases_releasetable", "releases_releasecell")
