"""Killed at any step, a restore has happened or has not; nothing is between after the next start."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.web import sealed_stream, swapping
from tests.web.backup_homes import OLD, database, home_of, packed, restored, state


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of guessing a passphrase is not what is tested here."""
    monkeypatch.setattr(sealed_stream, "_LOG_N", 4)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Does something in a child that is killed at its n-th act on the file system; whether it was."""
    child = os.fork()
    if child == 0:
        left = [step]

        def hook(event: str, _: object) -> None:
            if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_at_any_step_it_has_happened_or_it_has_not(tmp_path: Path) -> None:
    made = home_of(tmp_path / "source", 500, {"library/ab/abcd": b"new", "library/cd/n": b"n"})
    packed(tmp_path / "a.backup", made)
    new, old, mixed, step = 0, 0, 0, 0
    while True:
        step += 1
        target = home_of(tmp_path / f"target{step}", 20, OLD)
        before = state(target)
        if not killed_at(step, partial(restored, tmp_path / "a.backup", target)):
            assert state(target) == state(made)
            break
        left = state(target)
        mixed += left not in (before, state(made))
        swapping.settle(target)  # what every start does first
        after = state(target)
        assert after in (before, state(made)), step
        new, old = new + (after != before), old + (after == before)
        assert not (target / ".restore").exists()
    assert min(new, old) >= 3
    assert mixed >= 1  # control: there are moments at which only `settle` saves it


def half_swapped(target: Path) -> None:
    """As a restore leaves it that is killed right before its moment."""

    def dies() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        with swapping.staging(target) as new:
            database(new / swapping.DATABASE, 1)
            (new / "files").mkdir()
            swapping.swap(target, moment=dies)

    assert killed_at(10_000, work)


@pytest.mark.parametrize("files", [OLD, {}], ids=["files", "no files"])
def test_settling_that_is_killed_is_settled_the_next_time(tmp_path: Path, files: dict[str, bytes]) -> None:
    step, mixed, killed = 0, 0, True
    while killed:
        step += 1
        target = home_of(tmp_path / f"target{step}", 20, files)
        before = state(target)
        half_swapped(target)
        mixed += (target / "files").exists() and state(target) != before
        killed = killed_at(step, partial(swapping.settle, target))
        swapping.settle(target)
        assert state(target) == before, step
        assert (target / "files").exists() is bool(files)
    assert step > 5
    assert mixed == (step if files else 0)


def test_what_fails_at_its_moment_is_put_back_at_once(tmp_path: Path) -> None:
    target = home_of(tmp_path / "target", 20, OLD)
    before = state(target)

    def fails() -> None:
        raise Refused("没有完成", "failed")

    def work() -> None:
        with swapping.staging(target) as new:
            database(new / swapping.DATABASE, 1)
            swapping.swap(target, moment=fails)

    with pytest.raises(Refused, match="没有完成"):
        work()
    assert state(target) == before
