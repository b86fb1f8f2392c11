"""Tables of people: by class, by pseudonym, by post. No name stands in any of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.registry.models import ClassGroup, EmploymentKind, PostKind, SexCode
from meihao.records.registry.models.people_kinds import class_worded, grade_worded, worded
from meihao.records.registry.people.queries import Given, Headcount, PupilLine, StaffLine
from meihao.records.registry.queries import Page
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Missing, Row, Table

_KEY = Column("key", Text("代号", "Pseudonym"), "code")
_GRADE, _CLASS = Column("grade", Text("年级", "Grade")), Column("class", Text("班级", "Class"))
_SEX, SINCE = Column("sex", Text("性别", "Sex")), Column("since", Text("自", "Since"), "date")
_BY_CLASS = Text("按年级、班级排列", "by grade and class")


def of_class(found: ClassGroup) -> Text:
    """What a class is called."""
    return class_worded(found.grade, found.number)


def lasts(found: ClassGroup) -> Text:
    """From when to when a class is held."""
    if found.until is None:
        return Text(f"{found.since} 开班", f"open from {found.since}")
    return Text(f"{found.since} 开班，{found.until} 结束", f"open from {found.since} to {found.until}")


def heads(pupils: int | None, staff: int | None) -> Text:
    """How many there are, in words; what is not on record is said to be so, and is no zero."""
    of_pupils = (
        Text("学籍未登记", "no roll on record")
        if pupils is None
        else Text(f"学生 {pupils} 人", f"{pupils} pupils")
    )
    of_staff = (
        Text("教职工未登记", "no staff on record")
        if staff is None
        else Text(f"教职工 {staff} 人", f"{staff} staff")
    )
    return Text(f"{of_pupils.zh}，{of_staff.zh}", f"{of_pupils.en}, {of_staff.en}")


def headcounts(found: Sequence[Headcount], open_: bool) -> Table:
    """Pupils by class; `open_` where the classes may be looked into."""
    columns = (
        _GRADE,
        _CLASS,
        Column("total", Text("学生", "Pupils"), "number", Text("人", "heads")),
        Column("boys", Text("男", "Boys"), "number", Text("人", "heads")),
        Column("girls", Text("女", "Girls"), "number", Text("人", "heads")),
    )
    rows = tuple(_headcount(one, open_) for one in found)
    none = Empty(
        "none",
        Text("这一天没有班级，也没有学生", "No classes and no pupils on this day"),
        Text(
            "台账里还没有登记学籍：这不等于没有学生。",
            "No roll is on record yet; this does not mean there are none.",
        ),
    )
    caption = Text("各班学生数", "Pupils by class")
    return whole(caption, columns, rows, none, Text("个班", "classes"), _BY_CLASS)


def _headcount(one: Headcount, open_: bool) -> Row:
    href = reverse("registry:class", args=[one.key]) if open_ and one.key is not None else ""
    return Row(
        (
            Cell(said(grade_worded(one.grade))),
            Cell(said(class_worded(one.grade, one.number)), href=href),
            Cell(str(one.total)),
            Cell(str(one.boys)),
            Cell(str(one.girls)),
        )
    )


def pupils(found: Page[PupilLine], page: int, *, of_class: bool = False) -> Table:
    """Pupils by pseudonym; those of one class without its name in every row."""
    none = Empty(
        "none",
        Text("这一天没有学生", "No pupils on this day"),
        Text("换一个日期，或先导入学籍。", "Look at another day, or import the roll."),
    )
    return Table(
        caption=Text("学生，以代号列出", "Pupils by pseudonym"),
        columns=(_KEY, _SEX, SINCE) if of_class else (_KEY, _GRADE, _CLASS, _SEX, SINCE),
        rows=tuple(_pupil(line, of_class) for line in found.rows),
        total=found.total,
        page=page,
        order=None if of_class else _BY_CLASS,
        empty=none,
        nouns=Text("人", "pupils"),
    )


def _pupil(line: PupilLine, of_class: bool) -> Row:
    where = (grade_worded(line.grade), class_worded(line.grade, line.class_number))
    return Row(
        (
            Cell(line.short, href=reverse("registry:person", args=[line.key])),
            *(() if of_class else (Cell(said(words)) for words in where)),
            Cell(said(worded(SexCode(line.sex)))),
            Cell(line.since.isoformat()),
        )
    )


def staff(found: Page[StaffLine], page: int) -> Table:
    """Posts, and by pseudonym who holds them."""
    columns = (
        _KEY,
        Column("post", Text("岗位", "Post")),
        Column("subject", Text("任教学科", "Subject")),
        Column("time", Text("专兼职", "Full or part time")),
        Column("employment", Text("用工方式", "Employment")),
        _SEX,
        SINCE,
    )
    none = Empty(
        "none",
        Text("这一天没有登记教职工", "No staff is recorded on this day"),
        Text("换一个日期，或先登记任职。", "Look at another day, or record the posts."),
    )
    return Table(
        caption=Text("教职工岗位，以代号列出", "Posts of staff by pseudonym"),
        columns=columns,
        rows=tuple(_post(line) for line in found.rows),
        total=found.total,
        page=page,
        order=Text("按岗位、学科排列", "by post and subject"),
        empty=none,
        nouns=Text("个岗位", "posts"),
    )


def _post(line: StaffLine) -> Row:
    employment = said(worded(EmploymentKind(line.employment))) if line.employment else Missing.UNREPORTED
    time = Text("专职", "full time") if line.full_time else Text("兼职", "part time")
    return Row(
        (
            Cell(line.short, href=reverse("registry:person", args=[line.key])),
            Cell(said(worded(PostKind(line.kind)))),
            Cell(line.subject or Missing.NONE),
            Cell(said(time)),
            Cell(employment),
            Cell(said(worded(SexCode(line.sex)))),
            Cell(line.since.isoformat()),
        )
    )


def places(found: Given) -> Table:
    """The establishment, and the places by stage."""
    columns = (
        Column("what", Text("事项", "Item")),
        Column("number", Text("数", "Number"), "number"),
        Column("since", Text("自", "Since"), "date"),
        Column("basis", Text("依据", "Basis")),
    )
    since = found.since.isoformat() if found.since is not None else Missing.NONE
    posts = str(found.posts) if found.posts is not None else Missing.UNREPORTED
    approved = Row(
        (
            Cell(said(Text("核定编制（名）", "Posts of the establishment"))),
            Cell(posts),
            Cell(since),
            Cell(found.basis or Missing.NONE),
        )
    )
    rows = [
        Row(
            (
                Cell(said(Text(f"{stage.words.zh}学位（个）", f"Places, {stage.words.en}"))),
                Cell(str(number)),
                Cell(day.isoformat()),
                Cell(Missing.NONE),
            )
        )
        for stage, number, day in found.places
    ]
    none = Empty("none", Text("没有", "None"), Text("没有登记。", "Nothing is recorded."))
    return whole(
        Text("编制和学位", "Establishment and places"), columns, (approved, *rows), none, Text("项", "items")
    )


def sites(found: Given) -> Table:
    """The ground a school stands on."""
    columns = (
        Column("name", Text("名称", "Name")),
        Column("address", Text("地址", "Address")),
        Column("area", Text("占地面积", "Area"), "number", Text("㎡", "m²")),
        SINCE,
    )
    rows = tuple(
        Row(
            (
                Cell(site.name),
                Cell(site.address or Missing.NONE),
                Cell(f"{site.area.normalize():f}" if site.area is not None else Missing.UNREPORTED),
                Cell(site.since.isoformat()),
            )
        )
        for site in found.sites
    )
    none = Empty("none", Text("没有登记校址", "No sites"), Text("由学校登记。", "The school records them."))
    return whole(Text("校址", "Sites"), columns, rows, none, Text("处", "sites"))


def whole(
    caption: Text,
    columns: tuple[Column, ...],
    rows: tuple[Row, ...],
    none: Empty,
    nouns: Text,
    order: Text | None = None,
) -> Table:
    """A table that stands on one page."""
    per_page = max(1, len(rows))
    return Table(caption, columns, rows, len(rows), per_page=per_page, empty=none, nouns=nouns, order=order)
