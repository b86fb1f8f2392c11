"""A home made ready for a run, by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.serving import ROOT
from bench.trust.crash.copies import Home


def prepared(home: Home, what: str, *numbers: int) -> dict[str, Any]:
    """What `bench.web.preparing` made in an empty home, as it says it."""
    command = [sys.executable, "-m", "bench.web.preparing", what, *map(str, numbers)]
    environment = home.environment | {"MEIHAO_DEMO": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    made: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return made
