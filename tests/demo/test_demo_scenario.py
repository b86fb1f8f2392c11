"""The scenario: its rows make our engines compute the figures that districts published, and no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from openpyxl import load_workbook

from meihao.base.exact import half_up
from meihao.cli.main import cli
from meihao.demo.district import REGISTER_FORM, invent
from meihao.demo.kindergartens import KINDERGARTEN_FORM, PRESCHOOL, PRESCHOOL_FORM
from meihao.demo.names import DIVISION
from meihao.demo.scenario import (
    LABEL,
    ON,
    PROFILE,
    UNIT_FORM,
    YEAR_BEFORE,
    Scenario,
    invent_scenario,
    targets,
)
from meihao.demo.schools import Row
from meihao.documents.returns.checks import broken
from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.comparing import risen
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.check import check
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

COVERED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "figures_covered.yaml").read_text(encoding="utf-8")
)
ROOMS = {
    *("records/registry", "records/library", "records/returns", "records/workforce", "records/services"),
    *("records/care", "records/inspections", "records/safety", "records/surveys", "records/assessments"),
    *("records/finance", "records/activities", "records/requests"),
    *("decisions/plans", "decisions/selections", "decisions/admissions", "decisions/staffing"),
    "decisions/bulletins",
}
COMPUTED = {name: entry for name, entry in COVERED.items() if "computed" in entry}


@cache
def rulebook() -> Rulebook:
    return Rulebook.load(targets())


@cache
def rows(this_year: bool) -> Scenario:
    return invent_scenario(rulebook(), ON if this_year else YEAR_BEFORE)


def forms(year: Scenario) -> Mapping[str, list[Row]]:
    return {
        REGISTER_FORM: year.register,
        UNIT_FORM: year.units,
        KINDERGARTEN_FORM: year.preschool.kindergartens,
        PRESCHOOL_FORM: [year.preschool.district],
    }


def evaluated(year: Scenario, standard: str) -> Evaluation:
    plan, tables = make_plan(rulebook(), standard, year.on, DIVISION), {}
    for key, found in forms(year).items():
        form = rulebook().get(Form, key, year.on, DIVISION)
        fact = rulebook().get(Fact, form.fact, year.on, DIVISION)
        tables[fact.key] = Table(fact, {str(row[fact.identity]): row for row in found})
    snapshot = Snapshot(year.on, DIVISION, tables, plan.versions)
    evaluation = evaluate(snapshot, plan, FastEngine())
    assert PlainEngine().total(snapshot, plan) == evaluation.sums
    return evaluation


@cache
def evaluation(standard: str, this_year: bool) -> Evaluation:
    return evaluated(rows(this_year), standard)


def answer(address: str, this_year: bool = True) -> Answer:
    standard, clause, test = re.fullmatch(r"(.+)/test/(\w+)/(\w+)", address).groups()  # type: ignore[union-attr]
    whole = evaluation(standard, this_year)
    for block in whole.plan.standard.blocks:
        result = whole.block(block).clause(clause)
        found = result.answer(test) if result else None
        if found is not None:
            return found
    raise AssertionError(address)


def computed(entry: Mapping[str, Any]) -> str:
    """The figure as it is printed, with the decimals of its policy."""
    found = answer(entry["computed"])
    if entry.get("as") == "change":
        change = risen(answer(entry["computed"], this_year=False), found)
        assert change is not None
        return f"{half_up(change, found.test.places):f}"
    if entry.get("as") == "target":
        ((_, limit, _),) = found.local
        assert limit.at_least is not None
        return f"{half_up(limit.at_least, 0):f}"
    assert found.printed is not None
    return found.printed


# --- the list


def test_every_figure_is_in_the_list_once_with_what_becomes_of_it() -> None:
    """179 figures: numbered ones, implied ones, days, and parts of names; none without an end."""
    counted = {letter: [name for name in COVERED if name[0] == letter] for letter in "FIKL"}
    assert {letter: len(names) for letter, names in counted.items()} == {"F": 108, "I": 11, "K": 26, "L": 34}
    for letter, names in counted.items():
        width = 3 if letter == "F" else 2
        assert names == [f"{letter}{number:0{width}}" for number in range(1, len(names) + 1)]
    for name, entry in COVERED.items():
        ends = {"computed", "waits", "open"} & set(entry)
        assert len(ends) == 1, name
        assert "waits" not in ends or entry["waits"] in ROOMS, name
        assert "see" not in entry or re.fullmatch(r"X(0[1-9]|1\d|2[0-8])", entry["see"]), name


def test_where_two_figures_contradict_each_other_neither_is_computed() -> None:
    named: dict[str, set[str]] = {}
    for name, entry in COVERED.items():
        if str(entry.get("open", "")).startswith("X"):
            named.setdefault(entry["open"], set()).add(name)
    assert named["X01"] == {"F014", "F077"}
    assert named["X03"] == {"F008", "F084"}
    assert named["X06"] == {"F032", "F033"}
    assert named["X09"] == {"F089", "F097"}
    assert not {name for names in named.values() for name in names} & set(COMPUTED)


# --- the figures


@pytest.mark.parametrize("name", COMPUTED)
def test_the_rows_give_the_published_figure(name: str) -> None:
    entry = COMPUTED[name]
    assert Decimal(computed(entry)) == Decimal(entry["value"])
    assert len(computed(entry).partition(".")[2]) == len(entry["value"].partition(".")[2])


def test_the_least_that_is_asked_for_is_computed() -> None:
    assert {"F003", "F005", "F006", "F007", "F049", "F058", "F066"} <= set(COMPUTED)
    for name, entry in COMPUTED.items():
        found = answer(entry["computed"])
        assert found.value is not None
        if entry.get("as") == "target":  # the actual stands beside, reaches it, and is another number
            ((_, limit, state),) = found.local
            assert state is ClauseState.REACHED, name
            assert limit.at_least is not None
            assert found.value > limit.at_least, name


def test_the_shares_follow_from_whole_children() -> None:
    """Counted again from the rows, without a policy: also that the change needs last year's own rows."""
    shares = []
    for this_year in (True, False):
        heads = {"公办": 0, "普惠性民办": 0, "其他民办": 0}
        for row in rows(this_year).preschool.kindergartens:
            children = [row[f"{kind}_children"] for kind in ("small", "middle", "big", "mixed")]
            assert all(isinstance(number, Fraction) and number.denominator == 1 for number in children)
            heads[str(row["ownership"])] += sum(int(str(number)) for number in children)
        shares.append({kind: Fraction(100 * number, sum(heads.values())) for kind, number in heads.items()})
    now, before = shares
    assert round(now["公办"], 2) == Fraction("53.24")
    assert round(100 - now["其他民办"], 2) == Fraction("98.79")
    assert round(now["公办"] - before["公办"], 2) == Fraction("1.38")
    assert answer(f"{PRESCHOOL}/test/p3/share", this_year=False).printed == "51.86"


def test_a_child_more_or_a_school_that_leaves_its_group_is_seen() -> None:
    """The control: the figures rest on these rows and on no others."""
    year = invent_scenario(rulebook())
    first = year.preschool.kindergartens[0]
    first["small_children"] = Fraction(str(first["small_children"])) + 1
    year.register[[row["school_type"] for row in year.register].index("小学")]["school_group"] = None
    share = evaluated(year, PRESCHOOL).block("coverage").clause("p3")
    group = evaluated(year, PROFILE).block("profile").clause("group_schools")
    assert share is not None
    assert group is not None
    assert share.answers[0].printed == "53.27"
    assert group.answers[0].printed == "97"
    assert [short.name for short in group.answers[0].short] == ["澄砚区新砚小学"]


def test_the_shares_of_schools_and_of_pupils_are_two_indicators() -> None:
    schools, pupils = (answer(f"{PROFILE}/test/{name}/share") for name in ("group_schools", "quality_groups"))
    assert schools.printed == "100"
    assert pupils.value != schools.value
    for found in (schools, pupils):
        assert found.test.must is None
        assert found.state is ClauseState.NOT_SET
        assert "口径待核" in (found.clause.note or "")


# --- the rows


def test_the_list_of_institutions_agrees_with_the_returns_and_the_register() -> None:
    year = rows(True)
    pupils = {row["school_code"]: row for row in invent(rulebook(), ON).schools}
    register = {row["school_code"]: row for row in year.register}
    assert [row["unit_code"] for row in year.units] == list(register)
    for row in year.units:
        school = pupils.get(row["unit_code"], {})
        assert row["compulsory_pupils"] == (school.get("primary_pupils") or 0) + (  # type: ignore[operator]
            school.get("junior_pupils") or 0
        )
        if row["quality_group"]:
            assert register[row["unit_code"]]["school_group"]


@pytest.mark.parametrize("this_year", [True, False])
def test_every_return_would_be_taken(this_year: bool) -> None:
    year = rows(this_year)
    for key, found in forms(year).items():
        form = rulebook().get(Form, key, year.on, DIVISION)
        fact = rulebook().get(Fact, form.fact, year.on, DIVISION)
        for row in found:
            assert [one for one in broken(form, fact, row) if one.severity == "must"] == []
            wanted = [field.column for field in form.fields if field.required]
            assert all(row.get(column) is not None for column in wanted)


def test_the_targets_fit_the_policies() -> None:
    assert [str(fault) for fault in check(rulebook())] == []


# --- the command


def test_it_is_written_labelled_and_evaluated(tmp_path: Path) -> None:
    data, out = tmp_path / "demo", tmp_path / "out"
    result = CliRunner().invoke(cli, ["demo", "--scenario", "--data", str(data), "--out", str(out)])
    assert result.exception is None, result.output
    for name in ("F003", "F005", "F006", "F009"):
        assert f"{COVERED[name]['value']} " in result.output
    assert "比上年 +1.38 个百分点" in result.output
    assert "目标 ≥ 93 达标" in result.output
    assert LABEL.zh in result.output
    books = list(data.rglob("*.xlsx"))
    assert len(books) == 2 * 3 + 11 + 10 + 1
    for path in books:
        workbook = load_workbook(path, read_only=True)
        text = {str(cell.value) for sheet in workbook for line in sheet.iter_rows() for cell in line}
        assert any(LABEL.zh in value for value in text), path.name
    for written in ("district-profile", "preschool-coverage", "上年/preschool-coverage"):
        assert (out / written / "result.json").is_file()
        assert LABEL.zh in (out / written / "result.json").read_text(encoding="utf-8")
