"""The tables of this room: people who sign in, how they come in, connected systems, and the trail."""

from meihao.records.accounts.models.clients import Client, Token
from meihao.records.accounts.models.entrance import Identity, Link, RecoveryCode, SecondFactor, SignIn, Tries
from meihao.records.accounts.models.people import Office, User, UserManager
from meihao.records.accounts.models.submissions import Submission
from meihao.records.accounts.models.trail import AuditEntry, AuditHead

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Client",
    "Identity",
    "Link",
    "Office",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "Submission",
    "Token",
    "Tries",
    "User",
    "UserManager",
]
