"""The page of imports: what is wrong with a file is said by the name its author gave it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meihao.records.registry.models import ImportBatch
from tests.records.registry.district import DAY, District, holder


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
