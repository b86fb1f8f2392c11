"""The wheel carries everything: installed into an empty place, it lists and checks the policies."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder


def test_a_wheel_in_an_empty_directory_knows_the_policies(root: Path, tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(root)).build(directory=str(tmp_path / "dist"), versions=["standard"])
    home = tmp_path / "empty"
    venv.create(home / "venv", with_pip=False)
    python = home / "venv" / "bin" / "python"
    target = next((home / "venv" / "lib").iterdir()) / "site-packages"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, str(target)], check=True)
    # the libraries are this environment's; meihao itself comes from the wheel alone
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    (target / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    command = "import meihao, sys; print(meihao.__file__); from meihao.cli import main; main()"
    done = subprocess.run(
        [str(python), "-c", command, "policies", "list"],
        cwd=home,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    where, *listed = done.stdout.splitlines()
    assert Path(where).is_relative_to(home)
    assert any("cn/compulsory-balance/r1" in line for line in listed)
