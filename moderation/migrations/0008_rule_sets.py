import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0007_cases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("terms", "terms"), ("policy", "policy")], max_length=6, verbose_name="kind"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("content", models.JSONField()),
                ("note", models.CharField(blank=True, default="", max_length=200, verbose_name="note")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                ("in_force", models.BooleanField(default=False, verbose_name="in force")),
                (
                    "made_by",
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
                "verbose_name": "version of the rules",
                "verbose_name_plural": "terms and policy",
                "ordering": ("kind", "-number"),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="rules_numbered_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("in_force", True)), fields=("kind",), name="rules_one_in_force"
                    ),
                ],
            },
        ),
    ]
