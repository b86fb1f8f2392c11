"""Returns that are recognised and cost much to check: found wrong in bounded time, or taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bench.trust.hostile.bases import Value, district, form_of, headed
from bench.trust.hostile.packing import padded, strings
from meihao.demo.district import REGISTER_FORM, SCHOOL_FORM
from meihao.documents.returns.received import Outcome

LABEL, VALUE = "填报项目", "填报值"


@dataclass(frozen=True)
class Return:
    """A file to hand in, and what must become of it."""

    name: str
    build: Callable[[], bytes]
    outcome: Outcome

    @property
    def title(self) -> str:
        """How a report names it."""
        return f"returns: {self.name}"


def texts(rows: Sequence[Sequence[Value]]) -> bytes:
    """A sheet of texts, each kept once."""
    numbers: dict[str, int] = {}
    body = []
    for row in rows:
        cells = (
            f'<c t="s"><v>{numbers.setdefault(str(v), len(numbers))}</v></c>' if v is not None else "<c/>"
            for v in row
        )
        body.append(f"<row>{''.join(cells)}</row>")
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in numbers)
    return padded("".join(body), strings=strings(items))


def _school() -> list[list[Value]]:
    return headed(form_of(SCHOOL_FORM), [district().schools[0]])


def rows_without_end() -> bytes:
    """A column filled down to the last row that is read: each row lacks all that is required."""
    return texts([_school()[0], *[["0"]] * 60_000])


def labels_without_end() -> bytes:
    head, row = _school()
    known = zip(head, row, strict=True)
    return texts([[LABEL, VALUE], *known, *([f"项目{n}", "1"] for n in range(40_000))])


def unknown_headings() -> bytes:
    head, row = _school()
    return texts([[*head, *(f"第{n}项在校学生人数" for n in range(900))], row])


def endless_headings() -> bytes:
    """The first rows full of one text as long as a cell can hold: none of them is a heading."""
    return texts([["长" * 32_000] * 60] * 15)


def endless_unknown_headings() -> bytes:
    head, row = _school()
    return texts([[*head, *["长" * 32_000] * 700], row])


def one_school_many_times() -> bytes:
    head, row = headed(form_of(REGISTER_FORM), [district().register[0]])
    return texts([head, *[row] * 20_000])


RETURNS = (
    Return("rows without end", rows_without_end, "sent_back"),
    Return("labels without end", labels_without_end, "sent_back"),
    Return("unknown headings", unknown_headings, "taken"),
    Return("endless headings", endless_headings, "refused"),
    Return("endless unknown headings", endless_unknown_headings, "taken"),
    Return("one school many times", one_school_many_times, "sent_back"),
)
