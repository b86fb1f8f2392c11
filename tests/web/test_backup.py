"""A backup that is wrong in any way changes nothing; the control without the checks does damage."""

from __future__ import annotations

import hashlib
import io
import os
import random
import sqlite3
import tarfile
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from meihao.base.text import Refused
from meihao.records.accounts.acting import NotPermitted, visitor
from meihao.web import archive, backup, sealed_stream, swapping
from meihao.web.archive import Facts
from tests.web.backup_homes import (
    ABOUT,
    AT,
    HEAD,
    OLD,
    SECRET,
    State,
    database,
    home_of,
    packed,
    restored,
    state,
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of guessing a passphrase is not what is tested here."""
    monkeypatch.setattr(sealed_stream, "_LOG_N", 4)


NEW = {"library/ab/abcd": os.urandom(3000), "library/cd/公文": b"x" * 2_500_000, "empty": b""}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An archive of a home with 500 schools."""
    packed(tmp_path / "a.backup", home_of(tmp_path / "source", 500, NEW))
    return tmp_path / "a.backup"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A home with 20 schools and other files."""
    return home_of(tmp_path / "target", 20, OLD)


def wanted(tmp_path: Path) -> State:
    return state(tmp_path / "source")


def test_a_sound_archive_replaces_database_and_files_and_nothing_else(
    source: Path, target: Path, tmp_path: Path
) -> None:
    manifest = restored(source, target)
    assert state(target) == wanted(tmp_path)
    assert manifest.facts.head == HEAD
    assert {name: digest for name, _, digest in manifest.members} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in wanted(tmp_path).items()
        if not name.startswith("keys/")
    }
    assert [path.name for path in target.iterdir() if path.name.startswith(".")] == [".restore.lock"]


def test_it_goes_into_an_empty_home_too(source: Path, tmp_path: Path) -> None:
    restored(source, tmp_path / "fresh/home")
    assert state(tmp_path / "fresh/home") == {
        name: data for name, data in wanted(tmp_path).items() if not name.startswith("keys/")
    }


def test_nothing_in_an_archive_can_be_read(source: Path) -> None:
    data = source.read_bytes()
    assert not [word for word in (b"x" * 64, "虚构小学".encode(), b"library", b"SQLite") if word in data]


def _cut(data: bytes, n: int) -> bytes:
    return data[:-n]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def faults(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What can befall a file: cut short, also between pieces, a byte turned, pieces left out or moved."""
    header, piece = sealed_stream._HEADER.size, sealed_stream.PIECE + 16
    pieces = [data[at : at + piece] for at in range(header, len(data), piece)]
    assert len(pieces) >= 3
    yield from ((f"cut by {n}", _cut(data, n)) for n in (1, 16, 1024, len(pieces[-1]), len(data) - header))
    yield "empty", b""
    yield "only a header", data[:header]
    yield "swapped", data[:header] + pieces[1] + pieces[0] + b"".join(pieces[2:])
    yield "left out", data[:header] + pieces[0] + b"".join(pieces[2:])
    yield "twice", data[:header] + pieces[0] + b"".join(pieces)
    yield "more behind", data + b"\0"
    drawn = random.Random(20251020)
    places = [*range(0, header, 3), *(drawn.randrange(header, len(data)) for _ in range(60)), len(data) - 1]
    yield from ((f"turned at {at}", _flipped(data, at)) for at in places)


def test_whatever_is_wrong_with_it_the_target_stays_as_it_was(source: Path, target: Path) -> None:
    before, tried = state(target), 0
    for what, data in faults(source.read_bytes()):
        broken = source.with_name("broken")
        broken.write_bytes(data)
        with pytest.raises(Refused):
            restored(broken, target)
        assert state(target) == before, what
        tried += 1
    assert tried > 80
    with pytest.raises(Refused, match="口令不对"):
        restored(source, target, b"another passphrase")
    assert state(target) == before


def careless(source: bytes, home: Path) -> None:
    """A restore that checks nothing: the same cipher without its tags, unpacked over what is there."""
    header, step = sealed_stream._HEADER, sealed_stream.PIECE + 16
    _, salt, log_n, r, p, prefix = header.unpack(source[: header.size])
    key = Scrypt(salt=salt, length=32, n=1 << log_n, r=r, p=p).derive(SECRET)
    plain = b""
    for place, at in enumerate(range(header.size, len(source), step)):
        last = at + step >= len(source)
        start = prefix + place.to_bytes(4, "big") + bytes([last]) + b"\0\0\0\2"
        plain += (
            Cipher(algorithms.AES(key), modes.CTR(start)).decryptor().update(source[at : at + step][:-16])
        )
    with suppress(tarfile.TarError, OSError), tarfile.open(fileobj=io.BytesIO(plain), mode="r|") as tar:
        for entry in tar:
            if entry.name != archive.MANIFEST:
                tar.extract(entry, home, filter="data")


@pytest.mark.parametrize("what", ["cut in half", "turned"])
def test_control_a_restore_that_checks_nothing_does_damage(
    source: Path, target: Path, tmp_path: Path, what: str
) -> None:
    data = source.read_bytes()
    careless(data, sound := home_of(tmp_path / "sound", 20, {}))
    assert state(sound) == wanted(tmp_path)  # it can read a sound one
    before, half = state(target), len(data) // 2
    careless(_flipped(data, half) if what == "turned" else data[:half], target)
    assert state(target) not in (before, wanted(tmp_path))


def test_a_sealed_archive_that_lies_is_refused(target: Path, tmp_path: Path) -> None:
    """Made with the right passphrase, and yet not what its manifest says, or leading outside."""
    before = state(target)
    copy = tmp_path / "copy"
    for name, head, says in (
        (swapping.DATABASE, "8 " + "b" * 64, "已损坏"),
        ("../outside", HEAD, "越界"),
        ("other", HEAD, "没有数据库"),
    ):
        copy.unlink(missing_ok=True)
        database(copy, 1)
        to = tmp_path / f"{len(name)}.backup"
        archive.pack(to, SECRET, [(name, copy)], Facts("sqlite", [], head), ABOUT)
        with pytest.raises(Refused, match=says):
            restored(to, target)
    copy.write_bytes(b"no database")
    for facts, says in (
        (Facts("sqlite", [], HEAD), "已损坏"),
        (Facts("sqlite", [["library", "9999_to_come"]], HEAD), "先升级"),
        (Facts("postgresql", [], HEAD), "不能直接恢复"),
    ):
        name = archive.DATABASE[facts.database]
        to = tmp_path / f"{says}.backup"
        archive.pack(to, SECRET, [(name, copy)], facts, ABOUT)
        with pytest.raises(Refused, match=says):
            restored(to, target)
    assert state(target) == before


def test_a_database_in_use_is_left_alone(source: Path, target: Path) -> None:
    path = target / swapping.DATABASE
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("INSERT INTO schools VALUES ('a')")
        with pytest.raises(Refused, match="正在使用"):
            restored(source, target)
        assert other.execute("SELECT count(*) FROM schools").fetchone() == (21,)


def test_what_a_crash_left_in_the_log_does_not_reach_the_restored_database(
    source: Path, target: Path, tmp_path: Path
) -> None:
    path = target / swapping.DATABASE
    crashed = tmp_path / "crashed"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("UPDATE schools SET name = 'changed'")
        crashed.mkdir()
        for one in target.glob("meihao.sqlite3*"):
            (crashed / one.name).write_bytes(one.read_bytes())
    assert (crashed / "meihao.sqlite3-wal").stat().st_size
    restored(source, crashed)
    with closing(sqlite3.connect(crashed / swapping.DATABASE)) as opened:
        assert opened.execute("SELECT count(*) FROM schools WHERE name LIKE '虚构%'").fetchone() == (500,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_memory_does_not_grow_with_what_is_backed_up(tmp_path: Path) -> None:
    peaks = []
    for megabytes in (8, 64):
        folder = tmp_path / str(megabytes)
        made = home_of(folder / "source", 1, {"big": os.urandom(1 << 20) * megabytes})
        tracemalloc.start()
        packed(folder / "a.backup", made)
        restored(folder / "a.backup", folder / "target")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (folder / "target/files/big").stat().st_size == megabytes << 20
    assert peaks[1] < peaks[0] + (2 << 20) < 24 << 20


def test_an_archive_is_never_written_over_nor_left_half(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    with pytest.raises(Refused, match="没有覆盖"):
        packed(source, tmp_path / "source")
    assert source.read_bytes() == before
    with pytest.raises(FileNotFoundError):
        archive.pack(
            tmp_path / "b", SECRET, [("files/none", tmp_path / "none")], Facts("sqlite", [], HEAD), ABOUT
        )
    assert not (tmp_path / "b").exists()
    assert not list(tmp_path.glob(".*"))
    assert source.stat().st_mode & 0o077 == 0


def test_no_passphrase_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.delenv(backup.PASSPHRASE, raising=False)
    monkeypatch.delenv(backup.KEY_FILE, raising=False)
    with pytest.raises(Refused, match="至少 16"):
        backup.passphrase()
    monkeypatch.setenv(backup.PASSPHRASE, "short")
    with pytest.raises(Refused, match="至少 16"):
        backup.passphrase()
    monkeypatch.setenv(backup.PASSPHRASE, "long enough to be one")
    assert backup.passphrase() == b"long enough to be one"
    key = tmp_path / "key"
    key.write_text("a key out of a file of its own\n")
    with pytest.raises(Refused, match="chmod 600"):
        backup.passphrase(key)
    key.chmod(0o600)
    assert backup.passphrase(key) == b"a key out of a file of its own"
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="别处"):
        backup.passphrase(key)


def test_only_the_console_backs_up_and_restores(source: Path, target: Path) -> None:
    before = state(target)
    with pytest.raises(NotPermitted):
        backup.restore(by=visitor(AT), source=source, secret=SECRET, into=target)
    with pytest.raises(NotPermitted):
        backup.backup(by=visitor(AT), to=target / "b", secret=SECRET)
    assert state(target) == before
