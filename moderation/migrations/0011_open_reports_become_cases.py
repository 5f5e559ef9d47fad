from typing import Any

from django.db import migrations

from accounts.ids import uuid7

SEVERITIES = {"minors": 4, "harm": 3, "person": 3, "hate": 2, "rights": 2}
RIGHTS = (("case", ("view", "change")), ("reasontemplate", ("view",)), ("ruleset", ("view",)))


def open_cases(apps: Any, schema_editor: Any) -> None:
    """What is open about one character is one case, its gravest reason in front."""
    alias = schema_editor.connection.alias
    cases = apps.get_model("moderation", "Case").objects.using(alias)
    told = apps.get_model("moderation", "Report").objects.using(alias).filter(state="open", case=None)
    for character_id in told.order_by().values_list("character", flat=True).distinct():
        reports = list(told.filter(character=character_id).select_related("character").order_by("id"))
        worst = max(reports, key=lambda report: SEVERITIES.get(report.reason, 1))
        case = cases.create(
            id=uuid7(),
            kind="character",
            subject=character_id,
            about_id=worst.character.owner_id,
            rule=worst.reason,
            severity=SEVERITIES.get(worst.reason, 1),
            told=len(reports),
            opened_at=reports[0].created_at,
            last_at=reports[-1].created_at,
        )
        told.filter(character=character_id).update(case=case)


def forget_cases(apps: Any, schema_editor: Any) -> None:
    """Without cases there are reports of characters alone."""
    alias = schema_editor.connection.alias
    apps.get_model("moderation", "Report").objects.using(alias).filter(character=None).delete()
    apps.get_model("moderation", "Report").objects.using(alias).update(case=None)
    apps.get_model("moderation", "Case").objects.using(alias).all().delete()


def let_moderators_work(apps: Any, schema_editor: Any) -> None:
    """Groups that decide on reports work the queue. Rights are made after all migrations: here where missing."""
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
    for model, verbs in RIGHTS:
        content_type = types.get_or_create(app_label="moderation", model=model)[0]
        for verb in verbs:
            right = permissions.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
            )[0]
            right.group_set.add(*groups)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0010_reports_and_notices_of_cases"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(open_cases, forget_cases),
        # On the way back the rights stay: an operator may have given them, and with the table goes what they are about.
        migrations.RunPython(let_moderators_work, migrations.RunPython.noop),
    ]
