"""A person is erased: what goes, what stays, who may, and what is refused."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from meihao.base.text import Refused
from meihao.records.accounts import audit, keys, residue
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Organisation, Person
from meihao.records.registry.people import actions, actions_erase, actions_staff, queries, queries_person
from meihao.records.registry.people.actions_erase import Erased, erase
from meihao.records.registry.people.bulk import PupilRow, enrol_many
from meihao.records.registry.people.erased import ERASE
from meihao.records.registry.people.identity import Identity
from tests.records.registry.district import DAY, District, console, holder
from tests.records.registry.people.school import AUTUMN, held, identity_number, pupil, who

GONE = date(2025, 7, 1)
BASIS = "监护人申请，澄教函〔2025〕3号（虚构）"
NUMBER = identity_number(71)
WHO = Identity("金丝雀", id_kind="resident", id_number=NUMBER, student_number=f"G{NUMBER}")
EMPTY: dict[str, object] = dict.fromkeys(actions_erase._EMPTIED) | {"id_kind": ""}


@pytest.fixture
def district(db: None) -> District:
    return District()


@pytest.fixture
def gone(district: District) -> Person:
    """A pupil who has left."""
    someone = pupil(district.first, identity=WHO)
    actions.leave(by=console(), person=someone, on=GONE, left_by="withdrawn")
    return someone


def erased(person: Person, by: Acting | None = None) -> Person:
    return erase(by=by or console(), person=person, on=DAY, basis=BASIS)


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_says_who_it_was_goes_and_the_rest_stays(district: District, gone: Person) -> None:
    before = queries.headcounts(console(), district.first, AUTUMN)
    rows = [(row.since, row.until, row.grade, row.left_by) for row in held(gone)]
    entries = AuditEntry.objects.count()
    erased(gone)
    found = Person._plain.get()
    assert {field: getattr(found, field) for field in EMPTY} == EMPTY
    assert (found.key, found.sex) == (gone.key, gone.sex)
    assert (found.erased_on, found.erased_basis) == (DAY, BASIS)
    assert [(row.since, row.until, row.grade, row.left_by) for row in held(found)] == rows
    assert queries.headcounts(console(), district.first, AUTUMN) == before
    assert sum(one.total for one in before) == 1
    entry = AuditEntry.objects.get(seq=entries + 1)
    assert (entry.action, entry.subject) == (ERASE, f"person:{gone.key}")
    assert entry.organisation == str(district.first.key)
    assert BASIS in entry.body
    assert list(audit.verify()) == []


def test_whoever_comes_again_is_a_new_person(district: District, gone: Person) -> None:
    erased(gone)
    assert queries_person.find(console(), NUMBER) is None
    again = actions.register(by=console(), organisation=district.second, who=WHO)
    assert again.key != gone.key
    assert queries_person.find(console(), NUMBER) == again.key
    assert Person._plain.count() == 2


def test_without_erasing_it_is_the_same_person(district: District, gone: Person) -> None:
    """The control."""
    again = actions.register(by=console(), organisation=district.second, who=WHO)
    assert again.key == gone.key


def test_a_roll_makes_a_new_person_too(district: District, gone: Person) -> None:
    erased(gone)
    enrol_many(by=console(), organisation=district.second, rows=[PupilRow(WHO, 3)], on=DAY)
    assert Person._plain.exclude(pk=gone.pk).get().name is not None


def test_nothing_more_is_written_about_them(district: District, gone: Person) -> None:
    erased(gone)
    at: Any = {"by": console(), "person": gone, "organisation": district.first}
    for write in (
        lambda: actions.enrol(**at, grade=3, on=DAY),
        lambda: actions.leave(by=console(), person=gone, on=DAY, left_by="other"),
        lambda: actions_staff.appoint(**at, kind="teacher", on=DAY),
        lambda: actions_staff.employ(**at, kind="established", on=DAY),
        lambda: actions_staff.end_employment(by=console(), person=gone, on=DAY),
        lambda: erased(gone),
    ):
        with pytest.raises(Refused, match="已按规定删除"):
            write()
    assert len(held(gone)) == 1


def test_card_and_reveal_say_so_and_never_fail(district: District, gone: Person) -> None:
    principal = holder("principal", district.first)
    assert queries_person.person(principal, gone.key, AUTUMN).revealable  # the control
    assert queries_person.person(principal, gone.key, AUTUMN).erased_on is None
    erased(gone)
    card = queries_person.person(principal, gone.key, AUTUMN)
    assert (card.erased_on, card.erased_basis, card.birth) == (DAY, BASIS, "")
    assert not card.revealable
    assert len(card.stays) == 1
    asks = Acting(principal.user, principal.at, purpose="核对学籍信息")
    with pytest.raises(Refused, match=rf"已按规定删除（{DAY}）"):
        queries_person.reveal(asks, gone.key)
    lines = queries.pupils(principal, district.first, AUTUMN)
    assert [line.key for line in lines.rows] == [gone.key]
    client = opened(principal)
    for answer in (
        client.get(f"/registry/people/{gone.key}"),
        client.post(f"/registry/people/{gone.key}/reveal", {"purpose": "核对学籍信息"}),
    ):
        assert f"已按规定删除（{DAY}）" in answer.content.decode()
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize("what", ["enrolled", "post", "employment", "later"])
def test_who_is_still_here_is_not_erased(district: District, what: str) -> None:
    first, by = district.first, console()
    someone = pupil(first) if what in ("enrolled", "later") else None
    if someone is None:
        someone = actions.register(by=by, organisation=first, who=who())
    at: Any = {"by": by, "person": someone, "organisation": first, "on": AUTUMN}
    if what == "post":
        actions_staff.appoint(**at, kind="teacher")
    if what == "employment":
        actions_staff.employ(**at, kind="established")
    if what == "later":  # it ends, and not yet
        actions.leave(by=by, person=someone, on=date(2025, 12, 1), left_by="other")
    with pytest.raises(Refused, match="请先登记离校"):
        erased(someone)
    assert Person._plain.get().name is not None


@pytest.mark.parametrize("on", [date(2025, 6, 30), date(2025, 10, 21)])
def test_the_day_lies_after_the_last_row_and_not_ahead(gone: Person, on: date) -> None:
    with pytest.raises(Refused, match="请核对日期"):
        erase(by=console(), person=gone, on=on, basis=BASIS)
    assert Person._plain.get().erased_on is None


@pytest.mark.parametrize("basis", ["", "  ", "长" * 201])
def test_it_needs_a_basis(gone: Person, basis: str) -> None:
    with pytest.raises(Refused, match="删除依据"):
        erase(by=console(), person=gone, on=DAY, basis=basis)


@pytest.mark.parametrize("basis", ["金丝雀家长申请", "金 丝雀申请", f"注销 {NUMBER}", f"G{NUMBER}"])
def test_the_basis_names_nobody(gone: Person, basis: str) -> None:
    with pytest.raises(Refused, match="不要写姓名或号码"):
        erase(by=console(), person=gone, on=DAY, basis=basis)
    assert not AuditEntry.objects.filter(action=ERASE).exists()


def test_one_whose_key_is_lost_can_be_erased(
    gone: Person, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEYS = tmp_path
    keys._read.cache_clear()
    erased(gone)
    assert Person._plain.get().name is None


def test_all_or_nothing_with_its_entry(gone: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="trail"):
        erased(gone)
    assert Person._plain.get().name is not None


# --- who may


@pytest.mark.parametrize("role", ["principal", "clerk", "personnel", "bureau-head", "inspector"])
def test_other_roles_may_not(district: District, gone: Person, role: str) -> None:
    by = holder(role, district.first if role in ("principal", "clerk") else district.bureau)
    with pytest.raises(NotPermitted):
        erased(gone, by)
    with pytest.raises(NotPermitted):
        actions_erase.person_to_erase(by, gone.key)


def test_the_section_of_another_bureau_does_not_see_them(district: District, gone: Person) -> None:
    elsewhere = holder("section-officer", other_bureau())
    with pytest.raises(Missing):
        erased(gone, elsewhere)
    with pytest.raises(Missing):
        actions_erase.person_to_erase(elsewhere, gone.key)
    erased(gone, holder("section-officer", district.bureau))  # the control
    assert Person._plain.get().name is None


def other_bureau() -> Organisation:
    return Organisation._plain.create(kind="authority", key=uuid4())


def test_one_who_was_nowhere_is_the_console_s(district: District) -> None:
    someone = actions.register(by=console(), organisation=district.first, who=who())
    with pytest.raises(Missing):
        erased(someone, holder("section-officer", district.bureau))
    erased(someone)
    assert Person._plain.get().erased_on == DAY


# --- what always holds of the row


def test_only_an_erased_row_is_empty_and_an_erased_row_is_wholly_so(gone: Person) -> None:
    def refused(**change: object) -> bool:
        try:
            with transaction.atomic():
                Person._plain.filter(pk=gone.pk).update(**change)
        except IntegrityError:
            return True
        return False

    nameless = {"name": None, "name_blind": None}
    number = {"id_kind": "", "id_number": None, "id_number_blind": None}
    student = {"student_number": None, "student_number_blind": None}
    marked = {"erased_on": DAY, "erased_basis": BASIS}
    whole: dict[str, Any] = nameless | number | student | {"birth_year_month": None} | marked
    assert refused(**nameless)
    assert refused(**marked)
    for part in ("name", "id_number", "student_number", "birth_year_month", "erased_on", "erased_basis"):
        left = {
            field for field in whole if field.startswith(part) or (part == "id_number" and field == "id_kind")
        }
        assert refused(**{field: value for field, value in whole.items() if field not in left}), part
    assert not refused(**whole)


# --- the page and the command


def test_the_page_erases(district: District, gone: Person) -> None:
    client = opened(holder("section-officer", district.bureau))
    address = f"/registry/people/{gone.key}/erase"
    assert address not in client.get(f"/registry/people/{gone.key}?as_of=2025-08-01").content.decode()
    client.get("/?as_of=")
    assert address in client.get(f"/registry/people/{gone.key}").content.decode()
    assert client.get(address).status_code == 200
    wanted = {"on": str(GONE), "basis": BASIS, "sure": "on"}
    for wrong in ({"sure": ""}, {"basis": ""}, {"basis": "金丝雀"}, {"on": "2024-09-01"}):
        answer = client.post(address, wanted | wrong)
        assert answer.status_code == 422, wrong
        assert Person._plain.get().name is not None
    answer = client.post(address, wanted, follow=True)
    assert f"已按规定删除（{GONE}）" in answer.content.decode()
    assert address not in answer.content.decode()
    assert Person._plain.get().name is None
    assert client.post(address, wanted).status_code == client.get(address).status_code == 302


def test_the_page_is_offered_to_nobody_else(district: District, gone: Person) -> None:
    client = opened(holder("principal", district.first))
    assert "/erase" not in client.get(f"/registry/people/{gone.key}").content.decode()
    assert client.get(f"/registry/people/{gone.key}/erase").status_code == 403
    assert (
        opened(holder("section-officer", district.bureau))
        .get(f"/registry/people/{uuid4()}/erase")
        .status_code
        == 404
    )


def test_the_page_is_not_offered_while_somebody_is_here(district: District) -> None:
    someone = pupil(district.first)
    client = opened(holder("section-officer", district.bureau))
    assert "/erase" not in client.get(f"/registry/people/{someone.key}").content.decode()


@pytest.fixture
def cleared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A test runs in a transaction, where no file is written anew."""
    calls: list[bool] = []
    monkeypatch.setattr(residue, "clear", lambda: calls.append(True))
    return calls


def said(*given: object, **options: object) -> str:
    out = StringIO()
    call_command("erase", *given, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_erases_and_clears(gone: Person, cleared: list[bool]) -> None:
    assert gone.short in said(str(gone.key), basis=BASIS, on=DAY)
    assert Person._plain.get().name is None
    assert cleared == [True]
    said(clear=True)
    assert cleared == [True, True]
    for given in ((), (str(gone.key),), (str(uuid4()),)):
        with pytest.raises(CommandError):
            said(*given, basis=BASIS)


def test_a_restored_backup_is_erased_again(
    district: District, gone: Person, cleared: list[bool], tmp_path: Path
) -> None:
    here, restored = pupil(district.first), transaction.savepoint()
    erased(gone)
    kept = tmp_path / "erased.txt"
    kept.write_text(
        said(list=True) + f"{here.key} 2025-10-01 {BASIS}\n{uuid4()} 2025-10-01 {BASIS}\n", "utf-8"
    )
    assert Erased.read(kept.read_text("utf-8").splitlines()[0]) == Erased(gone.key, DAY, BASIS)
    transaction.savepoint_rollback(restored)
    assert Person._plain.get(pk=gone.pk).name is not None
    told = said(again=kept)
    assert "重新删除 1 人" in told
    assert f"{here.key}：这个人还有在籍" in told
    assert Person._plain.get(pk=gone.pk).name is None
    assert "重新删除 0 人" in said(again=kept)
    kept.write_text("不是清单\n", "utf-8")
    with pytest.raises(CommandError, match=r"erased\.txt:1"):
        said(again=kept)
