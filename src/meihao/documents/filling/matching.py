"""One place of a blank and what is known of it: filled, or why not and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from meihao.base.exact import decimal_text, half_up
from meihao.base.text import Text
from meihao.documents.filling import reasons
from meihao.documents.filling.asks import Ask, Audience, fact_of, is_text, speaks_of
from meihao.documents.filling.grid import shown
from meihao.documents.filling.known import Knowledge, Known, Wanting
from meihao.documents.filling.lexicon import Lexicon
from meihao.documents.filling.places import Place
from meihao.documents.filling.reasons import Reason
from meihao.documents.filling.results import Result, Why
from meihao.documents.filling.vocabulary import Said, places_in

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_YEAR = re.compile(r"(20[0-9]{2})(?=年|学年|-20)")
_ENDLESS = 6  # decimals of a value that has no end, where nothing says how many are wanted

Value = Fraction | str | bool


class Matcher:
    """Answers places for one form: a school's, or the district's where `school` is None.

    `unsettled` says why it is not clear whose form it is; `years` are those the data is of.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        knowledge: Knowledge,
        years: frozenset[int],
        school: str | None,
        unsettled: Text | None = None,
    ) -> None:
        self._lexicon, self._knowledge, self._words = lexicon, knowledge, lexicon.words
        self._years, self._school, self._unsettled = years, school, unsettled

    def result(self, place: Place) -> Result:
        """What becomes of a place."""
        found = self._sentence(place) if place.gap is not None else self._field(place)
        given = place.given is not None and place.gap is None
        if found.outcome == "open" and given and found.why not in (Why.DIFFERS, Why.FORMULA):
            # what a person wrote is theirs to answer for, unless it differs from what is known
            return Result(place, "given")
        return found

    # --- what the place asks for

    def _field(self, place: Place) -> Result:
        said, school = self._words.apart(place.path), place.school or self._school
        if place.trouble is not None:
            return _open(place, reasons.row(place.trouble))
        if self._unsettled is not None and place.school is None:
            return _open(place, reasons.subject(self._unsettled))
        audience: Audience = "school" if school is not None else "district"
        asks = self._lexicon.asks(said, audience) or self._at_only_stage(said, school)
        if said.torn or not asks:
            return self._not_known(place, said, audience)
        confined = self._confined(place, said, asks)
        return _open(place, confined) if confined else self._answered(place, said, asks, school)

    def _at_only_stage(self, said: Said, school: str | None) -> list[Ask]:
        """A school of one stage needs no word for it."""
        taught = self._knowledge.stages(school) if school is not None else None
        if said.stage is not None or taught is None or len(taught) != 1:
            return []
        (stage,) = taught
        return self._lexicon.asks(Said(said.core, stage, said.unit, said.outer), "school")

    def _confined(self, place: Place, said: Said, asks: Sequence[Ask]) -> Reason | None:
        """A title of some schools, of one stage or of another year is no title for these numbers."""
        if all(map(is_text, asks)):
            return None
        facts = [fact_of(ask, self._lexicon.unit) for ask in asks]
        for word in self._words.confining(place.titles):
            if not all(speaks_of(fact, word) for fact in facts):
                return reasons.confined_to(word)
        stage, own = self._words.stage_of(place.titles), self._words.staged(said.whole)
        said_itself = said.stage or (own[1] if own else None)
        if stage not in (None, said_itself) and not all(speaks_of(f, stage.words.zh, stage) for f in facts):
            return reasons.confined_to_stage(stage)
        years = {int(year) for title in place.titles for year in _YEAR.findall(_plain(title))}
        return reasons.other_year(years, self._years) if years and not years & self._years else None

    def _not_known(self, place: Place, said: Said, audience: Audience) -> Result:
        """Why a caption asks for nothing that is known: told as exactly as can be."""
        lexicon = self._lexicon
        other: Audience = "district" if audience == "school" else "school"
        stages = lexicon.stages(said, audience)
        if said.torn:
            return _open(place, reasons.TORN)
        if said.stage is None and stages:
            return _open(place, reasons.stage_not_said(stages))
        if said.stage is not None and lexicon.asks(Said(said.core, None, None, said.outer), audience):
            return _open(place, reasons.not_by_stage(said.stage))
        if said.outer and lexicon.names(said, audience):
            return _open(place, reasons.under(said.outer), lexicon.likely(said, audience))
        if lexicon.asks(said, other):
            return _open(place, reasons.LEVEL[audience])
        likely = lexicon.likely(said, audience)
        return _open(place, reasons.unknown(likely), likely)

    def _sentence(self, place: Place) -> Result:
        (text,) = place.path
        asks = self._lexicon.sentence(text)
        ask = asks[place.gap] if asks and place.gap is not None and place.gap < len(asks) else None
        if ask is None:
            return _open(place, reasons.SENTENCE)
        if self._school is not None or self._unsettled is not None:
            return _open(place, reasons.LEVEL["school"])
        said = Said(text, None, None, ())
        confined = self._confined(place, said, [ask])
        return _open(place, confined) if confined else self._answered(place, said, [ask], None)

    # --- what is known of it

    def _answered(self, place: Place, said: Said, asks: Sequence[Ask], school: str | None) -> Result:
        answers = [self._knowledge.answer(ask, school) for ask in asks]
        known = [answer for answer in answers if isinstance(answer, Known)]
        if not known:
            return self._missing(place, [answer for answer in answers if isinstance(answer, Wanting)])
        unit = said.unit or place.unit
        converted = [(each, self._in_unit(each, unit, place)) for each in known]
        fitting = [(each, value) for each, value in converted if value is not None]
        if not fitting:
            return _open(place, reasons.other_unit(known[0].unit, unit))
        if len({value for _, value in fitting}) > 1:
            sides = tuple(each for each, _ in fitting)
            return _open(place, reasons.disagreeing(sides), known=sides)
        sides, own = tuple(each for each, _ in fitting), fitting[0][0].unit
        same = unit is None or (own is not None and self._words.convert(Fraction(1), own, unit) == 1)
        return _printed(place, fitting[0][1], sides, own if same else unit)

    def _in_unit(self, known: Known, unit: str | None, place: Place) -> Value | None:
        """The value as the blank asks for it; None where its unit is another, or open."""
        words = self._words
        if not isinstance(known.value, Fraction):
            return known.value if unit is None or not words.is_unit(unit) else None
        if unit is not None:
            if place.unit is not None and words.convert(Fraction(1), unit, place.unit) != 1:
                return None  # the caption prints one unit, and the column of units another
            return words.convert(known.value, known.unit, unit) if known.unit else None
        if known.unit is None or place.gap is not None:
            return known.value  # a known sentence is printed with the unit of its number
        for table in words.units_of_table(place.titles):
            if (within := words.convert(known.value, known.unit, table)) is not None:
                return within
        return None if words.must_be_printed(known.unit) else known.value

    def _missing(self, place: Place, wanting: Sequence[Wanting]) -> Result:
        forms = [form for want in wanting for form in self._lexicon.givers(want.fact, want.columns)]
        titles = list(dict.fromkeys(form.title for form in forms))
        return _open(place, reasons.missing(wanting[-1], titles))


def _open(place: Place, reason: Reason, likely: Sequence[str] = (), known: Sequence[Known] = ()) -> Result:
    why, told, todo = reason
    return Result(place, "open", why=why, told=told, todo=todo, likely=tuple(likely), known=tuple(known))


def _printed(place: Place, value: Value, known: tuple[Known, ...], unit: str | None) -> Result:
    """A value known for certain: filled in, or put beside what a person or a formula says already."""
    numeric = isinstance(value, Fraction)
    text = _digits(value, place, known) if isinstance(value, Fraction) else reasons.in_words(value)
    if place.gap is None and place.given is not None and place.given.kind != "formula":
        if not _same(shown(place.given), text):
            return _open(place, reasons.differing(shown(place.given), text), known=known)
        return Result(place, "same", text, numeric, unit, known)
    if place.gap is None and place.formula:
        return _open(place, reasons.formula(text), known=known)
    return Result(place, "filled", text, numeric, unit, known)


def _digits(value: Fraction, place: Place, known: Sequence[Known]) -> str:
    """As many decimals as the blank or the rule asks for, half up; else exactly, where the number ends."""
    said = (places_in(text) for text in (*reversed(place.path), *place.aside))
    asked = next((places for places in said if places is not None), None) if place.gap is None else None
    text = decimal_text(value)
    if asked is not None:
        return f"{half_up(value, asked):f}"
    ruled = next((each.places for each in known if each.places is not None), None)
    if ruled is not None and ("/" in text or len(text.partition(".")[2]) > ruled):
        return f"{half_up(value, ruled):f}"
    return f"{half_up(value, _ENDLESS):f}" if "/" in text else text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("—", "-").replace(",", "").strip()


def _same(given: str, text: str) -> bool:
    """Whether what a person wrote is the same value, however it is written."""
    one, other = _plain(given), _plain(text)
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return Fraction(one) == Fraction(other)
    return one == other
