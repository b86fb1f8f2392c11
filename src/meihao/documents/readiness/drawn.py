"""The sheet as one SVG: banner, finding, strip, matrix, dispersions, rail, footer."""

from __future__ import annotations

from html import escape

from meihao.documents.readiness import bars, matrix, rail, svg, words
from meihao.documents.readiness.model import Sheet
from meihao.documents.readiness.strip import Panel
from meihao.documents.readiness.svg import BODY, HINT, QUIET, Drawing, Type

CONTENT, SIDE, MAIN = 1240, 28, 958
H1, H1_STEP = Type(24, 600), 34


def drawn(sheet: Sheet) -> tuple[str, int, int]:
    """The SVG with its width and height in px."""
    plan = matrix.planned(sheet, MAIN)
    wide = plan.wide + rail.BETWEEN + rail.WIDE
    drawing, y = _top(sheet, wide)
    strip, y = _strip(sheet, wide, y)
    legend = _legend(sheet, plan.wide, y + 24)
    cells, foot = matrix.matrix(sheet, plan, y + 44)
    label = words.OUTSIDE.said(sheet.lang) + ("：" if sheet.lang == "zh" else ": ")
    outside = svg.wrap(label + sheet.outside, plan.wide, HINT) if sheet.outside else []
    drawing += [*strip, *legend, *cells, *svg.stacked(0, foot + 20, outside, HINT, 18)]
    foot += 18 * len(outside) + (8 if outside else 0)
    found, foot = bars.bars(sheet, plan.wide, foot + 24)
    beside, end = _rail(sheet, plan.wide, wide, y + 20, foot)
    footer, end = _footer(sheet, wide, end)
    return _framed(sheet, [*drawing, *found, *beside, *footer], wide, end)


def _rail(sheet: Sheet, x: float, wide: float, y: float, foot: float) -> tuple[Drawing, float]:
    """The rail beside the main column; what it has no room for goes on under both, nothing is left out."""
    x, room = x + rail.BETWEEN, foot - y
    drawing, end, rest = rail.column(rail.gaps(sheet), x, y, room)
    spares = rail.spares(sheet, headed=True)
    if not rest and end - y + sum(piece.high for piece in spares) <= room + rail.SLACK:
        more, end, _ = rail.column(spares, x, end, room + rail.SLACK)
        return [*drawing, *more], max(end, foot) + 28
    lang, spares = sheet.lang, rail.spares(sheet, headed=False)
    below, end = rail.across(words.GAPS_ON.said(lang), "", rest, wide, max(end, foot) + 28)
    title, note = words.SPARES.said(lang), words.items(len(spares)).said(lang)
    more, end = rail.across(title, note, spares, wide, end)
    return [*drawing, *below, *more], end


def _top(sheet: Sheet, wide: float) -> tuple[Drawing, float]:
    y: float = 24 if sheet.banner else 0
    drawing = [svg.text(0, y + 34, sheet.above, QUIET)]
    lines, grey = svg.wrap(sheet.finding, wide, H1), svg.wrap(sheet.below, wide, Type(13, 400, svg.INK_2))
    drawing += svg.stacked(0, y + 68, lines, H1, H1_STEP)
    y += 68 + H1_STEP * (len(lines) - 1)
    drawing += svg.stacked(0, y + 26, grey, Type(13, 400, svg.INK_2), 20)
    return drawing, y + 26 + 20 * (len(grey) - 1) + 16


def _strip(sheet: Sheet, wide: float, y: float) -> tuple[Drawing, float]:
    """The strip: fields between hairlines, the first and the last with the longest notes."""
    shares = (0.25, 0.14, 0.14, 0.22, 0.25)
    starts = [wide * sum(shares[:i]) for i in range(len(shares))]
    rooms = [wide * share - (18 if i else 0) - 12 for i, share in enumerate(shares)]
    notes = [
        [line for note in panel.notes if note for line in svg.wrap(note, room, HINT)]
        for panel, room in zip(sheet.panels, rooms, strict=True)
    ]
    high = 64 + 18 * max(len(lines) for lines in notes)
    drawing = [svg.rule(0, y, wide, svg.INK), svg.rule(0, y + high, wide)]
    for i, (panel, start, lines) in enumerate(zip(sheet.panels, starts, notes, strict=True)):
        x = start + (18 if i else 0)
        drawing += [svg.upright(start, y + 1, high - 1, svg.RULE)] if i else []
        drawing += [*_panel(panel, x, y), *svg.stacked(x, y + 70, lines, HINT, 18)]
    return drawing, y + high


def _panel(panel: Panel, x: float, y: float) -> Drawing:
    drawing = [svg.text(x, y + 22, panel.label, QUIET)]
    value, at = Type(18, 600), x
    if panel.state is not None:
        drawing.append(svg.mark(x, y + 47, matrix.STATE_SHAPES[panel.state], "block", 12))
        value, at = Type(18, 600, matrix.STATE_TEXT[panel.state]), x + 20
    said = [(panel.value, value), (panel.unit, Type(14, 400, svg.INK_2))]
    return [*drawing, svg.runs(at, y + 48, said, 4)]


def _legend(sheet: Sheet, wide: float, y: float) -> Drawing:
    """What the shapes mean, at the right above the matrix."""
    drawing: Drawing = []
    x = wide
    for state, said in reversed(sheet.legend):
        x -= svg.width(said, 12)
        drawing += [svg.text(x, y, said, QUIET), svg.mark(x - 14, y - 1, matrix.CELL_SHAPES[state], "legend")]
        x -= 34
    return drawing


def _footer(sheet: Sheet, wide: float, y: float) -> tuple[Drawing, float]:
    lines = [line for told in sheet.footer for line in svg.wrap(told, wide, HINT)]
    drawing = [svg.rule(0, y, wide), *svg.stacked(0, y + 24, lines, HINT, 18)]
    return drawing, y + 24 + 18 * (len(lines) - 1)


def _framed(sheet: Sheet, drawing: Drawing, content: float, end: float) -> tuple[str, int, int]:
    wide, high = round(content) + 2 * SIDE, round(end) + SIDE
    language = "zh-CN" if sheet.lang == "zh" else "en"
    told = escape(" ".join((sheet.below, *sheet.panels[0].notes)))
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        f' role="img" aria-labelledby="mh-title mh-desc" xml:lang="{language}" lang="{language}"'
        f' font-family="{svg.FONTS}" font-size="{BODY.size}" fill="{svg.INK}"'
        ' style="font-variant-numeric:tabular-nums lining-nums">'
        f'<title id="mh-title">{escape(sheet.finding)}</title><desc id="mh-desc">{told}</desc>'
    )
    ground = [svg.box(0, 0, wide, high, "#FFFFFF"), *_banner(sheet, wide)]
    inside = f'<g transform="translate({SIDE} 0)">{"".join(drawing)}</g>'
    return f"{opened}{svg.SPRITE}{''.join(ground)}{inside}</svg>\n", wide, high


def _banner(sheet: Sheet, wide: float) -> Drawing:
    if not sheet.banner:
        return []
    said = [
        (words.INVENTED.said(sheet.lang), Type(12, 600, svg.YELLOW_TEXT)),
        (sheet.banner, Type(12, 400, svg.YELLOW_TEXT)),
    ]
    return [svg.box(0, 0, wide, 24, "url(#mh-invented)"), svg.runs(SIDE, 16, said, 10)]
