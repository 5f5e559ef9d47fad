"""Plans that were there before have the new limits as they are first installed; all else stays as the operator set it."""

from django.db import migrations

NEW = {
    "guest": {
        "rank": 0, "per_hour": 60, "key_per_hour": 60, "api_per_minute": 300, "turns_at_once": 2, "yields": 30,
        "most_rooms": 5,
    },
    "free": {
        "rank": 10, "per_hour": 100, "key_per_hour": 100, "api_per_minute": 300, "turns_at_once": 3, "yields": 10,
        "most_rooms": 50,
    },
    "unlimited": {"rank": 90},
}  # fmt: skip


def fill(apps, schema_editor):
    plans = apps.get_model("accounts", "Plan").objects.using(schema_editor.connection.alias)
    for code, limits in NEW.items():
        plans.filter(code=code).update(**limits)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_more_of_plans")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
