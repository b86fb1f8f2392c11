"""What was decided where sources differ, snapshots asked for, and the triggers of what is never changed."""

import uuid

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

from meihao.records.returns.append_only import TRIGGERS


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_moved"),
        ("returns", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Held",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("fact", models.CharField(max_length=80)),
                ("identity", models.CharField(max_length=64)),
                ("column", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=400)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="registry.organisation",
                    ),
                ),
            ],
            options={
                "base_manager_name": "_plain",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("_plain", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SnapshotRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on", models.DateField()),
                ("reason", models.CharField(choices=[("lock", "锁定"), ("demand", "按需")], max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=64)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=64)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshot_requests",
                        to="registry.organisation",
                    ),
                ),
            ],
            options={
                "base_manager_name": "_plain",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("_plain", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="held",
            index=models.Index(fields=["authority", "on"], name="returns_held_of_a_day"),
        ),
        migrations.AddConstraint(
            model_name="held",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="returns_held_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshotrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by", "")),
                    models.Q(("done_at__isnull", False), models.Q(("done_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="returns_request_done_by_somebody",
            ),
        ),
        migrations.RunPython(TRIGGERS.put_on, TRIGGERS.take_off),
    ]
