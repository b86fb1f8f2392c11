"""The rows of this room: snapshots that were taken, and what was published of them."""

from meihao.releases.models.published import Audience, Release, ReleaseCell, ReleaseTable, Symbol
from meihao.releases.models.snapshots import Reason, Snapshot

__all__ = ["Audience", "Reason", "Release", "ReleaseCell", "ReleaseTable", "Snapshot", "Symbol"]
