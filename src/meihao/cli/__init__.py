"""The `meihao` command."""

from meihao.cli.main import main

__all__ = ["main"]
