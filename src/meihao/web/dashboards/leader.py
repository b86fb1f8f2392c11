"""局长一屏 and the wall: the figures of a board, what is short and whose it is, where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from meihao.base.text import Refused, Text
from meihao.documents.gaps import Gap, Grade, gaps_of
from meihao.figures.addressed import Standing
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation, State
from meihao.figures.snapshot import Snapshot
from meihao.policy.kinds import Board
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry.queries_map import lying
from meihao.releases import evaluating, queries, rules, taking
from meihao.releases.queries import Looked
from meihao.ui import tables
from meihao.ui.maps import Map, Place
from meihao.ui.tables import Column
from meihao.web.dashboards.tiles import Shown, tiles

BOARD = "cn/board/leader"
GAPS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Short:
    """One thing short, as a line: what, whose office, until when, and its page."""

    colour: tables.State
    what: Text
    path: Text
    owner: str | None
    deadline: str | None
    href: str


@dataclass(frozen=True)
class Screen:
    """Everything on the screen; `before` is the day of last year's figures."""

    looked: Looked
    board: Board
    tiles: list[Shown]
    gaps: list[Short]
    before: date | None

    @property
    def finding(self) -> Text:
        """The heading: how many figures stand where."""
        count, of = len(self.tiles), [one.figure.standing for one in self.tiles if one.figure]
        good, bad = of.count(Standing.REACHED), of.count(Standing.FAILED)
        open_ = count - good - bad
        zh = [f"{good} 项已达"] + [f"{bad} 项未达"] * (bad > 0) + [f"{open_} 项未决或待补"] * (open_ > 0)
        en = [f"{good} reached"] + [f"{bad} not"] * (bad > 0) + [f"{open_} open"] * (open_ > 0)
        return Text(f"{count} 项指标：{'，'.join(zh)}", f"Of {count} figures {', '.join(en)}")


def screen(by: Acting, as_of: date, get: Mapping[str, str]) -> Screen:
    """The leader's screen on what somebody looks at. Raises `Missing`, `Refused` as `look`."""
    looked = queries.look(by, as_of, get)
    board = board_of(looked)
    standards = dict.fromkeys([*(tile.standard for tile in board.tiles), *board.gaps_of])
    now = _evaluated(looked.snapshot, standards)
    last = _last_year(by, looked)
    before = {} if last is None else _evaluated(last, standards)
    short = [line for key in board.gaps_of if key in now for line in _short(now[key], looked)]
    short.sort(key=lambda one: (one.colour != "red", one.deadline or "9999"))
    on = None if last is None else last.on
    return Screen(looked, board, tiles(board, now, before, looked.suffix), short, on)


def board_of(looked: Looked) -> Board:
    """The leader's board in force on the day that is looked at. Raises `Refused`."""
    return rules.rulebook().get(Board, BOARD, looked.on, looked.place.code)


def _evaluated(snapshot: Snapshot, standards: Sequence[str] | dict[str, None]) -> dict[str, Evaluation]:
    """The standards that can be evaluated: those in force that have rows."""
    found = {}
    for key in standards:
        try:
            plan: Plan = evaluating.plan_of(snapshot, key)
            if any(snapshot.table(fact).rows for fact in plan.facts.values()):
                found[key] = evaluating.evaluation(snapshot, key)
        except (Missing, Refused):
            continue
    return found


def _last_year(by: Acting, looked: Looked) -> Snapshot | None:
    """The latest snapshot of an earlier day of data, if it can be read under the policies of today."""
    earlier = [row for row in queries.over_the_years(by, looked) if row.on < looked.on]
    try:
        return taking.opened(earlier[-1]) if earlier else None
    except Refused:
        return None


def _short(evaluation: Evaluation, looked: Looked) -> Iterator[Short]:
    """What fails for certain, in lines."""
    for gap in looked.seen.gaps(gaps_of(evaluation)):
        if gap.grade is Grade.FAILED:
            href = reverse("figures:figure", args=[evaluation.plan.standard.key, gap.address])
            yield Short(
                "red",
                _what(gap),
                Text(gap.path("zh"), gap.path("en")),
                gap.task.owner,
                gap.task.deadline,
                f"{href}{looked.suffix}",
            )


def _what(gap: Gap) -> Text:
    """某校小学部 缺 体育艺术专任教师 2 人."""
    who = gap.who.title if gap.who is not None else Text("", "")
    if gap.amount is None:
        return Text(f"{who.zh} {gap.short.zh}".strip(), f"{who.en} {gap.short.en}".strip())
    said = Text(gap.amount.said("zh"), gap.amount.said("en"))
    verb = Text("", "") if gap.amount.over else Text("缺 ", "lacks ")
    return Text(
        f"{who.zh or gap.short.zh} {verb.zh}{said.zh}".strip(),
        f"{who.en or gap.short.en} {verb.en}{said.en}".strip(),
    )


def where(by: Acting, as_of: date, screen: Screen) -> Map | None:
    """Where schools with a failing unit lie, those that reach as hollow dots; None without a result."""
    looked, standard = screen.looked, screen.board.units_of
    evaluation = _evaluated(looked.snapshot, [standard]).get(standard)
    if evaluation is None or evaluation.plan.unit_block is None:
        return None
    states: dict[str, list[State]] = {}
    for unit in looked.seen.units(evaluation.block(evaluation.plan.unit_block).units):
        states.setdefault(unit.unit.key.campus, []).append(unit.state)
    places = [
        Place(
            one.school.name,
            f"{reverse('figures:unit', args=[standard, one.school.code])}{looked.suffix}",
            one.latitude,
            one.longitude,
            (_worst(states[one.school.code]).words.zh, one.school.town),
            hollow=_worst(states[one.school.code]) is State.REACHED,
            area=one.school.town,
        )
        for one in lying(by, as_of)
        if one.school.code in states
    ]
    failing = sum(not place.hollow for place in places)
    return Map(
        "failing",
        Text(f"{failing} 所学校有校段未达或未决", f"{failing} schools with a stage that fails or is open"),
        Text("按校址坐标；点开一个点看学校的指标。", "By the coordinates of sites; a dot opens its figures."),
        (Column("state", Text("结果", "Result")), Column("town", Text("乡镇（街道）", "Town"))),
        tuple(places),
        (Text("未达或未决", "not reached or open"), Text("达标", "reached")),
        Text("所", "schools"),
    )


def _worst(states: Sequence[State]) -> State:
    order = (State.FAILED, State.UNDECIDED, State.REACHED)
    return min(states, key=order.index)
