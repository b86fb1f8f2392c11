"""Twenty seeds of the invented district: our engine gives what an independent program gives, exactly."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from meihao.demo.district import STANDARD
from meihao.demo.kindergartens import PRESCHOOL
from meihao.demo.names import DIVISION
from meihao.demo.schools import Row
from meihao.figures.engines import FastEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import Basis, Plan, make_plan
from meihao.figures.result import BlockResult, DispersionResult, Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from tests.demo import truth_program
from tests.demo.truth_rows import FOLDER, ON, SEEDS, invented, rulebook, truth, written

ITEMS = tuple(f"r{number}" for number in range(1, 8))
FUNDS = ("public_funds_standard", "collective_funds_standard", "inclusive_funds_standard")


@cache
def plan(standard: str) -> Plan:
    """A standard without what no value here needs: printed tables, and clauses beside the units."""
    made = make_plan(rulebook(), standard, ON, DIVISION)
    return replace(made, tables=(), clauses=() if standard == STANDARD else made.clauses)


def evaluated(standard: str, **tables: Mapping[str, Row]) -> Evaluation:
    """A standard on the rows of its facts; `units` are those of its own fact."""
    rule = plan(standard)
    facts = {"units": rule.fact, "district": rule.facts.get("cn/preschool/district", rule.fact)}
    given = {facts[name].key: Table(facts[name], dict(rows)) for name, rows in tables.items()}
    return evaluate(Snapshot(ON, DIVISION, given, rule.versions), rule, FastEngine())


@cache
def schools(seed: int) -> BlockResult:
    rows = {str(row["school_code"]): row for row in invented(seed)[0].schools}
    return evaluated(STANDARD, units=rows).block("resources")


@cache
def kindergartens(seed: int) -> Evaluation:
    made = invented(seed)[1]
    handed = {name: made.district[name] for name in FUNDS}  # said once, in the district return
    rows = {str(row["kindergarten_code"]): {**row, **handed} for row in made.kindergartens}
    return evaluated(PRESCHOOL, units=rows, district={DIVISION: made.district})


def differing(found: BlockResult, told: Mapping[str, Any]) -> Iterator[str]:
    """Everything of the compulsory schools in which our result and the truth are not the same."""
    ours = {f"{one.unit.key.campus}/{one.unit.stage}": one for one in found.units}
    yield from ours.keys() ^ told["units"].keys()
    for name in ours.keys() & told["units"].keys():
        state, *exact = told["units"][name].split(" ")
        values = [ours[name].cells[item].figure.value for item in ITEMS]
        if ours[name].state != state or values != [Fraction(text) for text in exact]:
            yield name
    for one in found.dispersions:
        stage, item = one.stage.value, one.item.id
        over = item in told["over"][stage]
        if printed(one) != told["dispersions"][stage][item] or (one.state is State.FAILED) != over:
            yield f"cv/{item}/{stage}"
    for stage, counts in told["passed"].items():
        if counts != passed(found, stage):
            yield f"passed/{stage}"


def printed(one: DispersionResult) -> str | None:
    rule = plan(STANDARD).standard.blocks["resources"].dispersion
    assert rule is not None
    assert one.sums.cv_squared is not None
    return one.sums.cv_rounded(rule.places)


def passed(found: BlockResult, stage: str) -> dict[str, int]:
    here = [one for one in found.units if one.unit.stage == stage]
    items = {item: sum(not one.cells[item].misses for one in here) for item in ITEMS}
    return {**items, "all": sum(one.state is State.REACHED for one in here), "of": len(here)}


def ratios(evaluation: Evaluation) -> dict[str, str | None]:
    return {
        f"{clause.id}.{answer.test.id}": answer.printed
        for clause in evaluation.plan.clauses
        for block in [evaluation.block(clause.block, Basis.STRICT).clause(clause.id)]
        if block is not None
        for answer in block.answers
        if answer.test.denominator is not None
    }


# --- the program and its files


def test_the_program_knows_nothing_of_ours() -> None:
    source = Path(truth_program.__file__).read_text(encoding="utf-8")
    imported = [
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    ]
    assert set(imported) == {"__future__", "collections.abc", "fractions", "math", "typing"}


def test_the_program_gives_the_published_example() -> None:
    """Five schools of a published account: 0.515 weighted; unweighted it would have been 0.489."""
    pupils, books = (45, 37, 89, 76, 55), (279, 137, 935, 160, 402)
    pairs = [(Fraction(b, p), Fraction(p)) for p, b in zip(pupils, books, strict=True)]
    assert truth_program.root_half_up(truth_program.square(pairs), 5) == "0.51526"
    assert truth_program.root_half_up(truth_program.unweighted(pairs), 5) == "0.48877"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_file_is_what_the_program_gives(seed: int) -> None:
    assert (FOLDER / f"{seed}.json").read_text(encoding="utf-8") == written(seed)


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {str(seed) for seed in SEEDS}


# --- our engine


@pytest.mark.parametrize("seed", SEEDS)
def test_the_schools_come_to_what_the_file_says(seed: int) -> None:
    told = json.loads((FOLDER / f"{seed}.json").read_text(encoding="utf-8"))
    assert len(told["units"]) == 34
    assert list(differing(schools(seed), told)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_kindergartens_come_to_what_the_file_says(seed: int) -> None:
    told = json.loads((FOLDER / f"{seed}.json").read_text(encoding="utf-8"))["preschool"]
    assert ratios(kindergartens(seed)) == told


# --- the control: a slip is seen


def test_an_unweighted_dispersion_is_caught() -> None:
    seed = SEEDS[0]
    wrong = {**truth(seed), **truth_program.compulsory(invented(seed)[0].schools, truth_program.unweighted)}
    found = set(differing(schools(seed), wrong))
    assert len(found) >= 13
    assert all(name.startswith("cv/") for name in found)


@pytest.mark.parametrize("column", ["primary_teachers_master", "gymnasium_area", "multimedia_rooms"])
def test_one_column_off_is_caught(column: str) -> None:
    """A program that read one column of one school one too high would not agree."""
    seed = SEEDS[1]
    first, *others = invented(seed)[0].schools
    off = {**first, column: first[column] + 1}  # type: ignore[operator]
    wrong = {**truth(seed), **truth_program.compulsory([off, *others])}
    assert f"{first['school_code']}/primary" in set(differing(schools(seed), wrong))


def test_one_kindergarten_off_is_caught() -> None:
    made = invented(SEEDS[0])[1]
    first, *others = made.kindergartens
    off = {**first, "ownership": "其他民办"}
    assert truth_program.preschool([off, *others], made.district) != ratios(kindergartens(SEEDS[0]))
