"""A made-up district with a library: two bureaus, a school, and the people who read and write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.models import User
from meihao.records.library.actions import Particulars as What
from meihao.records.library.actions import Term
from meihao.records.registry.models import Grant, Organisation, Particulars

AT = datetime(2025, 10, 20, 1, tzinfo=UTC)
DAY = date(2025, 10, 20)
TRIAL = Term(since=date(2024, 1, 1), trial=True, trial_until=date(2026, 1, 1), basis="局务会纪要〔2023〕12号")


@dataclass(frozen=True)
class Cast:
    """Who there is: `officer` and `reader` of the bureau, a `teacher` of a school, a `stranger` elsewhere."""

    bureau: Organisation
    school: Organisation
    other: Organisation
    officer: Acting
    reader: Acting
    teacher: Acting
    stranger: Acting
    nobody: Acting
    console: Acting

    def what(self, title: str = "专职督学管理办法（试行）", **more: object) -> What:
        given = {"number": "澄教〔2023〕9号", "kind": "measures", "shelf": str(self.bureau.key)}
        return What(title, **given | more)  # type: ignore[arg-type]


@pytest.fixture
def cast(db: None) -> Cast:
    units = {}
    for name, kind in (
        ("澄砚区教育局", "authority"),
        ("禾渚小学", "institution"),
        ("临砚区教育局", "authority"),
    ):
        unit = units[name] = Organisation.objects.create(kind=kind)
        Particulars.objects.create(organisation=unit, name=name, since=date(2000, 1, 1))
    bureau, school, other = units.values()
    return Cast(
        *(bureau, school, other),
        person("officer", "section-officer", bureau),
        person("reader", "inspector", bureau),
        person("teacher", "teacher", school),
        person("stranger", "section-officer", other),
        person("nobody"),
        command("test", AT),
    )


def person(username: str, role: str = "", unit: Organisation | None = None) -> Acting:
    user = User.objects.create(username=username, name=f"虚构{username}", opened_at=AT)
    if unit is not None:
        Grant.objects.create(user=user, role=role, organisation=unit, since=date(2020, 1, 1), given_by="test")
    return Acting(user, AT)


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: object) -> Path:
    """Uploads of each test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path / "files"
