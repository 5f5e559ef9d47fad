from django.db import migrations

SPOKEN_PER_DAY = {"guest": 5_000, "free": 100_000, "premium": 1_000_000, "creator": 1_000_000}


def give_an_allowance(apps, schema_editor):
    """To the plans that came with the house; those of the operator go on without a bound."""
    plans = apps.get_model("accounts", "Plan").objects.using(schema_editor.connection.alias)
    for code, letters in SPOKEN_PER_DAY.items():
        plans.filter(code=code).update(spoken_per_day=letters)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0035_letters_spoken_a_day")]

    operations = [migrations.RunPython(give_an_allowance, migrations.RunPython.noop, elidable=False)]
