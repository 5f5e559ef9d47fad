from typing import Any

from django.db import migrations

RIGHTS = ("view_report", "change_report")


def let_moderators_read(apps: Any, schema_editor: Any) -> None:
    """Groups that decide what is shown decide on reports of it, too; those made later are given both together.

    Rights are made after all migrations, so what is missing is made here.
    """
    alias = schema_editor.connection.alias
    deciders = (
        apps.get_model("auth", "Group")
        .objects.using(alias)
        .filter(permissions__codename="change_publication", permissions__content_type__app_label="characters")
    )
    if not (groups := list(deciders.distinct())):
        return
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    reports = types.get_or_create(app_label="moderation", model="report")[0]
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for codename in RIGHTS:
        verb = codename.partition("_")[0]
        right = permissions.get_or_create(
            content_type=reports, codename=codename, defaults={"name": f"Can {verb} report"}
        )[0]
        right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_reports"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
    operations = [migrations.RunPython(let_moderators_read, migrations.RunPython.noop)]
