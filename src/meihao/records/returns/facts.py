"""What schools handed in, as a source of figures.

A source is asked by figures for a place and a day and by nobody in particular: it reads every return of
that place. Who may see what comes of it is asked where it is shown. Each value says in which version of
which return it stands, and in which cell of the form or of the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Max, Q

from meihao.documents.workbook import reference
from meihao.figures.gathering import Asked, Told, source
from meihao.figures.handing_down import hand_down
from meihao.figures.interpreter import Value
from meihao.figures.snapshot import Origin, Table
from meihao.policy.kinds import Fact, FieldSpec, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.registry.facts import typed_as
from meihao.records.registry.models import Particulars, holds_on
from meihao.records.returns.checking import cell, own_column, values_in
from meihao.records.returns.models import Return, ReturnState, Submission

_ALL = "a source of figures: every return of a place"
_IN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
_HEAD = 1  # rows of headings above the first field, or the first row, of a form


@source("returns")
def told(asked: Asked) -> Iterator[Told]:
    """The rows of every return of a place and day; a unit that is not in has a row without values."""
    rulebook = Rulebook.load()
    returns = _returns(asked)
    versions = _latest(returns)
    tables: dict[str, Table] = {key: Table(fact, {}) for key, fact in asked.facts.items()}
    forms = {key: rulebook.get(Form, key, asked.on, asked.place) for key in _forms(returns)}
    for filed in sorted(returns, key=lambda one: forms[one.campaign.form].completes is not None):
        form, table = forms[filed.campaign.form], tables[filed.campaign.fact]
        if filed.pk in versions:
            _add(table, form, filed, versions[filed.pk])
    _add_missing(asked, tables, [one for one in returns if one.pk not in versions], forms)
    for table in tables.values():
        hand_down(table, tables)
    yield from _rows(tables.values())


def _returns(asked: Asked) -> list[Return]:
    rows = Return.objects.scoped(None, _ALL).filter(
        campaign__place=asked.place, campaign__on=asked.on, campaign__fact__in=asked.facts
    )
    if asked.unit is not None:
        rows = rows.filter(code=asked.unit)
    return list(rows.select_related("campaign").order_by("code", "campaign__form"))


def _forms(returns: Iterable[Return]) -> set[str]:
    return {filed.campaign.form for filed in returns}


def _latest(returns: Sequence[Return]) -> dict[int, Submission]:
    """By return, the last version of those that are in."""
    rows = Submission.objects.scoped(Q(of__in=[one.pk for one in returns if one.state in _IN]), _ALL)
    last = rows.values("of").annotate(last=Max("pk")).values("last").order_by()
    return {one.of_id: one for one in rows.filter(pk__in=last)}


def _add(table: Table, form: Form, filed: Return, version: Submission) -> None:
    """The rows of a version; a completing form adds only to a row that is there, and takes nothing away."""
    for number, texts in enumerate(version.rows):
        said = values_in(texts, table.fact)
        identity = said.get(table.fact.identity)
        if not isinstance(identity, str) or (form.completes is not None and identity not in table.rows):
            continue
        row: dict[str, Value] = dict(table.rows.get(identity, {}))
        for column, value in said.items():
            if column not in row:
                row[column] = value
                table.origins[identity, column] = _origin(form, filed, version, number, column)
        table.rows[identity] = row


def _origin(form: Form, filed: Return, version: Submission, number: int, column: str) -> Origin:
    if version.file_sha256:
        stands = version.cells.get(cell(number, column), column)
        return Origin(version.file_name, version.file_sha256, version.sheet, stands, form.key)
    file = f"{filed.campaign.title} · {version.number}"
    sheet = form.sheet.sheet if form.sheet is not None else form.title.zh
    stands = _cell(form, form.by_column.get(column), number) or column
    return Origin(file, version.digest, sheet, stands, form.key)


def _cell(form: Form, spec: FieldSpec | None, number: int) -> str:
    """Where a field stands on the form's own sheet, as a blank is written."""
    if spec is None:
        return ""
    place = form.fields.index(spec)
    if form.layout == "fields":
        headings = list(form.sheet.headings) if form.sheet is not None else []
        return reference(_HEAD + 1 + place, headings.index("value") + 1) if "value" in headings else ""
    return reference(_HEAD + 1 + number, place + 1)


def _add_missing(
    asked: Asked, tables: Mapping[str, Table], missing: Sequence[Return], forms: Mapping[str, Form]
) -> None:
    """Units that are asked and not in: known to exist, so that what needs them is undecided."""
    rows = Particulars.objects.scoped(holds_on(asked.on), _ALL).filter(
        organisation__in={one.organisation_id for one in missing}
    )
    named = {unit: (name, type_) for unit, name, type_ in rows.values_list("organisation_id", "name", "type")}
    for filed in missing:
        fact = tables[filed.campaign.fact].fact
        if forms[filed.campaign.form].completes is None and own_column(fact) == fact.identity:
            name, type_ = named.get(filed.organisation_id, ("", ""))
            tables[fact.key].rows.setdefault(filed.code, _bare(fact, filed.code, name, type_))


def _bare(fact: Fact, code: str, name: str, type_: str) -> Mapping[str, Value]:
    said = {fact.identity: code, fact.name_column: name, "school_type": typed_as(type_, fact)}
    return {column: text for column, text in said.items() if text and column in fact.columns}


def _rows(tables: Iterable[Table]) -> Iterator[Told]:
    for table in tables:
        where: dict[str, dict[str, Origin]] = {}
        for (identity, column), origin in table.origins.items():
            where.setdefault(identity, {})[column] = origin
        for identity, row in table.rows.items():
            yield Told(table.fact.key, identity, row, where.get(identity, {}))
