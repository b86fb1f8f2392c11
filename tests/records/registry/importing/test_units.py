"""A list of schools: staged, shown as a difference, applied whole and once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import queries
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import BatchState, Event, ImportBatch, Organisation, Particulars
from tests.records.registry.district import DAY, District, console, holder, school

HEADS = ("学校标识码", "学校名称", "办学类型", "所在乡镇（街道）", "办别", "举办者")
RULES = Rulebook.load()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def district(db: None) -> District:
    return District()


def rows_of(district: District) -> list[list[object]]:
    """The list as the registry would write it itself."""
    return [
        [row.code, row.name, "小学", row.town, "公办", "教育部门"]
        for row in queries.organisations(console(), DAY).rows
    ]


def written(path: Path, rows: list[list[object]], heads: tuple[str, ...] = HEADS) -> Path:
    book = Book()
    for row in (heads, *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


class Files:
    """Hands files in for one authority."""

    def __init__(self, district: District, folder: Path, reader: Reader) -> None:
        self.bureau, self.folder, self.reader = district.bureau, folder, reader

    def stage(self, rows: list[list[object]], by: object = None, on: date = DAY) -> Shown:
        return self.again(written(self.folder / "机构.xlsx", rows), by, on)

    def again(self, path: Path, by: object = None, on: date = DAY) -> Shown:
        """The very same bytes: a workbook written anew bears another time."""
        return importing.stage(
            by or console(),  # type: ignore[arg-type]
            organisation=self.bureau,
            path=path,
            file_name="机构.xlsx",
            on=on,
            place="990106",
            rulebook=RULES,
            reader=self.reader,
        )

    def apply(self, shown: Shown, digest: str | None = None) -> ImportBatch:
        return importing.apply(
            console(),
            batch=shown.batch,
            digest=shown.plan.digest if digest is None else digest,
            place="990106",
            rulebook=RULES,
            reader=self.reader,
        )


@pytest.fixture
def files(district: District, tmp_path: Path, reader: Reader) -> Files:
    return Files(district, tmp_path, reader)


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
    path = files.folder / "机构.xlsx"
    second = files.again(path)
    files.apply(first)
    events = Event._plain.count()
    with pytest.raises(Refused, match="没有重复写入"):
        files.apply(second)
    with pytest.raises(Refused, match="没有再次写入"):
        files.apply(first)
    with pytest.raises(Refused, match="没有重复写入"):
        files.again(path)
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
    with pytest.raises(Refused, match="D3：台账里没有「无此镇」"):
        files.stage(rows)


def test_discarded_is_gone(files: Files, district: District) -> None:
    shown = files.stage(rows_of(district))
    assert importing.kept(shown.batch).exists()
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
