"""The invented district's exports of the national systems: pupil register, teacher register, statistics.

They are counted from the same true rows as its returns, and agree with them except for what is
planted (`DISAGREEMENTS`):

- 听毫小学 2199000003: three pupils who have left are still on roll in the pupil register;
- 墨汀小学 2199000008: two children of migrant workers are not marked in the pupil register;
- 澄墨初级中学 3199000002: one class fewer in the statistics;
- 砚北中学 3499000002: five teachers more in the statistics;
- 笺云初级中学 3199000003: two teachers without their certificate in the teacher register;
- 松笺学校 3199000008: one junior teacher with 专科 in the teacher register, 本科 in the return;
- 砚岚小学 2199000009: two digits of the teaching area exchanged in the statistics;
- 毫坡教学点 2199000019: not in the statistics (so one side of each of its measures is missing);
- 旧砚小学 2199000020: closed, stands in the statistics only;
- told, no difference: codes of 毫滨小学 2199000010 end in a space in the teacher register, and the
  statistics call 墨桥小学 2199000013 by an older name.

Columns about persons hold 虚构 with a number: whoever finds one in an output has found a leak.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count
from pathlib import Path

from openpyxl.workbook import Workbook

from meihao.base.exact import half_up
from meihao.base.stages import Stage
from meihao.demo.district import SEED, invent
from meihao.demo.draft import Draft, draft
from meihao.demo.institutions import institutions
from meihao.demo.names import BANNER, DISTRICT, DIVISION
from meihao.demo.schools import Row
from meihao.documents.reconciling.result import Outcome
from meihao.documents.xlsx import save_deterministic
from meihao.policy.kinds import Form, Mapping_
from meihao.policy.rulebook import Rulebook

EXPORTS, CONFIRMED = "三库导出", "对照"
FILES = {"pupil": "学籍系统导出.xlsx", "teacher": "教师系统导出.xlsx", "statistics": "事业统计导出.xlsx"}

Cell = str | int | Fraction | None
_P, _J, _S = Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR
_GRADES = {
    _P: ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    _J: ("七年级", "八年级", "九年级"),
    _S: ("高一", "高二", "高三"),
}
_LEFT, _UNMARKED, _FEWER_CLASSES, _MORE_TEACHERS = "2199000003", "2199000008", "3199000002", "3499000002"
_UNCERTIFIED, _LOWER_DEGREE, _EXCHANGED, _UNCOUNTED = "3199000003", "3199000008", "2199000009", "2199000019"
_SPACED, _OLD_NAME, _CLOSED = "2199000010", "2199000013", "2199000020"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One line of the comparison that is not equal, on purpose."""

    code: str
    measure: str
    outcome: Outcome


DISAGREEMENTS = (
    Disagreement(_LEFT, "primary_pupils", Outcome.DIFFERS),
    Disagreement(_UNMARKED, "migrant_pupils", Outcome.DIFFERS),
    Disagreement(_FEWER_CLASSES, "junior_classes", Outcome.DIFFERS),
    Disagreement(_MORE_TEACHERS, "teachers", Outcome.DIFFERS),
    Disagreement(_UNCERTIFIED, "certified_teachers", Outcome.DIFFERS),
    Disagreement(_LOWER_DEGREE, "junior_above_required", Outcome.DIFFERS),
    Disagreement(_EXCHANGED, "teaching_area", Outcome.DIFFERS),
    *(
        Disagreement(code, measure, Outcome.ONE_SIDED)
        for code in (_UNCOUNTED, _CLOSED)
        for measure in (
            *("primary_pupils", "primary_classes", "migrant_pupils", "teachers", "primary_teachers"),
            *("teaching_area", "equipment_value", "multimedia_rooms"),
        )
    ),
)


@dataclass(frozen=True)
class _School:
    """A school before its three exports: its true row, its classes, and whether mistakes are planted."""

    row: Row
    draft: Draft
    planted: bool

    @property
    def code(self) -> str:
        return str(self.row["school_code"])

    @property
    def name(self) -> str:
        return str(self.row["name"])

    def is_planted(self, code: str) -> bool:
        return self.planted and self.code == code

    def number(self, column: str) -> int:
        """A number of the true row; 0 where it has none."""
        value = self.row[column]
        return int(value) if isinstance(value, Fraction) else 0


def write_exports(
    folder: Path, rulebook: Rulebook, on: date, seed: int = SEED, planted: bool = True
) -> tuple[Path, Path]:
    """Writes the three exports and the mapping a person (演示) has confirmed for them.

    Gives the folder of the exports and the folder to lay over the policies. Without `planted` every
    number agrees.
    """
    one_by_code = {one.code: one for one in institutions()}
    schools = [
        _School(row, draft(one_by_code[str(row["school_code"])], {}, seed), planted)
        for row in invent(rulebook, on, seed).schools
    ]
    exports, confirmed = folder / EXPORTS, folder / CONFIRMED
    exports.mkdir(parents=True, exist_ok=True)
    sheets = {"pupil": _pupils(schools), "teacher": _teachers(schools), "statistics": _statistics(schools)}
    for name, (heads, rows) in sheets.items():
        _write_sheet(exports / FILES[name], heads, rows)
        _write_confirmed(confirmed, rulebook, name, heads, on)
    return exports, confirmed


def _write_sheet(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A title row, the heading row, the rows: as the systems export them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(path.stem)
    sheet.append([f"{DISTRICT}（{DIVISION}）{path.stem}　虚构"])
    sheet.append(list(heads))
    for row in rows:
        sheet.append([half_up(cell, 2) if isinstance(cell, Fraction) else cell for cell in row])
    book.properties.creator, book.properties.description = "meihao", BANNER.zh
    save_deterministic(book, path)


def _write_confirmed(folder: Path, rulebook: Rulebook, name: str, heads: Sequence[str], on: date) -> None:
    """The headers of one export that the shipped draft knows, confirmed for the invented district."""
    draft_ = rulebook.get(Mapping_, f"cn/exports/{name}-headers", on, DIVISION)
    form = rulebook.get(Form, draft_.form, on, DIVISION)
    known = [(head, draft_.headers[head]) for head in heads if head in draft_.headers]
    entries = "".join(
        f'  "{head}": {{column: {heading.column}, unit: {heading.unit or "null"}, '
        f"confirmed_by: 演示, confirmed_on: {on}}}\n"
        for head, heading in known
    )
    path = folder / DIVISION / "headers" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"# 虚构：演示用的对照，不是任何真实系统的表头。Invented, for the demonstration only.\n"
        f"kind: mapping\nkey: {DIVISION}/headers/{name}\n"
        f'title: {{zh: {form.title.zh}表头对照（演示）, en: "headers of the {form.title.en} (invented)"}}\n'
        f"since: {form.since}\nreference:\n  - {{document: 演示, number: null, clause: 表头}}\n"
        f"confidence: M\nreviewed: {{by: null, on: null, next: null}}\nform: {form.key}\nheaders:\n{entries}",
        encoding="utf-8",
    )


# --- pupil register

_PUPIL_HEADS = (
    *("序号", "学籍号", "姓名", "身份证件号", "出生日期", "现住址", "学校标识码", "学校名称", "年级", "班级"),
    *("学生状态", "就读方式", "是否进城务工人员随迁子女", "监护人姓名", "监护人联系电话"),
)


def _pupils(schools: Sequence[_School]) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    return _PUPIL_HEADS, _pupil_rows(schools)


def _pupil_rows(schools: Sequence[_School]) -> Iterator[Sequence[Cell]]:
    numbers = count(1)
    for school in schools:
        for grade, class_name, status, boards, migrates in _seats(school):
            n = next(numbers)
            yield (
                *(
                    n,
                    f"虚构学籍{n:05d}",
                    f"虚构{n:05d}",
                    f"虚构证件{n:05d}",
                    f"虚构生日{n:05d}",
                    f"虚构住址{n:05d}",
                ),
                *(school.code, school.name, grade, class_name, status),
                *("住校" if boards else "走读", "是" if migrates else "否"),
                *(f"虚构家长{n:05d}", f"虚构电话{n:05d}"),
            )


def _seats(school: _School) -> Iterator[tuple[str, str, str, bool, bool]]:
    """Grade, class, status, boarding, migrant of every pupil, and of one who has moved away."""
    migrants = school.number("migrant_pupils") - 2 * school.is_planted(_UNMARKED)
    compulsory = count()
    for stage, sizes in school.draft.classes.items():
        for place, size in enumerate(sizes):
            grade, class_name = _class(school, stage, place)
            for _ in range(size):
                number = next(compulsory) if stage is not _S else None
                boards = school.row["boarding"] is True and number is not None and number % 2 == 0
                yield grade, class_name, "在读", boards, number is not None and number < migrants
    grade, class_name = _class(school, next(iter(school.draft.classes)), 0)
    yield grade, class_name, "转出", True, True
    for _ in range(3 * school.is_planted(_LEFT)):
        yield grade, class_name, "在读", False, False


def _class(school: _School, stage: Stage, place: int) -> tuple[str, str]:
    """The grade and name of the class at a place of the list of classes of a stage."""
    in_a_grade = len(school.draft.classes[stage]) // (school.draft.grades(stage) or 1)
    return _GRADES[stage][place // in_a_grade], f"{place % in_a_grade + 1}班"


# --- teacher register

_TEACHER_HEADS = (
    *(
        "序号",
        "姓名",
        "身份证件号",
        "手机号码",
        "学校标识码",
        "学校名称",
        "教职工类别",
        "人员状态",
        "是否在编",
    ),
    *("任教学段", "最高学历", "教师资格证种类"),
)


def _teachers(schools: Sequence[_School]) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    return _TEACHER_HEADS, _teacher_rows(schools)


def _teacher_rows(schools: Sequence[_School]) -> Iterator[Sequence[Cell]]:
    numbers = count(1)
    for school in schools:
        code = school.code + " " * school.is_planted(_SPACED)
        staff = _staff(school)
        uncertified = 2 * school.is_planted(_UNCERTIFIED)
        for place, (stage, degree) in enumerate(staff):
            certificate = "无" if place < uncertified else f"{_CERTIFICATES[stage]}教师资格"
            yield _teacher(next(numbers), code, school.name, ("专任教师", "在岗", stage, degree, certificate))
        yield _teacher(next(numbers), code, school.name, ("行政人员", "在岗", "无", "本科", "无"))
        retired = ("专任教师", "退休", staff[0][0], "专科", f"{_CERTIFICATES[staff[0][0]]}教师资格")
        yield _teacher(next(numbers), code, school.name, retired)


_CERTIFICATES = {"小学": "小学", "初中": "初级中学", "高中": "高级中学"}


def _teacher(n: int, code: str, name: str, said: tuple[str, str, str, str, str]) -> Sequence[Cell]:
    kind, state, stage, degree, certificate = said
    person = (n, f"虚构师{n:05d}", f"虚构师证件{n:05d}", f"虚构师手机{n:05d}")
    return (*person, code, name, kind, state, "否" if n % 11 == 0 else "是", stage, degree, certificate)


def _staff(school: _School) -> list[tuple[str, str]]:
    """Stage and degree of every full-time teacher; those the return does not count stand last."""
    primary = [(f"primary_teachers_{degree}", "小学", words) for degree, words in _DEGREES.items()]
    junior = [(f"junior_teachers_{degree}", "初中", words) for degree, words in _DEGREES.items()]
    counted = [
        (stage, words)
        for column, stage, words in (*primary, *junior)
        if column in school.row
        for _ in range(school.number(column))
    ]
    if school.is_planted(_LOWER_DEGREE):
        counted[counted.index(("初中", "本科"))] = ("初中", "专科")
    stages = list(school.draft.pupils)
    rest = _S if _S in stages else stages[0]
    return counted + [_LOWEST[rest]] * (school.number("teachers") - len(counted))


_DEGREES = {"college": "专科", "bachelor": "本科", "master": "硕士研究生", "doctor": "博士研究生"}
_LOWEST = {_P: ("小学", "高中阶段"), _J: ("初中", "专科"), _S: ("高中", "本科")}


# --- statistics

_STATISTICS_HEADS = (
    *("学校（机构）标识码", "学校（机构）名称", "办学类型", "小学在校生数", "初中在校生数"),
    *("进城务工人员随迁子女数", "寄宿生数", "小学班数", "初中班数", "专任教师总数", "小学专任教师数"),
    *("初中专任教师数", "教学及辅助用房面积", "教学仪器设备资产值", "网络多媒体教室间数"),
)
_CLOSED_ROW = (_CLOSED, f"{DISTRICT}旧砚小学", "小学", 31, None, 3, 0, 4, None, 6, 6, None, 420, 3, 2)


def _statistics(schools: Sequence[_School]) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    return _STATISTICS_HEADS, _statistics_rows(schools)


def _statistics_rows(schools: Sequence[_School]) -> Iterator[Sequence[Cell]]:
    for school in schools:
        if not school.is_planted(_UNCOUNTED):
            yield _counted(school)
    if any(school.planted for school in schools):
        yield _CLOSED_ROW
    for one in institutions():  # those outside compulsory education: the comparison leaves them out
        if not one.compulsory:
            yield (one.code, one.name, one.type.value, *[None] * (len(_STATISTICS_HEADS) - 3))


def _counted(school: _School) -> Sequence[Cell]:
    staff = [stage for stage, _ in _staff(school)]
    name = f"{DISTRICT}墨桥中心小学" if school.is_planted(_OLD_NAME) else school.name
    boarders = sum(boards for _, _, status, boards, _ in _seats(school) if status == "在读")
    classes = {stage: len(sizes) for stage, sizes in school.draft.classes.items()}
    area = school.row["teaching_area"]
    assert isinstance(area, Fraction)
    return (
        *(school.code, name, school.row["school_type"]),
        *(school.draft.pupils.get(stage) for stage in (_P, _J)),
        *(school.number("migrant_pupils"), boarders),
        *(classes.get(_P), (classes.get(_J) or 0) - school.is_planted(_FEWER_CLASSES) or None),
        school.number("teachers") + 5 * school.is_planted(_MORE_TEACHERS),
        *(staff.count("小学") if _P in classes else None, staff.count("初中") if _J in classes else None),
        _exchanged(area) if school.is_planted(_EXCHANGED) else area,
        *(_exact(school.row[column]) for column in ("equipment_value", "multimedia_rooms")),
    )


def _exchanged(area: Fraction) -> Fraction:
    """The number with its first two different neighbouring digits exchanged."""
    digits = str(half_up(area, 1))
    place = next(n for n in range(len(digits)) if digits[n] != digits[n + 1])
    return Fraction(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])


def _exact(value: object) -> Cell:
    return value if isinstance(value, Fraction) else None
