"""The hour before a deadline: each school hands a workbook in, at a moment of its own.

It takes any page that takes a file: its address, the fields of its form, the name of the field of the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl import Workbook

from bench.web.load import Request
from meihao.base.codes import identity_check

TOKEN = "x" * 32
HEADS = ("学籍号", "姓名", "身份证号", "性别", "学校标识码", "年级", "班号")
GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOUNDARY = "meihao-bench-boundary"
_CLASS = 45


@dataclass(frozen=True)
class Page:
    """A page that takes a file."""

    path: str
    fields: Mapping[str, str]
    file: str = "file"

    def request(self, session: str, name: str, data: bytes) -> Request:
        """The form as a browser sends it, with a file."""
        parts = b"".join(
            _part(f'name="{key}"', value.encode())
            for key, value in {**self.fields, "csrfmiddlewaretoken": TOKEN}.items()
        )
        parts += _part(f'name="{self.file}"; filename="{name}"', data, XLSX)
        body = parts + f"--{_BOUNDARY}--\r\n".encode()
        cookies = f"sessionid={session}; csrftoken={TOKEN}"
        return Request(self.path, cookies, body, f"multipart/form-data; boundary={_BOUNDARY}")


def _part(said: str, value: bytes, kind: str = "") -> bytes:
    more = f"Content-Type: {kind}\r\n" if kind else ""
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {said}\r\n{more}\r\n"
    return head.encode() + value + b"\r\n"


def code(school: int) -> str:
    """The code of the so-manieth invented school, from 0."""
    return f"2199{school + 1:06d}"


def workbook(school: int, rows: int) -> bytes:
    """A list of so many invented pupils of one school (虚构)."""
    book, stream = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("学生登记表")
    sheet.append(HEADS)
    for row in _pupils(school, rows):
        sheet.append(row)
    book.save(stream)
    return stream.getvalue()


def _pupils(school: int, rows: int) -> Iterator[list[object]]:
    for place in range(rows):
        number, grade = school * rows + place, place % len(GRADES)
        day = f"{number // 1000 % 12 + 1:02d}{number // 12_000 % 28 + 1:02d}"
        body = f"990106{2018 - grade}{day}{number % 1000:03d}"
        identity, group = body + identity_check(body), place // len(GRADES) // _CLASS + 1
        sex = "男" if number % 2 else "女"
        yield [f"G{identity}", f"虚构{number}", identity, sex, code(school), GRADES[grade], group]
