"""The page of imports: what is wrong with a file is said by the name its author gave it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meihao.records.registry.importing.actions import kept
from meihao.records.registry.models import Enrolment, ImportBatch
from tests.records.registry.district import DAY, District, holder
from tests.records.registry.importing.lists import written
from tests.records.registry.importing.test_pupils import HEADS, row
from tests.records.registry.people.school import AUTUMN, pupil, who


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 broken", "「机构登记.xlsx」不完整"),
        (b"", "是空文件（0 字节）。请确认数据已保存后再交。"),
    ],
    ids=["broken", "empty"],
)
def test_a_file_that_cannot_be_read_is_called_by_its_name(
    client: Client, db: None, data: bytes, said: str
) -> None:
    district = District()
    by = holder("section-officer", district.bureau)
    assert by.user is not None
    client.force_login(by.user)
    sent = {
        "organisation": str(district.bureau.key),
        "on": DAY.isoformat(),
        "file": SimpleUploadedFile("机构登记.xlsx", data),
    }
    answer = client.post("/registry/imports", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportBatch._plain.exists()


def test_the_difference_of_a_list_of_pupils_is_counts_by_school_and_names_nobody(
    client: Client, district: District, tmp_path: Path
) -> None:
    by = holder("section-officer", district.bureau)
    assert by.user is not None
    client.force_login(by.user)
    people = [who(f"苏虚构{n}") for n in range(3)]
    rows = [row(one, district.first, 1) for one in people[:2]] + [row(people[2], district.second, 2)]
    sent = {
        "organisation": str(district.bureau.key),
        "on": AUTUMN.isoformat(),
        "file": SimpleUploadedFile("学生.xlsx", written(tmp_path / "学生.xlsx", HEADS, rows)),
    }
    answer = client.post("/registry/imports", sent)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "2 所学校：新增 3 人，开班 2 个" in page
    assert "禾渚镇中心小学" in page
    assert "2 个班，导入时一并开班" in page
    assert not any(hidden in page for one in people for hidden in (one.name, one.id_number))
    batch = ImportBatch._plain.get()
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    answer = client.post(answer["Location"], {"verb": "apply", "digest": digest[1]})
    page = client.get(answer["Location"]).content.decode()
    assert "已导入：2 所学校：新增 3 人，开班 2 个" in page
    assert Enrolment._plain.count() == 3
    assert not kept(batch).exists()


def test_what_cannot_be_followed_is_shown_by_cell_and_cannot_be_confirmed(
    client: Client, district: District, tmp_path: Path
) -> None:
    by = holder("section-officer", district.bureau)
    assert by.user is not None
    client.force_login(by.user)
    here = who()
    pupil(district.first, 1, identity=here)
    rows = [row(replace(here, name="叶虚", student_number=""), district.first, 1)]
    sent = {
        "organisation": str(district.bureau.key),
        "on": AUTUMN.replace(day=2).isoformat(),
        "file": SimpleUploadedFile("学生.xlsx", written(tmp_path / "学生.xlsx", HEADS, rows)),
    }
    page = client.get(client.post("/registry/imports", sent)["Location"]).content.decode()
    assert "有 1 行要先改正" in page
    assert "Sheet!C2" in page
    assert "第 2 行「身份证号」：这个号码在台账里是另一个姓名或另一个号码" in page
    assert 'value="apply"' not in page
    assert "叶虚" not in page
    assert here.id_number not in page
