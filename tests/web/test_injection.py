"""What people should not type: refused in words, or kept and inert in pages and workbooks; never a crash."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from openpyxl import Workbook

from bench.trust.canary.judging import browser
from bench.trust.canary.world import World
from bench.trust.inject.control import unescaped
from bench.trust.inject.dictionary import ALWAYS, LONG, MARK, STRINGS
from bench.trust.inject.fields import Typed, _judged, type_all
from bench.trust.inject.judging import alive
from bench.trust.inject.pages import forms
from tests.web.conftest import Small

HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_every_field_of_every_form_takes_what_should_not_be_typed(small: Small, world: World) -> None:
    typed = type_all(world, every=1, thin=3, known=small.forms)
    assert typed.faults == []
    assert typed.fields > 80
    assert typed.kept > 5
    assert {200, 302, 404, 422} <= set(typed.statuses)
    with unescaped():
        lists = ["registry:organisations", "library:documents"]
        control = type_all(world, every=24, only=lists, known=small.forms)
    assert any("an element" in fault for fault in control.faults)


def test_the_forms_of_every_room_are_found(small: Small) -> None:
    every = small.forms
    rooms = {one.route.split(":")[0] for one in every if one.form.method == "post"}
    assert {"accounts", "registry", "library", "sign-in"} <= rooms
    typed = {name for one in every for name in one.form.typed}
    assert {
        "name",
        "basis",
        "title",
        "username",
        "q",
        "purpose",
        "as_of",
        "reason",
        "pasted",
        "code",
    } <= typed


@pytest.mark.parametrize("called", ["controls", "not a character", "lines", "surrogate pair"])
def test_letters_that_no_workbook_holds_break_no_export(world: World, called: str) -> None:
    officer = next(who for who in world.visitors if who.role == "section-officer")
    given = {"kind": "town", "name": STRINGS[called], "under": str(world.pools["district-0"]["unit"][0])}
    more = {"on": "2025-09-01", "basis": "虚构", "key": str(uuid4()), "confirmed": "1"}
    client = browser(world, officer)
    answer = client.post("/registry/organisations/found/unit", given | more)
    assert answer.status_code in (302, 422)
    for address in ("/registry/organisations/export?kind=town", "/registry/organisations/export"):
        found_ = client.get(address, {"kind": "town", "q": STRINGS[called]} if "?" not in address else {})
        assert found_.status_code == 200
        assert list(alive(found_.content, dict(found_.headers))) == []


# --- the judges themselves


@pytest.mark.parametrize(
    "page",
    [
        f"<p><{MARK} x=1></p>",
        f'<p title="" on{MARK}="1">x</p>',
        f'<a href="java\nscript:{MARK}">x</a>',
        f'<p onclick="{MARK}">x</p>',
        f"<script>var a = '{MARK}<'</script>",
        f"<p>{MARK}49</p>",
        f"<style>{MARK}</style>",
    ],
)
def test_the_judge_of_pages_sees_what_is_alive(page: str) -> None:
    assert list(alive(page.encode(), HTML))


def test_the_judge_of_pages_lets_pass_what_is_escaped() -> None:
    page = f"<p title='&quot; on{MARK}=1'>&lt;{MARK}&gt; {{{{7*7}}}}</p><a href='/?q=javascript:{MARK}'>x</a>"
    assert list(alive(page.encode(), HTML)) == []


def test_the_judge_of_headers_and_lists_sees_what_is_alive() -> None:
    assert list(alive(b"", {f"X-{MARK}": "1"}))
    csv = {"Content-Type": "text/csv"}
    assert list(alive(f"a,b\n={MARK},1\n".encode(), csv))
    assert list(alive(f"a,b\n'={MARK},-1.5\n".encode(), csv)) == []


def test_the_judge_of_workbooks_sees_a_formula() -> None:
    for value, kinds in (("=1+1", 2), ("'=1+1", 0)):
        book, stream = Workbook(), io.BytesIO()
        book.worksheets[0]["A1"] = value
        book.save(stream)
        assert len(list(alive(stream.getvalue(), {}))) == kinds


def test_a_crash_and_a_refusal_without_a_word_are_told() -> None:
    class Answer:
        streaming, content = False, b""

        def __init__(self, status: int) -> None:
            self.status_code, self.headers = status, HTML

    for status, faults in ((500, 1), (422, 1), (302, 0), (405, 0)):
        typed = Typed()
        _judged(Answer(status), "x", typed)
        assert len(typed.faults) == faults, status


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    page = (
        '<form method=post action="/a"><input name=q value="1"><input type=file name=f>'
        "<textarea name=t>x</textarea>"
        "<select name=s><option value=1><option value=2 selected></select>"
        "<input type=checkbox name=c value=9 checked></form><form></form>"
    )
    form, other = forms(page.encode())
    assert (form.method, form.action, form.files) == ("post", "/a", ["f"])
    assert form.values == {"q": ["1"], "t": ["x"], "s": ["2"], "c": ["9"]}
    assert (form.choices, set(form.typed)) == ({"s": ["1", "2"], "c": ["9"]}, {"q", "t"})
    assert other.method == "get"


def test_the_dictionary_has_what_it_should() -> None:
    assert len(set(STRINGS.values())) == len(STRINGS) >= 60
    assert len(STRINGS["long"]) > LONG
    assert {STRINGS[name][:4] for name in ALWAYS} == {MARK}
