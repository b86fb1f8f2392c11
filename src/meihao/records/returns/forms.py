"""The forms of this room: each carries a key and is sent once, twice or by a broken line to the same end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms

from meihao.base.text import Text
from meihao.documents.workbook import Limits
from meihao.policy.kinds import Form
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.submissions import Sent, once
from meihao.records.registry.models import Organisation
from meihao.records.returns.models import Campaign
from meihao.records.returns.queries_issuing import Addressee
from meihao.ui.language import said, words

MOST_MB = Limits().file_mb  # what the reader takes
_ALL, _TOWN, _PICK = "all", "town", "pick"


class OnceForm(forms.Form):
    """A form that is sent once; `send` calls the action by its wish."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"key": uuid4(), **(initial or {})})

    def send(self, by: Acting, action: str, about: str, write: Callable[[], str]) -> Sent:
        """Does what a valid form asks of `about`, once. Raises as `write`, and as `once`."""
        asked = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return once(
            by=by,
            key=self.cleaned_data["key"],
            action=action,
            asked={name: str(value) for name, value in asked.items()} | {"about": about},
            write=write,
        )


class AskForm(forms.Form):
    """Which authority asks for which form of which day; of whom it can be asked follows from that."""

    def __init__(
        self,
        authorities: Sequence[tuple[Organisation, str]],
        offered: Sequence[Form],
        by: Acting,
        data: Any = None,
    ) -> None:
        super().__init__(data)
        shown = [(str(one.key), name) for one, name in authorities]
        self.fields["authority"] = forms.ChoiceField(
            label=words("下发单位", "Issued by"),
            choices=shown,
            widget=forms.HiddenInput if len(shown) == 1 else forms.Select,
            initial=shown[0][0] if shown else "",
        )
        self.fields["on"] = forms.DateField(
            label=words("数据日期", "Day of the data"),
            help_text=words(
                "数据是哪一天的；表单和校验规则按这一天施行的文件。",
                "Which day the data are of; form and checks are those in force on it.",
            ),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            initial=by.day,
        )
        self.fields["form"] = forms.ChoiceField(
            label=words("表单", "Form"), choices=[(one.key, said(one.title)) for one in offered]
        )


class IssueForm(OnceForm):
    """One campaign: what it is called, by when, of which units: all, those of some towns, or those picked."""

    authority = forms.CharField(widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    form = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=words("任务名称", "Title"), max_length=Campaign._meta.get_field("title").max_length
    )
    due = forms.DateField(
        label=words("截止日期", "Deadline"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    town = forms.MultipleChoiceField(required=False)
    unit = forms.MultipleChoiceField(required=False)

    def __init__(self, found: Sequence[Addressee], data: Any, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial)
        self.every, self.found = found, [one for one in found if one.code]
        towns = sorted({one.town for one in self.found if one.town})
        several = len(self.found) > 1
        n = len(self.found)
        self.fields["which"] = forms.ChoiceField(
            label=words("填报单位", "Units asked"),
            choices=[
                (_ALL, said(Text(f"全部 {n} 个单位", f"all {n} units"))),
                *([(_TOWN, said(Text("按乡镇（街道）选", "by town")))] if towns else []),
                *([(_PICK, said(Text("逐个选", "one by one")))] if several else []),
            ],
            widget=forms.RadioSelect,
            initial=_ALL,
        )
        self._offer("town", words("乡镇（街道）", "Towns"), [(town, town) for town in towns])
        listed = [(str(one.organisation.key), f"{one.code} {one.name}") for one in self.found]
        self._offer("unit", words("单位", "Units"), listed if several else [])
        self.order_fields(["title", "due", "which", "town", "unit"])

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        if not choices:
            del self.fields[name]
            return
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )

    def clean(self) -> dict[str, Any]:
        """Something is chosen."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        which = cleaned.get("which")
        if which == _TOWN and not cleaned.get("town"):
            self.add_error("town", words("请至少选一个乡镇（街道）。", "Choose one town at least."))
        if which == _PICK and not cleaned.get("unit"):
            self.add_error("unit", words("请至少选一个单位。", "Choose one unit at least."))
        return cleaned

    @property
    def chosen(self) -> list[Organisation]:
        """The units that a valid form names."""
        which, cleaned = self.cleaned_data["which"], self.cleaned_data
        towns, keys = set(cleaned.get("town") or ()), set(cleaned.get("unit") or ())
        return [
            one.organisation
            for one in self.found
            if which == _ALL
            or (which == _TOWN and one.town in towns)
            or (which == _PICK and str(one.organisation.key) in keys)
        ]


class ReminderForm(OnceForm):
    """What units that are not in are told."""

    text = forms.CharField(
        label=words("催报的话", "What they are told"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UploadForm(forms.Form):
    """A workbook in place of typing."""

    file = forms.FileField(
        label=words("填好的工作簿", "Workbook"),
        help_text=words(
            f"本任务的空白表填好后交来（.xlsx，小于 {MOST_MB} MB）。"
            "本系统为非涉密系统：不得上传涉及国家秘密、工作秘密的文件。",
            f"The blank of this task, filled in (.xlsx, less than {MOST_MB} MB). "
            "Not for state secrets: upload nothing that is classified.",
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm"}),
        error_messages={
            "empty": words(
                "是空文件（0 字节）。请确认数据已保存后再交。",
                "The file is empty (0 bytes). Make sure the data was saved before handing it in.",
            )
        },
    )

    def clean_file(self) -> Any:
        """A file of a size that is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_MB * 2**20:
            raise forms.ValidationError(
                words(f"所选文件须小于 {MOST_MB} MB。", f"Choose a file below {MOST_MB} MB.")
            )
        return file


class SubmitForm(OnceForm):
    """The draft as a page showed it."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReviewForm(OnceForm):
    """What was decided about a version: `number` is the one that was looked at."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[("accept", ""), ("return", "")], required=False)
    reason = forms.CharField(
        label=words("退回原因", "Why it goes back"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HoldForm(OnceForm):
    """Which source holds at one cell, and why."""

    authority = forms.CharField(widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    cell = forms.CharField(widget=forms.HiddenInput)
    source = forms.ChoiceField()
    reason = forms.CharField(
        label=words("理由", "Why"), max_length=400, widget=forms.TextInput(attrs={"maxlength": 400})
    )

    def __init__(
        self,
        sources: Sequence[tuple[str, str]],
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial)
        self.fields["source"] = forms.ChoiceField(
            label=words("以哪个来源为准", "Which source holds"), choices=sources, widget=forms.RadioSelect
        )
