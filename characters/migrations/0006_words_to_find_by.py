from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Cast

from characters.words import vector


def first_shown(apps, schema_editor):
    """What others see already, they have seen since it was made."""
    characters = apps.get_model("characters", "Character").objects
    characters.filter(published_at=None, published__isnull=False).exclude(visibility="private").update(
        published_at=F("created_at")
    )


def write_words(apps, schema_editor):
    Character = apps.get_model("characters", "Character")
    search = Character._meta.get_field("search")
    todo = Character.objects.filter(search=None, published__isnull=False).select_related("published")
    for character in todo.prefetch_related("tags").iterator(chunk_size=200):
        editions = character.versions.filter(number=character.published.number)
        tags = [text for tag in character.tags.all() for text in (tag.code, tag.name_en, tag.name_zh)]
        fields = [("A", each.name) for each in editions]
        fields += [("B", text) for text in tags] + [("B", each.epithet) for each in editions]
        fields += [("C", each.tagline) for each in editions]
        for each in editions:
            fields += [("D", each.about), ("D", each.presentation.get("keywords", ""))]
        Character.objects.filter(pk=character.pk).update(search=Cast(Value(vector(fields)), search))


class Migration(migrations.Migration):
    dependencies = [("characters", "0005_orders_of_discover")]

    operations = [
        migrations.RunPython(first_shown, migrations.RunPython.noop),
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
