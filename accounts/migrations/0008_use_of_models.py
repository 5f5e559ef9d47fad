from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_reading_of_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "span",
                    models.CharField(
                        choices=[("day", "day"), ("month", "month")], default="day", max_length=5, verbose_name="span"
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("user_id", models.UUIDField(null=True, verbose_name="user")),
                ("plan", models.CharField(blank=True, max_length=30, verbose_name="plan")),
                ("key_id", models.UUIDField(null=True, verbose_name="key")),
                ("character_id", models.UUIDField(null=True, verbose_name="character")),
                ("model", models.CharField(blank=True, max_length=200, verbose_name="model")),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("reply", "Replies"),
                            ("suggestion", "Suggested lines"),
                            ("tryout", "Test talks"),
                            ("stateless", "Replies to programs"),
                            ("sheet", "Drafted characters"),
                            ("picture", "Painted pictures"),
                            ("reading", "Reading of texts"),
                            ("recall", "Recall by meaning"),
                        ],
                        max_length=12,
                        verbose_name="operation",
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                ("calls", models.PositiveBigIntegerField(default=0, verbose_name="calls")),
                ("prompt", models.PositiveBigIntegerField(default=0, verbose_name="tokens in")),
                ("cached", models.PositiveBigIntegerField(default=0, verbose_name="of these from the cache")),
                ("completion", models.PositiveBigIntegerField(default=0, verbose_name="tokens out")),
                ("micros", models.PositiveBigIntegerField(default=0, verbose_name="millionths of the currency")),
            ],
            options={
                "verbose_name": "use of models",
                "verbose_name_plural": "use of models",
                "indexes": [models.Index(fields=["user_id", "since"], name="modeluse_of_user")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "since",
                            "user_id",
                            "span",
                            "plan",
                            "key_id",
                            "character_id",
                            "model",
                            "operation",
                            "currency",
                        ),
                        name="modeluse_line",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
