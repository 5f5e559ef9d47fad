from django.db import migrations

EMBEDDED_PER_DAY = {"guest": 200_000, "free": 2_000_000}


def give_an_allowance(apps, schema_editor):
    """To the plans that came with the house; those of the operator go on without a bound."""
    plans = apps.get_model("accounts", "Plan").objects.using(schema_editor.connection.alias)
    for code, letters in EMBEDDED_PER_DAY.items():
        plans.filter(code=code).update(embedded_per_day=letters)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_letters_embedded_a_day")]

    operations = [migrations.RunPython(give_an_allowance, migrations.RunPython.noop, elidable=False)]
