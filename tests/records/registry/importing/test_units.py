"""A list of schools: staged, shown as a difference, applied whole and once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import queries
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import BatchState, Event, ImportBatch, Organisation, Particulars
from tests.records.registry.district import DAY, District, console, holder, school
from tests.records.registry.importing.lists import Lists

HEADS = ("学校标识码", "学校名称", "办学类型", "所在乡镇（街道）", "办别", "举办者")


def rows_of(district: District) -> list[list[object]]:
    """The list as the registry would write it itself."""
    return [
        [row.code, row.name, "小学", row.town, "公办", "教育部门"]
        for row in queries.organisations(console(), DAY).rows
    ]


class Files(Lists):
    """Lists of institutions."""

    def stage(self, rows: list[list[object]], on: date = DAY, by: Acting | None = None) -> Shown:
        return super().stage(rows, on, by)


@pytest.fixture
def files(district: District, tmp_path: Path, reader: Reader) -> Files:
    return Files(district.bureau, tmp_path, reader, HEADS, "机构.xlsx")


def test_a_list_that_says_what_is_known_changes_nothing(files: Files, district: District) -> None:
    shown = files.stage(rows_of(district))
    assert shown.plan.counts == {"new": 0, "changed": 0, "unchanged": 2, "missing": 0}
    assert shown.plan.steps == ()


def test_a_difference_is_shown_and_then_done(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[0][1] = "禾渚镇新名小学"
    rows[1] = ["2199900001", "青舫小学", "小学", "禾渚镇", "民办", "民办"]
    shown = files.stage(rows)
    assert shown.plan.counts == {"new": 1, "changed": 1, "unchanged": 0, "missing": 1}
    told = {step.name: {(f.title.zh, f.was, f.will_be) for f in step.fields} for step in shown.plan.steps}
    assert told["禾渚镇中心小学"] == {("名称", "禾渚镇中心小学", "禾渚镇新名小学")}
    assert ("办别", "—", "民办") in told["青舫小学"]
    assert shown.plan.missing == ("石觅云根小学",)
    assert shown.refusals == ()
    assert not Particulars._plain.filter(name="青舫小学").exists()  # a rehearsal leaves nothing
    files.apply(shown)
    found = {row.name: row for row in queries.organisations(console(), DAY).rows}
    assert set(found) == {"禾渚镇新名小学", "石觅云根小学", "青舫小学"}
    assert (found["青舫小学"].town, found["青舫小学"].ownership) == ("禾渚镇", "private")
    again = files.stage(rows_of(district)[:2])
    assert again.plan.counts["changed"] == 0


def test_the_same_file_twice_changes_nothing_and_says_so(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[0][1] = "禾渚镇新名小学"
    first = files.stage(rows)
    data = (files.folder / "机构.xlsx").read_bytes()
    second = files.again(data, DAY)
    files.apply(first)
    events = Event._plain.count()
    with pytest.raises(Refused, match="没有重复写入"):
        files.apply(second)
    with pytest.raises(Refused, match="没有再次写入"):
        files.apply(first)
    with pytest.raises(Refused, match="没有重复写入"):
        files.again(data, DAY)
    assert Event._plain.count() == events


def test_a_difference_that_is_no_longer_what_was_shown_is_not_taken(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[0][1] = "禾渚镇新名小学"
    shown = files.stage(rows)
    school(district.bureau, "青舫小学", code="2199900001", town=district.town)
    rename: list[list[object]] = [*rows, ["2199900001", "青舫镇小学", "小学", "禾渚镇", "公办", "教育部门"]]
    other = files.stage(rename)
    with pytest.raises(Refused, match="有变动"):
        files.apply(shown, digest=other.plan.digest)
    assert not Particulars._plain.filter(name="禾渚镇新名小学").exists()


def test_one_row_that_the_registry_refuses_keeps_the_whole_file_out(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[0][1] = "禾渚镇新名小学"
    rows.append(["3199900001", "青舫小学", "小学", "禾渚镇", "公办", "教育部门"])  # a junior school's code
    shown = files.stage(rows)
    ((place, text),) = shown.refusals
    assert place.endswith("A4")
    assert "21 开头" in text.zh
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused, match="A4：标识码"):
        files.apply(shown)
    assert not Particulars._plain.filter(name="禾渚镇新名小学").exists()
    assert AuditEntry.objects.count() == entries
    shown.batch.refresh_from_db()
    assert shown.batch.state == BatchState.STAGED


def test_faulty_cells_send_the_file_back_with_each_of_them(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[0][2], rows[1][0] = "学校", rows[0][0]
    with pytest.raises(Faulty) as caught:
        files.stage(rows)
    assert [mark.ref for mark in caught.value.marks] == ["C2", "A3"]
    assert not ImportBatch._plain.exists()


def test_a_town_that_is_not_registered_is_named_with_its_cell(files: Files, district: District) -> None:
    rows = rows_of(district)
    rows[1][3] = "无此镇"
    rows[0][2] = "学校"
    with pytest.raises(Faulty, match="C2") as caught:
        files.stage(rows)
    told = {mark.ref: mark.text.zh for mark in caught.value.marks}
    assert told["D3"].startswith("台账里没有「无此镇」")
    assert set(told) == {"C2", "D3"}


def test_a_list_without_a_column_that_the_form_requires_says_which(files: Files, district: District) -> None:
    rows = [[*row[:2], row[3]] for row in rows_of(district)]
    files.heads = (*HEADS[:2], HEADS[3])
    with pytest.raises(Faulty, match="缺「办学类型」这一列"):
        files.stage(rows)


def test_discarded_is_gone(files: Files, district: District) -> None:
    shown = files.stage(rows_of(district))
    lies = importing.kept(shown.batch).read_bytes()
    assert (files.folder / "机构.xlsx").read_bytes() not in lies
    assert b"PK" not in lies[:4]
    importing.discard(console(), batch=shown.batch)
    assert not importing.kept(shown.batch).exists()
    with pytest.raises(Refused, match="已放弃"):
        files.apply(shown)


def test_who_may_not_import_does_not(files: Files, district: District) -> None:
    with pytest.raises(NotPermitted):
        files.stage(rows_of(district), by=holder("principal", district.first))
    with pytest.raises(Missing):
        files.stage(rows_of(district), by=holder("section-officer", other_bureau()))


def other_bureau() -> Organisation:
    return District().bureau
