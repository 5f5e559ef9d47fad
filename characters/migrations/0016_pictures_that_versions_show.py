from uuid import UUID

from django.db import migrations


def note_pictures(apps, schema_editor):
    """What every version shows: its picture and those of its moods, as far as they are still there."""
    alias = schema_editor.connection.alias
    versions = apps.get_model("characters", "CharacterVersion")
    known = set(apps.get_model("characters", "Asset").objects.using(alias).values_list("pk", flat=True))
    shown = []
    rows = versions.objects.using(alias).filter(picture__isnull=False) | versions.objects.using(alias).filter(
        presentation__has_key="moods"
    )
    for version_id, picture, presentation in rows.values_list("pk", "picture_id", "presentation").iterator():
        moods = presentation.get("moods", {}).values()
        for asset_id in {picture, *(UUID(each) for each in moods)} & known:
            shown.append(versions.pictures.through(characterversion_id=version_id, asset_id=asset_id))
    versions.pictures.through.objects.using(alias).bulk_create(shown, batch_size=1_000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("characters", "0015_pictures_outlive_characters")]

    operations = [migrations.RunPython(note_pictures, migrations.RunPython.noop, elidable=True)]
