"""The leader's screen, the wall, a school's own page: figures that open, and nobody's who should not see."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from django.urls import reverse
from django.utils.html import strip_tags

from meihao.demo.institutions import institutions
from meihao.documents.gaps import Grade, gaps_of
from meihao.figures.engines import UnitKey
from meihao.releases import evaluating, taking
from meihao.web.dashboards import leader
from tests.releases.conftest import source, uploads, world  # noqa: F401  (fixtures)
from tests.releases.figures_world import ON, STANDARD, DemoSource, World

LOOK = f"?on={ON}&data=working"
_TILE = re.compile(r'<a class="value" href="([^"]+)">([^<]+)<')


def _leader(world: World, role: str = "bureau-head") -> str:  # noqa: F811
    response = world.client(role, world.bureau).get(f"{reverse('leader')}{LOOK}")
    assert response.status_code == 200
    return response.content.decode()


def test_each_figure_of_the_screen_opens_to_its_page_with_the_same_value(world: World) -> None:  # noqa: F811
    client = world.client("bureau-head", world.bureau)
    page = client.get(f"{reverse('leader')}{LOOK}").content.decode()
    found = [(href.replace("&amp;", "&"), value) for href, value in _TILE.findall(page)]
    known = [(href, value) for href, value in found if value != "…"]
    assert len(found) == 8
    assert len(known) == 5  # of kindergartens there are no rows in this world
    for href, value in known:
        opened = client.get(href)
        assert opened.status_code == 200, href
        said = strip_tags(opened.content.decode())
        assert value in said
        assert "复算一致" in said


def test_what_is_short_names_whose_it_is_and_until_when(world: World) -> None:  # noqa: F811
    page = strip_tags(_leader(world))
    assert "新砚小学" in page
    assert re.search(r"教师工作科（虚构）\s*20\d\d-\d\d-\d\d", page)


def test_only_what_fails_for_certain_is_listed_what_is_open_is_not(world: World) -> None:  # noqa: F811
    by = world.person("bureau-head", world.bureau)
    screen = leader.screen(by, by.day, {"on": str(ON), "data": "working"})
    evaluation = evaluating.evaluation(screen.looked.snapshot, STANDARD)
    grades = [gap.grade for gap in gaps_of(evaluation)]
    assert {Grade.FAILED, Grade.OPEN} <= set(grades)
    assert len(screen.gaps) == grades.count(Grade.FAILED)


def test_last_year_stands_beside_when_there_is_a_snapshot(world: World, source: DemoSource) -> None:  # noqa: F811
    assert "去年无可比的数" in _leader(world)
    officer = world.person("section-officer", world.bureau)
    source.changed["cn/compulsory/district", "990106", "rotated_teachers"] = Fraction(70)
    taking.take(by=officer, authority=world.bureau, on=date(2024, 9, 1))
    source.changed.clear()
    assert "去年 10.9%，+1.3 个百分点" in _leader(world, "inspector")


def test_the_wall_says_the_same_figures_and_no_school(world: World) -> None:  # noqa: F811
    client = world.client("bureau-head", world.bureau)
    wall = client.get(f"{reverse('wall')}{LOOK}").content.decode()
    assert [v for _, v in _TILE.findall(wall)] == [v for _, v in _TILE.findall(_leader(world, "inspector"))]
    assert not [one.stem for one in institutions() if one.name in wall]


def test_a_school_does_not_see_the_screen_of_the_district(world: World) -> None:  # noqa: F811
    for role in ("principal", "clerk", "teacher"):
        client = world.client(role, next(iter(world.schools.values())))
        assert [client.get(reverse(route)).status_code for route in ("leader", "wall")] == [403, 403]


def test_a_school_sees_its_own_figures_and_the_others_without_names(world: World) -> None:  # noqa: F811
    code = "2199000003"
    client = world.client("principal", world.schools[code])
    response = client.get(f"{reverse('own-school')}{LOOK}")
    page = response.content.decode()
    assert response.status_code == 200
    own = next(one.name for one in institutions() if one.code == code)
    assert own in page
    others = [one for one in institutions() if one.code != code]
    assert [one.name for one in others if one.name in page or one.code in page] == []
    stages = sum(one.stage == "primary" for one in _units(world))
    assert page.count('class="before"') == 7 * (stages - 1)
    assert (
        client.get(reverse("figures:figure", args=[STANDARD, f"r4/{code}/primary"]) + LOOK).status_code == 200
    )


def _units(world: World) -> list[UnitKey]:  # noqa: F811
    working = taking.working(world.person("bureau-head", world.bureau), world.bureau, ON)
    block = evaluating.evaluation(working.snapshot, STANDARD).block("resources")
    return [unit.unit.key for unit in block.units]


def test_the_screen_asks_few_questions(
    world: World,  # noqa: F811
    django_assert_max_num_queries: object,
) -> None:
    client = world.client("bureau-head", world.bureau)
    client.get(f"{reverse('leader')}{LOOK}")
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.get(f"{reverse('leader')}{LOOK}")
