"""`python -m bench.trust.crash prepare ROWS | writers N | apply | chunks`: one process in MEIHAO_HOME."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meihao.web.settings")
    django.setup()
    import_module("bench.trust.crash.worker").main(*sys.argv[1:])
