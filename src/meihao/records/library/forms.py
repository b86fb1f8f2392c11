"""The forms by which the library changes; what an action refuses is said at the top of its form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.library import queries
from meihao.records.library.actions import File, Particulars, Term
from meihao.records.library.sniffing import MOST_MB, SUFFIX
from meihao.records.library.tables import KINDS
from meihao.ui.language import words

_ENDS = Text("从这一天起不再有效。", "From this day on it holds no more.")
_NONE = Text("", "")


def _day(label: Text, required: bool = False, hint: Text = _NONE) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=words(*label), required=required, widget=widget, help_text=words(*hint))


def _text(label: Text, most: int, required: bool = True, hint: Text = _NONE) -> forms.CharField:
    return forms.CharField(label=words(*label), max_length=most, required=required, help_text=words(*hint))


class TermForm(forms.Form):
    """From when a version holds, and its text."""

    since = _day(Text("施行日期", "In force from"), required=True)
    issued_on = _day(Text("印发日期", "Issued on"))
    trial = forms.BooleanField(label=words("试行", "On trial"), required=False)
    trial_until = _day(Text("试行期满日", "Trial ends"), hint=_ENDS)
    basis = _text(
        Text("依据", "Basis"), 200, required=False, hint=Text("文号或会议纪要。", "A number or a minute.")
    )
    file = forms.FileField(
        label=words("原文", "Text"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIX.values())}),
        help_text=words(
            f"PDF、.docx 或 .txt，小于 {MOST_MB} MB。非涉密系统，涉密文件不得上传；扫描件请先自行核对。",
            f"PDF, .docx or .txt, under {MOST_MB} MB. This is no system for state secrets: "
            "nothing that is marked may be uploaded; look at scanned pages yourself first.",
        ),
    )

    def term(self) -> Term:
        """As the action takes it."""
        said = self.cleaned_data
        names = ("since", "issued_on", "trial", "trial_until", "basis")
        return Term(**{name: said[name] for name in names})

    def upload(self) -> File | None:
        """The file that was handed in."""
        found: UploadedFile[bytes] | None = self.cleaned_data["file"]
        return None if found is None else File(str(found.name), found.read())


class EnterForm(TermForm):
    """A document with its first version."""

    title = _text(Text("标题", "Title"), 200)
    number = _text(Text("文号", "Number"), 60, required=False)
    kind = forms.ChoiceField(
        label=words("种类", "Kind"), choices=[(kind.value, words(*said)) for kind, said in KINDS.items()]
    )
    issuer = _text(
        Text("发文机关", "Issued by"),
        80,
        required=False,
        hint=Text("本单位印发的不填。", "Leave empty if it is your own."),
    )
    public = forms.BooleanField(
        label=words("公开：所有登录的人可读", "Public: anyone signed in"), required=False
    )
    field_order = ("title", "number", "kind", "shelf", "issuer", "public")

    def __init__(self, by: Acting, as_of: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shelves = queries.shelves(by, as_of)
        everybody = ("", words("外来文件（所有人可读）", "From outside (everybody may read)"))
        self.fields["shelf"] = forms.ChoiceField(
            label=words("归入", "Belongs to"),
            required=False,
            choices=[*shelves, everybody],
            initial=next(iter(shelves), everybody)[0],
        )
        self.order_fields(self.field_order)

    def what(self) -> Particulars:
        """As the action takes it."""
        said = self.cleaned_data
        names = ("title", "number", "kind", "issuer", "shelf", "public")
        return Particulars(**{name: said[name] for name in names})


class UntilForm(forms.Form):
    """A day and a basis: a trial extended, a document repealed."""

    on = _day(Text("日期", "Day"), required=True, hint=_ENDS)
    basis = _text(Text("依据", "Basis"), 200)


class BasisForm(forms.Form):
    """A basis alone."""

    basis = _text(
        Text("对照了什么", "Compared with what"), 200, hint=Text("原文的出处。", "Where the source is.")
    )


class ClausesForm(forms.Form):
    """A pasted text; sent once more as confirmed."""

    pasted = forms.CharField(
        label=words("条文", "Text"),
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=words(
            "每条另起一行，以「第…条」「一、」或「（一）」开头。", "Each clause on a line of its own."
        ),
    )
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def as_confirmation(self) -> ClausesForm:
        """The same text, hidden, to be sent once more as confirmed."""
        again = ClausesForm({"pasted": self.cleaned_data["pasted"], "confirmed": "1"})
        again.fields["pasted"].widget = forms.HiddenInput()
        return again
