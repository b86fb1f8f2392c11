"""Opens what is judged over the place as a whole: clauses, their tests, totals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from meihao.base.text import LANGS, Text
from meihao.figures.addressed import Standing, addressed
from meihao.figures.clauses import SOURCES, Amount, Answer, ClauseResult, ClauseState
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis, Sum
from meihao.figures.steps import missing_of, told
from meihao.figures.trace_clauses import limit_words
from meihao.figures.words import applied, in_words
from meihao.policy.expressions import Column
from meihao.policy.kinds import Policy
from meihao.releases.leaves import leaves
from meihao.releases.opened import NONE, Leaf, Limit, Line, Number, Opened, Part, clauses_of, policies_of
from meihao.releases.openers import STANDARD, Opener

OF_CLAUSE = {
    ClauseState.REACHED: Standing.REACHED,
    ClauseState.BASIC: Standing.SPARE,
    ClauseState.FAILED: Standing.FAILED,
    ClauseState.UNDECIDED: Standing.UNDECIDED,
    ClauseState.NOT_SET: Standing.SHOWN,
}
_SCHOOLS = "school_code"  # the identity of facts whose rows are schools


@dataclass(frozen=True)
class ClauseOpener(Opener):
    """Opens clauses of one evaluation; free words of findings are for whoever sees the whole place."""

    def clause(self, address: str, clause_id: str) -> Opened:
        """A clause with each of its tests. Raises `KeyError`."""
        result = self._result(clause_id, Basis.STRICT)
        clause, plan = result.clause, self.evaluation.plan
        return Opened(
            address,
            clause.title,
            result.state.words.zh,
            NONE,
            OF_CLAUSE[result.state],
            result.state.words,
            (str(result.state), *(answer.value for answer in result.answers)),
            heads=(Text("数值", "value"), Text("标准", "standard")),
            lines=tuple(self._line(answer) for answer in result.answers),
            missing=Text("；".join(self._findings(result)), "; ".join(self._findings(result))),
            clauses=clauses_of(clause.reference),
            policies=policies_of(plan, plan.standard, clause),
        )

    def _findings(self, result: ClauseResult) -> list[str]:
        found = [a.declaration.finding for a in result.answers if a.declaration and a.declaration.finding]
        return list(dict.fromkeys(found)) if self.seen.whole else []

    @staticmethod
    def _line(answer: Answer) -> Line:
        test = answer.test
        address = f"test/{answer.clause.id}/{test.id}"
        unit = f" {test.unit.zh}" if test.unit and answer.printed else ""
        value = "—" if test.declared is not None else f"{answer.printed or '…'}{unit}"
        numbers = (
            Number(value, "" if test.declared is not None else address),
            Number(limit_words(test.must).zh),
        )
        if test.declared is not None:
            numbers = (Number(value), Number("—"))
        return Line("", test.title, numbers, OF_CLAUSE[answer.state], answer.state.words, address)

    def test(self, address: str, clause_id: str, test_id: str, basis: Basis) -> Opened:
        """One test of a clause. Raises `KeyError`."""
        result = self._result(clause_id, basis)
        answer, plan = result.answer(test_id), self.evaluation.plan
        if answer is None:
            raise KeyError(test_id)
        test, rules = answer.test, (clauses_of(result.clause.reference), policies_of(plan, result.clause))
        if test.declared is not None:
            return self._declared(address, answer, rules)
        whole = tuple(amount for amount in (answer.numerator, answer.denominator) if amount is not None)
        missing = missing_of(dict.fromkeys(c for a in whole for c in a.missing), plan, whole[0].sum.fact)
        lines, hidden = self._lines(whole)
        limits = [Limit(STANDARD, limit_words(test.must), OF_CLAUSE[answer.state], answer.state.words)]
        limits += [Limit(p.title, limit_words(at), OF_CLAUSE[s], s.words) for p, at, s in answer.local]
        return Opened(
            address,
            test.title,
            answer.printed or "…",
            test.unit or NONE,
            OF_CLAUSE[answer.state],
            answer.state.words,
            (answer.value, *(a.value for a in whole), *(f"{a.low} {a.high}" for a in whole)),
            formula=test.formula or NONE,
            scale=test.scale,
            numerator=self._part(answer.numerator),
            denominator=self._part(answer.denominator),
            limits=tuple(limits),
            heads=tuple(amount.sum.total.title for amount in whole),
            lines=lines,
            hidden=hidden,
            missing=missing.value if missing else NONE,
            clauses=rules[0],
            policies=rules[1],
            asked=addressed(self.evaluation, address).asked,
        )

    def _declared(
        self, address: str, answer: Answer, rules: tuple[tuple[str, ...], tuple[Text, ...]]
    ) -> Opened:
        found = answer.declaration
        said = Text("没有认定", "not declared")
        if found is not None and found.holds is not None:
            said = Text("是" if found.holds else "否", "yes" if found.holds else "no")
        told_ = (
            [part for part in (found.finding, found.evidence, found.by, found.on) if part] if found else []
        )
        shown = told_ if self.seen.whole else []
        return Opened(
            address,
            answer.test.title,
            said.zh,
            NONE,
            OF_CLAUSE[answer.state],
            answer.state.words,
            (str(found.holds if found else None),),
            formula=SOURCES[answer.test.source],
            missing=Text("；".join(shown), "; ".join(shown)),
            clauses=rules[0],
            policies=rules[1],
        )

    def total(self, address: str, owner: str, name: str) -> Opened:
        """A total of a clause or a table. Raises `KeyError`."""
        amount, plan = self.evaluation.total(owner, name), self.evaluation.plan
        policies: list[Policy] = [policy for policy in plan.clauses if policy.id == owner]
        policies += [form for form in plan.tables if form.name == owner]
        missing = missing_of(amount.missing, plan, amount.sum.fact)
        lines, hidden = self._lines((amount,))
        total = amount.sum.total
        return Opened(
            address,
            total.title,
            amount.printed or "…",
            Text(total.unit, ""),
            None,
            NONE,
            (amount.value, amount.low, amount.high),
            numerator=self._part(amount),
            heads=(total.title,),
            lines=lines,
            hidden=hidden,
            missing=missing.value if missing else NONE,
            clauses=clauses_of(policies[0].reference) if policies else (),
            policies=policies_of(plan, *policies[:1]),
        )

    # --- parts

    def _result(self, clause_id: str, basis: Basis) -> ClauseResult:
        clause = self.evaluation.plan.clause(clause_id)
        found = self.evaluation.block(clause.block, basis).clause(clause_id) if clause else None
        if found is None:
            raise KeyError(clause_id)
        return found

    def _part(self, amount: Amount | None) -> Part | None:
        """A total: how it is made up, and for a fact of one row the values it was read from."""
        if amount is None:
            return None
        total, fact = amount.sum.total, self.evaluation.plan.facts[amount.sum.fact]
        words = Text(*(in_words(total.value, fact, lang) for lang in LANGS))
        if total.where is not None:
            conditions = [in_words(total.where, fact, lang) for lang in LANGS]
            words = Text(f"Σ {words.zh}，计入：{conditions[0]}", f"Σ {words.en}, where {conditions[1]}")
        value = "…" if amount.value is None else told(amount.value)
        address = f"total/{amount.sum.owner}/{amount.sum.name}"
        return Part(total.title, value, total.unit, words, self._below(amount.sum), address)

    def _below(self, sum_: Sum) -> tuple[Leaf, ...]:
        fact = self.evaluation.plan.facts[sum_.fact]
        table = self.evaluation.snapshot.table(fact)
        if fact.identity == _SCHOOLS or len(table.rows) != 1:
            return ()
        reader = Interpreter(fact, next(iter(table.rows.values())))
        own = fact.key == self.evaluation.plan.fact.key
        return leaves(applied(sum_.total.value, reader), reader, fact, table, own=own)

    def _lines(self, amounts: tuple[Amount, ...]) -> tuple[tuple[Line, ...], int]:
        """What each school adds to the totals, by code; and how many schools may not be named."""
        first = amounts[0].sum.fact
        fact = self.evaluation.plan.facts[first]
        rows = self.evaluation.snapshot.table(fact).rows
        if fact.identity != _SCHOOLS:
            return (), 0
        same = [amount for amount in amounts if amount.sum.fact == first]
        lines, hidden = list[Line](), 0
        for code in sorted(rows):
            reader = Interpreter(fact, rows[code])
            numbers = [_added(amount.sum, reader) for amount in same]
            if all(number is None for number in numbers):
                continue
            if code not in self.seen:
                hidden += 1
                continue
            name = str(reader.value(Column(fact.name_column)) or code)
            shown = tuple(
                self._number(number, amount.sum, code) for number, amount in zip(numbers, same, strict=True)
            )
            padded = (*shown, *(Number("—") for _ in range(len(amounts) - len(same))))
            lines.append(Line(code, Text(name, name), padded))
        return tuple(lines), hidden

    def _number(self, said: str | None, sum_: Sum, code: str) -> Number:
        """A total that reads one reported column is that column's figure at the school."""
        value = sum_.total.value
        own = sum_.fact == self.evaluation.plan.fact.key
        column = value.name if isinstance(value, Column) and own else ""
        given = column in self.evaluation.plan.fact.columns
        return Number("—" if said is None else said, f"column/{column}/{code}" if given and said else "")


def _added(sum_: Sum, reader: Interpreter) -> str | None:
    """What one row adds; None where it does not count."""
    total = sum_.total
    counts = True if total.where is None else reader.truth(total.where)
    if counts is False:
        return None
    value: Fraction | None = reader.number(total.value) if counts else None
    return "…" if value is None else told(value)
