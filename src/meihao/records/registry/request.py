"""A request as the registry's pages are given it: who asks, and the day that is looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from meihao.records.accounts.acting import Acting

    class Request(HttpRequest):
        """A request that passed the guard."""

        by: Acting
        as_of: date
else:
    Request = HttpRequest


def present(request: Request) -> bool:
    """Whether the day looked at is the day on which it is asked: a past day is looked at, not written."""
    return request.as_of == request.by.day
