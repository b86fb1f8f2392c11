"""The most memory a child of the command takes: of a process of its own, whose forks are small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import resource
from meihao.cli.main import main
try:
    main()
except SystemExit:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_mb(*words: str | Path) -> float:
    """Megabytes of the largest child of `meihao …`."""
    ran = subprocess.run([sys.executable, "-c", _SCRIPT, *map(str, words)], capture_output=True, check=True)
    return int(ran.stdout.split()[-1]) / 1024
