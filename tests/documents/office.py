"""LibreOffice as the other program that opens our workbooks and saves them again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def converted(paths: list[Path], to: str, folder: Path) -> list[Path]:
    """Files opened by LibreOffice and saved in a format. Fails where there is no LibreOffice."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is needed: apt-get install libreoffice-calc-nogui"
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    saved = [folder / path.with_suffix(f".{to}").name for path in paths]
    assert all(path.exists() for path in saved)
    return saved
