"""Who reads what; what holds on a day; what policies cite."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from meihao.policy.kinds import Reference
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting, Missing, visitor
from meihao.records.library import actions, actions_clauses, queries
from meihao.records.library.actions import Term
from meihao.records.library.citations import by_document, number_of, title_of
from meihao.records.library.models import Clause, Document, Version
from meihao.records.library.queries import Asked, State
from meihao.records.registry.scoped import UnscopedError
from tests.records.library.conftest import AT, DAY, TRIAL, Cast

D = date.fromisoformat


@pytest.fixture
def three(cast: Cast) -> dict[str, str]:
    """One inside the bureau, one of its public ones, one on everybody's shelf; by title, the key."""
    for title, more in (("内部办法", {}), ("公开办法", {"public": True}), ("部委意见", {"shelf": ""})):
        actions.enter_document(
            by=cast.officer, what=cast.what(title, **more), term=Term(since=D("2024-01-01"))
        )
    return {row.title: str(row.key) for row in Document._plain.all()}


def titles(by: Acting) -> set[str]:
    return {row.version.document.title for row in queries.listed(by, DAY)}


def test_public_ones_are_everybodys_and_inside_ones_the_issuers(cast: Cast, three: dict[str, str]) -> None:
    for by in (cast.officer, cast.reader, cast.console):
        assert titles(by) == set(three)
    for by in (cast.teacher, cast.stranger, cast.nobody):
        assert titles(by) == {"公开办法", "部委意见"}
        with pytest.raises(Missing):
            queries.document(by, three["内部办法"], DAY)
        assert queries.document(by, three["公开办法"], DAY).document.title == "公开办法"
    assert titles(visitor(AT)) == set()
    with pytest.raises(UnscopedError):
        list(Document.objects.all())


def plain_state(version: Version, day: date) -> State:
    """Where a version stands, said another way: by the stretches of days one after the other."""
    if (version.since or date.min) > day:
        return State.COMING
    if day >= (version.until or date.max):
        return State.ENDED
    if version.trial and day >= (version.trial_until or date.max):
        return State.LAPSED
    return State.TRIAL if version.trial else State.HOLDS


_DAYS = st.dates(D("2024-01-01"), D("2024-01-06"))


@given(st.none() | _DAYS, st.none() | _DAYS, st.none() | _DAYS, st.booleans(), _DAYS)
def test_a_state_is_what_its_days_say(
    since: date | None, until: date | None, trial_until: date | None, trial: bool, day: date
) -> None:
    version = Version(since=since, until=until, trial=trial, trial_until=trial_until if trial else None)
    assert queries.state(version, day) is plain_state(version, day)


def test_the_database_and_the_code_say_the_same_of_a_state(cast: Cast) -> None:
    days = [None, *(D("2024-01-01") + timedelta(n) for n in range(4))]
    made = 0
    for since in days:
        for until in days:
            for trial_until in days:
                start = since or date.min
                if any(end is not None and end <= start for end in (until, trial_until)):
                    continue
                made += 1
                row = Document.objects.create(title=f"文件{made}", kind="law", public=True)
                trial = trial_until is not None or made % 2 == 0
                Version.objects.create(
                    document=row, since=since, until=until, trial=trial, trial_until=trial_until
                )
    for day in (D("2023-12-31"), *filter(None, days), D("2024-01-05")):
        rows = {state: queries.listed(cast.nobody, day, Asked(states=[state])) for state in State}
        assert sum(map(len, rows.values())) == made == queries.count(cast.nobody, day)
        for state, found in rows.items():
            assert {plain_state(row.version, day) for row in found} <= {state}
        held = {row.version.pk for state in (State.HOLDS, State.TRIAL) for row in rows[state]}
        assert held == {row.pk for row in queries.in_force(cast.nobody, day)}
    assert made > 40


def test_a_list_is_narrowed_by_kind_state_and_words(cast: Cast) -> None:
    for title, kind, clause in (("督学办法", "measures", "到校二十次"), ("招生通知", "notice", "免试就近")):
        row = actions.enter_document(by=cast.officer, what=cast.what(title, kind=kind), term=TRIAL)
        actions_clauses.add_clauses(by=cast.officer, key=str(row.document.key), pasted=f"第一条 {clause}")
    for asked, found in (
        (Asked(), ["招生通知", "督学办法"]),
        (Asked(kinds=["notice"]), ["招生通知"]),
        (Asked(search="督学"), ["督学办法"]),
        (Asked(search="澄教 免试"), ["招生通知"]),
        (Asked(search="免试 督学"), []),
        (Asked(states=[State.HOLDS]), []),
    ):
        assert [row.version.document.title for row in queries.listed(cast.reader, DAY, asked)] == found
        assert queries.count(cast.reader, DAY, asked) == len(found)


def test_trials_that_run_out_come_nearest_first(cast: Cast) -> None:
    for name, until in (("甲", "2025-12-01"), ("乙", "2025-10-01"), ("丙", "2026-12-01"), ("丁", "")):
        term = Term(D("2024-01-01"), trial=True, trial_until=D(until) if until else None)
        actions.enter_document(by=cast.officer, what=cast.what(name), term=term)
    found = queries.expiring(cast.reader, DAY, days=60)
    assert [(row.version.document.title, row.state) for row in found] == [
        ("乙", State.LAPSED),
        ("甲", State.TRIAL),
    ]
    assert queries.expiring(cast.teacher, DAY, days=60) == []


def test_a_list_of_fifty_asks_no_more_than_a_list_of_five(cast: Cast) -> None:
    asked = []
    for rows in (5, 50):
        for at in range(Document._plain.count(), rows):
            actions.enter_document(by=cast.officer, what=cast.what(f"办法{at}"), term=TRIAL)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert len(queries.listed(cast.officer, DAY)) == rows
            assert len(queries.expiring(cast.officer, DAY)) == rows
        asked.append(len(seen))
    assert asked[0] == asked[1]


def reference(document: str, number: str | None, clause: str = "第一条") -> Reference:
    return Reference(document=document, number=number, clause=clause)


def test_a_reference_finds_the_version_in_force(cast: Cast) -> None:
    row = actions.enter_document(by=cast.officer, what=cast.what("督学办法", public=True), term=TRIAL)
    cites = reference("《督学办法》", "澄教[2023] 9 号")
    for on, found in (("2023-12-31", None), ("2024-01-01", row), ("2025-12-31", row), ("2026-01-01", None)):
        assert queries.linked(cast.nobody, cites, D(on)) == found
    assert queries.linked(cast.nobody, reference("督学办法", None), DAY) == row
    assert queries.linked(cast.nobody, reference("督学办法", "澄教〔2023〕8号"), DAY) is None
    assert queries.linked(cast.nobody, reference("督学", "澄教〔2023〕9号"), DAY) is None
    Document._plain.update(public=False)
    assert queries.linked(cast.nobody, cites, DAY) is None


def test_everything_the_shipped_policies_cite_is_entered_once(cast: Cast) -> None:
    first = actions_clauses.enter_cited(by=cast.console, on=DAY)
    wanted = {
        (title_of(ref.document), number_of(ref.number), "".join(ref.clause.split()))
        for source in Rulebook.load().sources()
        for ref in source.policy.reference
    }
    kept = Clause._plain.values_list("version__document__title", "version__document__number", "number")
    assert {(title, number, "".join(clause.split())) for title, number, clause in kept} <= wanted
    assert first.documents == len({(title, number) for title, number, _ in wanted}) == Document._plain.count()
    assert len(wanted) - 3 <= first.clauses <= len(wanted)  # 第5条 and 第 5 条 are one
    again = actions_clauses.enter_cited(by=cast.console, on=DAY)
    assert (again.documents, again.clauses) == (0, 0)
    for source in Rulebook.load().sources():
        for ref in source.policy.reference:
            assert queries.linked(cast.nobody, ref, DAY) is not None


def test_what_only_doubtful_policies_cite_is_marked_until_somebody_checks(cast: Cast) -> None:
    actions_clauses.enter_cited(by=cast.console, on=DAY)
    for (title, number), citations in by_document().items():
        row = Document._plain.get(title=title, number=number)
        assert row.doubtful == all(one.confidence == "M" for one in citations)
    doubtful = Document._plain.filter(doubtful=True).first()
    assert doubtful is not None
    assert Document._plain.filter(doubtful=False).exists()
    actions.confirm(by=cast.officer, key=str(doubtful.key), basis="对照原文")
    doubtful.refresh_from_db()
    assert not doubtful.doubtful
    assert not Clause._plain.filter(version__document=doubtful, doubtful=True).exists()


def test_a_page_lists_the_policies_that_cite_it_with_their_clauses(cast: Cast) -> None:
    actions_clauses.enter_cited(by=cast.console, on=DAY)
    row = Document._plain.get(number="教督〔2017〕6号")
    card = queries.document(cast.nobody, str(row.key), DAY)
    keys = {one.policy for one, _ in card.cited}
    assert keys == {
        source.policy.key
        for source in Rulebook.load().sources()
        for ref in source.policy.reference
        if ref.number == "教督〔2017〕6号"
    }
    assert all(anchor for _, anchor in card.cited)
    assert card.state is State.HOLDS


@pytest.mark.parametrize(
    ("title", "number", "kind"),
    [
        ("中华人民共和国义务教育法", "", "law"),
        ("县域义务教育优质均衡发展督导评估办法", "教督〔2017〕6号", "measures"),
        ("课后服务管理办法（试行）", "", "measures"),
        ("教育督导条例", "", "regulation"),
        ("幼儿园工作规程", "教育部令第39号", "rule"),
        ("义务教育均衡发展差异系数计算方法", "", "other"),
    ],
)
def test_a_title_says_what_sort_of_document_it_is(title: str, number: str, kind: str) -> None:
    assert actions_clauses.kind_of(title, number) == kind
