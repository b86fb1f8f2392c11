"""Every template of the project: nothing inline, no words in one language alone.

Each rule is tried on the project and on a planted template that it must catch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

SOURCES = Path(__file__).parents[2] / "src" / "meihao"
_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)
_COMMENT = re.compile(r"\{% comment.*?\{% endcomment %\}", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_INLINE = re.compile(
    r"<style\b"
    r"|<[a-z][^>]*\sstyle\s*="
    r"|<[a-z][^>]*\son[a-z]+\s*="
    r"|<[a-z][^>]*\shx-on\b"
    r"|(?:href|src|action)\s*=\s*[\"']?\s*javascript:"
    r"|<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    re.IGNORECASE,
)

Rule = Callable[[str], list[str]]


def templates() -> Iterator[Path]:
    return (path for path in sorted(SOURCES.rglob("templates/**/*")) if path.is_file())


def without_tags(text: str) -> str:
    return _TAGS.sub("", _COMMENT.sub("", text))


def inline(text: str) -> list[str]:
    """Styles, scripts and handlers written into the page; what tags fill in is taken out first."""
    return [found.group() for found in _INLINE.finditer(without_tags(text))]


def one_language(text: str) -> list[str]:
    """Chinese that stands in the page itself and not in a tag that knows both languages."""
    return _HAN.findall(without_tags(text))


def without_a_nonce(text: str) -> list[str]:
    """Scripts that the page's own policy would not run."""
    scripts = re.findall(r"<script\b[^>]*\bsrc=[^>]*>", text.replace("%}", "").replace("{%", ""))
    return [script for script in scripts if "csp_nonce" not in script]


def elsewhere(text: str) -> list[str]:
    """Files of another host."""
    return re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//[^\"']*", text)


RULES: tuple[tuple[Rule, str], ...] = (
    (inline, '<p style="color:red">'),
    (inline, "<style>p{}</style>"),
    (inline, "<script>go()</script>"),
    (inline, '<button class="a" onclick="go()">'),
    (inline, '<div hx-on:click="go()">'),
    (inline, '<a href="javascript:go()">'),
    (one_language, "{% say '甲' 'a' %}<p>乙</p>"),
    (one_language, '<input placeholder="查找">'),
    (without_a_nonce, '<script src="{% asset "ui/page.js" %}" defer></script>'),
    (elsewhere, '<script src="//cdn.example/x.js"></script>'),
)


def test_there_are_templates() -> None:
    assert len(list(templates())) > 40


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES))
def test_no_template_breaks_a_rule(rule: Rule) -> None:
    found = {str(path.relative_to(SOURCES)): rule(path.read_text("utf-8")) for path in templates()}
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("rule", "planted"), RULES)
def test_a_planted_fault_is_caught(rule: Rule, planted: str) -> None:
    assert rule(planted)


@pytest.mark.parametrize(
    ("rule", "sound"),
    [
        (inline, '<script src="x.js" nonce="{{ csp_nonce }}"></script><p class="on">'),
        (inline, '<script id="d" type="application/json">{}</script>'),
        (one_language, '{# 注 #}{% say "中" "en" %}<p lang="zh">{{ name }}　—</p>'),
        (without_a_nonce, '<script src="{% asset "a.js" %}" nonce="{{ csp_nonce }}" defer></script>'),
    ],
)
def test_what_is_sound_is_let_be(rule: Rule, sound: str) -> None:
    assert rule(sound) == []


def test_every_template_can_be_read() -> None:
    for path in templates():
        get_template(
            path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]).as_posix()
        )


def test_every_sheet_and_script_is_the_platforms_own() -> None:
    static = SOURCES / "ui" / "static" / "ui"
    for path in static.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|sourceMappingURL|\beval\(|innerHTML", text), path.name
