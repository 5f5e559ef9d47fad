"""By which arms of experiments a reply was made."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0019_ratings_of_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="arms",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
    ]
