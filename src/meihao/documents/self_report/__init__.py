"""The draft of the district's self-evaluation report, written from the figures of an evaluation."""

from meihao.documents.self_report.addresses import Figures
from meihao.documents.self_report.checking import changed
from meihao.documents.self_report.written import (
    SELF_REPORT,
    Quoted,
    SelfReport,
    paragraphs,
    parts_of,
    write_self_report,
)

__all__ = [
    "SELF_REPORT",
    "Figures",
    "Quoted",
    "SelfReport",
    "changed",
    "paragraphs",
    "parts_of",
    "write_self_report",
]
