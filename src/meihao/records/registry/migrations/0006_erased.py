from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from meihao.records.accounts.sealing import SealedField


class Migration(migrations.Migration):
    """A person can be erased: a dated fact, with its basis; nothing that says who it was is left."""

    dependencies = [("registry", "0005_places")]

    operations = [
        migrations.AddField("person", "erased_on", models.DateField(null=True)),
        migrations.AddField("person", "erased_basis", models.CharField(blank=True, max_length=200)),
        migrations.AlterField("person", "name", SealedField("registry.person.name", null=True)),
        migrations.AlterField("person", "name_blind", models.CharField(max_length=64, null=True)),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(
                condition=Q(name__isnull=False, name_blind__isnull=False)
                | Q(name__isnull=True, name_blind__isnull=True),
                name="registry_person_name_blind",
            ),
        ),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True, erased_basis="", name__isnull=False)
                | Q(
                    erased_on__isnull=False,
                    name__isnull=True,
                    id_number__isnull=True,
                    student_number__isnull=True,
                    birth_year_month__isnull=True,
                )
                & ~Q(erased_basis=""),
                name="registry_person_kept_or_erased",
            ),
        ),
    ]
