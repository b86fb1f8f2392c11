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
from meihao.policy.kinds.boards import (
    Board,
    Tile,
)
from meihao.policy.kinds.clauses import (
    Clause,
    ClauseExample,
    ClauseTest,
    Declared,
    Lack,
    Limit,
    Refinement,
    RelaxedTest,
    Total,
)
from meihao.policy.kinds.disclosure import (
    AmountRule,
    Audience,
    BandRule,
    CountExample,
    CountRule,
    Disclosure,
    Least,
    Sensitive,
    ShareExample,
    ShareRule,
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
from meihao.policy.kinds.known import Known, KnownExample, Sum
from meihao.policy.kinds.reconciliations import (
    NeverRead,
    ReconciledMeasure,
    ReconciledSource,
    Reconciliation,
    Side,
)
from meihao.policy.kinds.standards import (
    Block,
    CompositeRule,
    DispersionRule,
    Expected,
    Standard,
    StandardExample,
    UnitRule,
)
from meihao.policy.kinds.synonyms import (
    BlankHeadings,
    BlankUnits,
    Caption,
    Means,
    Synonyms,
)

AnyPolicy: TypeAlias = (
    Fact
    | Element
    | Indicator
    | Clause
    | Standard
    | Refinement
    | Form
    | Mapping_
    | Calendar
    | Reconciliation
    | Synonyms
    | Board
    | Known
    | Disclosure
)

KINDS: Mapping[str, type[AnyPolicy]] = {
    "fact": Fact,
    "element": Element,
    "indicator": Indicator,
    "clause": Clause,
    "standard": Standard,
    "refinement": Refinement,
    "form": Form,
    "mapping": Mapping_,
    "calendar": Calendar,
    "reconciliation": Reconciliation,
    "synonyms": Synonyms,
    "board": Board,
    "known": Known,
    "disclosure": Disclosure,
}

__all__ = [
    "KINDS",
    "AmountRule",
    "AnyPolicy",
    "Audience",
    "BandRule",
    "BlankHeadings",
    "BlankUnits",
    "Block",
    "Board",
    "Calendar",
    "Caption",
    "Check",
    "Clause",
    "ClauseExample",
    "ClauseTest",
    "ColumnSpec",
    "CompositeRule",
    "Confidence",
    "CountExample",
    "CountRule",
    "Day",
    "Declared",
    "Derived",
    "Disclosure",
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
    "Known",
    "KnownExample",
    "Lack",
    "Layout",
    "Least",
    "Limit",
    "Mapping_",
    "Means",
    "Measure",
    "Model",
    "NeverRead",
    "Number",
    "PerStage",
    "Policy",
    "PrintedTable",
    "ReconciledMeasure",
    "ReconciledSource",
    "Reconciliation",
    "Reference",
    "Refinement",
    "Relaxed",
    "RelaxedTest",
    "Reviewed",
    "Sensitive",
    "ShareExample",
    "ShareRule",
    "Shortfall",
    "Side",
    "StageName",
    "Standard",
    "StandardExample",
    "Sum",
    "Synonyms",
    "TableColumn",
    "Tile",
    "Total",
    "UnitRule",
    "Words",
]
