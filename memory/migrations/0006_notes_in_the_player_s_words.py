from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("memory", "0005_mode_before_refusal"),
    ]

    operations = [
        migrations.AddField(
            model_name="sessionnote",
            name="revision",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(
            model_name="sessionnote",
            name="note_once",
        ),
        migrations.AddConstraint(
            model_name="sessionnote",
            constraint=models.UniqueConstraint(
                fields=("conversation", "until_id", "covers", "revision"), name="note_once"
            ),
        ),
    ]
