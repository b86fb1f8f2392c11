"""What every test stands on: no network, the same random search everywhere, the repository's root."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

_ADDRESSED = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_NAMED = {"socket.getaddrinfo", "socket.gethostbyname"}


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if not isinstance(host, str):
        return host is None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_network(event: str, args: tuple[object, ...]) -> None:
    """Raise before anything but loopback or a Unix socket is reached, or a public name looked up.

    An audit hook, because it sees sockets opened by any library and cannot be taken off again;
    no `OSError`, because code under test may rightly swallow one.
    """
    if event in _NAMED:
        host = args[0]
    elif event in _ADDRESSED:
        opened, address = args[:2]
        assert isinstance(opened, socket.socket)
        if opened.family == socket.AF_UNIX or address is None:
            return
        host = address[0] if isinstance(address, tuple) else address
    else:
        return
    if not _is_local(host):
        raise RuntimeError(f"a test reached for the network: {event} {host!r}")


sys.addaudithook(_refuse_network)

# a busy machine is no fault of the code: how long drawing an example takes is not judged
_PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
settings.register_profile(
    "ci", deadline=None, max_examples=50, print_blob=True, suppress_health_check=_PATIENT
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_language_stays() -> Iterator[None]:
    """The middleware of Django leaves a request's language to its thread: the next test begins without."""
    yield
    translation.deactivate()
