"""The last sheet 「说明」: what the tables rest on, what is open, and what they do not say."""

from __future__ import annotations

from pathlib import Path

from tests.documents.tables_district import JUNIOR, PRIMARY, evaluated, plan, printed, school


def test_what_it_is_and_what_it_rests_on(tmp_path: Path) -> None:
    row = school("1", PRIMARY)
    remarks = printed(tmp_path, row).remarks
    assert remarks["虚构"] == ["本工作簿中的区县、学校和数字都是虚构的，只作演示。"]
    assert remarks["性质"] == ["自评测算结果（非国家认定）"]
    assert remarks["标准"] == [
        "县域义务教育优质均衡发展　《县域义务教育优质均衡发展督导评估办法》（教督〔2017〕6号）"
    ]
    assert remarks["测算日期"] == ["2025-10-20"]
    assert remarks["学年"] == ["2025—2026学年　统计时点 2025-09-01"]
    assert remarks["数据快照"] == [evaluated([row]).snapshot.logical_hash]


def test_a_real_district_is_not_called_invented(tmp_path: Path) -> None:
    assert "虚构" not in printed(tmp_path, school("1", PRIMARY), invented=False).remarks


def test_every_policy_version_is_named_with_its_digest(tmp_path: Path) -> None:
    versions = printed(tmp_path, school("1", PRIMARY)).remarks["政策版本"]
    for version, digest in plan().versions.items():
        assert sum(f"　{version}　{digest}" in line for line in versions) == 1
    assert len(versions) == len(plan().versions) + 1  # and the calendar
    assert sum("table-i" in line for line in versions) == 5
    assert sum("table-v" in line for line in versions) == 2


def test_what_is_to_be_verified(tmp_path: Path) -> None:
    remarks = printed(tmp_path, school("1", PRIMARY)).remarks
    assert remarks["待核"][0].startswith("差异系数：算例与文字出自 2012 年办法")
    assert any("cn/compulsory-balance/r3@2017-04-01" in line for line in remarks["待核"])
    assert not any("table-ii-2" in line for line in remarks["待核"])
    assert [line.endswith("待核") for line in remarks["政策版本"] if "table-ii-2" in line] == [False]


def test_the_composite_is_left_open_with_its_reason(tmp_path: Path) -> None:
    remarks = printed(tmp_path, school("1", PRIMARY)).remarks
    assert remarks["未定"][0] == "表Ⅲ「综合」一列未规定：所据文件没有写明算法，故不填。"
    assert not any(line.startswith("学校") for line in remarks["未决"])


def test_a_relaxation_stands_beside_the_result(tmp_path: Path) -> None:
    rented = {"dense_city_centre": True, "sports_ground_area": 2000, "rented_sports_area": 2000}
    remarks = printed(tmp_path, school("1", PRIMARY, **rented), school("2", PRIMARY)).remarks
    assert "资源配置，不放宽：未达标（达标 1 个校段，共 2 个；未达标 1 个校段）。" in remarks["结果"]
    assert "资源配置，放宽：达标（达标 2 个校段，共 2 个）。　放宽的结果只并列，不作数。" in remarks["结果"]
    assert not any("教育质量，放宽" in line for line in remarks["结果"])
    assert (
        "学校1　体育运动场馆：不放宽 4.40（不足），放宽 8.40（达标）；该校段不放宽未达标，放宽达标。"
        in remarks["放宽的影响"]
    )


def test_a_relaxation_that_cannot_be_known_is_counted(tmp_path: Path) -> None:
    rows = [school(code, PRIMARY, dense_city_centre=None) for code in ("1", "2")]
    told = printed(tmp_path, *rows).remarks["放宽的影响"]
    assert "体育运动场馆：2 个校段是否放宽、放宽多少缺数，放宽的结果未决。" in told


def test_what_is_undecided_and_why(tmp_path: Path) -> None:
    remarks = printed(tmp_path, school("1", PRIMARY, multimedia_rooms=None), school("2", JUNIOR)).remarks
    assert [line for line in remarks["未决"] if "多媒体" in line] == [
        "学校1　网络多媒体教室缺「网络多媒体教室间数」。",
        "小学网络多媒体教室的平均值和差异系数：1 个校段缺数（未决）。",
    ]


def test_an_open_value_that_must_miss_says_so(tmp_path: Path) -> None:
    nine = {"school_type": "九年一贯制", "junior_pupils": 200, "backbone_teachers": 1}
    told = printed(tmp_path, school("1", PRIMARY, **nine)).remarks["未决"]
    assert (
        "学校1（小学部）　县级以上骨干教师缺「县级及以上骨干教师数（小学）」，至多 0.20，达不到标准。" in told
    )


def test_who_is_left_out(tmp_path: Path) -> None:
    point = school("2", PRIMARY, school_type="教学点", primary_pupils=49)
    remarks = printed(tmp_path, school("1", PRIMARY), point).remarks
    assert remarks["不计入"] == ["学校2：不足 50 人的教学点不计入。"]
