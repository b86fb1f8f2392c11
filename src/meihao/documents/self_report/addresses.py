"""Every figure a report quotes, by address: the report takes it from here, and so does who checks it.

Beside the addresses of `meihao trace` (r4/…, cv/…, mean/…, total/…, test/…) there are

    threshold/r4/primary   cv-limit/resources/primary   limit/g9/rate   rule/resources/floor
    composite/resources/primary   composite-limit/resources/primary
    units/primary/failed   cells/r4/primary/reached   dispersions/resources/all/failed   (…/relaxed)
    clauses/government/failed   counts/undecided   rows   on   snapshot
    outside   composites/resources/all   failing/r3   unknown/r4/primary   pending   versions
    shorts/g3/music   open/g13/primary   wanting/table-i/l17   blank/q9/chinese_level
    missing/r4/2199000001/primary   declared/g1/layout/finding   gap/what/ADDRESS   lack/g3/music/2199000001
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from meihao.base.exact import decimal_text, sqrt_half_up
from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.documents.gaps import Gap, Grade, gaps_of
from meihao.documents.gaps import words as gap_words
from meihao.documents.self_report import words
from meihao.documents.self_report.parts import Piece, Quote
from meihao.documents.sentences import BLANK
from meihao.documents.tables.clause_remarks import why_open
from meihao.documents.tables.remarks import missing_of
from meihao.figures.clauses import Amount, Answer
from meihao.figures.engines import UnitKey
from meihao.figures.plan import Basis, Plan
from meihao.figures.result import BlockResult, Cell, DispersionResult, Evaluation
from meihao.policy.kinds import Limit

ALL = "all"
_COUNTS = ("units", "cells", "dispersions", "composites", "clauses", "tests", "outside", "failing", "unknown")
_OF_TESTS = ("test", "limit", "local", "shorts", "open", "lack", "declared")


class Figures:
    """The figures of one evaluation, in print."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation, self.plan = evaluation, evaluation.plan

    def quote(self, address: str) -> Piece:
        """A figure for the text; a blank where it is not known."""
        found = self.said(address)
        return BLANK if found is None else Quote(found, address)

    def said(self, address: str) -> str | None:
        """The figure at an address in print, None where it is not known. Raises `Refused`."""
        try:
            return self._said(address.split("/"))
        except (KeyError, ValueError, IndexError):
            raise Refused(f"没有「{address}」这个数。", f"there is no figure “{address}”.") from None

    def _said(self, parts: list[str]) -> str | None:
        match parts:
            case ["on"]:
                return str(self.plan.on)
            case ["snapshot"]:
                return self.evaluation.snapshot.short_hash
            case ["rows"]:
                return str(len(self.evaluation.snapshot.table(self.plan.fact).rows))
            case ["pending"]:
                return str(len(self.evaluation.snapshot.pending))
            case ["counts", name]:
                return str(self.evaluation.counts[name])
            case ["total", owner, name]:
                return self.evaluation.total(owner, name).printed
            case ["versions"]:
                return str(len(self.plan.versions))
            case ["wanting", owner, name]:
                return wanting(self.evaluation.total(owner, name), self.plan)
            case ["gap", name, *address]:
                return self._gap(name, "/".join(address))
            case [kind, *rest] if kind in _COUNTS:
                return str(self._count(kind, rest))
            case [kind, clause, test, *rest] if kind in _OF_TESTS:
                return self._of_answer(kind, clause, test, *rest)
            case ["blank", clause, name]:
                return self._blank(clause, name)
            case ["rule", block, name]:
                return decimal_text(self._rule(block, name))
            case ["cv" | "mean" as kind, item, stage]:
                return self._dispersion(kind, self._found(item, Stage(stage)))
            case ["cv-limit", block, stage]:
                limits = self.plan.standard.blocks[block].dispersion
                return decimal_text(limits.at_most[Stage(stage)]) if limits and limits.at_most else None
            case ["composite" | "composite-limit" as kind, block, stage]:
                return self._composite(kind, block, Stage(stage))
            case ["threshold", item, stage]:
                wanted = self.plan.item(item).threshold(Stage(stage))
                return None if wanted is None else decimal_text(wanted)
            case ["missing", item, campus, stage]:
                return missing_of(self._cell(item, campus, stage), self.plan) or None
            case [item, campus, stage]:
                return self._cell(item, campus, stage).figure.printed
        raise KeyError(parts[0])

    @property
    def reporter(self) -> str:
        """What hands in a row, without what its name adds in brackets."""
        return self.plan.fact.title.zh.split("（")[0]

    # --- the district's numbers

    def _gap(self, name: str, address: str) -> str | None:
        gap = self._gaps[address]
        tell = {
            "what": gap_words.what(gap, "zh"),
            "path": gap.path("zh"),
            "whose": gap_words.whose(gap, "zh"),
            "measure": gap.task.measure,
            "owner": gap.task.owner,
            "deadline": gap.task.deadline,
        }
        return tell[name] or None

    @cached_property
    def _gaps(self) -> dict[str, Gap]:
        return {address_of(gap): gap for gap in self.gaps}

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """All gaps of the evaluation."""
        return gaps_of(self.evaluation)

    def _blank(self, clause_id: str, name: str) -> str | None:
        """A blank of an official sentence that names a column of a fact of one row."""
        clause = self.plan.clause(clause_id)
        if clause is None:
            raise KeyError(clause_id)
        fact = self.plan.facts[clause.fact or self.plan.fact.key]
        rows = list(self.evaluation.snapshot.table(fact).rows.values())
        value = rows[0].get(name) if len(rows) == 1 else None
        if value is None or isinstance(value, bool):
            return None
        return decimal_text(value) if isinstance(value, Fraction) else str(value)

    def _rule(self, block: str, name: str) -> Fraction:
        rule = self.plan.standard.blocks[block].unit_rule
        if rule is None:
            raise KeyError(block)
        return {"of": Fraction(rule.of), "at_least": Fraction(rule.at_least), "floor": rule.floor * 100}[name]

    # --- how many

    def _count(self, kind: str, rest: list[str]) -> int:
        match kind, rest:
            case "outside", []:
                return len(self._units().out_of_scope)
            case "failing", [item]:
                return sum(
                    gap.grade is Grade.FAILED and gap.code == item and gap.who is not None
                    for gap in self.gaps
                )
            case "unknown", [item, stage]:
                return len(self._found(item, Stage(stage)).unknown)
            case "units", [stage, state, *basis]:
                found = [u for u in self._units(*basis).units if stage in (ALL, u.unit.stage)]
                return _counted((unit.state for unit in found), state)
            case "cells", [item, stage, state]:
                of_stage = self._units().of_stage(Stage(stage))
                return _counted((unit.cells[item].state for unit in of_stage), state)
            case "dispersions", [block, stage, state, *basis]:
                every = self._block(block, *basis).dispersions
                return _counted((one.state for one in every if stage in (ALL, one.stage)), state)
            case "composites", [block, state]:
                return _counted((one.state for one in self._block(block).composites), state)
            case "clauses", [block, state, *basis]:
                return _counted((one.state for one in self._block(block, *basis).clauses), state)
            case "tests", [block, state, *basis]:
                answers = [a for one in self._block(block, *basis).clauses for a in one.counting]
                return _counted((answer.state for answer in answers), state)
        raise KeyError(kind)

    def _block(self, name: str, *basis: str) -> BlockResult:
        return self.evaluation.block(name, *map(Basis, basis[:1]))

    def _units(self, *basis: str) -> BlockResult:
        if self.plan.unit_block is None:
            raise KeyError("no block judges units")
        return self._block(self.plan.unit_block, *basis)

    # --- one unit, one dispersion

    def _cell(self, item: str, campus: str, stage: str) -> Cell:
        found = self._units().unit(UnitKey(campus, Stage(stage)))
        if found is None:
            raise KeyError(campus)
        return found.cells[item]

    def _found(self, item: str, stage: Stage) -> DispersionResult:
        found = self._units().dispersion(item, stage)
        if found is None:
            raise KeyError(item)
        return found

    def _dispersion(self, kind: str, found: DispersionResult) -> str | None:
        rule = self.plan.standard.blocks[found.item.block].dispersion
        if found.unknown or rule is None:
            return None
        if kind == "mean":
            return found.sums.mean_rounded(rule.mean_places, found.item.indicator.scale)
        return None if found.squared is None else f"{sqrt_half_up(found.squared, rule.places):f}"

    def _composite(self, kind: str, block: str, stage: Stage) -> str | None:
        (found,) = (one for one in self._block(block).composites if one.stage is stage)
        return found.printed if kind == "composite" else decimal_text(found.limit)

    # --- one test of a clause

    def _of_answer(self, kind: str, clause: str, test: str, *rest: str) -> str | None:
        answer = self.answer(clause, test, rest[0] if rest and kind == "test" else Basis.STRICT)
        match kind, rest:
            case "test", [] | [_]:
                return answer.printed
            case "limit", []:
                return level_of(answer.test.must) if answer.test.must else None
            case "local", [place]:
                return level_of(answer.local[int(place)][1])
            case "shorts", []:
                return str(len(answer.short))
            case "open", []:
                return why_open(answer, self.plan)
            case "lack", _:
                return {short.identity: short.lacks for short in answer.short}["/".join(rest)]
            case "declared", ["finding" | "by" | "on" as name]:
                return getattr(answer.declaration, name) if answer.declaration else None
        raise KeyError(kind)

    def answer(self, clause_id: str, test: str, basis: str = Basis.STRICT) -> Answer:
        """One test's answer. Raises `KeyError`."""
        clause = self.plan.clause(clause_id)
        result = self._block(clause.block, basis).clause(clause_id) if clause else None
        answer = result.answer(test) if result else None
        if answer is None:
            raise KeyError(test)
        return answer


def level_of(limit: Limit) -> str:
    """The number of a limit."""
    levels = (limit.at_least, limit.at_most, limit.below, limit.more_than)
    return decimal_text(next(level for level in levels if level is not None))


def wanting(amount: Amount, plan: Plan) -> str:
    """The fields a total still wants, and in how many rows."""
    if not amount.missing:
        return words.NO_DATA
    fields = []
    for column in amount.missing:
        form, title = plan.carrier(column, amount.sum.fact), plan.titled(column, amount.sum.fact).zh
        told = words.FIELD if form else words.BARE_FIELD
        fields.append(told.format(title=title, form=form.title.zh if form else ""))
    rows = f"（{len(amount.open)} 行）" if len(amount.open) > 1 else ""
    return f"缺{'、'.join(fields)}{rows}"


def address_of(gap: Gap) -> str:
    """Names a gap: by its figure, and by the place that alone asks for it."""
    place = f"@{gap.place.zh}" if gap.place else ""
    return f"{gap.address or gap.short.zh}{place}"


def _counted(states: Iterable[str], wanted: str) -> int:
    found = list(states)
    return len(found) if wanted == ALL else found.count(wanted)
