from typing import Any

from django.db import migrations

from chat.models import partitions


def make_months(apps: Any, schema_editor: Any) -> None:
    partitions.make_partitions()


class Migration(migrations.Migration):
    """Early, this month and twelve more, late."""

    dependencies = [("chat", "0001_initial")]
    operations = [migrations.RunPython(make_months, migrations.RunPython.noop)]
