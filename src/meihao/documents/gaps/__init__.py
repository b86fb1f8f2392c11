"""What is short and what is open, as one list that the picture and the papers are written from."""

from meihao.documents.gaps.listing import gaps_of, missing_fields
from meihao.documents.gaps.model import (
    ASSIGNMENTS,
    OPEN_TASK,
    Gap,
    Grade,
    Kind,
    Part,
    Quantity,
    Task,
    Tasks,
    Wanted,
    Who,
    assignment_code,
)

__all__ = [
    "ASSIGNMENTS",
    "OPEN_TASK",
    "Gap",
    "Grade",
    "Kind",
    "Part",
    "Quantity",
    "Task",
    "Tasks",
    "Wanted",
    "Who",
    "assignment_code",
    "gaps_of",
    "missing_fields",
]
