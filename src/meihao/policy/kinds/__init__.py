"""The kinds of policy file, as types. A key that is not named here is refused.

Every kind shares `Policy`: which rule it is, from when until when (exclusive), where it comes from
and how sure we are. What the sources leave open is `null`, never a number of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from meihao.policy.kinds.base import (
    Confidence,
    Day,
    Formula,
    Given,
    GivenValue,
    Model,
    Number,
    PerStage,
    Policy,
    Reference,
    Reviewed,
    StageName,
    Words,
)
from meihao.policy.kinds.facts import (
    ColumnSpec,
    Derived,
    Element,
    Fact,
    Measure,
)
from meihao.policy.kinds.forms import (
    Calendar,
    Check,
    FieldSpec,
    Form,
    Heading,
    Layout,
    Mapping_,
    PrintedTable,
    TableColumn,
)
from meihao.policy.kinds.indicators import (
    Indicator,
    IndicatorExample,
    Judgement,
    Relaxed,
    Shortfall,
)
from meihao.policy.kinds.standards import (
    Block,
    DispersionRule,
    Expected,
    Standard,
    StandardExample,
    UnitRule,
)

AnyPolicy: TypeAlias = Fact | Element | Indicator | Standard | Form | Mapping_ | Calendar

KINDS: Mapping[str, type[AnyPolicy]] = {
    "fact": Fact,
    "element": Element,
    "indicator": Indicator,
    "standard": Standard,
    "form": Form,
    "mapping": Mapping_,
    "calendar": Calendar,
}

__all__ = [
    "KINDS",
    "AnyPolicy",
    "Block",
    "Calendar",
    "Check",
    "ColumnSpec",
    "Confidence",
    "Day",
    "Derived",
    "DispersionRule",
    "Element",
    "Expected",
    "Fact",
    "FieldSpec",
    "Form",
    "Formula",
    "Given",
    "GivenValue",
    "Heading",
    "Indicator",
    "IndicatorExample",
    "Judgement",
    "Layout",
    "Mapping_",
    "Measure",
    "Model",
    "Number",
    "PerStage",
    "Policy",
    "PrintedTable",
    "Reference",
    "Relaxed",
    "Reviewed",
    "Shortfall",
    "StageName",
    "Standard",
    "StandardExample",
    "TableColumn",
    "UnitRule",
    "Words",
]
