"""The forms of what happens to staff: they come, a post ends, an employment ends."""

from __future__ import annotations

from django import forms

from meihao.base.text import Text
from meihao.records.registry.models import EmploymentKind, Organisation, Post, PostKind
from meihao.records.registry.models.people_kinds import worded
from meihao.records.registry.people import actions, actions_arrivals, actions_staff
from meihao.records.registry.people.form_parts import (
    PLEASE,
    SentForm,
    choices_of,
    chosen,
    identity,
    identity_fields,
)
from meihao.records.registry.people.queries_open import Held
from meihao.records.registry.queries import names
from meihao.ui.language import said, words

_LONGEST_SUBJECT = Post._meta.get_field("subject").max_length


class Appointment(SentForm[Organisation]):
    """A member of staff is registered, takes a post, and may be employed by the unit."""

    what, action, lands = "staff", actions.WRITE, "registry:person"
    title = Text("登记教职工", "Register a member of staff")
    remark = Text(
        "姓名和号码加密保存，登记后以代号显示；台账里已有的人按号码认出，不另建。",
        "Name and numbers are sealed, and they are shown by pseudonym; a known number finds its person.",
    )

    def ask(self) -> None:
        """Who it is, the post, and how they are employed."""
        none = Text("（不登记）", "(not recorded)")
        self.fields |= {
            **identity_fields(),
            "kind": chosen(words("岗位", "Post"), choices_of(PostKind, PLEASE)),
            "subject": forms.CharField(
                label=words("任教学科", "Subject"), max_length=_LONGEST_SUBJECT, required=False
            ),
            "full_time": forms.BooleanField(label=words("专职", "Full time"), required=False, initial=True),
            "employment": chosen(
                words("用工方式", "Employment"),
                choices_of(EmploymentKind, none),
                required=False,
                help_text=words("由本单位聘用的填写。", "Where this unit employs them."),
            ),
        }
        self.begins("任职日期", "In the post from")

    def write(self) -> str:
        """As the form says; the person."""
        wanted = ("kind", "subject", "full_time", "employment", "on")
        person = actions_arrivals.hire(
            by=self.by,
            organisation=self.about,
            who=identity(self.cleaned_data),
            **{name: self.cleaned_data[name] for name in wanted},
        )
        return f"person:{person.key}"


class PostEnd(SentForm[Held]):
    """A post is no longer held."""

    what, action, lands = "end-post", actions.WRITE, "registry:person"
    title = Text("结束岗位", "End a post")
    remark = Text("其他岗位和用工不变。", "Other posts and the employment stay.")

    def ask(self) -> None:
        """Which post: of those that are held, and of a form that was sent, also of those that ended since."""
        posts = self.about.posts if self.is_bound else self.about.open_posts
        named = names({post.organisation.key for post in posts}, self.by.day)
        choices = [(str(post.pk), _post(post, named.get(str(post.organisation.key), ""))) for post in posts]
        self.fields["post"] = chosen(words("岗位", "Post"), choices)
        self.begins("自这一天起不再担任", "No longer held from")

    def write(self) -> str:
        """As the form says; the person."""
        wanted = self.cleaned_data["post"]
        post = next(post for post in self.about.posts if str(post.pk) == wanted)
        actions_staff.end_post(by=self.by, post=post, on=self.cleaned_data["on"])
        return f"person:{self.about.key}"


def _post(post: Post, at: str) -> str:
    zh, en = worded(PostKind(post.kind))
    until = f"{post.until:%Y-%m-%d}" if post.until is not None else ""
    parts = [said(Text(zh, en)), post.subject, at, f"{post.since:%Y-%m-%d}—{until}"]
    return " · ".join(part for part in parts if part)


class EmploymentEnd(SentForm[Held]):
    """The employment is over."""

    what, action, lands = "end-employment", actions.WRITE, "registry:person"
    title = Text("结束用工", "End the employment")
    remark = Text("岗位不随之结束，另行登记。", "Posts do not end with it; record that too.")

    def ask(self) -> None:
        """The day alone."""
        self.begins("自这一天起不再聘用", "No longer employed from")

    def write(self) -> str:
        """As the form says; the person."""
        actions_staff.end_employment(by=self.by, person=self.about.person, on=self.cleaned_data["on"])
        return f"person:{self.about.key}"
