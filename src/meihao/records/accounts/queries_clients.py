"""Reads of connected systems, for the administrators who look after them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from meihao.records.accounts.acting import Acting, Missing, require
from meihao.records.accounts.models import Client

READ = "accounts.client.read"


def clients(by: Acting, *, search: str = "") -> QuerySet[Client]:
    """The connected systems by name, each with its account."""
    require(by, READ)
    found = Client.objects.select_related("user")
    if search:
        found = found.filter(Q(user__name__icontains=search) | Q(client_id__startswith=search))
    return found.order_by("user__name", "pk")


def client(by: Acting, key: UUID) -> Client:
    """One connected system. Raises `Missing`."""
    require(by, READ)
    found = Client.objects.select_related("user").filter(key=key).first()
    if found is None:
        raise Missing
    return found


def own(by: Acting) -> Client:
    """The connected system that asks. Raises `Missing` for whoever is none."""
    found = Client.objects.select_related("user").filter(user=by.user).first() if by.user else None
    if found is None:
        raise Missing
    return found
