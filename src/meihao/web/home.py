"""Where this installation keeps what is its own: database, uploads, keys. Never in the source tree.

`MEIHAO_HOME` names the folder; without it, `~/.local/share/meihao`. The keys lie in a folder of their own,
`MEIHAO_KEYS` (without it, `keys` in the home), readable by the owner alone, and are made there at the
first start: no key is ever shipped.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The folder of this installation; made if there is none."""
    path = Path(os.environ.get("MEIHAO_HOME") or "~/.local/share/meihao").expanduser()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keys() -> Path:
    """The folder of its keys; made if there is none, for the owner alone."""
    named = os.environ.get("MEIHAO_KEYS")
    path = Path(named).expanduser() if named else home() / "keys"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def secret(name: str, length: int = 64) -> str:
    """A secret kept in the folder of keys under its name, made at first use; hexadecimal."""
    path = keys() / name
    if not path.exists():
        partial = path.with_name(f".{name}.{secrets.token_hex(4)}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_hex(length // 2), encoding="ascii")
        try:
            os.link(partial, path)  # whoever comes first wins; nobody's key is written over
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text(encoding="ascii").strip()
