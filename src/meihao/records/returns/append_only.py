"""The database itself refuses to change what was handed in, reviewed, reminded or held."""

from __future__ import annotations

from meihao.records.accounts.append_only import NoUpdate

TRIGGERS = NoUpdate("returns_submission", "returns_review", "returns_reminder", "returns_held")
