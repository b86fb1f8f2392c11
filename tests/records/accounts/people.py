"""People of the tests of this room; invented, as everybody here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from meihao.records.accounts import actions, codes
from meihao.records.accounts.acting import Acting, command, visitor
from meihao.records.accounts.models import SecondFactor, User

AT = datetime(2025, 10, 20, 2, tzinfo=UTC)
PASSWORD = "yanshui-guiding-88"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_numbers = count(1)


def console(at: datetime = AT) -> Acting:
    return command("test", at)


def stranger(at: datetime = AT) -> Acting:
    return visitor(at, "192.0.2.7")


def account(office: str = "", *, password: str = "", name: str = "林虚", username: str = "") -> User:
    user = actions.open_account(
        by=console(), username=username or f"lin{next(_numbers)}", name=name, office=office
    )
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def acting(user: User, after: timedelta = timedelta()) -> Acting:
    return Acting(user, AT + after)


def enrolled(user: User) -> User:
    """With an authenticator whose secret is `SECRET`."""
    SecondFactor.objects.create(user=user, secret=SECRET, enrolled_at=AT)
    return user


def code_at(at: datetime) -> str:
    return codes.code_at(SECRET, int(at.timestamp()) // codes.STEP)
