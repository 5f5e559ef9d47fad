"""What is compared on talks, its arms, and who started and stopped it."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inference", "0003_calibration"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Experiment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("prompt", "versions of a prompt"), ("model", "models")],
                        default="prompt",
                        max_length=6,
                        verbose_name="what is compared",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Of those that begin after it is started. The others get what is in force.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="part of the talks, in per cent",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Written down beforehand: which number should move, and how far.",
                        verbose_name="what is expected",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created"),
                ),
                ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="started")),
                ("stopped_at", models.DateTimeField(editable=False, null=True, verbose_name="stopped")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "experiment",
                "verbose_name_plural": "experiments",
                "ordering": ("-id",),
                "permissions": (("run_experiment", "Can start and stop experiments"),),
            },
        ),
        migrations.CreateModel(
            name="ExperimentArm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(blank=True, default="", editable=False, max_length=1, verbose_name="arm")),
                ("model", models.CharField(blank=True, max_length=80, verbose_name="model")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="weight",
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="arms", to="inference.experiment"
                    ),
                ),
                (
                    "prompt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arms",
                        to="inference.promptversion",
                        verbose_name="prompt",
                    ),
                ),
            ],
            options={
                "verbose_name": "arm",
                "verbose_name_plural": "arms",
                "ordering": ("label", "id"),
            },
        ),
        migrations.AddField(
            model_name="experiment",
            name="winner",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="inference.experimentarm",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentarm",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 100)), name="experiment_arm_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentarm",
            constraint=models.CheckConstraint(
                condition=models.Q(("prompt__isnull", True), ("model", ""), _connector="XOR"),
                name="experiment_arm_is_prompt_or_model",
                violation_error_message="An arm gives a version of a prompt, or a model.",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("started_at__isnull", False), ("stopped_at", None)),
                fields=("kind",),
                name="one_running_experiment_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="experiment_percent"
            ),
        ),
    ]
