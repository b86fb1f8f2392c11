"""The page of one figure, and its card as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from meihao.base.exact import decimal_text, half_up
from meihao.base.text import Refused, Text
from meihao.figures.addressed import Standing, addressed, change
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.records.accounts.acting import Missing
from meihao.records.registry.request import Request
from meihao.releases import card as cards
from meihao.releases import evaluating, provenance, shown
from meihao.releases.item_page import Before
from meihao.releases.links import Links
from meihao.releases.opened import Leaf, Line, Opened, Part
from meihao.releases.opening import opened
from meihao.releases.provenance import Reported
from meihao.releases.queries import Looked
from meihao.releases.views import earlier, looked_at, shared
from meihao.ui.charts import Chart, Limit
from meihao.ui.charts import Line as Drawn
from meihao.ui.language import lang

_EXACT_PLACES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A printed number with its page, where it has one."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Read:
    """One reported value: where it was read, and who handed it in, when, in which version."""

    title: Text
    value: Shown
    where: str
    by: Reported | None
    by_href: str


@dataclass(frozen=True, slots=True)
class Side:
    """Numerator or denominator as set on the page."""

    title: Text
    value: Shown
    unit: str
    words: Text
    rows: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a figure that is made of several."""

    code: str
    title: Text
    href: str
    numbers: tuple[Shown, ...]
    shape: str
    word: Text


@dataclass(frozen=True, slots=True)
class Past:
    """The figure on another day of data: `number` as printed, for drawing, and unrounded."""

    on: str
    value: Shown
    number: Fraction | None
    unrounded: Fraction | None


def figure(request: Request, standard: str, address: str) -> HttpResponse:
    """One figure: what it is of, what is asked, who reported it, whether the rows still give it."""
    looked, plan = looked_at(request, standard)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    found = opened(evaluation, address, looked.seen)
    again = opened(evaluating.recomputed(looked.snapshot, standard), address, looked.seen)
    context = shared(request, looked, plan)
    links: Links = context["links"]
    past = list(_past(earlier(request, looked, standard), found, looked))
    more = _more(evaluation, found, past)
    drawer = _Drawer(links, provenance.reported(request.by, _digests(found)))
    context |= {
        "found": found,
        "value": shown.value(found.value),
        "shape": shown.STANDING_SHAPES[found.standing or Standing.SHOWN],
        "exact": _exact(found),
        "sides": [drawer.side(part) for part in (found.numerator, found.denominator) if part is not None],
        "fraction": found.numerator is not None and found.denominator is not None,
        "limits": [(limit, shown.STANDING_SHAPES[limit.standing]) for limit in found.limits],
        "rows": [drawer.row(line) for line in found.lines],
        "equal": again == found,
        "engine": evaluating.recomputed(looked.snapshot, standard).engine,
        "years": past,
        "change": "" if more is None else f"{more:+f}".replace("-", "−"),
        "chart": _chart(found, past, looked),
        "card": _card(evaluation, found, looked, plan, more),
        "card_href": links.card(address),
        "owner": links.unit(found.owner) if found.owner else "",
    }
    return render(request, "figures/figure.html", context)


def card(request: Request, standard: str, address: str) -> HttpResponse:
    """The card of a figure as one SVG to carry away."""
    looked, plan = looked_at(request, standard)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    found = opened(evaluation, address, looked.seen)
    past = list(_past(earlier(request, looked, standard), found, looked))
    told = _card(evaluation, found, looked, plan, _more(evaluation, found, past))
    answer = HttpResponse(cards.picture(told, lang()), content_type="image/svg+xml")
    answer["Content-Disposition"] = 'attachment; filename="figure-card.svg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _card(
    evaluation: Evaluation, found: Opened, looked: Looked, plan: Plan, more: Decimal | None
) -> cards.Card:
    district = looked.place.name.removesuffix("教育局")
    return cards.card(found, district, str(evaluation.snapshot.on), plan.standard.caution, more, lang())


def _digests(found: Opened) -> set[str]:
    parts = [part for part in (found.numerator, found.denominator) if part is not None]
    return {leaf.origin.sha256 for part in parts for leaf in part.leaves if leaf.origin is not None}


def _exact(found: Opened) -> str:
    """The value before it was rounded; nothing where that is all that is printed."""
    number = found.number
    if number is None or found.denominator is None:
        return ""
    text = decimal_text(number)
    return text if "/" not in text and len(text) < 12 else f"{half_up(number, _EXACT_PLACES):f}…"


def _past(before: list[Before], found: Opened, looked: Looked) -> Iterator[Past]:
    """The same figure on earlier days of data, as far as it was there."""
    for one in before:
        if one.on >= str(looked.on):
            continue
        try:
            then = opened(one.evaluation, found.address, looked.seen)
        except Missing:
            continue
        href = one.links.figure(found.address)
        value = Shown(shown.value(then.value), href)
        yield Past(one.on, value, cards.printed_number(then.value), _unrounded(one.evaluation, then))


def _unrounded(evaluation: Evaluation, found: Opened) -> Fraction | None:
    """The value before it was rounded; of what is no single figure what is printed."""
    try:
        return addressed(evaluation, found.address).value
    except Refused:
        return cards.printed_number(found.value)


def _more(evaluation: Evaluation, found: Opened, past: list[Past]) -> Decimal | None:
    """How much more than the last time; None where one of the two is no number."""
    before = past[-1].unrounded if past else None
    return change(_unrounded(evaluation, found), before, found.value)


def _chart(found: Opened, past: list[Past], looked: Looked) -> Chart | None:
    """A line over the days of data, from two of them on."""
    current = cards.printed_number(found.value)
    if not past or current is None:
        return None
    values = [*(one.number for one in past), current]
    drawn = tuple(None if v is None else Decimal(f"{half_up(v, _places(found)):f}") for v in values)
    limits: tuple[Limit, ...] = ()
    if found.asked is not None:
        limits = (
            Limit(Decimal(found.asked.printed), Text(*[f"{found.asked.sign} {found.asked.printed}"] * 2)),
        )
    first, last = past[0].on, str(looked.on)
    return Chart(
        "years",
        Text(*[f"{first} {past[0].value.text} → {last} {shown.value(found.value)}"] * 2),
        Text("各数据日的最后一份快照", "the last snapshot of each day of data"),
        (*(one.on for one in past), last),
        (Drawn(found.title, drawn),),
        limits,
    )


def _places(found: Opened) -> int:
    return len(found.value.partition(".")[2])


@dataclass(frozen=True)
class _Drawer:
    links: Links
    reported: dict[str, Reported]

    def side(self, part: Part) -> Side:
        rows = tuple(self._read(leaf) for leaf in part.leaves)
        value = Shown(shown.value(part.value), self.links.figure(part.address) if part.address else "#read")
        return Side(part.title, value, part.unit, part.words, rows)

    def _read(self, leaf: Leaf) -> Read:
        origin = leaf.origin
        where = f"{origin.file} › {origin.sheet}!{origin.cell}".rstrip("!") if origin else ""
        by = self.reported.get(origin.sha256) if origin else None
        href = reverse("returns:return", args=[by.key]) if by else ""
        value = Shown(shown.value(leaf.value.said(lang())), self.links.figure(leaf.address))
        return Read(leaf.title, value, where, by, href)

    def row(self, line: Line) -> Row:
        numbers = tuple(Shown(shown.value(n.text), self.links.figure(n.address)) for n in line.numbers)
        shape = shown.STANDING_SHAPES[line.standing] if line.standing else ""
        return Row(line.code, line.title, self.links.figure(line.address), numbers, shape, line.word)
