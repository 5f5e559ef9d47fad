from typing import Any

from django.db import migrations

RIGHTS = (
    ("accounts", "sanction", ("view", "change")),
    ("moderation", "appeal", ("view", "change")),
    ("moderation", "auditentry", ("view",)),
)


def let_moderators_sanction(apps: Any, schema_editor: Any) -> None:
    """Groups that decide on reports decide on people, too. Rights are made after all migrations: here where missing."""
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
    for app, model, verbs in RIGHTS:
        content_type = types.get_or_create(app_label=app, model=model)[0]
        for verb in verbs:
            right = permissions.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
            )[0]
            right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0004_audit_log_is_append_only"),
        ("accounts", "0010_sanctions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
    operations = [migrations.RunPython(let_moderators_sanction, migrations.RunPython.noop)]
