"""What people do to their own account: password, second factor, sessions, identities, language."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from meihao.base.text import Refused, Text
from meihao.records.accounts import audit, codes, limits
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.actions import LANGUAGES, end_sessions
from meihao.records.accounts.entrance import WrongCode, subject
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.models import Identity, RecoveryCode, SecondFactor, SignIn, User

ACTION = "accounts.self"

_FAULTS = {
    "password_too_short": Text(
        f"新密码太短，至少 {LIMITS.password_length} 位。",
        f"The new password is too short: {LIMITS.password_length} characters at least.",
    ),
    "password_too_common": Text(
        "新密码太常见，请换一个。", "The new password is too common. Choose another."
    ),
    "password_entirely_numeric": Text("新密码不能全是数字。", "The new password must not be all digits."),
    "password_too_similar": Text(
        "新密码和账号或邮箱太像，请换一个。", "The new password is too like the account or the e-mail."
    ),
}


def own(by: Acting) -> User:
    """Whoever acts, as they are now. Raises `NotPermitted` where nobody signed in."""
    if by.user is None or not by.user.is_active:
        raise NotPermitted(ACTION)
    return by.user


def change_password(*, by: Acting, old: str, new: str, keep: int | None = None) -> User:
    """Sets one's own password; every other session ends (`keep` is the sign-in this comes from).

    The old one is asked for, unless a link let in because there is none to ask for.
    """
    user = own(by)
    if not user.must_change_password and not check_password(old, user.password):
        raise Refused("「现在的密码」不对，请重输。", "The present password is not right. Type it again.")
    if user.has_usable_password() and check_password(new, user.password):
        raise Refused(
            "新密码和现在的一样，请换一个。", "The new password is the present one. Choose another."
        )
    _strong(new, user)
    with transaction.atomic():
        found = User.objects.select_for_update().get(pk=user.pk)
        found.set_password(new)
        found.must_change_password = False
        found.save(update_fields=["password", "must_change_password"])
        ended = end_sessions(by=by, user=found, keep=keep)
        audit.record(by, "accounts.password.changed", subject=subject(user), detail={"ended": ended})
    return found


def enrol(*, by: Acting, secret: str, code: str) -> list[str]:
    """Ties an authenticator whose code was typed; the recovery codes, shown this once.

    Whoever has one already has the security administrator reset it first. Raises `WrongCode`.
    """
    user = own(by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if SecondFactor.objects.filter(user=user).exists():
            raise Refused(
                "这个账号已经绑定了动态口令。换手机请安全管理员重置后再绑。",
                "This account has an authenticator. The security administrator resets it for a new phone.",
            )
        step = codes.matching_step(secret, code, by.at)
        if step is None:
            raise WrongCode
        SecondFactor.objects.create(user=user, secret=secret, counter=step, enrolled_at=by.at)
        fresh = _fresh_codes(user)
        audit.record(by, "accounts.factor.enrolled", subject=subject(user))
    return fresh


def renew_codes(*, by: Acting) -> list[str]:
    """Recovery codes anew; those before stop working."""
    user = own(by)
    with transaction.atomic():
        if not SecondFactor.objects.select_for_update().filter(user=user).exists():
            raise Refused("请先绑定动态口令，再要备用码。", "Tie an authenticator first.")
        fresh = _fresh_codes(user)
        audit.record(by, "accounts.recovery.renewed", subject=subject(user))
    return fresh


def end_own(*, by: Acting, sign_in: int | None = None, keep: int | None = None) -> int:
    """Ends one of one's own sessions, or all of them but the one to keep; how many."""
    user = own(by)
    with transaction.atomic():
        if sign_in is None:
            ended = end_sessions(by=by, user=user, keep=keep)
        else:
            ended = SignIn.objects.filter(user=user, pk=sign_in, ended_at=None).update(ended_at=by.at)
            if not ended:
                raise Missing
        audit.record(by, "accounts.sessions.ended", subject=subject(user), detail={"ended": ended})
    return ended


def tie(*, by: Acting, provider: str, uid: str) -> None:
    """Ties who one is at a provider to one's own account."""
    user = own(by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        taken = Identity.objects.filter(provider=provider, uid=uid).first()
        if taken is not None and taken.user_id != user.pk:
            raise Refused(
                "这个身份已经绑定了另一个账号，请先在那边解除。",
                "This identity is tied to another account. Untie it there first.",
            )
        Identity.objects.update_or_create(
            user=user, provider=provider, defaults={"uid": uid, "tied_at": by.at}
        )
        audit.record(by, "accounts.identity.tied", subject=subject(user), detail={"provider": provider})


def untie(*, by: Acting, provider: str) -> None:
    """Unties a provider from one's own account."""
    user = own(by)
    with transaction.atomic():
        if not Identity.objects.filter(user=user, provider=provider).delete()[0]:
            raise Missing
        audit.record(by, "accounts.identity.untied", subject=subject(user), detail={"provider": provider})


def choose_language(*, by: Acting, language: str) -> str:
    """The language pages are shown in from the next sign-in on. Nothing of it is for the trail."""
    if language not in LANGUAGES:
        raise Refused("请在中文和英文里选一个。", "Choose Chinese or English.")
    User.objects.filter(pk=own(by).pk).update(language=language)
    return language


def signed_in(*, by: Acting) -> None:
    """Tells the trail that somebody came in."""
    user = own(by)
    with transaction.atomic():
        audit.record(by, "accounts.sign-in", subject=subject(user))


def signed_out(*, by: Acting, sign_in: int) -> None:
    """Ends the session this comes from."""
    user = own(by)
    with transaction.atomic():
        SignIn.objects.filter(user=user, pk=sign_in, ended_at=None).update(ended_at=by.at)
        audit.record(by, "accounts.sign-out", subject=subject(user))


def ends_at(row: SignIn) -> datetime:
    """When a session ends if nothing more is asked."""
    most = limits.LIMITS
    return min(row.seen_at + most.session_idle, row.began_at + most.session_absolute)


def begun(*, user: User, at: datetime, address: str, device: str) -> SignIn:
    """A session of somebody who has just come in; those of theirs that ran out are marked as ended."""
    for row in SignIn.objects.filter(user=user, ended_at=None):
        if (over := ends_at(row)) <= at:
            SignIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=over)
    return SignIn.objects.create(user=user, began_at=at, seen_at=at, address=address, device=device)


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    fresh = [codes.recovery_code() for _ in range(limits.LIMITS.recovery_codes)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=codes.digest("recovery", code)) for code in fresh]
    )
    return fresh


def _strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        faults = [_FAULTS[fault.code or ""] for fault in error.error_list]
        raise Refused("".join(f.zh for f in faults), " ".join(f.en for f in faults)) from None
