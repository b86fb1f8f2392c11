"""One evaluation with what was handed in and where it is: what every output is written from."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.divisions import is_unassigned
from meihao.base.school_year import SchoolYear
from meihao.base.text import Text
from meihao.documents.returns.intake import Intake
from meihao.figures.result import Evaluation


@dataclass(frozen=True)
class Report:
    """One evaluation with what was handed in and where it is."""

    intake: Intake
    evaluation: Evaluation
    district: Text
    school_year: SchoolYear

    @property
    def invented(self) -> bool:
        """Whether the data is demonstration data, under a code that no province has."""
        return is_unassigned(self.evaluation.plan.place)
