"""After an erasure no byte of the person is left: not in the database file, its log, the files, the trail,
the exports, nor a new backup. The controls are found: who was not erased, and a file that was not cleared.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from meihao.web import archive

PASSPHRASE = "很长的一句口令，备份用，虚构"
Built = tuple[Path, dict[str, Any]]
ALL = 6 + 6  # texts in three encodings; ciphertexts and fingerprints of three fields


def ran(home: Path, *words: str) -> str:
    """A program of the platform in a home."""
    wanted = {
        "MEIHAO_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "meihao.web.settings",
        "MEIHAO_BACKUP_PASSPHRASE": PASSPHRASE,
        "PYTHONIOENCODING": "utf-8",
    }
    given = {key: value for key, value in os.environ.items() if not key.startswith("MEIHAO_")}
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, *words], cwd=root, env=given | wanted, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


STEP = ("-m", "tests.records.registry.people.erasing_home")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The home, and what to look for in it."""
    home = tmp_path_factory.mktemp("erasing") / "home"
    return home, json.loads(ran(home, *STEP, "build"))


@pytest.fixture
def home(built: Built, tmp_path: Path) -> Path:
    """A copy, log and all."""
    return Path(shutil.copytree(built[0], tmp_path / "home"))


def found(folder: Path, about: dict[str, Any]) -> set[str]:
    """What of a person stands anywhere in a folder; the keys are not looked at."""
    held = b"\0".join(
        path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "keys" not in path.relative_to(folder).parts
    )
    return {name for name, needle in about["needles"].items() if bytes.fromhex(needle) in held}


def backed_up(home: Path, into: Path) -> Path:
    """What a new backup of a home holds, unpacked."""
    ran(home, "manage.py", "backup", str(into.with_suffix(".backup")))
    into.mkdir()
    archive.unpack(into.with_suffix(".backup"), PASSPHRASE.encode(), into)
    return into


def test_nothing_of_an_erased_person_is_left(home: Path, built: Built, tmp_path: Path) -> None:
    about = built[1]
    said = ran(home, "manage.py", "erase", about["key"], "--basis", "监护人申请（虚构）")
    assert "残留已清除" in said
    ran(home, *STEP, "carry")
    assert (home / "meihao.sqlite3").stat().st_size > 100_000
    assert (home / "carried" / "xl" / "workbook.xml").is_file()
    assert "registry.person.erase" in (home / "carried" / "trail.txt").read_text("utf-8")
    assert found(home, about) == set()
    assert found(backed_up(home, tmp_path / "backup"), about) == set()


def test_who_was_not_erased_is_found(home: Path, built: Built, tmp_path: Path) -> None:
    """The control, in the file and in a backup; a name is plain nowhere, and would be seen if it were."""
    about = built[1]
    ran(home, "manage.py", "erase", "--clear")
    sealed = {name for name in about["needles"] if name.endswith(("ciphertext", "blind"))}
    assert len(sealed) == 6
    assert len(about["needles"]) == ALL
    assert found(home, about) == sealed
    assert found(backed_up(home, tmp_path / "backup"), about) == sealed
    for code in ("utf-8", "utf-16-le", "utf-16-be"):
        (home / code).write_bytes("在籍：金丝雀。".encode(code))
    assert found(home, about) == sealed | {f"金丝雀 {code}" for code in ("utf-8", "utf-16-le", "utf-16-be")}


def test_a_file_that_was_not_cleared_still_holds_them(home: Path, built: Built) -> None:
    """The control of the clearing: the row is empty, the file is not; `--clear` ends that."""
    about = built[1]
    ran(home, *STEP, "erase", about["key"])
    assert found(home, about)
    ran(home, "manage.py", "erase", "--clear")
    assert found(home, about) == set()
