"""The pages of figures: every number leads to its figure, a school sees itself, size costs no questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meihao.records.accounts import audit
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Code, CodeSystem, Kind, Link, Relation
from meihao.records.returns.models import Campaign, Return, Submission
from meihao.releases import evaluating, taking
from meihao.releases.models import Snapshot
from meihao.releases.opening import opened
from meihao.releases.seen import Seen
from tests.releases.figures_world import AT, ON, SINCE, STANDARD, DemoSource, World, compulsory, console, unit

BASE = f"/figures/s/{STANDARD}/"
NOW = f"?on={ON}&data=working"
OWN = compulsory()[3]


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


class _Cells(HTMLParser):
    """The cells of class `number` of a page, each as its text and its links; and every link of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[tuple[str, list[str]]] = []
        self.links: list[str] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "td":
            self._open = "number" in (said.get("class") or "").split()
            if self._open:
                self.cells.append(("", []))
        if tag == "a":
            self.links.append(said.get("href") or "")
            if self._open:
                self.cells[-1][1].append(said.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            text, links = self.cells[-1]
            self.cells[-1] = (text + data, links)


def numbers(page: str) -> list[tuple[str, list[str]]]:
    return [(" ".join(text.split()), links) for text, links in _Cells(page).cells if re.search(r"\d|…", text)]


@pytest.fixture
def officer(world: World) -> Client:
    return world.client("section-officer", world.bureau)


@pytest.fixture
def school(world: World) -> Client:
    return world.client("principal", world.schools[OWN.code])


PAGES = (
    "/figures/",
    BASE,
    f"{BASE}i/r4",
    f"{BASE}u/{OWN.code}",
    f"{BASE}f/r4/{OWN.code}/primary",
    f"{BASE}f/cv/r4/primary",
    f"{BASE}f/test/g11/share",
    f"{BASE}tables/表2-1",
    f"{BASE}what-if",
    "/figures/s/cn/class-size/",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_opens_in_both_languages(officer: Client, language: str) -> None:
    officer.cookies["django_language"] = language
    for address in PAGES:
        page = shown(officer, address + NOW)
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in page
        main = page.partition("<main")[2]
        assert "style=" not in main
        assert "onclick" not in main


def test_every_number_of_the_result_is_a_link_to_its_figure(world: World, officer: Client) -> None:
    page = shown(officer, BASE + NOW)
    found = numbers(page)
    assert len(found) > 34 * 9
    evaluation = _evaluation()
    kinds: dict[str, str] = {}
    for text, links in found:
        assert links, text
        for link in links:
            path = unquote(urlsplit(link).path)
            assert path.startswith((f"{BASE}f/", f"{BASE}i/")), link
            if path.startswith(f"{BASE}f/"):
                address = path.removeprefix(f"{BASE}f/")
                assert opened(evaluation, address, Seen(frozenset(), whole=True)).title.zh
            kinds.setdefault("/".join(path.removeprefix(BASE).split("/")[:2]), link)
    for link in kinds.values():  # one of each kind as a page
        assert "复算一致" in shown(officer, link) or "/i/" in link


def _evaluation() -> Any:
    from_now = taking.gather_at("990106", ON, {}).snapshot
    return evaluating.evaluation(from_now, STANDARD)


def test_a_cell_of_the_result_prints_what_its_figure_says(officer: Client) -> None:
    page = shown(officer, BASE + NOW)
    evaluation = _evaluation()
    block = evaluation.block("resources")
    texts = {re.split(r"[^\d.…]", "".join(text.split()), maxsplit=1)[0] for text, _ in numbers(page)}
    for one in block.units:
        for cell in one.cells.values():
            assert (cell.figure.printed or "…") in texts


def test_filters_narrow_the_matrix(officer: Client) -> None:
    def rows(more: str) -> int:
        return shown(officer, f"{BASE}{NOW}{more}").count('<tr class="unit">')

    evaluation = _evaluation()
    units = evaluation.block("resources").units
    assert rows("") == len(units)
    assert rows("&stage=junior") == sum(str(one.unit.stage) == "junior" for one in units)
    assert rows("&short=1") == sum(str(one.state) != "reached" for one in units)
    town = {one.code for one in compulsory() if one.town.name == OWN.town.name}
    assert rows(f"&town={OWN.town.name}") == sum(one.unit.key.campus in town for one in units)


def test_the_figure_of_a_snapshot_is_the_snapshots_and_shows_the_year_before(
    world: World, officer: Client, source: DemoSource
) -> None:
    first = taking.take(by=console(), authority=world.bureau, on=ON.replace(year=2024))
    cell = ("cn/compulsory/campus", OWN.code, "primary_pupils")
    given = taking.opened(first).tables[cell[0]].rows[OWN.code]["primary_pupils"]
    source.changed[cell] = given * 2  # type: ignore[operator]
    second = taking.take(by=console(), authority=world.bureau, on=ON)
    address = f"{BASE}f/pupils/{OWN.code}/primary"
    page = shown(officer, f"{address}?data={second.key}")
    assert f"<strong>{int(given * 2)}</strong>" in page.replace("\u2009", "")  # type: ignore[operator]
    assert f"?at=990106&amp;data={first.key}" in page
    assert "2025-09-01，澄砚区" in page
    older = shown(officer, f"{address}?data={first.key}")
    assert f"<strong>{given}</strong>" in older.replace("\u2009", "")
    assert "2024-09-01，澄砚区" in older


def test_a_reported_value_says_who_when_and_leads_to_its_return_where_one_may_read_it(
    world: World, officer: Client
) -> None:
    """All values of the source lie in one workbook; it was handed in by a school of the bureau, once."""
    campaign = Campaign._plain.create(
        authority=world.bureau,
        place="990106",
        title="虚构报表",
        form="f",
        fact="f",
        on=ON,
        due=ON,
        issued_at=AT,
    )
    filed = Return._plain.create(campaign=campaign, organisation=world.schools[OWN.code], code=OWN.code)
    Submission._plain.create(of=filed, number=3, rows=[], digest="0" * 64, via="web", at=AT, by="虚构林")
    address = f"{BASE}f/r4/{OWN.code}/primary{NOW}"
    page = shown(officer, address)
    assert reverse("returns:return", args=[filed.key]) in page
    assert re.search(r"虚构林，.*2025-10-20 10:00.*第 3 版", page)
    researcher = shown(world.client("research", world.bureau), address)  # reads figures, not returns
    assert "虚构林" not in researcher
    assert f"{OWN.code}.xlsx" in researcher


def test_a_card_is_carried_away_as_a_picture(officer: Client) -> None:
    answer = officer.get(f"{BASE}card/r4/{OWN.code}/primary{NOW}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert OWN.name in answer.content.decode()
    assert "script" not in answer.content.decode()


def test_the_workbook_leaves_an_entry_in_the_trail_or_no_byte_leaves(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = officer.get(f"{BASE}workbook{NOW}")
    assert answer.content.startswith(b"PK")
    assert AuditEntry.objects.filter(action="figures.export").count() == 1

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="the trail"):
        officer.get(f"{BASE}workbook{NOW}")


def test_taking_a_snapshot_on_demand_and_looking_at_it(officer: Client) -> None:
    answer = officer.post("/figures/take", {"at": "990106", "on": str(ON)})
    row = Snapshot._plain.get()
    assert answer.headers["Location"].endswith(f"data={row.key}")
    assert row.logical_hash[:12] in shown(officer, answer.headers["Location"])


def test_what_is_no_limit_is_told(officer: Client) -> None:
    page = shown(officer, f"{BASE}what-if{NOW}&r4.primary=viel", 422)
    assert "不是数" in page
    assert Snapshot._plain.count() == 0


# --- who sees what


def crawled(client: Client, first: str, most: int = 3) -> Iterator[tuple[str, bytes]]:
    """Every page of figures that one comes to, a few of each kind."""
    waiting, seen, kinds = [first], {first}, Counter[str]()
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code in (200, 422), address
        yield address, answer.content
        for link in _Cells(answer.content.decode()).links if "html" in answer.headers["Content-Type"] else ():
            path = unquote(urlsplit(link).path)
            kind = "/".join(path.split("/")[2:7])
            kind = re.sub(r"\d{10}", "*", kind)
            if path.startswith("/figures/s/") and link not in seen and kinds[kind] < most:
                kinds[kind] += 1
                seen.add(link)
                waiting.append(link)


def test_a_school_finds_no_trace_of_another_on_any_page(world: World, school: Client) -> None:
    others = [one for one in compulsory() if one.code != OWN.code]
    pages = dict(crawled(school, f"{BASE}{NOW}", most=1))
    assert len(pages) > 20
    assert any(OWN.name.encode() in page for page in pages.values())
    for address, page in pages.items():
        for one in others:
            assert one.name.encode() not in page, (address, one.name)
            assert one.code.encode() not in page, (address, one.code)
            assert one.code not in unquote(address)


def test_a_bureau_sees_all_of_them_there(world: World, officer: Client) -> None:
    """The control: the same pages name them for whoever sees the whole place."""
    page = shown(officer, f"{BASE}{NOW}")
    units = [one.unit for one in _evaluation().block("resources").units]
    assert len({one.key.campus for one in units}) > 25
    assert all(one.name in page and one.key.campus in page for one in units)


@pytest.mark.parametrize(
    "kind", ["f/r4/{}/primary", "f/state/{}/primary", "f/column/teaching_area/{}", "u/{}"]
)
def test_a_page_of_another_school_is_not_there(school: Client, kind: str) -> None:
    other = compulsory()[0]
    shown(school, BASE + kind.format(OWN.code) + NOW)
    shown(school, BASE + kind.format(other.code) + NOW, 404)


def test_others_are_dots_in_the_order_of_their_values(school: Client) -> None:
    page = shown(school, f"{BASE}i/r4{NOW}")
    for strip in re.findall(r'<svg class="dotstrip".*?</svg>', page, re.DOTALL):
        places = [float(x) for x in re.findall(r'class="dot-other" cx="([\d.]+)%"', strip)]
        assert len(places) > 10
        assert places == sorted(places)


def test_a_town_names_its_own_schools_only(world: World) -> None:
    client = world.client("town-officer", world.towns[OWN.town.name])
    page = shown(client, BASE + NOW)
    judged = {one.unit.key.campus for one in _evaluation().block("resources").units}
    for one in compulsory():
        if one.code in judged:
            assert (one.name in page) is (one.town.name == OWN.town.name), one.name


@pytest.mark.parametrize("path", ["tables/表2-2", "tables/表4", "workbook"])
def test_official_tables_are_for_whoever_sees_the_whole_place(
    world: World, school: Client, path: str
) -> None:
    assert school.get(f"{BASE}{path}{NOW}").status_code in (403, 404)
    assert world.client("bureau-head", world.bureau).get(f"{BASE}{path}{NOW}").status_code == 200


def test_another_authority_has_no_data_of_this_one(world: World) -> None:
    other = world.client("section-officer", next(iter(world.towns.values())))
    assert other.get(f"/figures/{NOW}&at=990107").status_code == 404
    row = taking.take(by=console(), authority=world.bureau, on=ON)
    stranger = stranger_of(world)
    assert stranger.get(f"/figures/?data={row.key}").status_code == 404


def stranger_of(world: World) -> Client:
    """An officer of another district."""
    bureau = unit(Kind.AUTHORITY, "临砚区教育局")
    Code._plain.create(organisation=bureau, system=CodeSystem.DIVISION, value="990107", since=SINCE)
    return world.client("section-officer", bureau)


def test_a_city_sees_its_district_and_an_authority_without_a_code_is_told(world: World) -> None:
    city = unit(Kind.AUTHORITY, "澄州市教育局")
    Relation._plain.create(kind=Link.ADMINISTERS, upper=city, lower=world.bureau, since=SINCE)
    page = shown(world.client("city", city), BASE + NOW)
    assert OWN.name in page
    assert "没有登记行政区划代码" in shown(
        world.client("inspector", unit(Kind.AUTHORITY, "临砚区教育局")), "/figures/", 422
    )


# --- what a page costs


@pytest.mark.parametrize("address", [BASE, f"{BASE}i/r4", f"{BASE}f/cv/r4/primary", "/figures/"])
def test_a_page_asks_as_often_for_five_schools_as_for_all(
    world: World, source: DemoSource, address: str
) -> None:
    client = world.client("section-officer", world.bureau)

    def asked() -> int:
        shown(client, address + NOW)
        with CaptureQueriesContext(connection) as found:
            shown(client, address + NOW)
        return len(found)

    every = asked()
    source.only = frozenset(one.code for one in compulsory()[:5])
    audit.record(console(), "registry.organisation.write")
    assert asked() == every < 40
