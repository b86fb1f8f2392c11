"""An open-loop generator: arrivals are fixed beforehand, so that waiting for a slow answer counts.

A request that is due goes out whether or not the ones before are answered, on a line of its own. What it
took is counted from when it was due to the last byte. The generator says what it cost itself and how late
it was: it shares the machine with what it measures.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"
_PATIENCE_S = 600.0
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: an address with the cookies of somebody, and a body where it is a form."""

    path: str
    cookies: str = ""
    body: bytes = b""
    kind: str = ""

    def bytes(self, port: int) -> bytes:
        """As it goes over the line."""
        verb = "POST" if self.kind else "GET"
        lines = [f"{verb} {self.path} HTTP/1.1", f"Host: {HOST}:{port}", "Connection: close"]
        lines += [f"Cookie: {self.cookies}"] if self.cookies else []
        lines += [f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"] if self.kind else []
        return "\r\n".join([*lines, "", ""]).encode("ascii") + self.body


@dataclass(frozen=True, slots=True)
class Shot:
    """One request: when it was due and done, seconds from the beginning; how late it went out; the answer."""

    path: str
    due_s: float
    late_s: float
    done_s: float
    status: int
    leads_to: str = ""

    @property
    def took_s(self) -> float:
        """From when it was due."""
        return self.done_s - self.due_s


@dataclass(frozen=True)
class Fired:
    """All of a run, and the processor seconds of the generator."""

    shots: list[Shot]
    cost_s: float

    def faults(self, right: int) -> list[Shot]:
        """Answers that are not what was expected, or that lead to the sign-in."""
        return [one for one in self.shots if one.status != right or "/sign-in" in one.leads_to]

    def ms(self, share: float) -> float:
        """The time that so many of a hundred stay within, by the nearest rank; in milliseconds."""
        return nearest_rank([one.took_s for one in self.shots], share) * 1000

    def late_ms(self, share: float) -> float:
        """How late the generator itself sent them."""
        return nearest_rank([one.late_s for one in self.shots], share) * 1000


def nearest_rank(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` of a hundred do not exceed."""
    return sorted(values)[max(0, math.ceil(share / 100 * len(values)) - 1)]


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """When requests are due: at random, so many a second on average, independent of each other."""
    drawn, found, at = random.Random(seed), list[float](), 0.0
    while (at := at + drawn.expovariate(rate)) < seconds:
        found.append(at)
    return found


def moments(count: int, seconds: float, seed: int) -> list[float]:
    """So many moments, each anywhere in that time, in order."""
    drawn = random.Random(seed)
    return sorted(drawn.uniform(0, seconds) for _ in range(count))


def fire(port: int, requests: Sequence[Request], due: Sequence[float]) -> Fired:
    """Sends each when it is due, and waits for all answers."""
    before = time.process_time()
    shots = asyncio.run(_all(port, requests, due))
    return Fired(shots, time.process_time() - before)


async def _all(port: int, requests: Sequence[Request], due: Sequence[float]) -> list[Shot]:
    began = time.perf_counter()
    going = [_one(port, one, at, began) for one, at in zip(requests, due, strict=True)]
    return list(await asyncio.gather(*going))


async def _one(port: int, request: Request, due: float, began: float) -> Shot:
    await asyncio.sleep(max(0.0, due - (time.perf_counter() - began)))
    late = time.perf_counter() - began - due
    try:
        async with asyncio.timeout(_PATIENCE_S):
            head = await _answered(port, request)
        status, where = _read(head)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
        status, where = NO_ANSWER, ""
    return Shot(request.path, due, late, time.perf_counter() - began, status, where)


async def _answered(port: int, request: Request) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(request.bytes(port))
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        while await reader.read(1 << 16):
            pass
        return head
    finally:
        writer.close()


def _read(head: bytes) -> tuple[int, str]:
    first, *lines = head.decode("latin-1").split("\r\n")
    named = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return int(first.partition(" ")[2][:3]), named.get("location", "")
