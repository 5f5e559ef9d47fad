"""Lines that were taken out lie in the trash of whoever took them out; until now that was the talk's owner."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def to_owners(apps, schema_editor):
    removals = apps.get_model("chat", "Removal").objects
    owners = apps.get_model("chat", "Conversation").objects.filter(pk=OuterRef("conversation"))
    removals.update(removed_by_id=Subquery(owners.values("owner")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0016_temporary_talks"),
    ]

    operations = [
        migrations.AddField(
            model_name="removal",
            name="removed_by_id",
            field=models.UUIDField(null=True),
        ),
        migrations.RunPython(to_owners, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="removal",
            name="removed_by_id",
            field=models.UUIDField(db_index=True),
        ),
    ]
