"""What a return is checked against: its form by the policies of its day, and the unit's main return.

Asked by actions and queries that have a return in hand already; nothing here looks for one.
"""

from __future__ import annotations

from django.db.models import Q

from meihao.figures.interpreter import Row
from meihao.policy.rulebook import Rulebook
from meihao.records.returns.checking import Case, Fault, canonical_rows, faults, read, values_in
from meihao.records.returns.models import Return, ReturnState, Submission
from meihao.records.returns.queries import FilledForm, form_of


def case_of(filed: Return, rulebook: Rulebook) -> Case:
    """What the rows of a return are checked against."""
    filled, campaign = form_of(filed.campaign, rulebook), filed.campaign
    return Case(filled.form, filled.fact, filed.code, campaign.on.year, filed.prefilled, _main(filed, filled))


def _main(filed: Return, filled: FilledForm) -> Row:
    """What the unit's main return of the same day says, where this form completes it."""
    if filled.form.completes is None:
        return {}
    handed = Submission.objects.scoped(
        Q(of__organisation=filed.organisation_id), "the unit's own main return"
    )
    of_day = handed.filter(
        of__campaign__form=filled.form.completes,
        of__campaign__on=filed.campaign.on,
        of__state__in=(ReturnState.SUBMITTED, ReturnState.ACCEPTED),
    )
    found = of_day.order_by("-pk").first()
    return values_in(found.rows[0], filled.fact) if found is not None and found.rows else {}


def faults_of(filed: Return, rulebook: Rulebook) -> list[Fault]:
    """What is wrong with the draft of a return, or must be explained."""
    return faults(filed.draft, filed.explained, case_of(filed, rulebook))


def canonical_draft(filed: Return, case: Case) -> list[dict[str, str]]:
    """The draft of a return as canonical texts; what cannot be read is left out."""
    values, _ = read(filed.draft, case)
    return canonical_rows(values, case.form)
