"""The one gate: figures leave only suppressed, and attacked over everything the audience has been shown.

Pure: it is given what a release would hold, the audience's policy, and the ledger of earlier releases; it
gives back each cell with its symbol, and the ledger with the release in it.

Amounts are audited as whole numbers: people as they are, money in whole 万元 (an attacker who knows less than
that apart knows enough). Amounts that are neither are no secret and are not hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import half_up
from meihao.base.text import Refused
from meihao.methods.disclosure import UnprotectableError, protected
from meihao.methods.disclosure_lp import Audit, Ledger, audit
from meihao.methods.disclosure_rules import Rule, Sum, Table
from meihao.policy.kinds import CountRule, Disclosure
from meihao.releases.contents import Amount, At, Contents, Ratio, Sheet, Sort

CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE = "c", "x", "z"
_YUAN = "元"
_MYRIAD = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as it leaves: a value, or a symbol and no value. `name` is the amount's in the ledger."""

    value: Fraction | None
    symbol: str = ""
    name: str = ""


@dataclass(frozen=True)
class Gated:
    """A release that may leave: its cells and the sums among them by sheet, and what is known after it."""

    cells: Mapping[str, Mapping[At, Shown]]
    sums: Mapping[str, tuple[Sum, ...]]
    ledger: Ledger
    audit: Audit


@dataclass(frozen=True)
class Audited:
    """What the ledger is given: whole numbers of one sort, and the cells of them that may not be shown."""

    sort: Sort
    table: Table
    marked: frozenset[str]
    rule: Rule


def gated(found: Contents, policy: Disclosure, earlier: Ledger) -> Gated:
    """Suppresses a release. Raises `Refused` without a rule for its audience, or where nothing is safe."""
    names = _names(found, earlier)
    hidden: frozenset[str] = frozenset()
    ledger = earlier
    for part in audited(found, policy, names):
        try:
            more, ledger = protected(part.table, part.marked, part.rule, ledger)
        except UnprotectableError as error:
            raise _given_away(error) from None
        hidden |= more
    seen = audit(ledger)
    if not seen.passes:
        raise Refused(
            f"有 {len(seen.exact) + len(seen.narrow)} 格仍可被推算出来，没有发布。",
            f"{len(seen.exact) + len(seen.narrow)} cells could still be worked out: nothing was published.",
        )
    cells = {sheet.key: _shown(sheet, found, names, hidden) for sheet in found.sheets}
    sums = {sheet.key: tuple(_sums(sheet, found, names)) for sheet in found.sheets}
    return Gated(cells, sums, ledger, seen)


def audited(found: Contents, policy: Disclosure, names: Mapping[str, str]) -> Iterator[Audited]:
    """People and money as the ledger takes them. Raises `Refused` where the policy gives no numbers."""
    if policy.within_scope:
        return
    if policy.counts is None or policy.amounts is None:
        raise Refused(
            f"政策「{policy.key}」没有给出这一类读者的保密规则，不能向其发布。",
            f"The policy “{policy.key}” gives no rule for these readers: nothing can be published to them.",
        )
    sensitive = policy.sensitive.counts if policy.sensitive is not None else policy.counts
    by_sort: dict[Sort, CountRule] = {"people": policy.counts, "sensitive": sensitive, "money": policy.counts}
    wholes = _wholes(found)
    for sort, counts in by_sort.items():
        yield _audited(sort, found, policy, counts, wholes, names)


def _audited(
    sort: Sort,
    found: Contents,
    policy: Disclosure,
    counts: CountRule,
    wholes: Mapping[str, int],
    names: Mapping[str, str],
) -> Audited:
    cells: dict[str, int] = {}
    marked: set[str] = set()
    sums: list[Sum] = []
    for sheet in found.sheets:
        for amount in sheet.amounts:
            if amount.sort != sort:
                continue
            whole = _of_column(sheet, amount, found, wholes)
            named = {line: names[found.name(sheet.stage, line, amount.key)] for line in whole}
            cells |= {named[line]: value for line, value in whole.items()}
            marked |= {named[line] for line in _small(sheet, amount, whole, found, policy, counts)}
            sums += [
                Sum(named[line], tuple(named[part] for part in parts))
                for line, parts in sheet.parts.items()
                if whole.keys() >= {line, *parts}
            ]
    rule = counts.rule if sort != "money" else Rule(0, False, 1, counts.share)
    return Audited(sort, Table(cells, tuple(dict.fromkeys(sums))), frozenset(marked), rule)


def _of_column(sheet: Sheet, amount: Amount, found: Contents, wholes: Mapping[str, int]) -> dict[str, int]:
    """The known amounts of a column in whole numbers, by line."""
    names = {line.key: found.name(sheet.stage, line.key, amount.key) for line in sheet.lines}
    return {line: wholes[name] for line, name in names.items() if name in wholes}


def _wholes(found: Contents) -> dict[str, int]:
    """Every known amount in whole numbers, by name; totals are added up again from what they rest on."""
    wholes: dict[str, int] = {}
    for sheet in reversed(found.sheets):  # units before the towns they lie in
        for amount in sheet.amounts:
            unit = _MYRIAD if amount.sort == "money" and amount.unit == _YUAN else 1
            for line in reversed(sheet.lines):  # what is below comes before what it adds up to
                name = found.name(sheet.stage, line.key, amount.key)
                value = sheet.values[line.key, amount.key]
                parts = [found.name(sheet.stage, part, amount.key) for part in sheet.parts.get(line.key, ())]
                if value is None or name in wholes:
                    continue
                if parts and wholes.keys() >= set(parts):
                    wholes[name] = sum(wholes[part] for part in parts)
                else:
                    wholes[name] = int(half_up(value / unit, 0))
    return wholes


def _small(
    sheet: Sheet,
    amount: Amount,
    whole: Mapping[str, int],
    found: Contents,
    policy: Disclosure,
    counts: CountRule,
) -> Iterator[str]:
    if amount.open:
        return
    for line, value in whole.items():
        if amount.sort != "money":
            if counts.rule.small(value):
                yield line
        elif policy.amounts is not None:
            behind = found.behind.get((sheet.stage, line, amount.key), ()) or (Fraction(value),)
            if policy.amounts.rule.dominated([int(half_up(one, 0)) for one in behind]):
                yield line


def _names(found: Contents, earlier: Ledger) -> dict[str, str]:
    """Each amount under its name in the ledger: one that was put right is another cell, `…#2`."""
    wholes = _wholes(found)
    every = (
        found.name(sheet.stage, line.key, amount.key)
        for sheet in found.sheets
        for amount in sheet.amounts
        for line in sheet.lines
    )
    return {name: _version(name, wholes[name], earlier) if name in wholes else name for name in every}


def _version(name: str, value: int, earlier: Ledger) -> str:
    number, known = 1, name
    while earlier.values.get(known, value) != value:
        number += 1
        known = f"{name}#{number}"
    return known


def _sums(sheet: Sheet, found: Contents, names: Mapping[str, str]) -> Iterator[Sum]:
    for amount in sheet.amounts:
        known = {
            line
            for (line, column), value in sheet.values.items()
            if column == amount.key and value is not None
        }
        for line, parts in sheet.parts.items():
            if known >= {line, *parts}:
                named = [names[found.name(sheet.stage, one, amount.key)] for one in (line, *parts)]
                yield Sum(named[0], tuple(named[1:]))


def _shown(
    sheet: Sheet, found: Contents, names: Mapping[str, str], hidden: frozenset[str]
) -> dict[At, Shown]:
    cells: dict[At, Shown] = {}
    for at, value in sheet.values.items():
        line, column = at
        name = names[found.name(sheet.stage, line, column)]
        if value is None:
            cells[at] = Shown(None, UNAVAILABLE, name)
        else:
            cells[at] = Shown(None, CONFIDENTIAL, name) if name in hidden else Shown(value, "", name)
    return cells | {
        (line.key, ratio.key): _ratio(
            cells[line.key, ratio.numerator], cells[line.key, ratio.denominator], ratio
        )
        for line in sheet.lines
        for ratio in sheet.ratios
    }


def bare(sheet: Sheet, found: Contents) -> dict[At, Shown]:
    """Every cell of a sheet with nothing hidden: what a published one is compared with."""
    own = {
        name: name
        for line in sheet.lines
        for amount in sheet.amounts
        for name in [found.name(sheet.stage, line.key, amount.key)]
    }
    return _shown(sheet, found, own, frozenset())


def _ratio(over: Shown, under: Shown, ratio: Ratio) -> Shown:
    """A value is told where both of its sides are."""
    for symbol in (CONFIDENTIAL, UNAVAILABLE):
        if symbol in (over.symbol, under.symbol):
            return Shown(None, symbol)
    if over.value is None or not under.value:
        return Shown(None, NOT_APPLICABLE)
    return Shown(over.value / under.value * ratio.scale)


def _given_away(error: UnprotectableError) -> Refused:
    number = len(error.cells)
    return Refused(
        f"有 {number} 格不能公布，而以前发布的数已经足以算出它们。请减少这次发布的内容，或请保密负责人处理。",
        f"{number} cells may not be shown, and earlier releases give them away: publish less this time.",
    )
