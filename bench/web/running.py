"""A home made ready for a run, by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from bench.serving import ROOT
from bench.trust.crash.copies import Home


@dataclass(frozen=True)
class Prepared:
    """The key of the authority, and the cookies of an officer's sessions."""

    under: str
    sessions: list[str]


def prepared(home: Home, schools: int, sessions: int) -> Prepared:
    """So many schools, and so many sessions, in an empty home."""
    command = [sys.executable, "-m", "bench.web.preparing", str(schools), str(sessions)]
    ran = subprocess.run(command, cwd=ROOT, env=home.environment, check=True, capture_output=True, text=True)
    return Prepared(**json.loads(ran.stdout.splitlines()[-1]))
