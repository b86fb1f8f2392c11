"""Each action and query of imports asks for itself: with any one guard gone, one of these is red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from meihao.documents.workbook import Reader
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import access
from meihao.records.registry.importing import actions, queries, rolls
from meihao.records.registry.importing.actions import Shown
from meihao.records.registry.models import Enrolment
from tests.records.registry.district import DAY, District, console, holder
from tests.records.registry.importing.lists import Lists
from tests.records.registry.people.school import AUTUMN, classroom, pupil

HEADS = ("学校标识码", "学校名称", "办学类型", "所在乡镇（街道）", "办别", "举办者")
ROWS: list[list[object]] = [["2199900001", "青舫小学", "小学", "禾渚镇", "民办", "民办"]]


class Scene:
    """A file staged here; an officer of the other district, and somebody who imports nothing."""

    def __init__(self, here: District, folder: Path, reader: Reader) -> None:
        self.here, self.there, self.reader = here, District(), reader
        self.files = Lists(here.bureau, folder, reader, HEADS, "机构.xlsx")
        self.staged: Shown = self.files.stage(ROWS, DAY)
        self.officer = holder("section-officer", here.bureau)
        self.other = holder("section-officer", self.there.bureau)
        self.head = holder("bureau-head", here.bureau)


@pytest.fixture
def scene(district: District, tmp_path: Path, reader: Reader, settings: Any) -> Scene:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Scene(district, tmp_path, reader)


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """It is refused in this way, and nothing was written."""
    before = AuditEntry.objects.count()
    with pytest.raises(error) as raised, transaction.atomic():
        act()
    assert type(raised.value) is error
    assert AuditEntry.objects.count() == before


ACTS: dict[str, Callable[[Scene, Acting], object]] = {
    "stage": lambda s, by: s.files.stage([*ROWS, ["2199900002", "青橹小学", *ROWS[0][2:]]], DAY, by),
    "shown": lambda s, by: s.files.shown(s.staged.batch, by),
    "apply": lambda s, by: s.files.apply(s.staged, by=by),
    "discard": lambda s, by: actions.discard(by, batch=s.staged.batch),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_action_is_for_whoever_imports_for_the_authority(scene: Scene, name: str) -> None:
    act = ACTS[name]
    refused(NotPermitted, lambda: act(scene, scene.head))
    refused(Missing, lambda: act(scene, scene.other))
    act(scene, scene.officer)


def test_a_file_that_is_no_list_is_read_for_nobody_who_may_not_import(scene: Scene) -> None:
    for by, error in ((scene.head, NotPermitted), (scene.other, Missing)):
        refused(error, lambda by=by: scene.files.again(b"no list", DAY, by))  # type: ignore[misc]


def test_files_elsewhere_are_in_no_list_and_behind_no_key(scene: Scene) -> None:
    batch = scene.staged.batch
    assert queries.batches(scene.officer).total == 1
    assert queries.batches(scene.other).total == queries.batches(scene.head).total == 0
    refused(Missing, lambda: queries.batch(scene.other, batch.key))
    scene.files.apply(scene.staged)
    asked = (scene.here.bureau, batch.form, batch.on, batch.sha256)
    assert queries.applied(scene.officer, *asked) is not None
    assert queries.applied(scene.other, *asked) is None
    assert queries.settled(scene.officer, [str(batch.key)]) == [batch.key]
    assert queries.settled(scene.other, [str(batch.key)]) == []


def test_what_a_file_is_compared_with_is_in_scope(scene: Scene) -> None:
    school, by = scene.here.first, console()
    made = classroom(school)
    pupil(school, class_group=made)
    reads: list[Callable[[Acting], bool]] = [
        lambda by: bool(queries.listed(by, scene.here.bureau, DAY)),
        lambda by: bool(queries.towns(by, scene.here.bureau, DAY)),
        lambda by: bool(queries.classes(by, [school.pk], AUTUMN.year, "registry.person.write")),
        lambda by: bool(list(queries.enrolled(by, [school.pk], DAY, "registry.person.write"))),
    ]
    assert [read(scene.officer) for read in reads] == [read(by) for read in reads] == [True] * 4
    assert [read(scene.other) for read in reads] == [False] * 4


def roll(scene: Scene, **more: object) -> rolls.Roll:
    listed = next(
        one
        for one in queries.listed(console(), scene.here.bureau, DAY)
        if one.organisation == scene.here.first
    )
    given: dict[str, object] = {
        "school": listed,
        "on": AUTUMN + timedelta(1),
        "school_year": AUTUMN.year,
        "effects": (),
        "classes": {},
        "opens": ((3, 9),),
        "sha256": "0" * 64,
    }
    return rolls.Roll(**given | more)  # type: ignore[arg-type]


def test_a_roll_is_taken_by_whoever_may_write_the_school(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(NotPermitted, lambda: rolls.take(by=scene.head, roll=roll(scene)))
    refused(NotPermitted, lambda: rolls.take(by=scene.head, roll=roll(scene, opens=())))
    refused(Missing, lambda: rolls.take(by=scene.other, roll=roll(scene, opens=())))
    scope = access.scope
    with monkeypatch.context() as patch:
        none = access.Scope(frozenset())
        patch.setattr(
            access, "scope", lambda by, action: none if action == rolls.CLASS_WRITE else scope(by, action)
        )
        refused(Missing, lambda: rolls.take(by=scene.officer, roll=roll(scene)))
    rolls.take(by=scene.officer, roll=roll(scene))
    assert Enrolment._plain.count() == 0
