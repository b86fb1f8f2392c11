"""The generator of load: arrivals are kept, waiting counts, faults are told, a file is sent."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.http.multipartparser import MultiPartParser
from django.test import RequestFactory
from openpyxl import load_workbook

from bench.web import telling
from bench.web.load import NO_ANSWER, Request, arrivals, fire, moments, nearest_rank
from bench.web.uploads import TOKEN, Page, code, workbook
from meihao.base.codes import identity_check

SLOW_S = 0.05


@contextmanager
def one_at_a_time(answer: bytes) -> Iterator[int]:
    """A server that takes its time for each, and lets the others wait."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:

        def serve() -> None:
            while True:
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                with line:
                    line.recv(1 << 16)
                    time.sleep(SLOW_S)
                    line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def test_who_waits_for_others_is_counted_from_when_they_were_due() -> None:
    with one_at_a_time(OK) as port:
        fired = fire(port, [Request("/")] * 8, [0.0] * 8)
    assert fired.faults(200) == []
    assert max(one.took_s for one in fired.shots) >= 8 * SLOW_S  # one after the other would have said 0.05
    assert fired.ms(50) >= 3 * SLOW_S * 1000
    assert fired.ms(99) >= fired.ms(95) >= fired.ms(50)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", 500),
        (b"HTTP/1.1 302 Found\r\nLocation: /sign-in?next=/\r\n\r\n", 302),
        (b"", NO_ANSWER),
        (b"nonsense\r\n\r\n", NO_ANSWER),
    ],
)
def test_what_is_no_answer_is_a_fault(answer: bytes, status: int) -> None:
    with one_at_a_time(answer) as port:
        fired = fire(port, [Request("/")], [0.0])
    assert [one.status for one in fired.shots] == [status]
    assert len(fired.faults(200)) == len(fired.faults(302)) == 1


def test_arrivals_are_fixed_beforehand_and_as_many_as_asked() -> None:
    due = arrivals(10, 60, 7)
    assert due == sorted(due) == arrivals(10, 60, 7) != arrivals(10, 60, 8)
    assert 500 < len(due) < 700
    assert max(due) < 60
    spread = moments(100, 300, 7)
    assert len(spread) == 100
    assert 0 <= spread[0] < 30
    assert 270 < spread[-1] < 300


def test_the_nearest_rank_is_a_value_that_was_there() -> None:
    assert [nearest_rank(range(1, 21), share) for share in (50, 95, 99)] == [10, 19, 20]
    assert nearest_rank([3.0], 95) == 3.0


def test_a_file_is_sent_as_a_browser_sends_it() -> None:
    data = workbook(3, 20)
    sent = Page("/x", {"on": "2025-09-01"}).request("abc", "3.xlsx", data)
    request = RequestFactory().generic("POST", sent.path, sent.body, content_type=sent.kind)
    fields, files = MultiPartParser(request.META, io.BytesIO(sent.body), request.upload_handlers).parse()
    assert dict(fields.items()) == {"on": "2025-09-01", "csrfmiddlewaretoken": TOKEN}
    (file,) = files.getlist("file")
    assert file.read() == data
    head = sent.bytes(80).split(b"\r\n\r\n", 1)[0].decode()
    assert f"Content-Length: {len(sent.body)}" in head
    assert f"csrftoken={TOKEN}" in head


def test_the_pupils_of_a_hundred_schools_are_all_different_and_their_numbers_good() -> None:
    seen: set[str] = set()
    for school in (0, 1, 99):
        (sheet,) = load_workbook(io.BytesIO(workbook(school, 500))).worksheets
        _, *rows = sheet.iter_rows(values_only=True)
        assert {row[4] for row in rows} == {code(school)}
        numbers = {str(row[2]) for row in rows}
        assert all(identity_check(number[:-1]) == number[-1] for number in numbers)
        seen |= numbers
    assert len(seen) == 1500


def test_a_run_is_a_line_and_the_heading_stands_once(tmp_path: Path) -> None:
    told = {
        "run": "web pages", "database": "sqlite", "p50_ms": 20, "p95_ms": 90, "p99_ms": 120, "errors": 0,
        "server_cpu_ms_each": 15, "generator_cpu_s": 0.4, "generator_late_p95_ms": 1.2, "load": 1.0,
        "rate": 10.0, "verdict": "PASS",
    }  # fmt: skip
    results = tmp_path / "RESULTS.md"
    results.write_text("# Measured\n\nbefore\n", "utf-8")
    for _ in range(2):
        telling.record(told, results)
    text = results.read_text("utf-8")
    assert text.startswith("# Measured\n\nbefore\n")
    assert text.count("## Under load") == 1
    lines = [
        line for line in text.splitlines() if line.startswith("| web pages | sqlite | 20 | 90 | 120 | 0 |")
    ]
    assert len(lines) == 2
    heads = next(line for line in text.splitlines() if line.startswith("| run |"))
    assert heads.count("|") == lines[0].count("|")
