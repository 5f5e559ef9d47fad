import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inference", "0002_prompt_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calibration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("model", models.CharField(max_length=200, verbose_name="model")),
                (
                    "script",
                    models.CharField(
                        choices=[("plain", "mostly ASCII"), ("mixed", "mixed"), ("wide", "mostly other letters")],
                        max_length=5,
                        verbose_name="script",
                    ),
                ),
                ("ratio", models.FloatField(verbose_name="ratio")),
                (
                    "weight",
                    models.FloatField(
                        help_text="Those that still weigh; old ones are forgotten.", verbose_name="replies"
                    ),
                ),
                ("changed", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "calibration",
                "verbose_name_plural": "calibrations",
                "ordering": ["model", "script"],
                "constraints": [models.UniqueConstraint(fields=("model", "script"), name="calibration_once")],
            },
        ),
    ]
