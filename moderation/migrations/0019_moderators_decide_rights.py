from typing import Any

from django.db import migrations


def let_moderators_decide(apps: Any, schema_editor: Any) -> None:
    """Groups that decide on reports decide on notices of rights holders, too."""
    alias = schema_editor.connection.alias
    deciders = (
        apps.get_model("auth", "Group")
        .objects.using(alias)
        .filter(permissions__codename="change_report", permissions__content_type__app_label="moderation")
    )
    if not (groups := list(deciders.distinct())):
        return
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_type = types.get_or_create(app_label="moderation", model="rightsnotice")[0]
    for verb in ("view", "change"):
        name = f"{verb}_rightsnotice"
        right = permissions.get_or_create(content_type=content_type, codename=name, defaults={"name": f"Can {name}"})[0]
        right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0018_rights_notices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
    operations = [migrations.RunPython(let_moderators_decide, migrations.RunPython.noop)]
