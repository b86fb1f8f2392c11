"""The words by which people, enrolments and posts are told apart; `worded` says both languages."""

from __future__ import annotations

from django.db import models

from meihao.base.text import Text


class SexCode(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知的性别"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSAID = "9", "未说明的性别"


class IdKind(models.TextChoices):
    """What an identity number is the number of."""

    RESIDENT = "resident", "居民身份证"
    HMT = "hmt", "港澳台居民居住证"
    PASSPORT = "passport", "护照"
    OTHER = "other", "其他证件"


class Came(models.TextChoices):
    """How an enrolment began."""

    ADMITTED = "admitted", "招生"
    TRANSFERRED = "transferred", "转入"
    RESUMED = "resumed", "复学"
    PROMOTED = "promoted", "升级"
    MOVED = "moved", "校内调整"


class Left(models.TextChoices):
    """How an enrolment ended."""

    GRADUATED = "graduated", "毕业"
    COMPLETED = "completed", "结业"
    TRANSFERRED = "transferred", "转学"
    SUSPENDED = "suspended", "休学"
    WITHDRAWN = "withdrawn", "退学"
    PROMOTED = "promoted", "升级"
    MOVED = "moved", "校内调整"
    OTHER = "other", "其他"


class PostKind(models.TextChoices):
    """教职工 as the returns of schools and kindergartens tell them apart."""

    HEAD = "head", "校（园）长"
    TEACHER = "teacher", "专任教师"
    ADMINISTRATIVE = "administrative", "行政人员"
    AUXILIARY = "auxiliary", "教辅人员"
    SUPPORT = "support", "工勤人员"
    CARER = "carer", "保育员"
    HEALTH = "health", "卫生保健人员"
    OTHER = "other", "其他人员"


class EmploymentKind(models.TextChoices):
    """用工方式."""

    ESTABLISHED = "established", "在编"
    EQUAL = "equal", "同工同酬"
    DISPATCHED = "dispatched", "劳务派遣"
    OTHER = "other", "其他"


_ENGLISH: dict[type[models.TextChoices], dict[str, str]] = {
    SexCode: {"0": "unknown", "1": "male", "2": "female", "9": "not said"},
    IdKind: {
        "resident": "resident identity card",
        "hmt": "residence permit (Hong Kong, Macao, Taiwan)",
        "passport": "passport",
        "other": "other document",
    },
    Came: {
        "admitted": "admitted",
        "transferred": "came over",
        "resumed": "resumed",
        "promoted": "promoted",
        "moved": "changed class within the school",
    },
    Left: {
        "graduated": "graduated",
        "completed": "completed without graduating",
        "transferred": "changed school",
        "suspended": "suspended",
        "withdrawn": "withdrawn",
        "promoted": "promoted",
        "moved": "changed class within the school",
        "other": "other",
    },
    PostKind: {
        "head": "head",
        "teacher": "full teacher",
        "administrative": "administrative staff",
        "auxiliary": "teaching support",
        "support": "general services",
        "carer": "carer",
        "health": "health staff",
        "other": "other staff",
    },
    EmploymentKind: {
        "established": "on the establishment",
        "equal": "equal pay, off the establishment",
        "dispatched": "dispatched labour",
        "other": "other",
    },
}


def worded(choice: models.TextChoices) -> Text:
    """What a choice is called."""
    return Text(str(choice.label), _ENGLISH[type(choice)][choice.value])


_KINDERGARTEN = {-3: Text("小班", "K1"), -2: Text("中班", "K2"), -1: Text("大班", "K3")}
_DIGITS = "一二三四五六七八九"


def grade_worded(grade: int) -> Text:
    """What a grade is called: −3 小班, −2 中班, −1 大班; 1 一年级, 7 七年级, 10 高一."""
    if grade < 0:
        return _KINDERGARTEN[grade]
    if grade > len(_DIGITS):
        return Text(f"高{_DIGITS[grade - 10]}", f"grade {grade}")
    return Text(f"{_DIGITS[grade - 1]}年级", f"grade {grade}")


def class_worded(grade: int, number: int | None) -> Text:
    """What a class is called: 三年级 2 班; pupils in none are 未分班."""
    zh, en = grade_worded(grade)
    return (
        Text(f"{zh}未分班", f"{en}, no class")
        if number is None
        else Text(f"{zh} {number} 班", f"{en}, class {number}")
    )
