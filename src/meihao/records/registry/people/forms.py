"""What a page about a person asks."""

from __future__ import annotations

from django import forms

from meihao.records.accounts.limits import LIMITS
from meihao.ui.language import words


class PurposeForm(forms.Form):
    """What a name and its numbers are needed for; the query checks it, and the trail keeps it."""

    purpose = forms.CharField(
        label=words("查看事由", "Purpose"),
        max_length=100,
        help_text=words(
            f"至少 {LIMITS.purpose_length} 个字，会留在审计记录里；不要写姓名或号码。",
            f"{LIMITS.purpose_length} characters at least, kept in the audit trail; write no name or number.",
        ),
    )
