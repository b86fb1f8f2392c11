"""The invented district 澄砚区: rows from a seed, and the workbooks its schools would hand in.

What is wrong in it is wrong on purpose and stands in `README.md` beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path

from meihao.base.stages import Stage
from meihao.demo.assignments import assignments
from meihao.demo.declarations import declarations
from meihao.demo.draft import Standards
from meihao.demo.evidence import evidence_rows
from meihao.demo.institutions import Institution, institutions
from meihao.demo.names import BANNER, DISTRICT, DIVISION
from meihao.demo.premises import QUOTAS
from meihao.demo.schools import Row, miscounted, school_row
from meihao.documents.returns.writing import write_form
from meihao.figures.plan import Plan, make_plan
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

SEED = 990106
STANDARD = "cn/compulsory-balance"
REGISTER_FORM = "cn/institution/register-form"
SCHOOL_FORM = "cn/compulsory/school-return"
PLUS_FORM = "cn/compulsory-return-plus"
DISTRICT_FORM = "cn/compulsory/district-return"
DISTRICT_PLUS_FORM = "cn/compulsory/district-return-plus"
DECLARATION_FORM = "cn/evaluation/declaration-form"
REGISTER_FILE, DISTRICT_FILE = "学校名录.xlsx", "区县填报表格.xlsx"
ASSIGNMENT_FORM, EVIDENCE_FORM = "cn/evaluation/assignment-form", "cn/evaluation/evidence-form"
ASSIGNMENT_FILE, EVIDENCE_FILE = "责任分工表.xlsx", "佐证材料登记表.xlsx"
DISTRICT_PLUS_FILE, DECLARATION_FILE = "区县补充填报表.xlsx", "认定结论表.xlsx"
SCHOOL_FOLDER, PLUS_FOLDER = "学校填报", "补充填报"

Progress = Callable[[int, int], None]
_Job = tuple[str, Path, Row | list[Row]]


@dataclass(frozen=True)
class District:
    """Everything the invented district hands in; `schools` are the true rows, by code.

    `supplements` are the same rows as the supplementary returns give them: one has a mistake.
    `declared`, `assigned` and `evidence` are the bureau's own: findings, offices and days, documents.
    """

    register: list[Row]
    schools: list[Row]
    supplements: list[Row]
    district: Row
    declared: list[Row]
    assigned: list[Row]
    evidence: list[Row]


def invent(rulebook: Rulebook, on: date, seed: int = SEED) -> District:
    """The district of a seed, under the standard in force on a day: same input, same rows."""
    plan = make_plan(rulebook, STANDARD, on, DIVISION)
    wanted = standards(plan)
    compulsory = [one for one in institutions() if one.compulsory]
    schools = [school_row(one, wanted, seed) for one in compulsory]
    supplements = [miscounted(row, one, wanted, seed) for row, one in zip(schools, compulsory, strict=True)]
    register = [register_row(one) for one in institutions()]
    return District(register, schools, supplements, _district_row(schools, on), *_of_the_bureau(plan, on))


def _of_the_bureau(plan: Plan, on: date) -> tuple[list[Row], list[Row], list[Row]]:
    """What no school knows: findings, who mends what by when, and the register of evidence."""
    return declarations(plan, on), assignments(plan, on), evidence_rows(plan, on)


def write_district(
    folder: Path, rulebook: Rulebook, on: date, seed: int = SEED, progress: Progress | None = None
) -> None:
    """Writes the district's workbooks into `folder`; `progress` is told how many of how many are done."""
    jobs = _jobs(folder, invent(rulebook, on, seed))
    for place in {path.parent for _, path, _ in jobs}:
        place.mkdir(parents=True, exist_ok=True)
    for done, (key, path, values) in enumerate(jobs, 1):
        form = rulebook.get(Form, key, on, DIVISION)
        write_form(form, rulebook.get(Fact, form.fact, on, DIVISION), path, values, BANNER.zh)
        if progress is not None:
            progress(done, len(jobs))


def _jobs(folder: Path, district: District) -> list[_Job]:
    returns = [(SCHOOL_FORM, folder / SCHOOL_FOLDER / file_name(row), row) for row in district.schools]
    plus = [(PLUS_FORM, folder / PLUS_FOLDER / file_name(row), row) for row in district.supplements]
    return [
        (REGISTER_FORM, folder / REGISTER_FILE, district.register),
        *returns,
        *plus,
        (DISTRICT_FORM, folder / DISTRICT_FILE, district.district),
        (DISTRICT_PLUS_FORM, folder / DISTRICT_PLUS_FILE, district.district),
        (DECLARATION_FORM, folder / DECLARATION_FILE, district.declared),
        (ASSIGNMENT_FORM, folder / ASSIGNMENT_FILE, district.assigned),
        (EVIDENCE_FORM, folder / EVIDENCE_FILE, district.evidence),
    ]


def file_name(row: Row) -> str:
    """How a school names its workbook: code, then name."""
    return f"{row['school_code']}_{row['name']}.xlsx"


def standards(plan: Plan) -> Standards:
    """What each indicator asks a pupil, by stage, from the policies in force."""
    return {
        (item.id, stage): float(threshold / item.indicator.scale)
        for item in plan.items
        for stage in plan.stages
        if (threshold := item.threshold(stage)) is not None
    }


def register_row(one: Institution) -> Row:
    """One row of the register."""
    return {
        "school_code": one.code,
        "name": one.name,
        "school_type": one.type.value,
        "town": one.town.name,
        "school_group": one.group,
    }


def _district_row(schools: list[Row], on: date) -> Row:
    """The district return; its migrant children are those of the schools, and a few without a place."""
    public, purchased = (_migrants(schools, private) for private in (False, True))
    return {
        "name": DISTRICT,
        "division_code": DIVISION,
        "year": Fraction(on.year),
        "primary_quota": Fraction(QUOTAS[Stage.PRIMARY]),
        "junior_quota": Fraction(QUOTAS[Stage.JUNIOR]),
        "migrant_eligible": Fraction(ceil((public + purchased) * Fraction("1.03"))),
        "migrant_public": public,
        "migrant_purchased": purchased,
        **{column: Fraction(value) for column, value in _DISTRICT.items()},
        "basic_balance_year": Fraction(on.year - 9),
        **_MONITORED,
    }


def _migrants(schools: list[Row], private: bool) -> Fraction:
    counted = [row["migrant_pupils"] for row in schools if (row["sponsor"] == "10") == private]
    return sum((number for number in counted if isinstance(number, Fraction)), Fraction(0))


_DISTRICT = {
    "special_funds": "888000",
    "special_pupils": "74",
    "teacher_pay": "10.86",
    "civil_servant_pay": "10.52",
    "eligible_teachers": "640",
    "rotated_teachers": "78",
    "rotated_backbone": "19",
    "senior_plan": "980",
    "senior_quota": "590",
    "senior_quota_rural": "140",
    "disabled_children": "132",
    "disabled_in_school": "130",
    "disabled_in_special": "74",
    "population": "18.62",
    "rural_population": "6.05",
    "towns": "5",
    "villages": "58",
    "gdp_per_head": "86420",
    "fiscal_income_per_head": "9310",
    "farmers_income": "27650",
    "townspeople_income": "43180",
    "chinese_difference": "0.092",
    "maths_difference": "0.163",  # over 0.15, on purpose
    "science_difference": "0.118",
    "pe_difference": "0.087",
    "sent": "2600",
    "valid": "2480",
    "satisfied": "2207",
    "visited": "180",
    "visited_satisfied": "161",
    "parents_sent": "1500",
    "parents_valid": "1432",
    "parents_satisfied": "1266",
    "parents_visited": "95",
    "parents_visited_satisfied": "84",
}
# what the state would give back: two subjects were not monitored in this round
_MONITORED: Row = {
    "chinese_level": "Ⅲ级",
    "maths_level": "Ⅲ级",
    "science_level": "Ⅲ级",
    "pe_level": "Ⅳ级",
    "arts_level": "未监测",
    "moral_level": "未监测",
}
