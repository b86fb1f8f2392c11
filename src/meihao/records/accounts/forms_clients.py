"""What is typed about connected systems."""

from __future__ import annotations

from django import forms

from meihao.records.accounts.forms import line
from meihao.records.accounts.scopes import SCOPES
from meihao.ui.language import words


class ClientForm(forms.Form):
    """A system to connect."""

    name = line(words("系统名称", "What the system is called"), 64)
    purpose = line(
        words("用途", "Purpose"),
        200,
        words(
            "它读数据做什么，例如「同步班级名册」；每次读学生的记录里都有这句话。",
            "What it reads for; every entry of the trail about its reading says so.",
        ),
    )
    scopes = forms.MultipleChoiceField(
        label=words("范围", "Scopes"),
        choices=[(key, words(text.zh, text.en)) for key, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=words(
            "只收窄、不给予：能读哪些单位，由安全管理员另行授权。",
            "They narrow and give nothing: which units it reads is granted by the security administrator.",
        ),
    )
    until = forms.DateField(
        label=words("密钥用到（选填）", "Last day (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
