"""The forms by which releases are drafted, put right and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from meihao.policy.kinds import Standard
from meihao.releases.models import Snapshot
from meihao.releases.tables_published import AUDIENCES
from meihao.ui.language import said, words


def _choice(row: Snapshot) -> tuple[str, str]:
    return str(row.key), f"{row.on}　{row.logical_hash[:12]}"


class DraftForm(forms.Form):
    """A release is drafted."""

    snapshot = forms.ChoiceField(label=words("数据（快照）", "Data (snapshot)"))
    standard = forms.ChoiceField(label=words("标准", "Standard"))
    audience = forms.ChoiceField(
        label=words("读者", "Readers"),
        choices=[(one.value, words(*title)) for one, title in AUDIENCES.items()],
    )
    title = forms.CharField(label=words("标题", "Title"), max_length=120, required=False)
    note = forms.CharField(label=words("说明", "Note"), max_length=400, required=False)

    def __init__(self, snapshots: Sequence[Snapshot], standards: Sequence[Standard], *args: Any) -> None:
        super().__init__(*args)
        self.fields["snapshot"] = forms.ChoiceField(
            label=words("数据（快照）", "Data (snapshot)"), choices=[_choice(row) for row in snapshots]
        )
        self.fields["standard"] = forms.ChoiceField(
            label=words("标准", "Standard"), choices=[(one.key, said(one.title)) for one in standards]
        )


class AmendForm(forms.Form):
    """What was published is put right."""

    snapshot = forms.ChoiceField(label=words("数据（快照）", "Data (snapshot)"))
    note = forms.CharField(label=words("更正了什么、为什么", "What is put right, and why"), max_length=400)

    def __init__(self, snapshots: Sequence[Snapshot], *args: Any) -> None:
        super().__init__(*args)
        self.fields["snapshot"] = forms.ChoiceField(
            label=words("数据（快照）", "Data (snapshot)"), choices=[_choice(row) for row in snapshots]
        )


class ReasonForm(forms.Form):
    """A release is withdrawn."""

    reason = forms.CharField(label=words("撤回的原因", "Why it is withdrawn"), max_length=400)


class PublishForm(forms.Form):
    """A draft is published: the person says that they have looked at it."""

    seen = forms.BooleanField(
        label=words("已核对预览，同意签发", "I have looked at the preview and publish it")
    )


class DiscardForm(forms.Form):
    """A draft is taken back: the person says that they mean it."""

    sure = forms.BooleanField(label=words("删除这份草稿", "Discard this draft"))
