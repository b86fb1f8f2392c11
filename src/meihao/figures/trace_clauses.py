"""From a clause, a test or a total back to its sources: the same lines as a trace of a unit."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.exact import decimal_text
from meihao.base.text import LANGS, Text
from meihao.figures.clauses import SOURCES, Amount, Answer, ClauseResult
from meihao.figures.engines import PlainEngine
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import DECLARATIONS, Basis, Sum
from meihao.figures.result import Evaluation
from meihao.figures.steps import Leaves, Step, clause_of, missing_of, told, version_of, worded
from meihao.figures.words import applied, in_words
from meihao.policy.expressions import Column
from meihao.policy.kinds import Limit, Policy

_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "＜", "more_than": "＞"}


@dataclass(frozen=True)
class ClauseTracer:
    """Traces of what is judged over the district as a whole."""

    evaluation: Evaluation

    def clause(self, clause_id: str, basis: Basis) -> Step:
        """A clause with each of its tests. Raises `KeyError`."""
        result = self._result(clause_id, basis)
        clause = result.clause
        lines = [self._answer(answer) for answer in result.answers]
        lines += [clause_of(reference) for reference in clause.reference]
        lines += [
            version_of(policy, self.evaluation.plan) for policy in (self.evaluation.plan.standard, clause)
        ]
        return Step(clause.title, _states(result), None, tuple(lines))

    def test(self, clause_id: str, test_id: str, basis: Basis) -> Step:
        """One test of a clause, with its clause. Raises `KeyError`."""
        result = self._result(clause_id, basis)
        answer = result.answer(test_id)
        if answer is None:
            raise KeyError(test_id)
        step = self._answer(answer)
        rules = [clause_of(reference) for reference in result.clause.reference]
        rules.append(version_of(result.clause, self.evaluation.plan))
        return Step(step.label, step.value, None, (*step.children, *rules))

    def total(self, owner: str, name: str) -> Step:
        """A total of a clause or a table, row by row. Raises `KeyError`."""
        amount, plan = self.evaluation.total(owner, name), self.evaluation.plan
        step = self._amount(amount.sum.total.title, amount)
        policies: list[Policy] = [policy for policy in plan.clauses if policy.id == owner]
        policies += [form for form in plan.tables if form.name == owner]
        rules = [clause_of(reference) for policy in policies[:1] for reference in policy.reference]
        rules += [version_of(policy, plan) for policy in policies[:1]]
        return Step(step.label, step.value, None, (*step.children, *rules))

    # --- parts

    def _result(self, clause_id: str, basis: Basis) -> ClauseResult:
        clause = self.evaluation.plan.clause(clause_id)
        found = self.evaluation.block(clause.block, basis).clause(clause_id) if clause else None
        if found is None:
            raise KeyError(clause_id)
        return found

    def _answer(self, answer: Answer) -> Step:
        test = answer.test
        if test.declared is not None:
            return self._declared(answer)
        unit = test.unit or Text("", "")
        printed = answer.printed or "…"
        state = answer.state.words
        value = Text(f"{printed} {unit.zh}（{state.zh}）", f"{printed} {unit.en} ({state.en})")
        formula = Step(Text("公式", "formula"), test.formula) if test.formula else None
        sides = (
            (Text("分子", "numerator"), answer.numerator),
            (Text("分母", "denominator"), answer.denominator),
        )
        lines = [
            formula,
            *(self._amount(label, amount) for label, amount in sides if amount),
            Step(Text("标准", "standard"), limit_words(test.must)),
            *(
                Step(Text(f"{policy.title.zh}", policy.title.en), _against(limit, state.words))
                for policy, limit, state in answer.local
            ),
            self._relaxed(answer),
            Step(Text("来源", "source"), SOURCES[test.source]),
            Step(Text("说明", "note"), Text(test.note, test.note)) if test.note else None,
            *(self._short(answer)),
        ]
        return Step(test.title, value, None, tuple(line for line in lines if line is not None))

    @staticmethod
    def _relaxed(answer: Answer) -> Step | None:
        relaxed = answer.test.relaxed
        if relaxed is None:
            return None
        used = answer.basis is Basis.RELAXED
        words = (
            Text("计入", "counted") if used else Text("不计入；放宽的结果并列", "not counted; shown beside")
        )
        label = Text(f"放宽：{relaxed.title.zh}", f"relaxation: {relaxed.title.en}")
        return Step(label, words)

    @staticmethod
    def _short(answer: Answer) -> list[Step]:
        lines = []
        for short in answer.short:
            pair = f"{told(short.numerator)} / {told(short.denominator)}"
            lack = answer.test.lack
            more = Text("", "")
            if short.lacks is not None and lack is not None:
                more = Text(
                    f"，{short.lacks} {lack.unit.zh}{lack.thing.zh}",
                    f", {short.lacks} {lack.unit.en} {lack.thing.en}",
                )
            lines.append(Step(Text(short.name, short.name), Text(f"{pair}{more.zh}", f"{pair}{more.en}")))
        return lines

    def _declared(self, answer: Answer) -> Step:
        found, state = answer.declaration, answer.state.words
        if found is None:
            words = Text(f"没有认定（{state.zh}）", f"not declared ({state.en})")
            return Step(answer.test.title, words)
        said = worded(found.holds)
        fact = self.evaluation.plan.facts[DECLARATIONS]
        origins = self.evaluation.snapshot.table(fact).origins
        code = next(
            (
                c
                for (c, name) in origins
                if name == "holds" and c.endswith(f".{answer.clause.id}.{answer.test.id}")
            ),
            "",
        )
        origin = origins.get((code, "holds"))
        told_ = [
            Step(fact.titled(name), Text(text, text))
            for name, text in (
                ("finding", found.finding),
                ("evidence", found.evidence),
                ("declared_by", found.by),
                ("declared_on", found.on),
            )
            if text
        ]
        value = Text(f"{said.zh}（{state.zh}）", f"{said.en} ({state.en})")
        return Step(answer.test.title, value, origin, tuple(told_))

    def _amount(self, label: Text, amount: Amount) -> Step:
        """A total and the rows that make it, by code; rows that do not count are left out."""
        sum_, lines = amount.sum, list[Step | None]()
        fact = self.evaluation.plan.facts[sum_.fact]
        table = self.evaluation.snapshot.table(fact)
        if sum_.total.where is not None:
            condition = Text(*(in_words(sum_.total.where, fact, lang) for lang in LANGS))
            lines.append(Step(Text("计入条件", "counted where"), condition))
        lines += [
            _row(sum_, Interpreter(fact, row), Leaves(fact, table)) for _, row in sorted(table.rows.items())
        ]
        lines.append(missing_of(amount.missing, self.evaluation.plan, sum_.fact))
        lines.append(self._recomputed(amount))
        number = "…" if amount.value is None else told(amount.value)
        title = sum_.total.title
        value = Text(
            f"{number} {sum_.total.unit} ＝ Σ {title.zh}", f"{number} {sum_.total.unit} = Σ {title.en}"
        )
        return Step(label, value, None, tuple(line for line in lines if line is not None))

    def _recomputed(self, amount: Amount) -> Step:
        again = PlainEngine().total(self.evaluation.snapshot, self.evaluation.plan)[
            amount.sum.owner, amount.sum.name
        ]
        same = again.open == amount.open and (amount.value is None or again.known == amount.value)
        words = Text("一致", "equal") if same else Text(f"不一致：{again}", f"differs: {again}")
        return Step(Text("由快照复算", "recomputed from the snapshot"), words)


def _row(sum_: Sum, reader: Interpreter, leaves: Leaves) -> Step | None:
    """What one row adds; None where it does not count."""
    total, fact = sum_.total, leaves.fact
    counts = True if total.where is None else reader.truth(total.where)
    if counts is False:
        return None
    value = reader.number(total.value) if counts else None
    said = Text("未决", "undecided") if value is None else worded(value)
    shown = applied(total.value, reader)
    told_ = Text(*(in_words(shown, fact, lang) for lang in LANGS))
    below = [*(leaves.of(shown, reader) or leaves.of(total.value, reader))]  # a count rests on its conditions
    if total.where is not None:
        below += [leaf for leaf in leaves.of(total.where, reader) if leaf not in below]
    name = str(reader.value(Column(fact.name_column)) or reader.value(Column(fact.identity)))
    return Step(
        Text(name, name), Text(f"{said.zh} ＝ {told_.zh}", f"{said.en} = {told_.en}"), None, tuple(below)
    )


def _states(result: ClauseResult) -> Text:
    own, local = result.state.words, result.local
    if local is None:
        return own
    return Text(f"{own.zh}；地方要求：{local.words.zh}", f"{own.en}; what the place asks: {local.words.en}")


def _against(limit: Limit, state: Text) -> Text:
    words = limit_words(limit)
    return Text(f"{words.zh}：{state.zh}", f"{words.en}: {state.en}")


def limit_words(limit: Limit | None) -> Text:
    """A limit in print; 未规定 where the source gives none."""
    if limit is None:
        return Text("未规定", "not set")
    (name, value), *_ = limit.model_dump(exclude_none=True).items()
    text = f"{_SIGNS[name]} {value if isinstance(value, str) else decimal_text(value)}"
    return Text(text, text)
