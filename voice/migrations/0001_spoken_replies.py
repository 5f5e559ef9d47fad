import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Clip",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("conversation_id", models.UUIDField(null=True)),
                ("message_id", models.UUIDField(null=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("sound", models.BinaryField()),
                ("ending", models.CharField(max_length=4, verbose_name="kind of file")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="created")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "spoken reply",
                "verbose_name_plural": "spoken replies",
                "indexes": [
                    models.Index(fields=["created_at"], name="clip_by_age"),
                    models.Index(fields=["conversation_id"], name="clip_of_talk"),
                ],
                "constraints": [models.UniqueConstraint(fields=("owner", "digest"), name="clip_unique_said")],
            },
        ),
    ]
