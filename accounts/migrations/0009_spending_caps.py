import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_use_of_models"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cap",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("platform", "everybody together"),
                            ("plan", "all of a plan together"),
                            ("each", "each person of a plan"),
                            ("person", "one person"),
                        ],
                        max_length=8,
                        verbose_name="for",
                    ),
                ),
                (
                    "span",
                    models.CharField(
                        choices=[("day", "a day"), ("month", "a month")],
                        default="month",
                        max_length=5,
                        verbose_name="in",
                    ),
                ),
                (
                    "tokens",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="In and out together, cached ones too.", null=True, verbose_name="tokens"
                    ),
                ),
                (
                    "money",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="money",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="USD",
                        help_text="Only what has a price in this currency counts towards the money.",
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}\\Z", "Three capital letters.")],
                        verbose_name="currency",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="in force")),
                ("changed", models.DateTimeField(auto_now=True)),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "spending cap",
                "verbose_name_plural": "spending caps",
                "ordering": ["scope", "plan", "user", "span"],
            },
        ),
        migrations.CreateModel(
            name="CapAlarm",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateField(verbose_name="since")),
                (
                    "measure",
                    models.CharField(
                        choices=[("tokens", "tokens"), ("money", "money")], max_length=6, verbose_name="of"
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField(verbose_name="per cent")),
                ("raised_at", models.DateTimeField(auto_now_add=True, verbose_name="raised")),
                (
                    "cap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="accounts.cap",
                        verbose_name="spending cap",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "spending alarm",
                "verbose_name_plural": "spending alarms",
                "ordering": ["-raised_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="cap",
            constraint=models.UniqueConstraint(
                fields=("scope", "plan", "user", "span", "currency"), name="cap_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="cap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("plan__isnull", True), ("scope", "platform"), ("user__isnull", True)),
                    models.Q(("plan__isnull", False), ("scope__in", ["plan", "each"]), ("user__isnull", True)),
                    models.Q(("plan__isnull", True), ("scope", "person"), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="cap_whose",
                violation_error_message="Name the plan or the person that it is for, and nothing else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cap",
            constraint=models.CheckConstraint(
                condition=models.Q(("tokens__isnull", False), ("money__isnull", False), _connector="OR"),
                name="cap_of_something",
                violation_error_message="Set tokens, money or both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="capalarm",
            constraint=models.UniqueConstraint(
                fields=("cap", "user", "since", "measure", "percent"), name="capalarm_once", nulls_distinct=False
            ),
        ),
    ]
