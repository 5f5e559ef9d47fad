from typing import Any

from django.db import migrations


def let_moderators_agree(apps: Any, schema_editor: Any) -> None:
    """Groups that work the queue may ask to read a talk, and agree to it. Rights are made after all migrations."""
    alias = schema_editor.connection.alias
    workers = (
        apps.get_model("auth", "Group")
        .objects.using(alias)
        .filter(permissions__codename="change_case", permissions__content_type__app_label="moderation")
    )
    if not (groups := list(workers.distinct())):
        return
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_type = types.get_or_create(app_label="moderation", model="reading")[0]
    for verb in ("view", "change"):
        name = f"{verb}_reading"
        right = permissions.get_or_create(content_type=content_type, codename=name, defaults={"name": f"Can {name}"})[0]
        right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0014_readings"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
    operations = [migrations.RunPython(let_moderators_agree, migrations.RunPython.noop)]
