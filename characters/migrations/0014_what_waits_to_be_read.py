from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone


def ask_again(apps, schema_editor):
    """For what the sweep found by looking until now."""
    alias = schema_editor.connection.alias
    knowledge, books, entries, passages = (
        apps.get_model("characters", name).objects.using(alias)
        for name in ("Knowledge", "Lorebook", "LoreEntry", "Passage")
    )
    knowledge.filter(state="waiting").update(try_at=timezone.now())
    unread = entries.filter(~Exists(passages.filter(entry=OuterRef("pk"))), by_meaning=True, book=OuterRef("pk"))
    books.filter(Exists(unread)).update(try_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("characters", "0013_tries_of_reading")]

    operations = [migrations.RunPython(ask_again, migrations.RunPython.noop, elidable=True)]
