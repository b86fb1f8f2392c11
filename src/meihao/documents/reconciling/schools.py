"""Which rows are of one school. Rows meet by code; nothing is mended, what is odd is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from meihao.base.text import Text
from meihao.documents.reconciling.plan import Plan
from meihao.documents.reconciling.result import Finding
from meihao.documents.returns.headers import key_of
from meihao.figures.interpreter import Interpreter, Row


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one sheet that carry the same values: which, how many, and where."""

    row: Row
    rows: int
    file: str
    sha256: str
    sheet: str


@dataclass
class Gathered:
    """What each source holds of one school, with the names it gives it."""

    code: str
    groups: dict[str, list[Group]] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name to print: that of the first source that has one. It decides nothing."""
        known = (names.most_common(1)[0][0] for names in self.names.values() if names)
        return next(known, "")

    @property
    def name_keys(self) -> set[str]:
        """Its names without what varies in writing."""
        return {key_of(name) for names in self.names.values() for name in names}


@dataclass
class Schools:
    """All schools by code, and what was odd in putting rows together."""

    by_code: dict[str, Gathered] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def gather(plan: Plan, sources: Mapping[str, list[Group]]) -> Schools:
    """Puts the rows of one school together.

    A row without a code joins the one school that another row gives that name; else it is told.
    """
    schools = Schools()
    codes = _codes_by_name(plan, sources)
    for source, groups in sources.items():
        lost: Counter[str] = Counter()
        for group in groups:
            code, name = _named(plan, source, group.row)
            known = codes.get(key_of(name), set()) if code is None else {code}
            if len(known) == 1:
                _join(schools, source, next(iter(known)), name, group)
            else:
                lost[name] += group.rows
        schools.findings += _lost(source, lost)
    schools.findings += (*_names(plan, schools), *_zeros(schools), *_same_name(schools))
    return schools


def _named(plan: Plan, source: str, row: Row) -> tuple[str | None, str]:
    fact = plan.facts[source]
    code, name = row.get(fact.identity), row.get(fact.name_column)
    return (str(code) if code else None), (str(name) if name else "")


def _codes_by_name(plan: Plan, sources: Mapping[str, list[Group]]) -> dict[str, set[str]]:
    codes: dict[str, set[str]] = {}
    for source, groups in sources.items():
        for group in groups:
            code, name = _named(plan, source, group.row)
            if code is not None and name:
                codes.setdefault(key_of(name), set()).add(code)
    return codes


def _join(schools: Schools, source: str, code: str, name: str, group: Group) -> None:
    gathered = schools.by_code.setdefault(code, Gathered(code))
    gathered.groups.setdefault(source, []).append(group)
    names = gathered.names.setdefault(source, Counter())
    if name:
        names[name] += group.rows


def in_scope(plan: Plan, gathered: Gathered) -> bool:
    """Whether any source places a school in scope, or none can say that it is not."""
    said = set()
    for source, groups in gathered.groups.items():
        scope = plan.policy.sources[source].in_scope
        if scope is None:
            return True
        said |= {Interpreter(plan.facts[source], group.row).truth(scope) for group in groups}
    return True in said or said <= {None}


def _lost(source: str, lost: Counter[str]) -> Iterator[Finding]:
    for name, rows in sorted(lost.items()):
        whose = Text(f"校名「{name}」", f"name “{name}”") if name else Text("校名也空", "no name either")
        zh = f"{rows} 行没有学校代码（{whose.zh}），对不上任何一所学校，没有计入"
        en = f"{rows} rows without a school code ({whose.en}) belong to no known school and are not counted"
        yield Finding("unassigned", source, Text(zh, en))


def _names(plan: Plan, schools: Schools) -> Iterator[Finding]:
    """One code under several names, within a source or between sources."""
    for code, gathered in sorted(schools.by_code.items()):
        if len(gathered.name_keys) > 1:
            told = [
                (plan.policy.sources[s].short, "/".join(sorted(n))) for s, n in gathered.names.items() if n
            ]
            zh = "，".join(f"{short.zh}「{name}」" for short, name in told)
            en = ", ".join(f"{short.en} “{name}”" for short, name in told)
            yield Finding("name", None, Text(f"{code} 各源校名不同：{zh}", f"{code} has several names: {en}"))


def _zeros(schools: Schools) -> Iterator[Finding]:
    """Codes that differ only in leading zeros: likely one school whose code became a number."""
    for codes in _sharing((code.lstrip("0"), code) for code in schools.by_code if code.isdecimal()):
        zh = f"{'、'.join(codes)} 只差前导零，像是同一所学校；代码列请设为文本后重新导出（这里按两所列出）"
        en = f"{', '.join(codes)} differ only in leading zeros; export the column as text (listed apart here)"
        yield Finding("zeros", None, Text(zh, en))


def _same_name(schools: Schools) -> Iterator[Finding]:
    """One name under several codes."""
    by_code = schools.by_code
    for codes in _sharing((key, code) for code, school in by_code.items() for key in school.name_keys):
        name = by_code[codes[0]].name
        zh = f"「{name}」有 {len(codes)} 个代码：{'、'.join(codes)}（这里按代码分列）"
        en = f"“{name}” stands under {len(codes)} codes: {', '.join(codes)} (listed apart here)"
        yield Finding("same_name", None, Text(zh, en))


def _sharing(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The codes that share a key with another code."""
    codes: dict[str, set[str]] = {}
    for key, code in pairs:
        codes.setdefault(key, set()).add(code)
    return [sorted(shared) for _, shared in sorted(codes.items()) if len(shared) > 1]
