"""Of turns that experiments made, and of no others."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0020_arms_of_turns"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="turn",
            index=GinIndex(condition=models.Q(("arms__isnull", False)), fields=["arms"], name="turn_of_arm"),
        ),
    ]
