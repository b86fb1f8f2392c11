"""The tables of this room: people who sign in, how they come in, and the trail."""

from meihao.records.accounts.models.entrance import Identity, Link, RecoveryCode, SecondFactor, SignIn, Tries
from meihao.records.accounts.models.people import Office, User, UserManager
from meihao.records.accounts.models.submissions import Submission
from meihao.records.accounts.models.trail import AuditEntry, AuditHead

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Identity",
    "Link",
    "Office",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "Submission",
    "Tries",
    "User",
    "UserManager",
]
