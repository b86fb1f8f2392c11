"""What a school is given: posts of its establishment, places it may fill, the ground it stands on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from meihao.base.stages import Stage
from meihao.records.registry.models.organisations import Dated, Organisation, in_order
from meihao.records.registry.scoped import ScopedManager

_STAGES = [(stage.value, stage.words.zh) for stage in Stage]


class Establishment(Dated):
    """核定编制: how many posts a unit is approved for, on which basis."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="establishments")
    posts = models.IntegerField()
    basis = models.CharField(max_length=200)

    objects = ScopedManager["Establishment"]()

    class Meta:
        """One open row a unit."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("establishment"),
            models.CheckConstraint(condition=Q(posts__gte=0), name="registry_establishment_posts"),
            models.UniqueConstraint(
                fields=["organisation", "since"], name="registry_establishment_one_a_day"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(until__isnull=True),
                name="registry_establishment_one_open",
            ),
        ]

    _plain = models.Manager["Establishment"]()

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.posts}"


class Places(Dated):
    """学位: how many pupils of a stage a school can take."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="places")
    stage = models.CharField(max_length=12, choices=_STAGES)
    number = models.IntegerField()

    objects = ScopedManager["Places"]()

    class Meta:
        """One open row a unit and stage."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("places"),
            models.CheckConstraint(condition=Q(number__gte=0), name="registry_places_number"),
            models.UniqueConstraint(
                fields=["organisation", "stage", "since"], name="registry_places_one_a_day"
            ),
            models.UniqueConstraint(
                fields=["organisation", "stage"],
                condition=Q(until__isnull=True),
                name="registry_places_one_open",
            ),
        ]

    _plain = models.Manager["Places"]()

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.stage} {self.number}"


class Site(Dated):
    """A piece of ground on which a unit stands. Latitude and longitude in degrees (CGCS2000), area in m²."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    area = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    objects = ScopedManager["Site"]()

    class Meta:
        """One open row a unit and name; on the earth; never of less than nothing."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("site"),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gte=0), name="registry_site_area"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="registry_site_on_earth",
            ),
            models.UniqueConstraint(fields=["organisation", "name", "since"], name="registry_site_one_a_day"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(until__isnull=True),
                name="registry_site_one_open",
            ),
        ]

    _plain = models.Manager["Site"]()

    def __str__(self) -> str:
        return self.name
