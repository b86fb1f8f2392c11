"""Sealed fields: they open by their own key in their own field, as they were written, and by nothing else."""

from __future__ import annotations

import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.management import call_command
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from meihao.records.accounts import keys, resealing, sealing
from meihao.records.accounts.acting import NotPermitted, command, visitor
from meihao.records.accounts.keys import ring
from meihao.records.accounts.models import AuditEntry
from meihao.records.accounts.sealing import BrokenSealError, Sealed, SealError, UnknownKeyError, blind
from meihao.records.registry.models import Person
from tests.records.accounts.people import AT

NAME = "registry.person.name"
PLAIN = "苏虚构"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    return Path(settings.KEYS)


@pytest.fixture(params=["aes", "sm4"])
def cipher(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.CIPHER = request.param
    return str(request.param)


# --- the ring


def test_a_ring_is_made_at_first_use_for_its_owner_alone(folder: Path) -> None:
    first = ring()
    assert sorted(path.name for path in folder.iterdir()) == ["blind", "data-0001"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert ring() == first
    assert len({path.read_text() for path in folder.iterdir()}) == 2


def test_rotation_adds_a_key_and_takes_none(folder: Path) -> None:
    sealed, first = Sealed.of(PLAIN, NAME), ring()
    added = keys.rotate()
    assert ring().current.id == added.id != first.current.id
    assert set(ring().keys) == {first.current.id, added.id}
    assert ring().blind == first.blind
    assert sealed.opened() == PLAIN
    assert Sealed.of(PLAIN, NAME).blob[2:10] == added.id


def test_a_key_that_another_process_added_is_seen(folder: Path) -> None:
    ring()
    (folder / "new").write_text("00" * 32)
    (folder / "new").chmod(0o600)
    (folder / "new").rename(folder / "data-0002")
    os.utime(folder, ns=(1, 1))
    assert ring().current.number == 2


@pytest.mark.parametrize("spoil", [lambda path: path.chmod(0o640), lambda path: path.write_text("00" * 31)])
def test_a_ring_that_lies_open_or_is_damaged_is_not_used(
    folder: Path, spoil: Callable[[Path], object]
) -> None:
    sealed = Sealed.of(PLAIN, NAME)
    assert sealed.opened() == PLAIN
    spoil(folder / "data-0001")
    os.utime(folder, ns=(1, 1))
    with pytest.raises(keys.KeyRingError, match="data-0001"):
        sealed.opened()


def test_keys_and_rings_show_nothing_of_themselves(folder: Path) -> None:
    shown = f"{ring()!r} {ring().current!r} {ring().current}"
    for path in folder.iterdir():
        assert path.read_text() not in shown
        assert str(bytes.fromhex(path.read_text())) not in shown


# --- sealing


@given(text=st.text(max_size=200))
def test_what_was_sealed_opens(text: str) -> None:
    assert Sealed.of(text, NAME).opened() == text


def test_each_cipher_opens_what_it_sealed_and_the_other_did(cipher: str, settings: Settings) -> None:
    sealed = Sealed.of(PLAIN, NAME)
    assert sealed.blob[1] == sealing.CIPHERS[cipher]
    settings.CIPHER = "aes" if cipher == "sm4" else "sm4"
    assert sealed.opened() == PLAIN
    assert PLAIN.encode() not in sealed.blob
    assert Sealed.of(PLAIN, NAME).blob != Sealed.of(PLAIN, NAME).blob


def test_the_library_s_two_ways_of_gcm_agree() -> None:
    sealed, key = Sealed.of(PLAIN, NAME), ring().current
    nonce, body = sealed.blob[10:22], sealed.blob[22:]
    secret = key._derived(b"aes", 32)
    writing = Cipher(algorithms.AES(secret), modes.GCM(nonce)).encryptor()
    writing.authenticate_additional_data(sealed.blob[:10] + NAME.encode())
    assert writing.update(PLAIN.encode()) + writing.finalize() + writing.tag == body


def test_sm4_meets_the_vector_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1: the very calls that seal and open."""
    beside = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    nonce = bytes.fromhex("00001234567800000000abcd")
    text = b"".join(bytes([half * 16 + half]) * 8 for half in (10, 11, 12, 13, 14, 15, 14, 10))
    expected = (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )

    class Vector:
        sm4 = bytes.fromhex("0123456789abcdeffedcba9876543210")

    sealed = sealing._sm4_seal(Vector(), nonce, text, beside)  # type: ignore[arg-type]
    assert sealed.hex() == expected
    assert sealing._sm4_open(Vector(), nonce, sealed, beside) == text  # type: ignore[arg-type]


def spoilt(blob: bytes) -> Iterator[bytes]:
    """Every bit flipped, every shorter value, and one longer."""
    for place in range(len(blob)):
        for bit in range(8):
            yield blob[:place] + bytes([blob[place] ^ 1 << bit]) + blob[place + 1 :]
        yield blob[:place]
    yield blob + b"\0"


def test_whatever_is_changed_does_not_open(cipher: str) -> None:
    sealed = Sealed.of(PLAIN, NAME)
    tried = 0
    for blob in spoilt(sealed.blob):
        tried += 1
        with pytest.raises(SealError) as caught:
            Sealed(blob, NAME).opened()
        assert PLAIN not in str(caught.value)
    assert tried > 300
    assert Sealed(sealed.blob, NAME).opened() == PLAIN  # the control


def test_a_value_of_another_field_does_not_open(cipher: str) -> None:
    sealed = Sealed.of(PLAIN, NAME)
    with pytest.raises(BrokenSealError, match=r"registry\.person\.id_number"):
        Sealed(sealed.blob, "registry.person.id_number").opened()


def test_another_ring_does_not_open_it(folder: Path, cipher: str) -> None:
    sealed = Sealed.of(PLAIN, NAME)
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(UnknownKeyError):
        sealed.opened()
    forged = sealed.blob[:2] + ring().current.id + sealed.blob[10:]
    with pytest.raises(BrokenSealError):
        Sealed(forged, NAME).opened()
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    os.utime(folder, ns=(1, 1))
    assert sealed.opened() == PLAIN  # the control: the ring put back opens it


def test_a_sealed_value_shows_itself_nowhere() -> None:
    sealed = Sealed.of(PLAIN, NAME)
    for shown in (str(sealed), repr(sealed), f"{sealed}", f"{sealed:>8}", f"{sealed!r}"):
        assert shown.strip() == "已加密"
    assert repr([sealed]) == "[已加密]"
    assert sealed == Sealed(sealed.blob, NAME)
    assert sealed != Sealed.of(PLAIN, NAME)
    assert sealed != PLAIN
    assert not hasattr(sealed, "__dict__")


# --- the blind index


def test_a_fingerprint_is_equal_where_value_and_field_are() -> None:
    assert blind(PLAIN, NAME) == blind(PLAIN, NAME)
    assert len({blind(PLAIN, NAME), blind("苏虚", NAME), blind(PLAIN, "registry.person.id_number")}) == 3
    assert len(blind(PLAIN, NAME)) == 64


def test_another_ring_gives_another_fingerprint(folder: Path) -> None:
    before = blind(PLAIN, NAME)
    keys.rotate()
    assert blind(PLAIN, NAME) == before
    (folder / "blind").unlink()
    os.utime(folder, ns=(1, 1))
    assert blind(PLAIN, NAME) != before


# --- rotation


def people(n: int) -> None:
    for k in range(n):
        Person._plain.create(name=f"{PLAIN}{k}", name_blind=blind(f"{PLAIN}{k}", NAME), sex="1")


def sealers() -> Counter[str]:
    return Counter(person.name.blob[:10].hex() for person in Person._plain.all())


def test_resealing_is_done_in_batches_and_goes_on_where_it_was_stopped(db: None) -> None:
    people(7)
    first = sealing.header(ring().current).hex()
    by = command("test", AT)
    added = resealing.rotate(by=by)
    last = sealing.header(added).hex()
    stopped = resealing.reseal(Person, by=by, batch=3)
    assert next(stopped) == 3
    del stopped  # killed here
    assert sealers() == {first: 4, last: 3}
    assert list(resealing.reseal(Person, by=by, batch=3)) == [0, 3, 1]
    assert sealers() == {last: 7}
    assert list(resealing.reseal(Person, by=by, batch=3)) == [0, 0, 0]
    assert [p.name.opened() for p in Person._plain.order_by("pk")] == [f"{PLAIN}{k}" for k in range(7)]
    assert all(p.name_blind == blind(p.name.opened(), NAME) for p in Person._plain.all())
    entries = AuditEntry.objects.filter(action="accounts.keys.rotate")
    assert entries.count() == 4  # the rotation, and three batches that changed rows
    assert PLAIN not in "".join(entry.body for entry in entries)


def test_another_cipher_is_taken_by_resealing(db: None, settings: Settings) -> None:
    people(2)
    settings.CIPHER = "sm4"
    assert sum(resealing.reseal(Person, by=command("test", AT))) == 2
    assert {person.name.blob[1] for person in Person._plain.all()} == {sealing.CIPHERS["sm4"]}
    assert Person._plain.order_by("pk")[0].name.opened() == f"{PLAIN}0"


def test_a_row_that_does_not_open_stops_the_batch_and_changes_nothing(db: None) -> None:
    people(2)
    spoilt_one = Person._plain.order_by("pk")[1]
    blob = bytearray(spoilt_one.name.blob)
    blob[-1] ^= 1
    spoilt_one.name = bytes(blob)
    spoilt_one.save()
    keys.rotate()
    before = sealers()
    with pytest.raises(BrokenSealError):
        list(resealing.reseal(Person, by=command("test", AT)))
    assert sealers() == before


def test_only_the_console_rotates(db: None) -> None:
    with pytest.raises(NotPermitted):
        resealing.rotate(by=visitor(AT))
    with pytest.raises(NotPermitted):
        next(resealing.reseal(Person, by=visitor(AT)))


def test_the_operator_lists_rotates_and_reseals(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    people(3)
    for verb in ("list", "rotate", "reseal", "list"):
        call_command("keys", verb)
    said = capsys.readouterr().out
    assert "registry.person: 3" in said
    assert said.count("seals") == 2
    assert ring().current.id.hex() in said.splitlines()[-1]
    assert len(sealers()) == 1


def test_a_template_never_opens_what_it_is_given() -> None:
    sealed = Sealed.of(PLAIN, NAME)
    for said in ("{{ v }}", "{{ v.opened }}", "{{ v|safe }}"):
        assert PLAIN not in Template(said).render(Context({"v": sealed})), said
    assert sealed.opened() == PLAIN
