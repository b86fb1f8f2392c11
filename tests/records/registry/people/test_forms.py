"""The forms that write people's rows: sent twice and written once, refused in words, said again to nobody."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from meihao.records.accounts.models import AuditEntry, Submission
from meihao.records.registry.models import ClassGroup, Employment, Enrolment, Person, Post
from meihao.records.registry.people import actions_staff
from meihao.records.registry.people.offers import OF_CLASS, OF_PERSON, OF_PLACES, OF_UNIT
from tests.records.registry.district import console, holder
from tests.records.registry.people.form_cases import (
    CASES,
    NAME,
    NEXT,
    NUMBER,
    Case,
    School,
    filled,
    main,
    opened,
    text,
)
from tests.records.registry.people.school import AUTUMN, classroom, held, pupil, who
from tests.records.registry.people.test_people_canary import dumped

TABLES: tuple[Any, ...] = tuple({model for case in CASES.values() for model in case.writes})
EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def school(db: None) -> School:
    return School()


def counts() -> dict[Any, int]:
    return {table: table._plain.count() for table in TABLES}


def ended() -> dict[Any, int]:
    models: tuple[Any, ...] = (ClassGroup, Enrolment, Post, Employment)
    return {model: model._plain.filter(until__isnull=False).count() for model in models}


def test_every_form_has_a_case() -> None:
    assert set(CASES) == {*OF_UNIT, *OF_PERSON, *OF_CLASS, *OF_PLACES, "open"}


@EVERY
def test_a_form_writes_once_however_often_it_is_sent(school: School, case: Case) -> None:
    client, address = school.officer(), case.address(school)
    page = client.get(address)
    assert page.status_code == 200
    drawn = re.search(r'name="key" value="([^"]+)"', text(page))
    assert drawn is not None
    before, over, entries = counts(), ended(), AuditEntry.objects.count()
    sent = filled(case, school, key=drawn[1])
    answer = client.post(address, sent)
    assert answer.status_code == 302, main(answer)
    assert answer["Location"] == case.lands(school)
    assert counts() == {table: before[table] + case.writes.get(table, 0) for table in TABLES}
    if case.ends is not None:
        assert ended()[case.ends] == over[case.ends] + 1
    assert AuditEntry.objects.count() == entries + case.entries
    assert "起生效" in main(client.get(answer["Location"]))

    after, over = counts(), ended()
    again = client.post(address, sent)
    assert (again.status_code, again["Location"]) == (302, answer["Location"]), main(again)
    assert "已提交过，未重复写入" in main(client.get(again["Location"]))
    other = client.post(address, {**sent, "on": "2025-03-03"})
    assert other.status_code == 422
    assert "已经提交过另一项内容" in main(other)
    assert (counts(), ended()) == (after, over)
    assert AuditEntry.objects.count() == entries + case.entries
    assert Submission.objects.count() == 1


@EVERY
def test_the_same_form_with_another_key_is_another_wish(school: School, case: Case) -> None:
    """The control: what keeps it to one is the key; where nothing else forbids it, it is written again."""
    client, address = school.officer(), case.address(school)
    for _ in range(2):
        answer = client.post(address, filled(case, school))
        assert answer.status_code in {302, 422}
        assert "未重复写入" not in text(client.get(case.lands(school)))
    assert Submission.objects.count() == (2 if answer.status_code == 302 else 1)


@EVERY
def test_what_is_refused_is_said_at_the_form_and_nothing_typed_is_lost(school: School, case: Case) -> None:
    client, (wrong, says) = school.officer(), case.wrong
    before, over, entries = counts(), ended(), AuditEntry.objects.count()
    sent = filled(case, school, **wrong)
    answer = client.post(case.address(school), sent)
    assert answer.status_code == 422
    page = html.unescape(main(answer))
    assert says in page
    for name, value in sent.items():
        field = re.search(rf'<(input|select)[^>]*name="{name}".*?(?=<(input|select)|$)', page, re.DOTALL)
        assert field is not None, name
        assert not value or value in field[0] or "checked" in field[0], name
        if field[1] == "select" and value:
            assert re.search(rf'value="{value}" selected', field[0]), name
    assert (counts(), ended(), AuditEntry.objects.count()) == (before, over, entries)
    assert Submission.objects.count() == 0
    mended = client.post(
        case.address(school),
        {**sent, **filled(case, school, key=sent["key"])} | _without(wrong, case, school),
    )
    assert mended.status_code == 302


def _without(wrong: dict[str, str], case: Case, school: School) -> dict[str, str]:
    return {name: case.filled(school).get(name, "") for name in wrong}


@EVERY
def test_a_form_that_lacks_something_says_which(school: School, case: Case) -> None:
    answer = school.officer().post(case.address(school), {"key": str(uuid4())})
    assert answer.status_code == 422
    assert main(answer).count("这个字段是必填项") >= 1


@EVERY
def test_it_is_for_whoever_may_write_and_for_their_own_units(school: School, case: Case) -> None:
    address, sent = case.address(school), filled(case, school)
    before, over = counts(), ended()
    for client, status in (
        (opened(holder("research", school.district.bureau)), 403),
        (opened(holder("inspector", school.district.bureau)), 403),
        (opened(holder("teacher", school.unit)), 403),
        (opened(holder("clerk", school.district.second)), 404),
        (opened(holder("principal", school.district.second)), 404),
    ):
        assert client.get(address).status_code == status
        assert client.post(address, sent).status_code == status
    assert Client().post(address, sent).status_code == 302  # to sign in
    assert (counts(), ended()) == (before, over)
    assert school.clerk().get(address).status_code == 200  # the control
    other = address.rsplit("/", 1)[0] + "/no-such"
    assert school.clerk().get(other).status_code == 404


def pages(school: School) -> dict[str, list[str]]:
    """Pages that offer to write, and what a clerk of the school is offered there."""
    base = f"/registry/organisations/{school.unit.key}"
    record = f"{base}/people/record"
    third, empty, sixth = (
        f"/registry/classes/{one.key}" for one in (school.third, school.empty, school.sixth)
    )
    of_pupil, of_teacher = (f"/registry/people/{one.key}" for one in (school.pupil, school.teacher))
    admission = f"{record}/pupil?place="
    return {
        f"{base}/people": [f"{record}/pupil", f"{base}/classes/open", f"{record}/staff"],
        f"{base}/places": [f"{base}/places/{what}" for what in ("establishment", "places", "site")],
        third: [f"{admission}{school.third.key}", f"{third}/record/promote", f"{third}/record/close"],
        empty: [f"{admission}{school.empty.key}", f"{empty}/record/promote", f"{empty}/record/close"],
        sixth: [f"{admission}{school.sixth.key}", f"{sixth}/record/graduate", f"{sixth}/record/close"],
        of_pupil: [f"{of_pupil}/record/leave"],
        of_teacher: [f"{of_teacher}/record/end-post", f"{of_teacher}/record/end-employment"],
    }


def offered(answer: Any) -> list[str]:
    found = re.findall(r'href="([^"]+)"', main(answer))
    return [html.unescape(one) for one in found if re.search(r"/record/|/classes/open|/places/", one)]


def test_a_page_offers_what_whoever_looks_at_it_may_write(school: School) -> None:
    client = school.clerk()
    for page, offers in pages(school).items():
        assert offered(client.get(page)) == offers, page
        assert [client.get(one).status_code for one in offers] == [200] * len(offers)
    officer = school.officer()
    card = f"/registry/people/{school.pupil.key}"
    assert f"{card}/record/transfer" in offered(officer.get(card))  # who has two schools may move a pupil
    reader = opened(holder("research", school.district.bureau))
    for page in (f"/registry/organisations/{school.unit.key}/{one}" for one in ("people", "places")):
        assert reader.get(page).status_code == 200
        assert offered(reader.get(page)) == []


def test_a_past_day_offers_nothing_and_a_form_bears_its_own_day(school: School) -> None:
    client = school.clerk()
    for page in pages(school):
        assert offered(client.get(f"{page}?as_of=2025-01-15")) == [], page
    case = CASES["leave"]
    assert client.post(case.address(school), filled(case, school)).status_code == 302
    client.get(f"/registry/organisations/{school.unit.key}/people?as_of={localdate()}")
    assert offered(client.get(case.lands(school))) == []  # they left: nothing more can be written of them


def test_a_bureau_has_staff_and_no_pupils(school: School) -> None:
    page = f"/registry/organisations/{school.district.bureau.key}"
    assert offered(school.officer().get(f"{page}/people")) == [f"{page}/people/record/staff"]
    assert offered(school.officer().get(f"{page}/places")) == [
        f"{page}/places/establishment",
        f"{page}/places/site",
    ]


def test_a_class_that_ended_offers_nothing(school: School) -> None:
    client, case = school.clerk(), CASES["promote"]
    client.post(case.address(school), filled(case, school))
    page = client.get(f"/registry/classes/{school.third.key}")
    assert offered(page) == []
    assert f"{AUTUMN} 开班，{NEXT} 结束" in main(page)


def test_who_was_registered_is_said_again_nowhere(school: School) -> None:
    client, case = school.clerk(), CASES["pupil"]
    address, sent = case.address(school), filled(case, school)
    refused = client.post(address, {**sent, "on": "2005-01-01"})
    assert NAME in text(refused)  # what was typed, at the form
    assert "no-store" in refused["Cache-Control"]
    answers = [client.post(address, sent), client.post(address, sent)]
    answers += [client.get(answers[0]["Location"]), client.get(address)]
    shown = "".join(text(answer) + str(answer.headers) for answer in answers)
    trail = "".join(entry.body for entry in AuditEntry.objects.all())
    for secret in (NAME, NUMBER, NUMBER[6:17]):
        assert secret not in shown
        assert secret not in trail
        assert secret.encode() not in dumped()
    assert Person._plain.latest("pk").name.opened() == NAME


def test_a_known_pupil_is_found_and_a_second_enrolment_leaves_nothing(school: School) -> None:
    identity = who("苏再虚")
    pupil(school.district.second, identity=identity)
    case, before = CASES["pupil"], counts()
    sent = filled(case, school, name=identity.name, id_number=identity.id_number, student_number="")
    answer = school.clerk().post(case.address(school), sent)
    assert answer.status_code == 422
    assert "现有学籍，不能再入学" in text(answer)
    assert counts() == before


def test_a_pupil_may_be_in_no_class_yet_and_bear_no_number(school: School) -> None:
    case = CASES["pupil"]
    more = {"place": "3", "id_number": "", "student_number": "", "sex": "2", "birth": "2015-09"}
    answer = school.clerk().post(case.address(school), filled(case, school, **more))
    assert answer.status_code == 302
    person = Person._plain.latest("pk")
    assert (person.sex, person.birth_year_month, person.id_kind) == ("2", "2015-09", "")
    (row,) = held(person)
    assert (row.grade, row.class_group, row.came_by) == (3, None, "admitted")


def test_a_class_of_another_school_cannot_be_chosen(school: School) -> None:
    elsewhere = classroom(school.district.second, 3, 1)
    case = CASES["pupil"]
    answer = school.officer().post(case.address(school), filled(case, school, place=str(elsewhere.key)))
    assert answer.status_code == 422
    assert counts()[Enrolment] == 2


def test_a_pupil_changes_school_into_a_class(school: School) -> None:
    into, case = classroom(school.district.second, 4, 2), CASES["transfer"]
    sent = filled(case, school, grade="4", number="2")
    assert school.officer().post(case.address(school), sent).status_code == 302
    left, row = held(school.pupil)
    assert (left.left_by, left.until) == ("transferred", date(2025, 2, 10))
    assert (row.class_group, row.grade, row.came_by) == (into, 4, "transferred")
    refused = filled(case, school, to=str(school.district.second.key), grade="4")
    answer = school.officer().post(case.address(school), refused)
    assert answer.status_code == 422
    assert "就是现在的学校" in text(answer)


def test_who_is_employed_out_of_scope_gets_no_second_employment(school: School) -> None:
    identity, case, second = who("叶再虚", "19810101"), CASES["staff"], school.district.second
    other = CASES["staff"]
    sent = filled(other, school, name=identity.name, id_number=identity.id_number)
    assert (
        opened(holder("clerk", second))
        .post(f"/registry/organisations/{second.key}/people/record/staff", sent)
        .status_code
        == 302
    )
    before = counts()
    sent = filled(case, school, name=identity.name, id_number=identity.id_number)
    answer = school.clerk().post(case.address(school), sent)
    assert answer.status_code == 422
    assert "范围以外的单位聘用" in text(answer)
    assert counts() == before
    again = school.clerk().post(case.address(school), {**sent, "employment": ""})
    assert again.status_code == 302
    assert counts()[Post] == before[Post] + 1
    assert counts()[Person] == before[Person]


def test_a_post_that_ended_is_not_offered_and_the_form_that_ended_it_is_known_again(school: School) -> None:
    actions_staff.appoint(
        by=console(), person=school.teacher, organisation=school.unit, kind="administrative", on=AUTUMN
    )
    client, case = school.clerk(), CASES["end-post"]
    assert main(client.get(case.address(school))).count("<option") == 2
    client.post(case.address(school), filled(case, school))
    page = main(client.get(case.address(school)))
    assert page.count("<option") == 1
    assert "行政人员" in page
    assert "数学" not in page


def test_numbers_too_large_for_a_column_are_refused(school: School) -> None:
    for what, name in (
        ("establishment", "posts"),
        ("places", "number"),
        ("open", "number"),
        ("promote", "number"),
    ):
        case = CASES[what]
        answer = school.officer().post(case.address(school), filled(case, school, **{name: "9" * 30}))
        assert answer.status_code == 422, what
        answer = school.officer().post(case.address(school), filled(case, school, **{name: "-1"}))
        assert answer.status_code == 422, what


def test_a_form_from_elsewhere_writes_nothing(school: School) -> None:
    by = holder("clerk", school.unit)
    assert by.user is not None
    client, case, before = Client(enforce_csrf_checks=True), CASES["pupil"], counts()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(case.address(school), filled(case, school))
    assert answer.status_code == 403
    assert NAME not in text(answer)
    assert counts() == before


def test_pages_that_offer_cost_the_same_at_5_and_at_50_rows(school: School) -> None:
    client = school.officer()

    def costs() -> list[int]:
        found = []
        for page in [*pages(school), CASES["pupil"].address(school), CASES["promote"].address(school)]:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    def more(n: int) -> None:
        for _ in range(n):
            pupil(school.unit, class_group=school.third)
            classroom(school.unit, 5, ClassGroup._plain.count())

    more(5)
    costs()
    few = costs()
    more(45)
    costs()  # what waits is counted anew after a change
    assert costs() == few


@EVERY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_speaks_one_language_whole(school: School, case: Case, language: str) -> None:
    client = school.officer()
    client.cookies["django_language"] = language
    named = re.compile(r"禾渚镇中心小学|石觅云根小学|澄砚区教育局|数学")
    wrong = filled(case, school, **case.wrong[0])
    for answer in (
        client.get(case.address(school)),
        client.post(case.address(school), {"key": str(uuid4())}),
        client.post(case.address(school), wrong),
    ):
        page = html.unescape(main(answer))
        for typed in wrong.values():
            page = page.replace(typed, "") if HAN.search(typed) else page
        if language == "en":
            assert HAN.findall(named.sub("", page)) == []
            continue
        labels = re.findall(r"<label[^>]*>(.*?)</label>|<option[^>]*>(.*?)</option>", page, re.DOTALL)
        assert labels
        assert [one for one in labels if not HAN.search("".join(one))] == []
