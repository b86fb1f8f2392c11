"""A copy of the tree in which one guard at a time is gone, and the tests that should say so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.trust.guards.sites import Site

ROOT = Path(__file__).parents[3]
_COPIED = ("src", "tests", "bench", "policies", "pyproject.toml", "manage.py")
_LEFT = shutil.ignore_patterns("__pycache__", "node_modules", "vendor", "*.pyc")
_RED = re.compile(r"\d+ (failed|error)")
_LONGEST = 600  # seconds of one run
ROOMS = (
    "registry/people",
    "registry/importing",
    "registry",
    "library",
    "accounts",
)


class NoVerdictError(RuntimeError):
    """The tests could not be run at all: that says nothing about the guard."""


@contextmanager
def copied() -> Iterator[Path]:
    """The tree as it is now, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="meihao-guards-") as folder:
        for name in _COPIED:
            source, target = ROOT / name, Path(folder, name)
            if source.is_dir():
                shutil.copytree(source, target, ignore=_LEFT)
            else:
                shutil.copy(source, target)
        yield Path(folder)


def covering(site: Site, root: Path) -> list[list[str]]:
    """What is run for a site, the likeliest first: the room's tests of guards, the room, then the web's."""
    room = next((room for room in ROOMS if site.file.startswith(f"src/meihao/records/{room}/")), "")
    web = [
        ["tests/web/test_guards_web.py", "tests/records/accounts/test_matrix.py", "tests/web/test_guard.py"],
        ["tests/web/test_canary.py"],
    ]
    if not room:
        return web
    folder = root / "tests/records" / room
    first = [path.relative_to(root).as_posix() for path in sorted(folder.rglob("test_guards_*.py"))]
    return [first, [f"tests/records/{room}"], *web]


def survives(site: Site, root: Path, steps: int | None = None) -> bool:
    """Whether all tests stay green with one guard gone. Raises `NoVerdictError` where they do not run."""
    path = root / site.file
    source = path.read_bytes()
    path.write_bytes(site.gone(source))
    try:
        return all(green(tests, root) for tests in covering(site, root)[:steps])
    finally:
        path.write_bytes(source)


def green(tests: list[str], root: Path) -> bool:
    """Whether tests pass in a copy, whose own source they import."""
    found = [test for test in tests if (root / test).exists()]
    if not found:
        return True
    # no bytecode: a mutant may have the size and the second of what it replaces
    env = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *found]
    ran = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=_LONGEST)
    red = ran.returncode == 1 and _RED.search(ran.stdout) and "ERROR collecting" not in ran.stdout
    if ran.returncode != 0 and not red:
        raise NoVerdictError(f"pytest exited with {ran.returncode}: {ran.stdout[-800:]}{ran.stderr[-400:]}")
    return not red
