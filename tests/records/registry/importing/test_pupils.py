"""A list of pupils of many schools: shown school by school, applied whole and once, in bulk."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from meihao.base.text import Refused
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.policy.kinds import Fact, Form
from meihao.records.accounts import audit
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing import queries
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import (
    ClassGroup,
    Code,
    CodeSystem,
    Enrolment,
    ImportBatch,
    Organisation,
    Person,
    Type,
)
from meihao.records.registry.people import actions
from meihao.records.registry.people.identity import Identity
from tests.records.registry.district import District, console, holder, school
from tests.records.registry.importing.lists import PLACE, RULES, Lists
from tests.records.registry.people.school import AUTUMN, classroom, held, pupil, who

HEADS = ("学籍号", "姓名", "身份证号", "性别", "学校标识码", "年级", "班号")
NEXT = AUTUMN.replace(year=AUTUMN.year + 1)
GRADES = dict(zip(range(1, 10), "一二三四五六七八九", strict=True))


def code(organisation: Organisation) -> str:
    return Code._plain.get(organisation=organisation, system=CodeSystem.INSTITUTION).value


def row(one: Identity, at: Organisation, grade: int, number: int = 1) -> list[object]:
    sex = "男" if int(one.id_number[16]) % 2 else "女"
    told = f"{GRADES[grade]}年级"
    return [one.student_number, one.name, one.id_number, sex, code(at), told, number]


@pytest.fixture
def lists(district: District, tmp_path: Path, reader: Reader) -> Lists:
    return Lists(district.bureau, tmp_path, reader, HEADS, "学生.xlsx")


def open_now(person: Person) -> Enrolment:
    return Enrolment._plain.select_related("class_group").get(person=person, until__isnull=True)


def test_a_list_of_new_pupils_opens_the_classes_it_names(lists: Lists, district: District) -> None:
    classroom(district.first, 1, 1)
    rows = [row(who(), district.first, 1, 1 + n % 2) for n in range(6)]
    rows += [row(who(), district.second, 2) for _ in range(3)]
    shown = lists.stage(rows, AUTUMN)
    assert {tally.name: dict(tally.counts) for tally in shown.plan.tallies} == {
        "禾渚镇中心小学": {"new": 6, "opened": 1, "closed": 0, "missing": 0},
        "石觅云根小学": {"new": 3, "opened": 1, "closed": 0, "missing": 0},
    }
    assert (shown.plan.counts["new"], shown.plan.counts["opened"], shown.plan.counts["changed"]) == (9, 2, 0)
    assert not Person._plain.exists()  # a rehearsal leaves nothing
    entries = AuditEntry.objects.count()
    lists.apply(shown)
    classes = Counter(
        Enrolment._plain.values_list("organisation", "class_group__grade", "class_group__number", "since")
    )
    first, second = district.first.pk, district.second.pk
    assert classes == {
        (first, 1, 1, AUTUMN): 3,
        (first, 1, 2, AUTUMN): 3,
        (second, 2, 1, AUTUMN): 3,
    }
    assert set(ClassGroup._plain.values_list("school_year", flat=True)) == {AUTUMN.year}
    assert AuditEntry.objects.count() == entries + 3  # one a school, and the file's own
    assert list(audit.verify()) == []


def test_the_trail_has_one_entry_a_school_that_names_nobody(lists: Lists, district: District) -> None:
    moving = pupil(district.second, 3)
    rows = [row(who("虚构甲"), district.first, 3), row(_again(moving), district.first, 4)]
    lists.apply(lists.stage(rows, NEXT))
    (entry,) = AuditEntry.objects.filter(subject=f"organisation:{district.first.key}").order_by("-seq")[:1]
    keys = sorted(map(str, Enrolment._plain.filter(since=NEXT).values_list("person__key", flat=True)))
    detail = json.loads(entry.body)["detail"]
    assert detail["sha256"] == hashlib.sha256("\n".join(keys).encode()).hexdigest()
    assert detail["pupils"] == {"new": 1, "transferred": 1}
    assert detail["from"] == {str(district.second.key): 1}
    assert "虚构" not in entry.body


def _again(person: Person) -> Identity:
    """Whoever it is, as a list writes them."""
    assert person.name is not None
    assert person.id_number is not None
    assert person.student_number is not None
    number = person.id_number.opened()
    return Identity(
        person.name.opened(),
        id_kind=person.id_kind,
        id_number=number,
        student_number=person.student_number.opened(),
    )


def test_a_new_school_year_moves_everybody(lists: Lists, district: District) -> None:
    junior = school(district.bureau, "禾渚初级中学", type=Type.JUNIOR)
    here, other = classroom(district.first, 3), classroom(district.second, 3)
    up, over, stays = (pupil(district.first, 3, class_group=here) for _ in range(3))
    came, leaver, gone = (
        pupil(district.second, 3, class_group=other),
        pupil(district.first, 6),
        pupil(district.first),
    )
    back, left_out = pupil(district.second), pupil(district.first, 3, class_group=here)
    actions.leave(by=console(), person=gone, on=AUTUMN + timedelta(30), left_by="withdrawn")
    actions.leave(by=console(), person=back, on=AUTUMN + timedelta(30), left_by="suspended")
    rows = [
        row(_again(up), district.first, 4),
        row(_again(over), district.first, 3, 2),
        row(_again(stays), district.second, 4),
        row(_again(came), district.first, 4),
        row(_again(leaver), junior, 7),
        row(_again(gone), district.first, 4),
        row(_again(back), district.second, 4),
    ]
    shown = lists.stage(rows, NEXT)
    assert shown.refusals == ()
    assert {kind: n for kind, n in shown.plan.counts.items() if n} == {
        "admitted": 2,  # from primary to lower secondary, and one who had withdrawn
        "transferred": 2,
        "resumed": 1,
        "promoted": 1,
        "moved": 1,
        "opened": 4,
        "closed": 1,  # the one from which everybody went
        "missing": 1,
        "changed": 7,
        "schools": 3,
    }
    lists.apply(shown)
    how = {
        person: (held(person)[0].left_by, open_now(person).came_by) for person in (up, over, stays, leaver)
    }
    assert how == {
        up: ("promoted", "promoted"),
        over: ("moved", "moved"),
        stays: ("transferred", "transferred"),
        leaver: ("graduated", "admitted"),
    }
    assert [open_now(one).came_by for one in (gone, back)] == ["admitted", "resumed"]
    assert (open_now(over).grade, open_now(over).class_group.number) == (3, 2)  # type: ignore[union-attr]
    assert {row.until for person in (up, over, stays, came, leaver) for row in held(person)[:1]} == {NEXT}
    assert open_now(left_out).class_group == here  # whom a list leaves out is left alone
    assert dict(ClassGroup._plain.filter(pk__in=[here.pk, other.pk]).values_list("pk", "until")) == {
        here.pk: None,
        other.pk: NEXT,
    }


def test_the_same_rows_again_change_nothing(lists: Lists, district: District) -> None:
    rows = [row(who(), district.first, 1, 1 + n % 2) for n in range(6)]
    lists.apply(lists.stage(rows, AUTUMN))
    data = (lists.folder / lists.name).read_bytes()
    with pytest.raises(Refused, match="没有重复写入"):
        lists.again(data, AUTUMN)
    shown = lists.stage(
        [*rows[:4], rows[5]], AUTUMN + timedelta(60)
    )  # another file, another day, one left out
    assert shown.plan.steps == ()
    assert (shown.plan.counts["unchanged"], shown.plan.counts["missing"]) == (5, 1)
    entries = AuditEntry.objects.count()
    lists.apply(shown)
    assert AuditEntry.objects.count() == entries + 1  # that it was handed in and changed nothing
    assert Enrolment._plain.count() == 6


def test_every_wrong_cell_comes_back_at_once(lists: Lists, district: District) -> None:
    good = [row(who(), district.first, 1) for _ in range(9)]
    good[0][2] = str(good[0][2])[:17]
    good[0][5] = "一班"
    good[1][3] = "女" if good[1][3] == "男" else "男"
    good[2][4] = "2199999999"
    good[3][4] = "219990001"
    good[4][5] = "七年级"
    good[5][6] = 0
    good[6][0] = good[6][2] = None
    good[7][0:3] = good[8][0:3]
    good[7][3] = good[8][3]
    with pytest.raises(Faulty) as caught:
        lists.stage(good, AUTUMN)
    told = {mark.ref: mark.text.zh for mark in caught.value.marks}
    assert set(told) == {"C2", "F2", "D3", "E4", "E5", "F6", "G7", "C8", "C10"}
    assert told["C2"] == "第 2 行「身份证号」只有 17 位，应为 18 位"
    assert told["D3"].startswith("第 3 行「性别」与身份证号不一致")
    assert told["E4"].startswith("第 4 行「学校标识码」：台账里没有「2199999999」这所学校")
    assert told["E5"] == "第 5 行「学校标识码」只有 9 位，应为 10 位"
    assert told["F6"].startswith("第 6 行「年级」：「禾渚镇中心小学」不设七年级")
    assert told["C8"].startswith("第 8 行「身份证号」和学籍号至少填一个")
    assert told["C10"] == "第 10 行「身份证号」与第 9 行相同，请删去一行或改正"
    assert not Person._plain.exists()


def test_what_the_registry_cannot_follow_is_refused_at_its_cell(lists: Lists, district: District) -> None:
    elsewhere = District()
    far = pupil(elsewhere.first, 3)
    near, misnamed = pupil(district.first, 3), pupil(district.first, 3)
    named = _again(misnamed)
    rows = [
        row(who(), district.first, 3),
        row(_again(far), district.first, 4),
        row(_again(near), district.first, 3),
        row(Identity("叶虚", id_kind="resident", id_number=named.id_number), district.first, 3),
    ]
    by = holder("section-officer", district.bureau)
    shown = lists.stage(rows, AUTUMN, by)
    told = {refusal.place.rpartition("!")[2]: refusal.text.zh for refusal in shown.refusals}
    assert set(told) == {"C3", "C4", "C5"}
    assert "范围以外" in lists.stage(rows, NEXT, by).refusals[-1].text.zh
    assert "现有的学籍从 2024-09-01 起" in told["C4"]
    assert "另一个姓名" in told["C5"]
    words = "".join(told.values())
    assert named.name not in words
    assert named.id_number not in words
    with pytest.raises(Refused, match="有变动"):
        lists.apply(shown, by=by)
    assert Person._plain.count() == 3


def test_a_class_that_has_ended_is_not_opened_again(lists: Lists, district: District) -> None:
    ended = classroom(district.first, 3)
    ClassGroup._plain.filter(pk=ended.pk).update(until=AUTUMN + timedelta(10))
    with pytest.raises(Faulty, match="这个班从 2024-09-01 到 2024-09-11"):
        lists.stage([row(who(), district.first, 3)], AUTUMN + timedelta(20))


def test_a_difference_of_other_pupils_is_another_difference(lists: Lists, district: District) -> None:
    mine, other = row(who(), district.first, 1), who()
    shown = lists.stage([mine, row(other, district.first, 1)], AUTUMN)
    actions.register_pupil(
        by=console(), organisation=district.first, who=other
    )  # counted the same in another way
    assert lists.shown(shown.batch).plan.digest != shown.plan.digest
    with pytest.raises(Refused, match="有变动"):
        lists.apply(shown)
    assert not Enrolment._plain.exists()


def test_the_file_is_sealed_until_it_is_settled(lists: Lists, district: District) -> None:
    shown = lists.stage([row(who(), district.first, 1)], AUTUMN)
    data = (lists.folder / lists.name).read_bytes()
    path = importing.kept(shown.batch)
    assert data[:64] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    lies = path.read_bytes()
    path.write_bytes(lies[:-1] + bytes([lies[-1] ^ 1]))
    with pytest.raises(Exception, match="changed"):
        lists.shown(shown.batch)
    path.write_bytes(lies)
    lists.apply(shown)
    assert not path.exists()
    path.write_bytes(lies)  # a power cut between the transaction and the removal
    assert queries.settled(console(), [str(shown.batch.key)]) == [shown.batch.key]
    assert queries.settled(holder("section-officer", District().bureau), [str(shown.batch.key)]) == []
    lists.stage([row(who(), district.first, 1)], AUTUMN)
    assert not path.exists()


def test_a_list_that_bears_a_secrecy_grade_is_refused_and_not_kept(lists: Lists, district: District) -> None:
    rows = [row(who(), district.first, 1)]
    lists.name = "【机密】名单.xlsx"
    with pytest.raises(Refused, match="机密"):
        lists.stage(rows, AUTUMN)
    assert not ImportBatch._plain.exists()
    lists.name = "名单.xlsx"
    lists.stage(rows, AUTUMN)  # the control: the same rows under a plain name
    assert ImportBatch._plain.count() == 1


def test_a_row_more_costs_no_query_more(lists: Lists, district: District) -> None:
    asked = []
    for count in (5, 50):
        shown = lists.stage([row(who(), district.first, 1) for _ in range(count)], AUTUMN)
        with CaptureQueriesContext(
            connection,
        ) as found:
            lists.apply(shown)
        asked.append(len(found))
    assert asked[0] == asked[1] + 1  # the first opens the class


def test_who_may_not_write_people_imports_none(lists: Lists, district: District) -> None:
    rows = [row(who(), district.first, 1)]
    other = District()
    with pytest.raises(Refused):
        lists.stage(rows, AUTUMN, holder("principal", district.first))
    lists.bureau = other.bureau
    with pytest.raises(Faulty, match="不归这个教育行政部门"):
        lists.stage(rows, AUTUMN)


def test_a_day_in_the_second_half_is_of_the_school_year_that_began(lists: Lists, district: District) -> None:
    lists.apply(lists.stage([row(who(), district.first, 1)], date(2025, 3, 1)))
    assert ClassGroup._plain.get().school_year == 2024


def test_the_blank_that_the_command_writes_is_taken_when_it_is_filled(
    lists: Lists, district: District, tmp_path: Path
) -> None:
    form = RULES.get(Form, importing.PUPIL_FORM, AUTUMN, PLACE)
    path = tmp_path / "空白.xlsx"
    write_form(form, RULES.get(Fact, form.fact, AUTUMN, PLACE), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    one = row(who(), district.first, 1)
    told = dict(zip(HEADS, one, strict=True)) | {"证件类型": "居民身份证"}
    heads = [str(cell.value) for cell in sheet[1]]
    sheet.append([told[head] for head in heads])
    book.save(path)
    shown = lists.again(path.read_bytes(), AUTUMN)
    assert (shown.plan.counts["new"], shown.unknown) == (1, ())
