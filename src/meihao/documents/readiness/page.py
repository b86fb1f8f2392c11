"""The sheet as a page that needs nothing else: the picture, and the same things as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from meihao.base.text import Lang, Text
from meihao.documents.readiness import svg, words
from meihao.documents.readiness.drawn import drawn
from meihao.documents.readiness.gaps import Gap
from meihao.documents.readiness.model import Group, Sheet, sheet
from meihao.documents.readiness.strip import Heading
from meihao.figures.result import Evaluation

NO_BREAK = "\u00a0"
PAPER_MM, MARGIN_MM = 297, 8  # as wide as A4 lies

_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1A2026;font:14px/22px %(fonts)s;
  font-variant-numeric:tabular-nums lining-nums}
main{max-width:%(wide)dpx;margin:0 auto}
main>svg{display:block;width:100%%;height:auto}
details{margin:0 28px 36px;border-top:1px solid #1A2026;padding-top:12px}
summary{cursor:pointer;color:#0F5C63;width:max-content}
summary:focus-visible{outline:2px solid #0F5C63;outline-offset:2px}
div{overflow-x:auto}
table{border-collapse:collapse;margin:20px 0;font-size:13px;line-height:20px}
caption{text-align:left;font-size:16px;font-weight:600;padding:8px 0}
th,td{border-bottom:1px solid #E4E7E8;padding:4px 16px 4px 0;
  text-align:left;font-weight:400;vertical-align:top}
tbody th,.matrix td{white-space:nowrap}
thead th{border-bottom-color:#1A2026;font-size:12px;color:#4A535C;vertical-align:bottom}
@media screen and (max-width:700px){
  main{overflow-x:auto}main>svg{min-width:1080px}details{margin:0 16px 28px}}
@page{size:%(paper_wide)dmm %(paper_high)dmm;margin:%(margin)dmm}
@media print{main{max-width:none}main>svg{break-inside:avoid}details{display:none}}
"""


def readiness_svg(evaluation: Evaluation, lang: Lang, facts: Heading) -> str:
    """The sheet as one self-contained SVG; equal evaluations give equal bytes."""
    return drawn(sheet(evaluation, lang, facts))[0]


def readiness_html(evaluation: Evaluation, lang: Lang, facts: Heading) -> str:
    """The sheet as a page: the picture, its tables folded under it, one printed page as wide as A4 lies."""
    shown = sheet(evaluation, lang, facts)
    picture, wide, high = drawn(shown)
    # one page as high as the picture needs: paper that cuts a row in two is worse than a long page
    paper_high = -(-(PAPER_MM - 2 * MARGIN_MM) * high // wide) + 2 * MARGIN_MM + 2
    style = _STYLE % {
        "fonts": svg.FONTS,
        "wide": wide,
        "paper_wide": PAPER_MM,
        "paper_high": paper_high,
        "margin": MARGIN_MM,
    }
    language, tables = "zh-CN" if lang == "zh" else "en", "\n".join(_tables(shown))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{escape(shown.finding)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{picture}"
        f"<details>\n<summary>{words.TWIN.said(lang)}</summary>\n{tables}\n</details>\n</main>\n</body>\n</html>\n"
    )


def _tables(shown: Sheet) -> Iterable[str]:
    lang = shown.lang
    yield _summary(shown)
    for group in shown.groups:
        yield _group(group, shown)
    if shown.dispersions:
        heads = _heads(
            lang, ("学段", "stage"), ("指标", "item"), ("限值", "limit"), ("差异系数", "dispersion")
        )
        rows = [
            [stage.title, bar.item, f"≤ {stage.limit}", f"{bar.value} {bar.word}"]
            for stage in shown.dispersions
            for bar in stage.bars
        ]
        yield _table(words.DISPERSIONS.said(lang), heads, rows)
    if shown.gaps:
        yield _gaps(words.GAPS.said(lang), shown.gaps, lang)
    if shown.spares:
        yield _gaps(words.SPARES.said(lang), shown.spares, lang)
    yield from _shares(shown)
    if shown.changed:
        heads = _heads(
            lang, ("学校（校段）", "school (stage)"), ("不计放宽", "without"), ("计入放宽", "with relaxation")
        )
        yield _table(words.RELAXED.said(lang), heads, shown.changed)


def _heads(lang: Lang, *pairs: tuple[str, str]) -> list[str]:
    return [Text(*pair).said(lang) for pair in pairs]


def _summary(shown: Sheet) -> str:
    """The strip, line by line."""
    rows = [(panel.label, f"{panel.value} {panel.unit}".strip(), *panel.notes) for panel in shown.panels]
    told = [(label, value, words.facts(list(notes), shown.lang)) for label, value, *notes in rows]
    told += [(words.OUTSIDE.said(shown.lang), "", shown.outside)] if shown.outside else []
    heads = _heads(shown.lang, ("栏目", "field"), ("内容", "says"), ("说明", "notes"))
    return _table(shown.below, heads, told)


def _group(group: Group, shown: Sheet) -> str:
    """The units of one stage; the heads carry unit and threshold."""
    lang = shown.lang
    heads = [words.CODE.said(lang), words.SCHOOL.said(lang), words.PUPILS.said(lang)]
    beside = {True: "", False: f"{words.BESIDE.said(lang)} "}
    for column, threshold in zip(shown.columns, group.thresholds, strict=True):
        least = threshold.replace(" ", NO_BREAK)
        heads.append(f"{beside[column.counts]}{column.title} ({column.unit}) {least}")
    heads.append(words.RESULT.said(lang))
    rows = [
        [
            row.code,
            row.title,
            row.pupils,
            *(f"{c.value} {c.word}" for c in row.cells),
            f"{row.word} {row.met}",
        ]
        for row in group.rows
    ]
    return _table(words.facts([group.title, group.line], lang), heads, rows, named=1, kind="matrix")


def _gaps(caption: str, gaps: Sequence[Gap], lang: Lang) -> str:
    heads = _heads(
        lang, ("缺口", "short"), ("内容", "thing"), ("学校（校段）", "school (stage)"), ("说明", "how")
    )
    heads.append(words.OWNER_HEAD.said(lang))
    owner = words.OWNER_OPEN.said(lang)
    rows = [
        (f"{gap.amount} {gap.unit}".strip(), gap.thing, gap.who, words.facts(list(gap.detail), lang), owner)
        for gap in gaps
    ]
    return _table(caption, heads, rows)


def _shares(shown: Sheet) -> Iterable[str]:
    """Everybody's part in a dispersion that is over its limit."""
    lang = shown.lang
    for gap in shown.gaps:
        if gap.all_parts:
            label = Text("各校段所占", "share of each school-stage").said(lang)
            heads = _heads(lang, ("学校（校段）", "school (stage)"), ("所占", "share"))
            yield _table(words.facts([gap.thing, label], lang), heads, gap.all_parts)


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], named: int = 0, kind: str = "list"
) -> str:
    """A table whose column `named` heads each row; every cell is its own direction of text."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join(f"<tr>{''.join(_cells(row, named))}</tr>" for row in rows)
    return (
        f'<div><table class="{kind}">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _cells(row: Sequence[str], named: int) -> Iterable[str]:
    for index, said in enumerate(row):
        cell = f"<bdi>{escape(said)}</bdi>"
        yield f'<th scope="row">{cell}</th>' if index == named else f"<td>{cell}</td>"
