"""The forms of what happens to classes: opened, gone up a grade, graduated, closed."""

from __future__ import annotations

from meihao.base.text import Text
from meihao.records.registry.models import ClassGroup, Organisation
from meihao.records.registry.people import actions_classes, queries_open
from meihao.records.registry.people.actions_classes import WRITE
from meihao.records.registry.people.form_parts import (
    LARGEST_SMALL,
    PLEASE,
    SentForm,
    chosen,
    graded,
    number,
    years_about,
)
from meihao.ui.language import said, words


class Opening(SentForm[Organisation]):
    """A class begins."""

    what, action, lands = "open", WRITE, "registry:class"
    title = Text("开班", "Open a class")
    remark = Text("开班以后才能把学生编入这个班。", "Pupils can be put into a class once it is open.")

    def ask(self) -> None:
        """The school year, the grade, the number."""
        none = [("", said(PLEASE))]
        grades = graded(queries_open.grades(self.by, self.about, WRITE))
        self.fields |= {
            "school_year": chosen(words("学年", "School year"), [*none, *years_about(self.by.day)]),
            "grade": chosen(words("年级", "Grade"), [*none, *grades]),
            "number": number(words("班号", "Number"), LARGEST_SMALL, least=1),
        }
        self.begins("开班日期", "Open from")

    def write(self) -> str:
        """As the form says; the class."""
        made = actions_classes.open_class(
            by=self.by,
            organisation=self.about,
            school_year=int(self.cleaned_data["school_year"]),
            grade=int(self.cleaned_data["grade"]),
            number=self.cleaned_data["number"],
            on=self.cleaned_data["on"],
        )
        return f"class:{made.key}"


class Promotion(SentForm[ClassGroup]):
    """A class goes up into the next school year and grade."""

    what, action, lands = "promote", WRITE, "registry:class"
    title = Text("升级", "Promote")
    remark = Text(
        "班里的学生全部升入下一学年、下一年级的新班，这个班同时结束。",
        "All pupils go on into a new class of the next school year and grade; this one ends.",
    )

    def ask(self) -> None:
        """The number of the new class."""
        self.fields["number"] = number(
            words("新班的班号", "Number of the new class"),
            LARGEST_SMALL,
            least=1,
            required=False,
            help_text=words("不填就沿用现在的班号。", "Leave empty to keep the number."),
        )
        self.begins("升级日期（新学年开始）", "In the new school year from")

    def write(self) -> str:
        """As the form says; the new class."""
        wanted = {name: self.cleaned_data[name] for name in ("on", "number")}
        made = actions_classes.promote_class(by=self.by, class_group=self.about, **wanted)
        return f"class:{made.key}"


class Graduation(SentForm[ClassGroup]):
    """All of a class of a leaving grade graduate."""

    what, action, lands = "graduate", WRITE, "registry:class"
    title = Text("毕业", "Graduate")
    remark = Text(
        "班里的学生全部登记为毕业离校，这个班同时结束。", "All pupils graduate and leave; the class ends."
    )

    def ask(self) -> None:
        """The day alone."""
        self.begins("毕业日期（这一天起不在籍）", "No longer enrolled from")

    def write(self) -> str:
        """As the form says; the class."""
        actions_classes.graduate_class(by=self.by, class_group=self.about, on=self.cleaned_data["on"])
        return f"class:{self.about.key}"


class Closing(SentForm[ClassGroup]):
    """An empty class ends."""

    what, action, lands = "close", WRITE, "registry:class"
    title = Text("停班", "Close the class")
    remark = Text("班里没有学生以后才能停班。", "A class is closed once nobody is in it.")

    def ask(self) -> None:
        """The day alone."""
        self.begins("停班日期", "Closed from")

    def write(self) -> str:
        """As the form says; the class."""
        actions_classes.close_class(by=self.by, class_group=self.about, on=self.cleaned_data["on"])
        return f"class:{self.about.key}"
