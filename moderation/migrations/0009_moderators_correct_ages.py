from typing import Any

from django.db import migrations


def let_moderators_correct(apps: Any, schema_editor: Any) -> None:
    """Groups that decide on people put right what these said of their age."""
    alias = schema_editor.connection.alias
    deciders = (
        apps.get_model("auth", "Group")
        .objects.using(alias)
        .filter(permissions__codename="change_sanction", permissions__content_type__app_label="accounts")
    )
    if not (groups := list(deciders.distinct())):
        return
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_type = types.get_or_create(app_label="accounts", model="agedeclaration")[0]
    for verb in ("view", "change"):
        name = f"{verb}_agedeclaration"
        right = permissions.get_or_create(content_type=content_type, codename=name, defaults={"name": f"Can {name}"})[0]
        right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0008_rule_sets"),
        ("accounts", "0014_ages_as_declared"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
    operations = [migrations.RunPython(let_moderators_correct, migrations.RunPython.noop)]
