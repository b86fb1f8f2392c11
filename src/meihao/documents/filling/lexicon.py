"""What captions ask for, on one day at one place: forms, facts, tables, clauses, indicators, synonyms.

A caption is known by exactly its words (spaces, widths and numbering apart), or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.documents.filling.asks import (
    OF_DISTRICT,
    YEAR,
    YES_NO,
    Amount,
    Ask,
    Audience,
    Rate,
    Ratio,
    column,
    is_text,
    level_of,
    meant,
    total,
)
from meihao.documents.filling.sentences import key_of_finding, key_of_sentence
from meihao.documents.filling.vocabulary import Said, Vocabulary
from meihao.documents.returns.headers import suggestions
from meihao.documents.returns.intake import incoming
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.policy.check import columns_of
from meihao.policy.expressions import BadExpression, Column, Kind, kind_of
from meihao.policy.kinds import Caption, Clause, ClauseTest, Fact, Form, Means, Synonyms
from meihao.policy.rulebook import Rulebook

Key: TypeAlias = tuple[Audience, str, Stage | None]


class Lexicon:
    """The captions in force and what each asks for."""

    def __init__(self, rulebook: Rulebook, evaluation: Evaluation) -> None:
        plan, on, place = evaluation.plan, evaluation.plan.on, evaluation.plan.place
        forms = incoming(rulebook, on, place)
        tables = evaluation.snapshot.tables.values()
        self.facts: dict[str, Fact] = {**plan.facts, **forms.facts, **{t.fact.key: t.fact for t in tables}}
        self.forms = forms.forms
        self.words = Vocabulary(rulebook.all(Synonyms, on, place), self._units(plan))
        self.unit = plan.fact
        self._asks: dict[Key, list[Ask]] = {}
        self._printed: dict[Audience, dict[str, str]] = {"school": {}, "district": {}}
        self._sentences: dict[str, list[Ask | None]] = {}
        self._adds_up = {
            (key, name) for p in self.words.policies for key, names in p.adds_up.items() for name in names
        }
        for fact in self.facts.values():
            self._take_fact(fact)
        self._take_rates(plan)
        self._take_tables(plan)
        for clause in plan.clauses:
            self._take_finding(clause, plan)
        captions = [(policy, caption) for policy in self.words.policies for caption in policy.captions]
        for policy, caption in captions:
            self._take_caption(policy, caption)
        for _, caption in captions:
            self._borrow(caption)

    # --- what is asked of it

    def asks(self, said: Said, audience: Audience) -> list[Ask]:
        """What a caption asks for; empty where it is not known, or not at the stage it names."""
        keys = [(said.whole, said.stage)]
        own = self.words.staged(said.whole)
        if own and said.stage in (None, own[1]):
            keys += [
                own,
                (said.whole, None),
            ]  # 小学学生人数 is 学生人数 of 小学, in whatever order it is said
        found: list[Ask] = []
        for key in keys:
            found += [ask for ask in self._asks.get((audience, *key), ()) if ask not in found]
        if not found and said.stage is not None:
            # a name or a code is the same at every stage
            found = [ask for ask in self._asks.get((audience, said.whole, None), []) if is_text(ask)]
        return found

    def stages(self, said: Said, audience: Audience) -> list[Stage]:
        """The stages at which a caption without one would be known."""
        return [stage for stage in Stage if (audience, said.whole, stage) in self._asks]

    def names(self, said: Said, audience: Audience) -> bool:
        """Whether the words alone are known, whatever stands above them and whatever stage is named."""
        return any((audience, said.core, stage) in self._asks for stage in (None, *Stage))

    def sentence(self, text: str) -> list[Ask | None] | None:
        """What each blank of a sentence asks for; None where the sentence is not known word for word."""
        return self._sentences.get(key_of_sentence(text))

    def likely(self, said: Said, audience: Audience) -> list[str]:
        """Known captions that are most like one that is not known: for a person to judge."""
        return suggestions(said.core, list(self._printed[audience].values()))

    def givers(self, fact: str, columns: Iterable[str]) -> list[Form]:
        """The forms that would give some columns of a fact."""
        wanted = set(columns)
        return [form for form in self.forms if form.fact == fact and wanted & set(form.by_column)]

    def knows(self, path: Sequence[str]) -> bool:
        """See `Meanings`."""
        said = self.words.apart(path)
        return any(self.asks(said, audience) or self.stages(said, audience) for audience in self._printed)

    def wants_words(self, path: Sequence[str]) -> bool:
        """See `Meanings`."""
        said = self.words.apart(path)
        return any(is_text(ask) for audience in self._printed for ask in self.asks(said, audience))

    def offers(self, path: Sequence[str], answer: str) -> bool:
        """See `Meanings`."""
        asks = self.asks(self.words.apart(path), "school")
        named = [
            (ask.fact, ask.value.name)
            for ask in asks
            if isinstance(ask, Amount) and isinstance(ask.value, Column)
        ]
        specs = [fact.columns[name] for fact, name in named if name in fact.columns]
        return any(answer in ((*s.choices, *s.also), YES_NO)[s.type == "yesno"] for s in specs)

    def names_school(self, path: Sequence[str]) -> Literal["code", "name"] | None:
        """See `Meanings`."""
        for ask in self.asks(self.words.apart(path), "school"):
            ours = isinstance(ask, Amount) and ask.fact.identity == self.unit.identity
            if isinstance(ask, Amount) and ours and isinstance(ask.value, Column):
                kinds = {ask.fact.identity: "code", ask.fact.name_column: "name"}
                if ask.value.name in kinds:
                    return "code" if kinds[ask.value.name] == "code" else "name"
        return None

    # --- where captions come from

    def _units(self, plan: Plan) -> Iterator[str]:
        yield YEAR
        yield from (spec.unit for fact in self.facts.values() for spec in fact.columns.values() if spec.unit)
        yield from (item.indicator.unit.zh for item in plan.items)
        yield from (sum_.total.unit for sum_ in plan.sums())
        yield from (test.unit.zh for clause in plan.clauses for test in clause.tests if test.unit)

    def _put(self, audience: Audience, path: Sequence[str], ask: Ask, stage: Stage | None = None) -> None:
        """A caption with what it asks for; one that names its stage is also known by the words beside."""
        said = self.words.apart(path)
        own = self.words.staged(said.whole)
        keys = [(said.whole, stage or said.stage)]
        for key in [*keys, own] if own and keys[0][1] is None else keys:
            asks = self._asks.setdefault((audience, *key), [])
            if ask not in asks:
                asks.append(ask)
        self._printed[audience].setdefault(said.whole, path[-1])

    def _take_fact(self, fact: Fact) -> None:
        paths: dict[str, list[tuple[str, ...]]] = {n: [(spec.title.zh,)] for n, spec in fact.columns.items()}
        for field in (field for form in self.forms if form.fact == fact.key for field in form.fields):
            labels = (field.label, *field.aliases)
            # under its own category a field means what it means without; under another one it may not
            paths[field.column] += [path for label in labels for path in ((label,), (field.category, label))]
        for name, said in paths.items():
            for audience, every in self._readers(fact, name):
                ask = column(fact, name, every)
                for path in dict.fromkeys(said):
                    self._put(audience, path, ask)

    def _readers(self, fact: Fact, name: str) -> Iterator[tuple[Audience, bool]]:
        """Whose form a column can be on, and whether it is summed there."""
        level = level_of(fact, self.unit)
        if level == "school":
            yield "school", False
            if (fact.key, name) in self._adds_up:
                yield "district", True
        elif level == "district":
            yield "district", False
            if name in (fact.identity, fact.name_column):
                yield "school", False

    def _take_rates(self, plan: Plan) -> None:
        for item in plan.items:
            for stage in plan.stages:
                for audience in self._printed:
                    self._put(audience, (item.indicator.title.zh,), Rate(item, stage), stage)

    def _take_tables(self, plan: Plan) -> None:
        """The captions of official tables: those of indicators, and of totals of the district."""
        items = {item.id: item for item in plan.items}
        for form in plan.tables:
            for head in form.table.columns if form.table else ():
                path = (*head.within, head.caption)
                if head.shows in items:
                    for stage in plan.stages:
                        for audience in self._printed:
                            self._put(audience, path, Rate(items[head.shows], stage), stage)
                elif form.table and head.shows in form.table.totals:
                    asked = form.table.totals[head.shows]
                    fact = self.facts.get(asked.fact or form.fact)
                    if fact is not None:
                        self._put("district", path, total(asked, fact, form.reference))

    def _take_finding(self, clause: Clause, plan: Plan) -> None:
        """The sentence that the official form prints for a clause, with its totals in the blanks."""
        if clause.finding is None:
            return
        amounts = {
            name: total(asked, self.facts[asked.fact or clause.fact or plan.fact.key], clause.reference)
            for name, asked in clause.totals.items()
        }
        found: list[Ask | None] = [
            amounts.get(name) or _ratio(clause, clause.test(name), amounts) for name in clause.blanks
        ]
        self._sentences[key_of_finding(clause.finding)] = found

    def _take_caption(self, policy: Synonyms, caption: Caption) -> None:
        sides: tuple[tuple[Audience, Means | None], ...] = (
            ("school", caption.school),
            ("district", caption.district),
        )
        for audience, means in sides:
            for says in caption.says if means else ():
                assert means is not None
                ask = self._meant(policy, says, means, audience)
                self._put(audience, split(says), ask, caption.stage)

    def _meant(self, policy: Synonyms, says: str, means: Means, audience: Audience) -> Amount:
        fact = self.facts.get(means.fact)
        if fact is None:
            raise _fault(policy, says, f"no such fact in force: {means.fact}")
        every = audience == "district" and fact.identity != OF_DISTRICT
        try:
            kinds = columns_of(fact)
            kind = kind_of(means.value, kinds)
            condition: Kind = "bool" if means.where is None else kind_of(means.where, kinds)
        except BadExpression as problem:
            raise _fault(policy, says, str(problem)) from None
        if condition != "bool" or (kind != "number" and (every or means.unit is not None)):
            raise _fault(policy, says, f"a number and a condition are wanted, {kind} and {condition} found")
        return meant(means, fact, says, policy.reference, every)

    def _borrow(self, caption: Caption) -> None:
        """A caption confirmed to mean the same as another one asks for what that one asks for."""
        if caption.same_as is None:
            return
        other = self.words.apart(split(caption.same_as))
        for audience in self._printed:
            for stage in (None, *Stage):
                for ask in self._asks.get((audience, other.whole, stage), []):
                    for says in caption.says:
                        self._put(audience, split(says), ask, caption.stage or stage)


def split(says: str) -> tuple[str, ...]:
    """「上级 › 下级」 as a path."""
    return tuple(part.strip() for part in says.split("›"))


def _ratio(clause: Clause, test: ClauseTest | None, amounts: dict[str, Amount]) -> Ratio | None:
    if test is None or test.numerator is None or test.denominator is None or test.unit is None:
        return None
    over, under = amounts[test.numerator], amounts[test.denominator]
    return Ratio(over, under, test.scale, test.title, test.unit.zh, test.places, clause.reference)


def _fault(policy: Synonyms, says: str, problem: str) -> Refused:
    return Refused(f"「{policy.key}」的「{says}」：{problem}", f"“{policy.key}”, “{says}”: {problem}")
