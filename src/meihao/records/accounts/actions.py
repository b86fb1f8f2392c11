"""What administrators do to accounts. Each change is written to the trail, never with a secret or a name.

The system administrator opens, changes and suspends accounts and issues links; the security
administrator appoints to offices and resets second factors. A way into an account that holds an office
(its link) is given by whoever appoints to offices, or else the one who opens accounts could become any
of the three.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit, codes, limits
from meihao.records.accounts.acting import Acting, require
from meihao.records.accounts.entrance import link_digest, subject
from meihao.records.accounts.models import Link, Office, RecoveryCode, SecondFactor, SignIn, Tries, User
from meihao.records.accounts.models.people import folded

LANGUAGES = ("zh-hans", "en")
_USERNAME = re.compile(r"[\w.@-]{2,64}")


def open_account(*, by: Acting, username: str, name: str, office: str = "", email: str = "") -> User:
    """Opens an account without a password: a link or a provider lets its person in."""
    require(by, "accounts.account.open")
    if office:
        require(by, "accounts.office.write")
    username, name = _username(username), _name(name)
    with transaction.atomic():
        _free(username)
        user = User(
            username=username, name=name, email=email.strip(), office=_office(office), opened_at=by.at
        )
        user.set_unusable_password()
        user.save(force_insert=True)
        audit.record(by, "accounts.account.open", subject=subject(user), detail={"office": office})
    return user


def change_particulars(*, by: Acting, user: User, username: str, name: str, email: str = "") -> User:
    """Changes what an account is called and where its person is written to."""
    require(by, "accounts.account.change")
    wanted = {"username": _username(username), "name": _name(name), "email": email.strip()}
    with transaction.atomic():
        found = _locked(user)
        changed = {key: value for key, value in wanted.items() if getattr(found, key) != value}
        if not changed:
            return found
        if "username" in changed:
            _free(changed["username"])
        User.objects.filter(pk=found.pk).update(**changed)
        detail = {"changed": sorted(changed)}
        audit.record(by, "accounts.account.change", subject=subject(found), detail=detail)
    return User.objects.get(pk=found.pk)


def suspend(*, by: Acting, user: User, reason: str) -> None:
    """Shuts an account at once: its sessions and its links end. Nobody suspends themselves."""
    require(by, "accounts.account.suspend")
    said = _reason(reason)
    with transaction.atomic():
        _not_oneself(by, user)
        found = _locked(user)
        if not found.is_active:
            raise Refused("这个账号已经停用。", "This account is suspended already.")
        _not_the_last(found)
        User.objects.filter(pk=found.pk).update(is_active=False)
        Link.objects.filter(user=found, used_at=None).delete()
        end_sessions(by=by, user=found)
        detail = {"did": "suspended", "reason": said}
        audit.record(by, "accounts.account.suspend", subject=subject(found), detail=detail)


def resume(*, by: Acting, user: User) -> None:
    """Opens a suspended account again."""
    require(by, "accounts.account.suspend")
    with transaction.atomic():
        found = _locked(user)
        if found.is_active:
            raise Refused("这个账号没有停用。", "This account is not suspended.")
        User.objects.filter(pk=found.pk).update(is_active=True)
        detail = {"did": "resumed"}
        audit.record(by, "accounts.account.suspend", subject=subject(found), detail=detail)


def set_office(*, by: Acting, user: User, office: str) -> None:
    """Appoints to one of the three offices, or (empty) takes it away; sessions end, rights with them.

    Nobody changes their own, and one security administrator is always left.
    """
    require(by, "accounts.office.write")
    with transaction.atomic():
        _not_oneself(by, user)
        found = _locked(user)
        if found.office == _office(office):
            return
        _a_person(found)
        _not_the_last(found)
        User.objects.filter(pk=found.pk).update(office=office)
        end_sessions(by=by, user=found)
        detail = {"office": [found.office, office]}
        audit.record(by, "accounts.office.write", subject=subject(found), detail=detail)


def issue_link(*, by: Acting, user: User) -> str:
    """A one-time sign-in link, as the token in its address: shown this once, good for 72 hours.

    Only its digest is kept; a link issued before and not used stops working.
    """
    require(by, "accounts.link.issue")
    with transaction.atomic():
        found = _locked(user)
        _a_person(found)
        if found.office:
            require(by, "accounts.office.write")
        if not found.is_active:
            raise Refused("这个账号已停用，请先恢复再发链接。", "This account is suspended. Resume it first.")
        token = secrets.token_urlsafe(32)
        Link.objects.filter(user=found, used_at=None).delete()
        Link.objects.create(user=found, digest=link_digest(token), issued_at=by.at, expires_at=link_ends(by))
        detail = {"expires": link_ends(by).isoformat()}
        audit.record(by, "accounts.link.issue", subject=subject(found), detail=detail)
    return token


def _a_person(user: User) -> None:
    """Raises `Refused` for the account of a connected system."""
    if user.service:
        raise Refused(
            "这是对接系统的账号，没有人用它登录。请在「对接系统」里管理。",
            "This is the account of a connected system: nobody signs in to it. See Connected systems.",
        )


def link_ends(by: Acting) -> datetime:
    """Until when a link is good that is issued now."""
    return by.at + limits.LIMITS.link_life


def reset_mfa(*, by: Acting, user: User) -> None:
    """Takes a lost authenticator off an account, with its recovery codes; its sessions end."""
    require(by, "accounts.factor.reset")
    with transaction.atomic():
        _not_oneself(by, user)
        found = _locked(user)
        if not SecondFactor.objects.filter(user=found).delete()[0]:
            raise Refused("这个账号没有绑定动态口令。", "This account has no authenticator.")
        RecoveryCode.objects.filter(user=found).delete()
        end_sessions(by=by, user=found)
        audit.record(by, "accounts.factor.reset", subject=subject(found))


def unlock(*, by: Acting, user: User) -> None:
    """Forgets the wrong tries at an account."""
    require(by, "accounts.account.unlock")
    with transaction.atomic():
        Tries.objects.filter(subject=codes.digest("tries", user.username)).delete()
        audit.record(by, "accounts.account.unlock", subject=subject(user))


def end_sessions(*, by: Acting, user: User, keep: int | None = None) -> int:
    """Ends a person's sessions from their next request on, but for one; how many. Its caller may do so."""
    going = SignIn.objects.filter(user=user, ended_at=None)
    return (going if keep is None else going.exclude(pk=keep)).update(ended_at=by.at)


def _locked(user: User) -> User:
    """The account as it is now, held until the end of the transaction; the security administrators too.

    They are held in one order, so that two who remove each other do it one after the other.
    """
    list(User.objects.select_for_update().filter(office=Office.SECURITY).order_by("pk"))
    return User.objects.select_for_update().get(pk=user.pk)


def _not_oneself(by: Acting, user: User) -> None:
    if by.user is not None and by.user.pk == user.pk:
        raise Refused(
            "不能对自己的账号这样做，请另一位管理员来办。",
            "This cannot be done to one's own account. Ask another administrator.",
        )


def _not_the_last(user: User) -> None:
    others = User.objects.filter(office=Office.SECURITY, is_active=True).exclude(pk=user.pk)
    if user.office == Office.SECURITY and user.is_active and not others.exists():
        raise Refused(
            "这是最后一位安全管理员。请先任命另一位，再来办这件事。",
            "This is the last security administrator. Appoint another one first.",
        )


def _free(username: str) -> None:
    if User.objects.filter(username=username).exists():
        raise Refused(
            f"账号「{username}」已经有了，请换一个。",
            f"There is an account “{username}” already. Choose another.",
        )


def _username(typed: str) -> str:
    username = folded(typed)
    if not _USERNAME.fullmatch(username):
        raise Refused(
            "「账号」请用 2 至 64 个字：汉字、字母、数字、. @ - _。",
            "The account name takes 2 to 64 letters, digits, . @ - _.",
        )
    return username


def _name(typed: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 0 < len(name) <= 64 or not name.isprintable():
        raise Refused("「姓名」请填 1 至 64 个字。", "The name takes 1 to 64 characters.")
    return name


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())
    if not 2 <= len(reason) <= 200:
        raise Refused("「原因」请填 2 至 200 个字。", "The reason takes 2 to 200 characters.")
    return reason


def _office(office: str) -> str:
    if office not in Office.values:
        raise Refused(f"没有「{office}」这个岗位。", f"There is no office “{office}”.")
    return office
