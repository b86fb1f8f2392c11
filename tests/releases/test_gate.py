"""The gate: what leaves of a small district, and what an attacker makes of all that left before."""

from __future__ import annotations

from fractions import Fraction

import pytest

from meihao.base.text import Refused
from meihao.methods.disclosure_lp import Ledger, audit
from meihao.methods.disclosure_rules import Rule, Table
from meihao.policy.kinds import Disclosure
from meihao.releases import gate, rules
from meihao.releases.contents import Contents, contents
from meihao.releases.gate import Gated, audited, gated
from tests.releases.leaving import DAY, PLACE, SCHOOLS, STANDARD, TEACHERS, rows_of

ALL, RIVER, STONE, INK, VALLEY = "all:990106", "town:禾渚镇", "town:石觅乡", "town:澄墨街道", "town:毫谷乡"
PUPILS = "cn/compulsory/pupils"
EQUIPMENT = "cn/compulsory/equipment"

Passed = tuple[frozenset[str], Ledger]


def policy(audience: str = "public") -> Disclosure:
    return rules.rulebook().get(Disclosure, f"cn/disclosure/{audience}", DAY)


def held(audience: str = "public", **changed: tuple[str, int, int, int]) -> Contents:
    return contents(rows_of(changed), rules.plans(DAY, PLACE)[STANDARD], policy(audience))


def told(passed: Gated, line: str, column: str, sheet: str = "primary-towns") -> str | None:
    cell = passed.cells[sheet][line, column]
    return cell.symbol or str(cell.value)


def test_the_towns_add_up_to_the_district_and_stand_in_the_snapshot() -> None:
    towns = next(sheet for sheet in held().sheets if sheet.key == "primary-towns")
    pupils = {line.key: towns.values[line.key, PUPILS] for line in towns.lines}
    assert pupils[ALL] == sum(amount for _, amount, *_ in SCHOOLS.values())
    assert pupils[STONE] == Fraction(110)
    assert [line.level for line in towns.lines] == ["district", *["town"] * 4]


def test_small_numbers_and_what_would_give_them_away_are_hidden() -> None:
    passed = gated(held(), policy(), Ledger())
    teachers = {line: told(passed, line, TEACHERS) for line in (ALL, RIVER, STONE, INK, VALLEY)}
    assert teachers[RIVER] == teachers[STONE] == "c"  # 7 and 4
    assert teachers[ALL] == "134"
    assert {teachers[INK], teachers[VALLEY]} & {"109", "14"}
    assert passed.audit.passes
    assert told(passed, RIVER, f"{STANDARD}/r1") == "c"
    assert told(passed, ALL, f"{STANDARD}/r1") == str(Fraction(134 * 100, 3318))


def test_enrolment_of_each_school_is_open_and_nothing_else_is_told_by_school() -> None:
    passed = gated(held(), policy(), Ledger())
    assert told(passed, "unit:S3", PUPILS, "primary-units") == "60"
    columns = {column for sheet, cells in passed.cells.items() if "units" in sheet for _, column in cells}
    assert columns == {PUPILS}


def test_one_school_alone_in_a_town_does_not_tell_its_money() -> None:
    passed = gated(held(), policy(), Ledger())
    assert told(passed, VALLEY, EQUIPMENT) == "c"
    assert sum(told(passed, line, EQUIPMENT) == "c" for line in (RIVER, STONE, INK, VALLEY)) >= 2


def test_money_is_attacked_in_whole_myriads_of_yuan() -> None:
    found = held()
    (part,) = [one for one in audited(found, policy(), _every(found)) if one.sort == "money"]
    stage = found.sheets[0].stage
    assert part.table.cells[found.name(stage, VALLEY, EQUIPMENT)] == 12
    assert part.table.cells[found.name(stage, ALL, EQUIPMENT)] == 929
    assert part.rule.need(929) == 465


def test_what_earlier_releases_give_away_keeps_a_release_in() -> None:
    found = held(S1=("禾渚镇", 420, 40, 40))
    (part,) = [one for one in audited(found, policy(), _every(found)) if one.sort == "people"]
    careless = Ledger().plus(part.table, part.marked, {})
    with pytest.raises(Refused, match="以前发布的数已经足以算出"):
        gated(found, policy(), careless)


def test_what_nobody_reported_is_not_available() -> None:
    passed = gated(held(), policy(), Ledger())
    assert told(passed, ALL, "cn/compulsory/teaching-area") == "x"
    assert told(passed, ALL, f"{STANDARD}/r4") == "x"


def test_the_same_release_again_hides_the_same() -> None:
    first = gated(held(), policy(), Ledger())
    again = gated(held(), policy(), first.ledger)
    assert again.cells == first.cells


def test_a_cell_put_right_is_another_cell_and_both_are_attacked_together() -> None:
    first = gated(held(), policy(), Ledger())
    right = gated(held(S5=("澄墨街道", 900, 45, 300)), policy(), first.ledger)
    names = {cell.name for cell in right.cells["primary-towns"].values()}
    assert f"{held().name(held().sheets[0].stage, ALL, TEACHERS)}#2" in names
    assert audit(right.ledger).passes
    assert right.ledger.values.keys() > first.ledger.values.keys()


def test_control_the_small_cell_alone_would_be_worked_out() -> None:
    found = held(S1=("禾渚镇", 420, 40, 40))
    (part,) = [one for one in audited(found, policy(), _every(found)) if one.sort == "people"]
    stone = found.name(found.sheets[0].stage, STONE, TEACHERS)
    assert part.marked == {stone}
    blanked = Ledger().plus(part.table, part.marked, {stone: 5})
    assert audit(blanked).exact == (stone,)
    assert len(gated(found, policy(), Ledger()).ledger.hidden & part.table.cells.keys()) == 2


def test_what_could_be_worked_out_stays_in_whoever_chose_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate attacks what it is about to let out itself: here small cells are blanked and nothing more."""
    found = held(S1=("禾渚镇", 420, 40, 40))

    def blanked(table: Table, marked: frozenset[str], rule: Rule, ledger: Ledger) -> Passed:
        return marked, ledger.plus(table, marked, {key: rule.need(table.cells[key]) for key in marked})

    assert gated(found, policy(), Ledger()).audit.passes
    monkeypatch.setattr(gate, "protected", blanked)
    with pytest.raises(Refused, match="推算"):
        gated(found, policy(), Ledger())


def _every(found: Contents) -> dict[str, str]:
    return {
        name: name
        for sheet in found.sheets
        for amount in sheet.amounts
        for line in sheet.lines
        for name in [found.name(sheet.stage, line.key, amount.key)]
    }


def test_sensitive_topics_count_people_and_are_never_open() -> None:
    loose = policy().model_copy(update={"open": (TEACHERS,), "sensitive": None})
    strict = policy()
    assert strict.sensitive is not None
    topics = strict.sensitive.model_copy(update={"topics": ("教师",)})
    strict = strict.model_copy(update={"open": (TEACHERS,), "sensitive": topics})
    plan = rules.plans(DAY, PLACE)[STANDARD]
    assert TEACHERS in {amount.key for amount in contents(rows_of(), plan, loose).sheets[1].amounts}
    found = contents(rows_of(), plan, strict)
    assert TEACHERS not in {
        amount.key for sheet in found.sheets if "units" in sheet.key for amount in sheet.amounts
    }
    assert gated(found, strict, Ledger()).cells["primary-towns"][RIVER, TEACHERS].symbol == "c"


def test_within_the_bureau_every_school_is_told_and_nothing_hidden() -> None:
    passed = gated(held("bureau"), policy("bureau"), Ledger())
    assert told(passed, "unit:S3", TEACHERS, "primary-units") == "2"
    assert "c" not in {cell.symbol for cells in passed.cells.values() for cell in cells.values()}


def test_no_rule_no_release() -> None:
    with pytest.raises(Refused, match="没有给出"):
        gated(held("government"), policy("government"), Ledger())
