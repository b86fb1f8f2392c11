"""How far each field of people and places may go: the class of data that it is of.

公开 may be published; 内部 is for those who do their work with it; 敏感 is sealed and shown for a stated
purpose, and so is 未成年人敏感, whose subject may be a child (未成年人网络保护条例第三十六条: 最小授权、
审批、记录). A row of a person is what its person is: the dates and places of a pupil are no less than 内部.
"""

from __future__ import annotations

from enum import StrEnum


class DataClass(StrEnum):
    """The classes, the least first."""

    PUBLIC = "公开"
    INTERNAL = "内部"
    SENSITIVE = "敏感"
    MINORS = "未成年人敏感"


_P, _I, _M = DataClass.PUBLIC, DataClass.INTERNAL, DataClass.MINORS
_DATED = {"id": _I, "since": _I, "until": _I}
_PUBLISHED = {"id": _I, "since": _P, "until": _P, "organisation": _P}

CLASSES: dict[str, dict[str, DataClass]] = {
    "Person": {
        "id": _I,
        "key": _I,
        "id_kind": _I,
        "id_number": _M,
        "id_number_blind": _M,
        "name": _M,
        "name_blind": _M,
        "sex": _I,
        "birth_year_month": _I,
        "student_number": _M,
        "student_number_blind": _M,
        "erased_on": _I,
        "erased_basis": _I,
    },
    "ClassGroup": _PUBLISHED | {"key": _I, "school_year": _P, "grade": _P, "number": _P},
    "Enrolment": _DATED
    | {"person": _I, "organisation": _I, "class_group": _I, "grade": _I, "came_by": _I, "left_by": _I},
    "Post": _DATED | {"person": _I, "organisation": _I, "kind": _I, "subject": _I, "full_time": _I},
    "Employment": _DATED | {"person": _I, "organisation": _I, "kind": _I},
    "Establishment": _PUBLISHED | {"posts": _I, "basis": _I},
    "Places": _PUBLISHED | {"stage": _P, "number": _P},
    "Site": _PUBLISHED | {"name": _P, "address": _P, "latitude": _I, "longitude": _I, "area": _P},
}
"""Model → field → class. A person's row does not say whether it is a child's, so it is held as one."""
