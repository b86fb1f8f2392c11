"""The page that erases a person, for whoever may: the day, the basis, and what it means."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry.people import actions_erase
from meihao.records.registry.people.erased import gone
from meihao.records.registry.request import Request
from meihao.ui.language import said, words


class EraseForm(forms.Form):
    """When and why a person is erased, and the tick that it is meant."""

    on = forms.DateField(
        label=words("删除日期", "Day of erasure"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=words("最后一段学籍或任职结束之后的一天。", "A day after the last row has ended."),
    )
    basis = forms.CharField(
        label=words("依据", "Basis"),
        max_length=actions_erase.LONGEST_BASIS,
        help_text=words(
            "申请和批准的文号；会一直留下，不要写姓名或号码。",
            "The application and its approval; it stays for ever: write no name or number.",
        ),
    )
    sure = forms.BooleanField(
        label=words("删除后不能恢复，已核对代号和依据", "It cannot be undone: both are checked"),
        error_messages={"required": words("请核对后勾选。", "Check both, then tick the box.")},
    )


def erase(request: Request, key: UUID) -> HttpResponse:
    """按规定删除."""
    person = actions_erase.person_to_erase(request.by, key)
    if person.erased_on is not None:
        return redirect("registry:person", key)
    form = EraseForm(request.POST or None, initial={"on": request.by.day})
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("on", "basis")}
        try:
            actions_erase.erase(by=request.by, person=person, **wanted)
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            zh, en = gone(wanted["on"])
            messages.success(request, said(Text(f"这个人的信息{zh}。", f"The person was {en}.")))
            return redirect("registry:person", key)
    shown = {"form": form, "key": key, "short": person.short}
    return render(request, "registry/people/erase.html", shown, status=422 if form.errors else 200)
