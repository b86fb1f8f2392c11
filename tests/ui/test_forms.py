"""Forms as they are drawn, and forms that a policy draws."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django import forms
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from meihao.base.text import Refused, Text
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook
from meihao.ui.drawing import drawn_form
from meihao.ui.forms import PolicyForm
from meihao.ui.language import words

ON = date(2025, 9, 1)
SAVE = Text("保存", "Save")


class Asking(forms.Form):
    name = forms.CharField(label=words("名称", "Name"), help_text=words("全称。", "In full."))
    note = forms.CharField(label=words("说明", "Remark"), required=False)
    kind = forms.ChoiceField(label=words("类别", "Kind"), choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=words("已核对", "Checked"))
    key = forms.CharField(widget=forms.HiddenInput, initial="k")

    def clean_name(self) -> str:
        if self.cleaned_data["name"].startswith("<"):
            raise forms.ValidationError(f"{self.cleaned_data['name']}不对")
        return str(self.cleaned_data["name"])


def drawn(form: forms.BaseForm, **options: Any) -> str:
    return str(drawn_form(RequestFactory().post("/f"), form, SAVE, **options))


def test_a_form_is_posted_with_a_token_and_says_what_its_button_does() -> None:
    shown = drawn(Asking(), action="/there", cancel="/back")
    assert '<form method="post" action="/there" class="form" novalidate>' in shown
    assert "csrfmiddlewaretoken" in shown
    assert "保存</button>" in shown
    assert 'href="/back"' in shown
    assert 'role="alert"' not in shown


def test_labels_hints_and_widgets_are_tied_by_ids() -> None:
    shown = drawn(Asking())
    assert '<label for="id_name">名称</label>' in shown
    assert re.search(r'id="id_name"[^>]*', shown)
    assert 'aria-describedby="id_name_hint"' in shown
    assert 'id="id_name_hint">全称。' in shown
    assert '说明<span class="optional">（选填）</span>' in shown
    assert shown.count("（选填）") == 1
    assert "<legend>类别</legend>" in shown


def test_no_id_is_given_twice_even_where_two_forms_stand_on_a_page() -> None:
    class Hidden(Asking):
        name = forms.CharField(widget=forms.HiddenInput)

    ids = re.findall(r'\bid="([^"]+)"', drawn(Asking()) + drawn(Hidden(auto_id="second_%s")))
    assert len(ids) == len(set(ids))
    assert 'id="' not in re.findall(r'<input type="hidden" name="key"[^>]*>', drawn(Asking()))[0]


def test_errors_come_first_with_links_and_the_words_of_the_field() -> None:
    shown = drawn(Asking({"name": "<b>=1+1", "kind": "a", "key": "k"}))
    assert "有 2 处需要处理" in shown
    assert "data-focus" in shown
    assert '<a href="#id_name">「名称」&lt;b&gt;=1+1不对</a>' in shown
    assert '<a href="#id_agreed">' in shown
    assert "<b>" not in shown
    assert 'value="&lt;b&gt;=1+1"' in shown  # nothing typed is lost
    assert re.search(r'id="id_name"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_name"', shown)
    assert 'aria-describedby="id_name_hint id_name_error"' in shown
    assert shown.index("有 2 处") < shown.index('name="name"')


def test_what_is_wrong_with_the_form_as_a_whole_and_with_hidden_fields_is_said() -> None:
    form = Asking({"name": "甲", "kind": "a", "agreed": "on"})
    form.add_error(None, Text("不在您的范围内。", "Out of scope.").said("zh"))
    shown = drawn(form)
    assert "不在您的范围内。" in shown
    assert "有 2 处需要处理" in shown  # the key is missing too


def test_a_file_makes_it_multipart_and_an_upload_tells_its_progress() -> None:
    class Handing(forms.Form):
        file = forms.FileField(label="x")

    shown = drawn(Handing(), upload="/progress")
    assert 'enctype="multipart/form-data"' in shown
    assert 'data-upload="/progress"' in shown
    assert "<progress" in shown
    assert "<progress" not in drawn(Handing())


def test_it_speaks_english() -> None:
    with translation.override("en"):
        shown = strip_tags(drawn(Asking({}), cancel="/x"))
    assert "5 to be put right" not in shown
    assert "4 to be put right" in shown
    assert "(optional)" in shown
    assert not re.search(r"[\u4e00-\u9fff]", shown)


# --- drawn from a policy


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


def policy(key: str) -> tuple[Form, Fact]:
    form = rulebook().get(Form, key, ON)
    return form, rulebook().get(Fact, form.fact, ON)


FORMS = sorted(form.key for form in rulebook().all(Form, ON) if form.layout != "table")


@pytest.mark.parametrize("key", FORMS)
def test_every_form_of_the_policies_can_be_drawn_in_its_own_order(key: str) -> None:
    form, fact = policy(key)
    made = PolicyForm(form, fact)
    assert list(made.fields) == [spec.column for spec in sorted(form.fields, key=lambda spec: spec.no)]
    shown = drawn(made)
    for spec in form.fields:
        assert f'name="{spec.column}"' in shown
        assert made.fields[spec.column].required is spec.required
        assert str(made.fields[spec.column].label).startswith(spec.label)
    for category in {spec.category for spec in form.fields}:
        assert f'<h3 class="group">{category}</h3>' in shown


def test_values_come_back_in_the_types_of_the_fact() -> None:
    form, fact = policy("cn/registry/unit-form")
    data = {
        "school_code": "0123456789",
        "name": "甲校",
        "school_type": "小学",
        "inclusive": "0",
        "nursery": "",
    }
    made = PolicyForm(form, fact, data)
    assert made.is_valid(), made.errors
    assert made.cleaned_data["school_code"] == "0123456789"  # a code keeps its zeros
    assert made.cleaned_data["inclusive"] is False
    assert made.cleaned_data["nursery"] is None  # not set is not no
    assert made.cleaned_data["town"] is None


def test_what_is_wrong_says_which_field_and_how_to_mend_it() -> None:
    form, fact = policy("cn/registry/unit-form")
    errors = PolicyForm(form, fact, {"school_code": "1", "school_type": "大学"}).errors
    assert errors["name"] == ["请填写「学校名称」"]
    assert errors["school_type"] == ["「办学类型」请从列出的选项中选"]


def test_numbers_are_bounded_as_the_fact_says() -> None:
    form, fact = policy("cn/compulsory/school-return")
    counted = next(spec for spec in form.fields if fact.columns[spec.column].type == "count")
    decimal = next(spec for spec in form.fields if fact.columns[spec.column].type == "decimal")
    scale = fact.columns[decimal.column].scale
    errors = PolicyForm(form, fact, {counted.column: "-1", decimal.column: "1." + "1" * (scale + 1)}).errors
    assert errors[counted.column] == [f"「{counted.label}」不能小于 0"]
    assert errors[decimal.column] == [f"「{decimal.label}」至多 {scale} 位小数"]
    errors = PolicyForm(form, fact, {counted.column: "三"}).errors
    assert errors[counted.column] == [f"「{counted.label}」须是整数"]
    good = PolicyForm(form, fact, {counted.column: "12", decimal.column: "3.8"})
    good.is_valid()
    assert (good.cleaned_data[counted.column], good.cleaned_data[decimal.column]) == (12, Decimal("3.8"))


def test_a_form_of_another_fact_is_refused() -> None:
    form, _ = policy("cn/registry/unit-form")
    _, fact = policy("cn/registry/pupil-form")
    with pytest.raises(Refused):
        PolicyForm(form, fact)
