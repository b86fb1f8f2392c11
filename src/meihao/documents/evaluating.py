"""The main job from end to end: a folder of returns in; result, tables, picture and trace out."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from datetime import date
from pathlib import Path

from meihao.base.divisions import NATION
from meihao.base.school_year import SchoolYear, school_year_on
from meihao.base.text import Lang, Refused, Text
from meihao.documents.as_json import as_json
from meihao.documents.dossier import INDEX, write_dossier
from meihao.documents.feedback import FEEDBACK, write_feedback
from meihao.documents.gap_book import GAP_BOOK, write_gap_book
from meihao.documents.onepage import ONE_PAGE, write_one_page
from meihao.documents.pdf import to_pdf
from meihao.documents.readiness import Heading, has_picture, readiness_html, readiness_svg
from meihao.documents.report import Report
from meihao.documents.returns.intake import REGISTER, Intake, Progress, Receipt, districts, take_in
from meihao.documents.returns.mapping_draft import write_draft
from meihao.documents.self_report.written import SELF_REPORT, write_self_report
from meihao.documents.tables import PrintedCell, write_tables
from meihao.documents.workbook import Reader
from meihao.figures.engines import Engine
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan, make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, read
from meihao.policy.kinds import Calendar, Fact, Standard
from meihao.policy.rulebook import Rulebook

TABLES = "01_申报表I-VI.xlsx"
PDFS = "PDF"
SENT_BACK, TO_EXPLAIN, DRAFTS = "退回（必须改正）", "请改正或说明", "对照草稿"
OUTPUTS = (
    "达标一张图.svg",
    "达标一张图.html",
    *ONE_PAGE,
    TABLES,
    FEEDBACK,
    GAP_BOOK,
    INDEX,
    SELF_REPORT,
    PDFS,
    SENT_BACK,
    TO_EXPLAIN,
    DRAFTS,
    "result.json",
    "cells.json",
    "snapshot",
)


def evaluate_path(
    path: Path,
    standard: str,
    on: date,
    rulebook: Rulebook,
    engine: Engine,
    reader: Reader,
    place: str | None = None,
    exclude: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Reads every return at `path` and evaluates a standard on a day.

    `place` is the jurisdiction; without it, the district return's own code says. Raises `Refused`
    where nothing can be read or no rule is in force.
    """
    units = rulebook.get(Standard, standard, on, place or NATION).fact
    intake = take_in(path, rulebook, on, place, reader, progress, exclude, units)
    here = intake.place
    plan = make_plan(rulebook, standard, on, here)
    versions = dict(sorted(plan.versions.items()))
    snapshot = Snapshot(on, here, intake.tables, versions, intake.pending)
    return Report(
        intake, evaluate(snapshot, plan, engine), _district(intake, here), _year(rulebook, on, here)
    )


def _district(intake: Intake, place: str) -> Text:
    names = [table.rows[place].get("name") for table in districts(intake) if place in table.rows]
    name = next(filter(None, names), None)
    return Text(str(name), str(name)) if name else Text(place, place)


def _year(rulebook: Rulebook, on: date, place: str) -> SchoolYear:
    calendar = rulebook.get(Calendar, "cn/school-year", on, place)
    return school_year_on(on, calendar.school_year_starts, calendar.census)


def heading(report: Report) -> Heading:
    """What the picture says of where its data comes from."""
    plan, table = report.evaluation.plan, report.evaluation.snapshot.table(report.evaluation.plan.fact)
    absent = len(report.intake.unreported)
    expected = len(table.rows) if REGISTER in report.intake.tables else None
    assert plan.fact.key == table.fact.key
    return Heading(report.district, report.invented, len(table.rows) - absent, expected)


def write_report(
    report: Report,
    out: Path,
    rulebook: Rulebook,
    reader: Reader,
    lang: Lang,
    evidence: Path | None = None,
    pdf: bool = False,
) -> list[Path]:
    """Writes everything the evaluation gives; what an earlier run wrote is replaced, other files stay.

    The new files are complete before the first old one is touched. `evidence` is the folder whose dossier
    is indexed; `pdf` sets every printable document as PDF too. Raises `Refused` where one is not to be had.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".writing-") as name:
        folder = Path(name)
        _write_into(folder, report, rulebook, reader, lang)
        printable = _write_set(folder, report, evidence, lang)
        if pdf:
            to_pdf(printable, folder / PDFS)
        for name in OUTPUTS:
            _replace(Path(folder) / name, out / name)
    return [out / name for name in OUTPUTS if (out / name).exists()]


def _write_into(folder: Path, report: Report, rulebook: Rulebook, reader: Reader, lang: Lang) -> None:
    evaluation = report.evaluation
    facts = heading(report)
    if has_picture(evaluation):
        (folder / OUTPUTS[0]).write_text(readiness_svg(evaluation, lang, facts), encoding="utf-8")
        (folder / OUTPUTS[1]).write_text(readiness_html(evaluation, lang, facts), encoding="utf-8")
    printed = write_tables(evaluation, rulebook, folder / TABLES, report.invented)
    _send_back(folder, report.intake, reader, lang)
    write_draft(report.intake.unknown, rulebook, evaluation.plan, folder / DRAFTS)
    write_result(report, folder)
    _write_json(folder / "cells.json", {_cell_name(cell): cell.address for cell in printed})


def write_result(report: Report, folder: Path) -> None:
    """Writes what a figure is traced and compared by, and no document: the result and its snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "result.json", as_json(report))
    report.evaluation.snapshot.write(folder / "snapshot")


def _write_set(folder: Path, report: Report, evidence: Path | None, lang: Lang) -> list[Path]:
    """The set a bureau hands on; gives what of it is to be printed."""
    written = [*write_one_page(report, folder, lang), folder / TABLES]
    written += write_feedback(report, folder)
    written += write_gap_book(report, folder)
    if evidence is not None:
        written += write_dossier(report, evidence, folder)
    written.append(write_self_report(report, folder).path)
    return written


def _cell_name(cell: PrintedCell) -> str:
    return f"{cell.sheet}!{cell.ref}"


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _send_back(folder: Path, intake: Intake, reader: Reader, lang: Lang) -> None:
    """Each workbook with problems, as its author wrote it, marked at the cells."""
    for receipt in intake.receipts:
        if receipt.marks and receipt.workbook is not None:
            target = folder / (SENT_BACK if receipt.must else TO_EXPLAIN) / _flat(receipt)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                reader.annotate(receipt.path, target, receipt.marks, lang)
            except Refused as refusal:  # readable, but too damaged to be copied: its problems as a list
                lines = [f"{mark.sheet}!{mark.ref} {mark.text.said(lang)}" for mark in receipt.marks]
                listed = "\n".join((refusal.text.said(lang), *lines))
                target.with_suffix(".txt").write_text(listed + "\n", encoding="utf-8")


def _flat(receipt: Receipt) -> str:
    return receipt.name.replace("/", "_")


def _replace(new: Path, old: Path) -> None:
    if old.name == DRAFTS and _confirmed(old):
        return  # somebody has worked in it: the new draft must not undo that
    if old.is_dir():
        shutil.rmtree(old)
    elif old.exists():
        old.unlink()
    if new.exists():
        new.rename(old)


def _confirmed(drafts: Path) -> bool:
    """Whether a person has confirmed a header in a draft of an earlier run."""
    texts = (path.read_text(encoding="utf-8") for path in drafts.rglob("*.yaml"))
    return any(re.search(r"confirmed_by: (?!null)\S", text) for text in texts)


def reopened(out: Path, rulebook: Rulebook, standard: str, engine: Engine) -> Evaluation:
    """The evaluation of an `out` folder, computed anew from its snapshot. Raises `Refused`."""
    snapshot = opened(out, rulebook)
    plan: Plan = make_plan(rulebook, standard, snapshot.on, snapshot.place)
    _same_rules(plan, snapshot)
    return evaluate(snapshot, plan, engine)


def opened(out: Path, rulebook: Rulebook) -> Snapshot:
    """The snapshot of an `out` folder, its facts as they were on its day. Raises `Refused`."""
    manifest = out / "snapshot" / "manifest.json"
    if not manifest.is_file():
        raise Refused(
            f"{out} 里没有测算结果，请先运行 meihao evaluate … --out {out}。",
            f"there is no evaluation in {out}: run meihao evaluate … --out {out} first.",
        )
    head = json.loads(manifest.read_text(encoding="utf-8"))
    on, place = date.fromisoformat(head["on"]), head["place"]
    keys = [key for key in head["files"] if key != "origins"]
    facts = {key: rulebook.get(Fact, key, on, place) for key in keys}
    return read(out / "snapshot", facts)


def _same_rules(plan: Plan, snapshot: Snapshot) -> None:
    """A figure is traced under the rules it was computed under, or not at all."""
    changed = sorted(key for key, digest in snapshot.versions.items() if plan.versions.get(key, "") != digest)
    if changed or set(plan.versions) != set(snapshot.versions):
        names = "、".join(changed or sorted(set(plan.versions) ^ set(snapshot.versions)))
        raise Refused(
            f"政策与测算时不同：{names}。请加上测算时的 --policies，或重新测算。",
            f"the policies are not those of the evaluation: {names}. Add its --policies, or evaluate again.",
        )
