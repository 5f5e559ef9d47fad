from django.db import migrations


class Migration(migrations.Migration):
    """A vector of 1,536 numbers stays beside its passage instead of a page away: search reads a third of the pages."""

    dependencies = [("characters", "0006_words_to_find_by")]

    operations = [
        migrations.RunSQL(
            "alter table characters_passage alter column embedding set storage main",
            "alter table characters_passage alter column embedding set storage external",
        )
    ]
