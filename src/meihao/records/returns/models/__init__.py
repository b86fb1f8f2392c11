"""The rows of this room: campaigns and their returns, what was handed in and said of it, requests."""

from meihao.records.returns.models.campaigns import Campaign, CampaignState, Return, ReturnState
from meihao.records.returns.models.deciding import Held, RequestReason, SnapshotRequest
from meihao.records.returns.models.handed_in import Outcome, Reminder, Review, Submission, Via

__all__ = [
    "Campaign",
    "CampaignState",
    "Held",
    "Outcome",
    "Reminder",
    "RequestReason",
    "Return",
    "ReturnState",
    "Review",
    "SnapshotRequest",
    "Submission",
    "Via",
]
