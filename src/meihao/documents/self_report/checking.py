"""A report checked against its evaluation: every figure that was quoted still stands, and still holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docx import Document

from meihao.base.text import Refused, Text
from meihao.documents.dossier.names import shown
from meihao.documents.self_report.addresses import Figures
from meihao.documents.self_report.written import Quoted, paragraphs
from meihao.figures.result import Evaluation


def changed(path: Path, quoted: Iterable[Quoted], evaluation: Evaluation) -> list[Text]:
    """What no longer agrees: figures somebody has retyped, and figures the evaluation now gives otherwise."""
    lines = [line.text for line in paragraphs(Document(str(path)))]
    figures = Figures(evaluation)
    found = []
    for one in quoted:
        line = lines[one.paragraph] if one.paragraph < len(lines) else ""
        stands = line[one.at : one.at + len(one.text)]
        if stands != one.text:
            found.append(_differs(one, stands, Text("文中改成了", "the text now says")))
        present = _now(figures, one.address)
        if present != one.text:
            found.append(_differs(one, present or "—", Text("测算得", "the evaluation gives")))
    return found


def _now(figures: Figures, address: str) -> str | None:
    try:
        said = figures.said(address)
    except Refused:
        return None
    return None if said is None else shown(" ".join(said.splitlines()))


def _differs(one: Quoted, other: str, how: Text) -> Text:
    return Text(
        f"第 {one.paragraph} 段「{one.text}」（{one.address}）：{how.zh}「{shown(other)}」",
        f"paragraph {one.paragraph}, “{one.text}” ({one.address}): {how.en} “{shown(other)}”",
    )
