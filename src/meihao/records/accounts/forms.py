"""What people type here."""

from __future__ import annotations

from django import forms

from meihao.records.accounts.models import User
from meihao.records.accounts.words import OFFICES
from meihao.ui.language import words


def _password(label: str, autocomplete: str, hint: str = "") -> forms.CharField:
    shown = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=256, widget=shown, help_text=hint)


def line(label: str, most: int, hint: str = "", required: bool = True, **attrs: str) -> forms.CharField:
    """A line of text, of so many characters at most."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class SignInForm(forms.Form):
    """账号与密码."""

    username = line(words("账号", "Account"), 64, autocomplete="username", autocapitalize="none")
    password = _password(words("密码", "Password"), "current-password")


class CodeForm(forms.Form):
    """动态口令."""

    code = line(
        words("动态口令", "Code"),
        16,
        words(
            "手机验证器上的 6 位数。没有带手机，可用备用码。",
            "The 6 digits your authenticator shows. Without your phone, a recovery code.",
        ),
        autocomplete="one-time-code",
        autofocus="autofocus",
    )


class EnrolForm(forms.Form):
    """The first code of an authenticator."""

    code = line(words("动态口令", "Code"), 16, autocomplete="one-time-code")


class NewPasswordForm(forms.Form):
    """A password after a link: there is no present one to ask for."""

    new = _password(
        words("新密码", "New password"),
        "new-password",
        words(
            "至少 10 位；不要只用数字，不要用常见的词，不要像自己的账号。",
            "10 characters at least; not digits only, no common word, not like your account.",
        ),
    )
    again = _password(words("再输一遍", "Once more"), "new-password")

    def clean(self) -> dict[str, object]:
        """Both are the same."""
        found = super().clean() or {}
        if found.get("new") and found.get("again") and found["new"] != found["again"]:
            said = words("两遍的新密码不一样，请重输。", "The two are not the same. Type them again.")
            self.add_error("again", said)
        return found


class PasswordForm(NewPasswordForm):
    """A password that takes the place of another."""

    old = _password(words("现在的密码", "Present password"), "current-password")
    field_order = ("old", "new", "again")


class AccountForm(forms.Form):
    """An account's particulars."""

    username = line(
        words("账号", "Account"),
        64,
        words("登录时输入的名字，2 至 64 个字。", "What is typed at sign-in, 2 to 64 characters."),
    )
    name = line(words("姓名", "Name"), 64)
    email = forms.EmailField(label=words("邮箱（选填）", "E-mail (optional)"), required=False)

    @classmethod
    def of(cls, user: User) -> AccountForm:
        """Filled with what is kept."""
        return cls(initial={"username": user.username, "name": user.name, "email": user.email})


class ReasonForm(forms.Form):
    """Why an account is suspended."""

    reason = line(words("原因", "Reason"), 200)


class OfficeForm(forms.Form):
    """One of the three offices, or none."""

    office = forms.ChoiceField(
        label=words("管理岗位", "Office"),
        required=False,
        choices=[(key, words(text.zh, text.en)) for key, text in OFFICES.items()],
        help_text=words(
            "一人只任一岗。任了岗位的账号不能有业务授权，看不到学生。",
            "One office a person. An account with an office holds no role at any unit and sees no pupil.",
        ),
    )
