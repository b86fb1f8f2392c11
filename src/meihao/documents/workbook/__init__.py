"""Untrusted Excel workbooks: read as plain cells in a child process, handed back annotated."""

from meihao.documents.workbook.model import (
    PROBLEM_SHEET,
    Cell,
    Filling,
    Kind,
    Limits,
    Mark,
    Note,
    Severity,
    Sheet,
    Value,
    Workbook,
    position,
    reference,
)
from meihao.documents.workbook.sandbox import Reader

__all__ = [
    "PROBLEM_SHEET",
    "Cell",
    "Filling",
    "Kind",
    "Limits",
    "Mark",
    "Note",
    "Reader",
    "Severity",
    "Sheet",
    "Value",
    "Workbook",
    "position",
    "reference",
]
