"""The forms of what happens to pupils: they come, change school, leave."""

from __future__ import annotations

from uuid import UUID

from meihao.base.text import Refused, Text
from meihao.records.registry.models import Came, ClassGroup, Kind, Left, Organisation
from meihao.records.registry.models.people_kinds import grade_worded
from meihao.records.registry.people import actions, actions_arrivals, queries, queries_open
from meihao.records.registry.people.form_parts import (
    LARGEST_SMALL,
    PLEASE,
    SentForm,
    choices_of,
    chosen,
    graded,
    identity,
    identity_fields,
    number,
    places_of,
    student_number,
)
from meihao.records.registry.people.queries_open import Held
from meihao.records.registry.queries import Unit, unit, units
from meihao.ui.language import words

_CAME = (Came.ADMITTED, Came.TRANSFERRED, Came.RESUMED)  # the other ways are written by other actions
_LEFT = tuple(left for left in Left if left not in {Left.PROMOTED, Left.MOVED})
_PUPIL = Text("以代号登记的这名学生。", "The pupil is known by pseudonym.")


class Admission(SentForm[Organisation]):
    """A pupil is registered and enrolled."""

    what, action, lands = "pupil", actions.WRITE, "registry:person"
    title = Text("登记学生入学", "Enrol a pupil")
    remark = Text(
        "姓名和号码加密保存，登记后以代号显示；台账里已有的人按号码认出，不另建。",
        "Name and numbers are sealed, and the pupil is shown by pseudonym; a known number finds its person.",
    )

    def ask(self) -> None:
        """Who it is, and where they go."""
        classes = queries_open.open_classes(self.by, self.about, self.by.day)
        places = places_of(queries_open.grades(self.by, self.about), classes)
        fields = identity_fields()
        self.fields |= {
            "name": fields.pop("name"),
            "id_kind": fields.pop("id_kind"),
            "id_number": fields.pop("id_number"),
            "student_number": student_number(),
            **fields,
            "place": chosen(words("年级和班级", "Grade and class"), places),
            "came_by": chosen(words("入学方式", "Came by"), choices_of(_CAME), initial=Came.ADMITTED.value),
        }
        self.begins("入学日期", "Enrolled from")

    def write(self) -> str:
        """As the form says; the person."""
        grade, class_group = self._place()
        person = actions_arrivals.admit(
            by=self.by,
            organisation=self.about,
            who=identity(self.cleaned_data),
            grade=grade,
            class_group=class_group,
            on=self.cleaned_data["on"],
            came_by=self.cleaned_data["came_by"],
        )
        return f"person:{person.key}"

    def _place(self) -> tuple[int, ClassGroup | None]:
        place: str = self.cleaned_data["place"]
        try:
            key = UUID(place)
        except ValueError:
            return int(place), None
        found = queries.class_group(self.by, key, actions.WRITE)
        return found.grade, found


class Transfer(SentForm[Held]):
    """A pupil goes to another school that whoever writes it may write too."""

    what, action, lands = "transfer", actions.WRITE, "registry:person"
    title, remark = Text("转学", "Change school"), _PUPIL

    def ask(self) -> None:
        """Where to, in which grade and class."""
        to = [("", words(*PLEASE)), *((str(one.key), one.name) for one in schools(self))]
        grades = [("", words("同现在的年级", "The same grade")), *graded([*range(-3, 0), *range(1, 13)])]
        self.fields |= {
            "to": chosen(words("转入学校", "To the school"), to),
            "grade": chosen(words("转入年级", "In the grade"), grades, required=False),
            "number": number(
                words("转入班级的班号", "In the class of number"),
                LARGEST_SMALL,
                least=1,
                required=False,
                help_text=words("暂不分班就不填。", "Leave empty where there is no class yet."),
            ),
        }
        self.begins("转学日期", "At the new school from")

    def write(self) -> str:
        """As the form says; the person."""
        to = unit(self.by, self.cleaned_data["to"], actions.WRITE)
        grade = int(self.cleaned_data["grade"]) if self.cleaned_data["grade"] else None
        actions.transfer(
            by=self.by,
            person=self.about.person,
            to=to,
            on=self.cleaned_data["on"],
            grade=grade,
            class_group=self._class_group(to, grade),
        )
        return f"person:{self.about.key}"

    def _class_group(self, to: Organisation, grade: int | None) -> ClassGroup | None:
        present, bears, on = self.about.enrolment, self.cleaned_data["number"], self.cleaned_data["on"]
        wanted = present.grade if grade is None and present is not None else grade
        if bears is None or wanted is None:
            return None
        found = queries_open.class_at(self.by, to, wanted, bears, on)
        if found is None:
            zh, en = grade_worded(wanted)
            raise Refused(
                f"转入学校在 {on} 没有{zh} {bears} 班。请核对班号，或先开班。",
                f"the school has no class {bears} of {en} on {on}. Check the number, or open the class.",
            )
        return found


class Leaving(SentForm[Held]):
    """A pupil leaves, and goes to no school that is written here."""

    what, action, lands = "leave", actions.WRITE, "registry:person"
    title, remark = Text("离校", "Leave"), _PUPIL

    def ask(self) -> None:
        """How they leave."""
        self.fields["left_by"] = chosen(words("离校方式", "Left by"), choices_of(_LEFT, PLEASE))
        self.begins("离校日期（这一天起不在籍）", "No longer enrolled from")

    def write(self) -> str:
        """As the form says; the person."""
        wanted = {name: self.cleaned_data[name] for name in ("on", "left_by")}
        actions.leave(by=self.by, person=self.about.person, **wanted)
        return f"person:{self.about.key}"


def schools(form: SentForm[Held]) -> list[Unit]:
    """The schools to which whoever fills in a form may write."""
    return units(form.by, form.by.day, (Kind.INSTITUTION, Kind.CAMPUS), actions.WRITE)
