import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0006_handbook_read"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "message"),
                            ("character", "character"),
                            ("player", "player"),
                            ("room", "room"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.UUIDField(verbose_name="what")),
                ("conversation", models.UUIDField(blank=True, null=True)),
                ("rule", models.CharField(max_length=40, verbose_name="rule")),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "low"), (2, "medium"), (3, "high"), (4, "urgent")], verbose_name="severity"
                    ),
                ),
                ("told", models.PositiveIntegerField(default=0, verbose_name="reports")),
                ("found", models.PositiveIntegerField(default=0, verbose_name="findings")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="opened"),
                ),
                (
                    "last_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="last news"),
                ),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                ("claimed_until", models.DateTimeField(blank=True, null=True, verbose_name="claimed until")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "open"),
                            ("dismissed", "unfounded"),
                            ("labelled", "labelled"),
                            ("removed", "removed"),
                            ("warned", "warned"),
                            ("restricted", "restricted"),
                            ("suspended", "suspended"),
                            ("banned", "banned"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ("-severity", "id"),
                "permissions": (("decide_escalated", "Can decide cases that were escalated"),),
            },
        ),
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("stage", models.CharField(blank=True, default="", max_length=8)),
                ("surface", models.CharField(blank=True, default="", max_length=8)),
                ("message", models.UUIDField(blank=True, null=True)),
                ("conversation", models.UUIDField(blank=True, null=True)),
                ("findings", models.JSONField(default=list)),
                ("text", models.BinaryField(default=bytes)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exhibits", to="moderation.case"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("outcome", "")), fields=["-severity", "id"], name="case_queue"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("outcome", ""), _negated=True), fields=["-decided_at"], name="case_decided"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")), fields=("kind", "subject"), name="case_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="case_closed_when_decided",
            ),
        ),
    ]
