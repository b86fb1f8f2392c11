"""OneRoster packages: read by the child, whole or with every fault at its file, row and column."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from meihao.base.text import Refused
from meihao.documents.oneroster import lists, packages
from meihao.documents.oneroster.tables import Package
from meihao.documents.workbook import Limits, Reader
from tests.documents.oneroster_packages import Made, district

ON = date(2025, 9, 1)
NAME = Path("一区.zip")
HEADS = (
    "users.csv familyName givenName",
    "orgs.csv identifier",
    "classes.csv classCode",
    "demographics.csv sex",
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def made() -> Made:
    """A school with two homerooms, a course, and three students."""
    given = district()
    given.school("s1", "青舫小学", "2199000001")
    given.homeroom("c1", "s1", "01", "1")
    given.homeroom("c2", "s1", "02", "1")
    given.homeroom("m1", "s1", "01", "9", kind="scheduled")
    for number, group in enumerate(("c1", "c1", "c2")):
        seat = {"classSourcedId": group, "schoolSourcedId": "s1", "beginDate": "2025-09-01"}
        given.student(f"u{number}", ("虚", f"构{number}"), (f"n{number}", ""), "male", **seat)
    for user in ("u0", "u2"):
        given.add(
            "enrollments.csv",
            sourcedId=f"x{user}",
            classSourcedId="m1",
            schoolSourcedId="s1",
            userSourcedId=user,
            role="student",
        )
    return given


def read(given: Made | bytes, reader: Reader) -> Package:
    data = given.packed() if isinstance(given, Made) else given
    return packages.package(reader.read_csvs(NAME, data))


def told(found: Package) -> dict[tuple[str, str], str]:
    return {(mark.sheet, mark.ref): mark.text.zh for mark in found.marks}


def test_a_sound_package_is_read_as_it_is_written(reader: Reader) -> None:
    given = made()
    found = read(given, reader)
    assert found.marks == ()
    for file, rows in given.files.items():
        kept = [{column: text for column, text in row.items() if text} for row in rows]
        assert [dict(record.values) for record in found.table(file).records] == kept


def test_pupils_are_those_of_homerooms_and_say_where_each_value_is_from(reader: Reader) -> None:
    joined = lists.pupils(read(made(), reader), HEADS, ON)
    assert joined.marks == ()
    rows = {number: [str(cell.value) for cell in cells.values()] for number, cells in joined.sheet.rows()}
    assert rows == {
        1: list(HEADS),
        2: ["虚构0", "2199000001", "1", "male"],
        3: ["虚构1", "2199000001", "1", "male"],
        4: ["虚构2", "2199000001", "1", "male"],
    }
    assert joined.places["A4"] == ("users.csv", "H4", 4, "familyName")
    assert joined.places["C4"] == ("classes.csv", "G3", 3, "classCode")
    assert joined.places["D3"] == ("demographics.csv", "E3", 3, "sex")


def test_an_enrolment_that_has_ended_seats_nobody_and_a_student_without_a_seat_is_told(
    reader: Reader,
) -> None:
    given = made()
    given.files["enrollments.csv"][0]["endDate"] = "2025-09-01"
    given.files["enrollments.csv"][1]["endDate"] = "2025-09-02"
    joined = lists.pupils(read(given, reader), HEADS, ON)
    (mark,) = joined.marks
    assert (mark.sheet, mark.ref) == ("users.csv", "A2")
    assert "users.csv 第 2 行「sourcedId」：是学生，2025-09-01 不在任何行政班" in mark.text.zh
    assert {cell.row for cell in joined.sheet.cells} == {1, 3, 4}


def test_a_student_in_two_homerooms_is_told_at_the_second(reader: Reader) -> None:
    given = made()
    seat = {"classSourcedId": "c2", "schoolSourcedId": "s1", "userSourcedId": "u0", "role": "student"}
    given.add("enrollments.csv", sourcedId="again", **seat)
    (mark,) = lists.pupils(read(given, reader), HEADS, ON).marks
    assert (mark.sheet, mark.ref) == ("enrollments.csv", "F7")


def test_a_file_that_the_manifest_announces_and_the_package_lacks_is_told(reader: Reader) -> None:
    given = made()
    given.announced = {"courses.csv": "bulk", "roles.csv": "absent", "lineItems.csv": "maybe"}
    words = sorted(told(read(given, reader)).values())
    assert len(words) == 3
    assert any("「value」：应为 absent、bulk 或 delta，现为「maybe」" in text for text in words)
    assert any("写着有 courses.csv，压缩包里没有" in text for text in words)
    assert any("压缩包里有 roles.csv，manifest.csv 写的是 absent" in text for text in words)
    assert all(text.startswith("manifest.csv 第 ") for text in words)


def test_a_delta_is_read_where_it_adds_and_goes_back_where_it_deletes(reader: Reader) -> None:
    given = made()
    given.announced = dict.fromkeys(given.files, "delta")
    for row in (row for rows in given.files.values() for row in rows):
        row |= {"status": "active", "dateLastModified": "2025-09-01T00:00:00.000Z"}
    whole = read(given, reader)
    assert whole.marks == ()
    assert len(lists.pupils(whole, HEADS, ON).sheet.cells) == 4 + 3 * 4
    given.files["enrollments.csv"][0]["status"] = "tobedeleted"
    given.files["users.csv"][1]["status"] = ""
    given.files["roles.csv"][0]["orgSourcedId"] = "s9"
    said = told(read(given, reader))
    assert "enrollments.csv 第 2 行「status」：是要删除的行（tobedeleted）" in said["enrollments.csv", "B2"]
    assert "要写 active 或 tobedeleted，现为「」" in said["users.csv", "B3"]
    assert said["roles.csv", "I2"].endswith("；增量里引用的行也要在压缩包里")
    assert len(said) == 3


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "cell", "words"),
    [
        (
            "orgs.csv",
            1,
            "parentSourcedId",
            "d9",
            "G3",
            "orgs.csv 第 3 行「parentSourcedId」：orgs.csv 里没有「d9」",
        ),
        ("classes.csv", 0, "schoolSourcedId", "s9", "J2", "「schoolSourcedId」：orgs.csv 里没有「s9」"),
        ("classes.csv", 0, "termSourcedIds", "y1,y9", "K2", "academicSessions.csv 里没有「y9」"),
        ("enrollments.csv", 2, "userSourcedId", "u9", "F4", "users.csv 里没有「u9」"),
        ("enrollments.csv", 2, "classSourcedId", "", "D4", "「classSourcedId」：没有填"),
        (
            "enrollments.csv",
            1,
            "beginDate",
            "2025-02-30",
            "I3",
            "应为日期，如 2025-09-01，现为「2025-02-30」",
        ),
        ("enrollments.csv", 1, "endDate", "20250901", "J3", "应为日期"),
        ("academicSessions.csv", 0, "startDate", "9月1日", "F2", "应为日期"),
        ("users.csv", 1, "sourcedId", "u0", "A3", "与第 2 行相同"),
        ("users.csv", 1, "status", "tobedeleted", "B3", "不应有「tobedeleted」"),
    ],
)
def test_a_wrong_cell_is_told_with_file_row_and_column(
    reader: Reader, file: str, row: int, column: str, value: str, cell: str, words: str
) -> None:
    given = made()
    given.files[file][row][column] = value
    assert words in told(read(given, reader))[file, cell]


def test_only_what_the_standard_requires_and_is_read_here_has_to_be_there(reader: Reader) -> None:
    files = {
        "manifest.csv": "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,bulk\n",
        "orgs.csv": "sourcedId,name,type\nS,青舫小学,school\n",
        "users.csv": "familyName,metadata.bus,givenName,sourcedId\n虚,3,构,U\n",
    }
    assert read(_zip({name: text.encode() for name, text in files.items()}), reader).marks == ()
    files["orgs.csv"] = "sourcedID,name,type\nS,青舫小学,School\n"
    files["users.csv"] = "sourcedId,familyName\n"
    assert set(told(read(_zip({name: text.encode() for name, text in files.items()}), reader)).values()) == {
        "orgs.csv 第 1 行「sourcedId」：没有这一列（有「sourcedID」：列名分大小写）。"
        "OneRoster 要求它，请补上",
        "orgs.csv 第 2 行「type」：应写作 school（分大小写），现为「School」",
        "users.csv 第 1 行「givenName」：没有这一列。OneRoster 要求它，请补上",
    }


def test_a_table_that_would_be_read_wrongly_is_told(reader: Reader) -> None:
    files = {
        "manifest.csv": "propertyName,value\noneroster.version,1.2\n"
        + "".join(f"file.{one},bulk\n" for one in ("orgs", "users", "roles", "classes")),
        "orgs.csv": "sourcedId,name,type,name\nS,青舫小学,school,石觅小学\n",
        "users.csv": "",
        "roles.csv": "sourcedId;userSourcedId;role\nR;U;student\n",
        "classes.csv": "sourcedId,classType,title\nK,homeroom,一班,东楼\n",
    }
    words = [
        mark.text.zh
        for mark in read(_zip({name: text.encode() for name, text in files.items()}), reader).marks
    ]
    assert "orgs.csv 第 1 行「name」：有两列同名，请删去或改名" in words
    assert any(text.startswith("users.csv：是空的。OneRoster 不允许没有数据的文件") for text in words)
    assert "roles.csv：各列之间要用英文逗号隔开" in words
    assert any(
        text.startswith("classes.csv 第 2 行「title」：这一行有 4 列，表头只有 3 列") for text in words
    )


def test_what_is_no_package_is_refused_by_its_name(reader: Reader) -> None:
    given = made()
    given.version = "1.1"
    with pytest.raises(Refused, match=r"「一区.zip」写明的版本是 OneRoster 1.1，这里读 1.2"):
        read(given, reader)
    with pytest.raises(Refused, match=r"「一区.zip」里没有 manifest.csv.*里面只有 orgs.csv"):
        read(_zip({"orgs.csv": b"sourcedId\r\n"}), reader)
    with pytest.raises(Refused, match=r"manifest.csv 第 1 行应为 propertyName,value，缺 propertyName"):
        read(_zip({"manifest.csv": b"property,value\r\noneroster.version,1.2\r\n"}), reader)


def _zip(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"sourcedId,name\r\n", "不是 ZIP 压缩包"),
        (b"PK\x03\x04 broken", "不完整"),
        (
            _zip({"manifest.csv": "a,b\r\n名称".encode("gb18030")}),
            "manifest.csv 不是 UTF-8 编码（第 2 行起）；用 Excel 改过的，请另存为「CSV UTF-8」",
        ),
        (_zip({"manifest.csv": b'a,b\r\nc,"d\r\n'}), "manifest.csv 第 2 行的引号或换行"),
        (_zip({"export/manifest.csv": b"x"}), "放在文件夹里，OneRoster 要求放在压缩包的最上层"),
        (_zip({"a.txt": b"x"}), "没有 CSV 文件"),
        (_zip({f"{number}.csv": b"x" for number in range(70)}), "超过 64 个"),
        (_zip({"manifest.csv": b"propertyName,value\r\n"})[:-30], "不完整"),
    ],
    ids=["text", "broken", "gb18030", "quotes", "folder", "no csv", "many", "cut"],
)
def test_a_package_that_cannot_be_read_is_refused_in_words(reader: Reader, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        reader.read_csvs(NAME, data)
    assert caught.value.text.zh.startswith("「一区.zip」")
    assert "请" in caught.value.text.zh


def test_a_package_that_unpacks_to_too_much_is_refused() -> None:
    data = io.BytesIO()
    with ZipFile(data, "w", 8) as archive:
        archive.writestr("users.csv", b"a" * (3 << 20))
    with Reader(Limits(unpacked_mb=2)) as small, pytest.raises(Refused, match="展开后有 3 MB"):
        small.read_csvs(NAME, data.getvalue())


def test_a_package_of_too_many_cells_is_refused_with_a_remedy_of_its_own() -> None:
    with (
        Reader(Limits(cells=20)) as small,
        pytest.raises(Refused, match="上限 20 格。请按学校分成几个压缩包"),
    ):
        small.read_csvs(NAME, made().packed())


def test_a_file_with_the_mark_of_its_encoding_is_read(reader: Reader) -> None:
    files = {"manifest.csv": "\ufeffpropertyName,value\r\noneroster.version,1.2\r\n".encode()}
    assert read(_zip(files), reader).tables == {}
