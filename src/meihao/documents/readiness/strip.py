"""The strip under the heading: the result, how much is decided, the data, the rule, the relaxation."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.text import Lang, Text
from meihao.documents.readiness import words
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, CellState, Evaluation, State
from meihao.policy.kinds import Block


def has_picture(evaluation: Evaluation) -> bool:
    """Whether the standard judges units by a rule of their own, which is what the sheet shows."""
    name = evaluation.plan.unit_block
    return name is not None and evaluation.plan.standard.blocks[name].unit_rule is not None


def shown_block(evaluation: Evaluation) -> str:
    """The block the sheet shows."""
    name = evaluation.plan.unit_block
    assert name is not None, "asked by has_picture"
    return name


@dataclass(frozen=True)
class Heading:
    """What the evaluation does not know: whose sheet it is, and how many returns came in."""

    district: Text
    invented: bool
    returns_read: int
    returns_expected: int | None


@dataclass(frozen=True)
class Panel:
    """One field of the strip: a label, what it says, and notes under it."""

    label: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    state: State | None = None


def panels(
    evaluation: Evaluation, rule: Block, lang: Lang, facts: Heading, changed: int
) -> tuple[Panel, ...]:
    """The five panels; `changed` is how many units the relaxation turns."""
    name = shown_block(evaluation)
    block, relaxed = evaluation.block(name), evaluation.block(name, Basis.RELAXED)
    standard = evaluation.plan.standard
    number = standard.reference[0].number or standard.reference[0].document
    limits = words.limits(rule)
    rules = tuple(said.said(lang) for said in (words.unit_rule(rule), limits) if said)
    own, with_it = _joined(block.reasons, lang), _joined(relaxed.reasons, lang)
    return (
        Panel(words.SELF_RESULT.said(lang), block.state.words.said(lang), notes=(own,), state=block.state),
        _decided(block, lang),
        _source(lang, facts),
        Panel(words.RULE.said(lang), number, notes=rules),
        Panel(
            words.RELAXED.said(lang),
            relaxed.state.words.said(lang),
            notes=(with_it, words.turned(changed).said(lang)),
            state=relaxed.state,
        ),
    )


def _joined(reasons: tuple[Text, ...], lang: Lang) -> str:
    """Reasons in one run of text; a long one is wrapped where it is drawn."""
    return ("；" if lang == "zh" else "; ").join(reason.said(lang) for reason in reasons)


def _decided(block: BlockResult, lang: Lang) -> Panel:
    states = [unit.cells[item].state for unit in block.units for item in unit.counting]
    open_ = states.count(CellState.UNDECIDED)
    if not open_:
        note = Text("全部已决" if states else "没有格子", "all decided" if states else "no cells")
    elif block.state is State.FAILED:
        note = Text(f"{open_} 格未决，补后不改变结论", f"{open_} open; filling them cannot turn the result")
    else:
        note = Text(f"{open_} 格未决", f"{open_} open")
    unit = Text(f"/ {len(states)} 格", f"of {len(states)} cells").said(lang)
    return Panel(words.DECIDED.said(lang), str(len(states) - open_), unit, (note.said(lang),))


def _source(lang: Lang, facts: Heading) -> Panel:
    read, expected = facts.returns_read, facts.returns_expected
    if expected is None:
        unit, note = Text("份学校填报", "returns read"), Text("应收份数未给出", "number expected not given")
    else:
        unit = Text(f"/ {expected} 份学校填报", f"of {expected} returns")
        late = expected - read
        note = Text(f"缺 {late} 份", f"{late} missing") if late > 0 else Text("已收齐", "all are in")
    return Panel(words.SOURCE.said(lang), str(read), unit.said(lang), (note.said(lang),))
