"""What openers of figures share: the evaluation, who looks, and the rules a figure stands on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from meihao.base.text import Text
from meihao.figures.addressed import Standing
from meihao.figures.engines import UnitKey
from meihao.figures.plan import Basis, Item
from meihao.figures.result import BlockResult, CellState, Evaluation, State, UnitResult
from meihao.figures.steps import told
from meihao.policy.kinds import Element, Policy
from meihao.releases.opened import clauses_of, policies_of
from meihao.releases.seen import Seen

OF_STATE = {
    State.REACHED: Standing.REACHED,
    State.FAILED: Standing.FAILED,
    State.UNDECIDED: Standing.UNDECIDED,
}
OF_CELL = {
    CellState.REACHED: Standing.REACHED,
    CellState.SPARE: Standing.SPARE,
    CellState.BELOW: Standing.FAILED,
    CellState.SHOWN: Standing.SHOWN,
    CellState.UNDECIDED: Standing.UNDECIDED,
}
STANDARD = Text("标准", "standard")


def printed(value: Fraction | None) -> str:
    """A number as traces print it; … where it is not known."""
    return "…" if value is None else told(value)


@dataclass(frozen=True)
class Opener:
    """Opens figures of one evaluation for somebody who sees some units by name."""

    evaluation: Evaluation
    seen: Seen

    def item(self, name: str) -> Item:
        """An item by its short name. Raises `KeyError`."""
        found = next((item for item in self.evaluation.plan.items if item.id == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def block(self, item: Item | None = None, basis: Basis = Basis.STRICT) -> BlockResult:
        """The block an item is judged in, or the one that judges units. Raises `KeyError`."""
        name = item.block if item else self.evaluation.plan.unit_block
        if name is None:
            raise KeyError("no block judges units")
        return self.evaluation.block(name, basis)

    def unit_of(self, key: UnitKey, block: BlockResult) -> UnitResult:
        """A unit that may be named. Raises `Missing`, and `KeyError` for one that is out of scope."""
        self.seen.require(key.campus)
        found = block.unit(key)
        if found is None:
            raise KeyError(key)
        return found

    def rules(self, item: Item | None) -> tuple[tuple[str, ...], tuple[Text, ...]]:
        """The clauses and policy versions that a figure of an item, or of all, stands on."""
        plan = self.evaluation.plan
        if item is None:
            return clauses_of(plan.standard.reference[:1]), policies_of(plan, plan.standard)
        elements: list[Policy] = [measure for measure in item.measures() if isinstance(measure, Element)]
        policies = policies_of(plan, plan.standard, item.indicator, *elements)
        return clauses_of(item.indicator.reference), policies
