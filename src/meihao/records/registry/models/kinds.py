"""The words by which organisations are told apart, each with its Chinese title; `title` says both."""

from __future__ import annotations

from django.db import models

from meihao.base.stages import Stage
from meihao.base.text import Text


class Kind(models.TextChoices):
    """What sort of unit it is, for good: a school stays an institution whatever its type becomes."""

    AUTHORITY = "authority", "教育行政部门"
    SECTION = "section", "科室"
    INSTITUTION = "institution", "学校（机构）"
    CAMPUS = "campus", "校区"
    TRAINING = "training", "校外培训机构"
    GROUP = "group", "教育集团"
    ZONE = "zone", "学区（片区）"
    COMMUNITY = "community", "学校发展共同体"
    TOWN = "town", "乡镇（街道）"
    DEPARTMENT = "department", "政府部门"
    PARTY = "party", "党组织"


class Type(models.TextChoices):
    """办学类型, by the three-digit codes of the national statistics."""

    KINDERGARTEN = "111", "幼儿园"
    PRIMARY = "211", "小学"
    TEACHING_POINT = "218", "小学教学点"
    JUNIOR = "311", "初级中学"
    NINE_YEAR = "312", "九年一贯制学校"
    COMPLETE = "341", "完全中学"
    SENIOR = "342", "高级中学"
    TWELVE_YEAR = "345", "十二年一贯制学校"
    VOCATIONAL = "361", "中等职业学校"
    SPECIAL = "514", "特殊教育学校"
    TRAINING = "933", "培训机构"

    @property
    def code_class(self) -> str:
        """The class of 学校（机构）标识码 that a unit of this type bears."""
        return self.value[:2]

    @property
    def stages(self) -> frozenset[Stage]:
        """The stages it is founded to teach; special, vocational and training units: none here."""
        return _STAGES.get(self, frozenset())


_STAGES = {
    Type.KINDERGARTEN: frozenset({Stage.PRESCHOOL}),
    Type.PRIMARY: frozenset({Stage.PRIMARY}),
    Type.TEACHING_POINT: frozenset({Stage.PRIMARY}),
    Type.JUNIOR: frozenset({Stage.JUNIOR}),
    Type.NINE_YEAR: frozenset({Stage.PRIMARY, Stage.JUNIOR}),
    Type.COMPLETE: frozenset({Stage.JUNIOR, Stage.SENIOR}),
    Type.SENIOR: frozenset({Stage.SENIOR}),
    Type.TWELVE_YEAR: frozenset({Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR}),
}


class Ownership(models.TextChoices):
    """公办, 民办, 中外合作."""

    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"
    JOINT = "joint", "中外合作"


class Sponsor(models.TextChoices):
    """举办者, as the school return lists them."""

    EDUCATION = "education", "教育部门"
    OTHER = "other-department", "其他部门"
    ENTERPRISE = "local-enterprise", "地方企业"
    UNIT = "public-unit", "事业单位"
    ARMY = "army", "部队"
    COLLECTIVE = "collective", "集体"
    PRIVATE = "private", "民办"
    JOINT = "joint", "中外合作"


class CodeSystem(models.TextChoices):
    """Whose code it is."""

    INSTITUTION = "institution-code", "学校（机构）标识码"
    CREDIT = "uscc", "统一社会信用代码"
    DIVISION = "division", "行政区划代码"


class Link(models.TextChoices):
    """How one unit stands to another; the first named is the upper one (of a succession, who takes over)."""

    ADMINISTERS = "administers", "主管"
    CAMPUS = "campus", "校区"
    MEMBER = "member", "成员校"
    LEAD = "lead", "牵头校"
    LOCATED = "located", "所在乡镇（街道）"
    PAIRED = "paired", "结对"
    FEEDS = "feeds", "对口直升"
    PARTY = "party", "党组织关系"
    SUCCESSOR = "successor", "承继"


class EventKind(models.TextChoices):
    """What happened."""

    FOUNDED = "founded", "设立"
    RENAMED = "renamed", "更名"
    CONVERTED = "converted", "变更办学类型"
    CHANGED = "changed", "变更登记事项"
    MERGED = "merged", "合并"
    CAMPUS = "campus-opened", "新设校区"
    RELATED = "related", "建立关系"
    PARTED = "parted", "解除关系"
    CLOSED = "closed", "撤销"
    REOPENED = "reopened", "恢复"


_ENGLISH: dict[tuple[type[models.TextChoices], str], str] = {
    (Kind, "authority"): "education authority",
    (Kind, "section"): "section",
    (Kind, "institution"): "school or kindergarten",
    (Kind, "campus"): "campus",
    (Kind, "training"): "training body",
    (Kind, "group"): "school group",
    (Kind, "zone"): "zone",
    (Kind, "community"): "community of schools",
    (Kind, "town"): "town or sub-district",
    (Kind, "department"): "government department",
    (Kind, "party"): "party organisation",
    (Type, "111"): "kindergarten",
    (Type, "211"): "primary school",
    (Type, "218"): "teaching point",
    (Type, "311"): "lower secondary school",
    (Type, "312"): "nine-year school",
    (Type, "341"): "complete secondary school",
    (Type, "342"): "upper secondary school",
    (Type, "345"): "twelve-year school",
    (Type, "361"): "secondary vocational school",
    (Type, "514"): "special school",
    (Type, "933"): "training body",
    (Ownership, "public"): "public",
    (Ownership, "private"): "private",
    (Ownership, "joint"): "Chinese-foreign",
    (Sponsor, "education"): "education department",
    (Sponsor, "other-department"): "other department",
    (Sponsor, "local-enterprise"): "local enterprise",
    (Sponsor, "public-unit"): "public institution",
    (Sponsor, "army"): "army",
    (Sponsor, "collective"): "collective",
    (Sponsor, "private"): "private",
    (Sponsor, "joint"): "Chinese-foreign",
    (CodeSystem, "institution-code"): "institution code",
    (CodeSystem, "uscc"): "unified social credit code",
    (CodeSystem, "division"): "division code",
    (Link, "administers"): "administers",
    (Link, "campus"): "campus",
    (Link, "member"): "member",
    (Link, "lead"): "lead school",
    (Link, "located"): "town",
    (Link, "paired"): "paired with",
    (Link, "feeds"): "feeds",
    (Link, "party"): "party organisation",
    (Link, "successor"): "takes over from",
    (EventKind, "founded"): "founded",
    (EventKind, "renamed"): "renamed",
    (EventKind, "converted"): "type changed",
    (EventKind, "changed"): "particulars changed",
    (EventKind, "merged"): "merged",
    (EventKind, "campus-opened"): "campus opened",
    (EventKind, "related"): "relation begun",
    (EventKind, "parted"): "relation ended",
    (EventKind, "closed"): "closed",
    (EventKind, "reopened"): "reopened",
}


def title(choice: models.TextChoices) -> Text:
    """What a choice is called."""
    return Text(str(choice.label), _ENGLISH[type(choice), choice.value])
