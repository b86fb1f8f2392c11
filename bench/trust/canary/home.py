"""A platform of one's own for a run: its home and database are in a temporary folder and go with it."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import override_settings


@contextmanager
def platform() -> Iterator[None]:
    """Django set up, its test database made and migrated, uploads in a folder of the run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django_settings")
    django.setup()
    from django.test.runner import DiscoverRunner  # noqa: PLC0415 - wants the settings

    logging.disable(logging.CRITICAL)  # a refused page is no news here
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    databases = runner.setup_databases()
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=Path(folder)):
            yield
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
        logging.disable(logging.NOTSET)
