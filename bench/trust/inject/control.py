"""Pages that say what was typed as it was typed: the control of the judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.template import base, defaultfilters
from django.utils import html


@contextmanager
def unescaped() -> Iterator[None]:
    """Templates escape nothing."""
    with (
        mock.patch.object(base, "conditional_escape", str),
        mock.patch.object(html, "conditional_escape", str),
        mock.patch.object(defaultfilters, "conditional_escape", str),
    ):
        yield
