"""All gaps of an evaluation in one list: what fails for certain, what just passes, what is open.

Inside a grade they stand in the order of the standard: block, clause, test, stage, code of the school.
Schools are never ranked by a value.
"""

from __future__ import annotations

from collections.abc import Iterator

from meihao.base.text import Text
from meihao.documents.gaps import answers, units
from meihao.documents.gaps.fields import of_answer, wanted
from meihao.documents.gaps.model import Gap, Grade, Kind, Task, Tasks, Wanted
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, CellState, Evaluation, State

_PENDING = Text("退回的文件里可能有尚不知道的学校", "a file sent back may hold schools that nobody knows of")


def gaps_of(evaluation: Evaluation) -> tuple[Gap, ...]:
    """Everything short, worst first."""
    grades = list(Grade)
    return tuple(sorted(_in_order(evaluation), key=lambda gap: grades.index(gap.grade)))


def _in_order(evaluation: Evaluation) -> Iterator[Gap]:
    plan, snapshot = evaluation.plan, evaluation.snapshot
    tasks = Tasks.of(snapshot, plan)
    yield from _pending(evaluation)
    for name in plan.standard.blocks:
        block, relaxed = evaluation.block(name), evaluation.block(name, Basis.RELAXED)
        yield from units.of_block(block, plan, relaxed, tasks)
        for result in block.clauses:
            yield from answers.of_clause(result, relaxed.clause(result.clause.id), plan, snapshot, tasks)


def _pending(evaluation: Evaluation) -> Iterator[Gap]:
    """Files that were not taken: while they are out, no block is reached."""
    standard = evaluation.plan.standard
    for name in sorted(evaluation.snapshot.pending):
        title = Text(f"退回的文件：{name}", f"sent back: {name}")
        yield Gap(
            kind=Kind.RETURNS,
            grade=Grade.OPEN,
            block=next(iter(standard.blocks)),
            code="",
            short=title,
            title=title,
            address="",
            reference=standard.reference[0],
            task=Task(),
            state=State.UNDECIDED.words,
            ways=(_PENDING,),
        )


def missing_fields(evaluation: Evaluation) -> tuple[Wanted, ...]:
    """Every field that something still wants, findings left out; one a field, reporter and need."""
    found: list[Wanted] = []
    for name in evaluation.plan.standard.blocks:
        block = evaluation.block(name)
        found += _of_cells(block, evaluation)
        for result in block.clauses:
            for answer in result.answers:
                found += of_answer(answer, evaluation.plan, evaluation.snapshot)
    return tuple(dict.fromkeys(found))


def _of_cells(block: BlockResult, evaluation: Evaluation) -> Iterator[Wanted]:
    for result in block.units:
        for item, cell in result.cells.items():
            if cell.state is CellState.UNDECIDED:
                yield from wanted(evaluation.plan, cell.figure.missing, None, units.who_of(result), item)
