from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0031_judge_in_the_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="datakey",
            name="found_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="keyrotation",
            name="course",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="keyrotation",
            name="resealed_in_walk",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]
