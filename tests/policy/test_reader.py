"""The strict reader: each fault is refused with file and line, in words."""

import re
from datetime import date
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.policy.kinds import Calendar, Indicator
from meihao.policy.rulebook import Rulebook, shipped

CALENDAR = """kind: calendar
key: cn/terms
title: {zh: 学期, en: terms}
since: 2020-01-01
reference:
  - {document: 某文件, number: null, clause: 一}
confidence: H
reviewed: {by: null, on: null, next: null}
school_year_starts: 09-01
census: 09-01
"""


def overlay(folder: Path, text: str, name: str = "cn/terms.yaml") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("census: 09-01", "census: 09-01\ncensus: 09-02", 11, "写了两次"),
        ("census: 09-01", "census: 09-01\nmore: 1", 11, "不是这类文件的键"),
        ("confidence: H", "confidence: X", 7, "confidence"),
        ("confidence: H\n", "", 1, "缺少"),
        ("since: 2020-01-01", "since: 2020-02-30", 4, "没有「2020-02-30」这一天"),
        ("since: 2020-01-01", "since: 1_000", 4, "写法不明"),
        ("since: 2020-01-01", "since: 08", 4, "应为日期"),
        ("since: 2020-01-01", "since: 1e3", 4, "应为日期"),
        ("since: 2020-01-01", "since: 2020-01-01\nuntil: 2019-01-01", 1, "exclusive"),
        ("title: {zh: 学期, en: terms}", "title: {zh: 学期}", 3, "both languages"),
        ("kind: calendar", "kind: almanac", 1, "kind 应为其中之一"),
        ("key: cn/terms", "key: cn/other", 2, "与文件位置不符"),
        ("reference:\n  - {document: 某文件, number: null, clause: 一}", "reference: []", 5, "reference"),
        ("title: {zh: 学期, en: terms}", "title: &a {zh: 学期, en: terms}", 3, "锚点"),
        ("title: {zh: 学期, en: terms}", "title: {zh: 学期, en: terms", 4, "不是合规的 YAML"),
    ],
)
def test_a_fault_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    assert old in CALENDAR
    overlay(tmp_path, CALENDAR.replace(old, new))
    with pytest.raises(Refused) as refusal:
        Rulebook.load(tmp_path)
    text = refusal.value.text.zh
    assert why in text
    assert re.search(rf"terms\.yaml:{line}：", text), text


def test_the_file_without_a_fault_is_taken(tmp_path: Path) -> None:
    rulebook = Rulebook.load(overlay(tmp_path, CALENDAR))
    assert rulebook.get(Calendar, "cn/terms", date(2025, 1, 1)).census.month == 9


def test_a_path_is_code_subject_name(tmp_path: Path) -> None:
    overlay(tmp_path, CALENDAR.replace("cn/terms", "somewhere/a/b/terms"), "somewhere/a/b/terms.yaml")
    with pytest.raises(Refused, match="区划代码"):
        Rulebook.load(tmp_path)


TWO = CALENDAR.replace("since: 2020-01-01", "since: 2020-01-01\nuntil: 2024-09-01") + "---\n"
TWO += CALENDAR.replace("since: 2020-01-01", "since: 2024-09-01").replace("census: 09-01", "census: 10-01")


def test_until_is_exclusive_and_a_change_holds_from_its_day(tmp_path: Path) -> None:
    rulebook = Rulebook.load(overlay(tmp_path, TWO))
    before = rulebook.get(Calendar, "cn/terms", date(2024, 8, 31))
    after = rulebook.get(Calendar, "cn/terms", date(2024, 9, 1))
    assert (before.census.month, after.census.month) == (9, 10)


def test_a_day_without_a_rule_names_key_place_and_day(tmp_path: Path) -> None:
    rulebook = Rulebook.load(overlay(tmp_path, TWO))
    with pytest.raises(Refused, match=r"cn/terms」在 410106 没有 2019-12-31"):
        rulebook.get(Calendar, "cn/terms", date(2019, 12, 31), "410106")


def test_versions_may_not_overlap(tmp_path: Path) -> None:
    overlay(tmp_path, TWO.replace("until: 2024-09-01", "until: 2024-09-02"))
    with pytest.raises(Refused, match="重叠"):
        Rulebook.load(tmp_path)


def test_the_nearest_jurisdiction_wins_by_whole_file(tmp_path: Path) -> None:
    overlay(tmp_path, CALENDAR)
    local = CALENDAR.replace("cn/terms", "4101/terms").replace("census: 09-01", "census: 10-15")
    rulebook = Rulebook.load(overlay(tmp_path, local, "4101/terms.yaml"))
    day = date(2025, 1, 1)
    assert rulebook.get(Calendar, "cn/terms", day, "410106").census.day == 15
    assert rulebook.get(Calendar, "cn/terms", day, "zone-zhengdong").census.day == 15
    assert rulebook.get(Calendar, "cn/terms", day, "410200").census.day == 1


def test_an_overlays_file_replaces_the_same_key(tmp_path: Path) -> None:
    text = (shipped() / "cn" / "compulsory-balance" / "r1.yaml").read_text(encoding="utf-8")
    overlay(tmp_path, text.replace("primary: 4.2", "primary: 4.3"), "cn/compulsory-balance/r1.yaml")
    changed = Rulebook.load(tmp_path).get(Indicator, "cn/compulsory-balance/r1", date(2025, 1, 1))
    assert changed.judged_in is not None
    assert [str(limit) for limit in (changed.judged_in.at_least or {}).values()] == ["43/10", "53/10"]
