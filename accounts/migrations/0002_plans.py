from django.db import migrations

PLANS = {
    "guest": {"messages_per_day": 20, "burst": 10, "per_minute": 12},
    "free": {"messages_per_day": 500, "burst": 20, "per_minute": 30},
    "unlimited": {"messages_per_day": None, "burst": None, "per_minute": None},
}


def make_plans(apps, schema_editor):
    plan = apps.get_model("accounts", "Plan")
    plan.objects.using(schema_editor.connection.alias).bulk_create(
        [plan(code=code, **limits) for code, limits in PLANS.items()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_plans, migrations.RunPython.noop, elidable=False)]
