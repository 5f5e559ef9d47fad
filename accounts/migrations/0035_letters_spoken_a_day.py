from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0034_sanctions_of_all_works"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="spoken_per_day",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Of replies that a model says aloud. Browsers read more by themselves.",
                null=True,
                verbose_name="letters spoken a day",
            ),
        ),
        migrations.AddField(
            model_name="usageday",
            name="spoken",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="Letters."),
        ),
        migrations.AlterField(
            model_name="modeluse",
            name="operation",
            field=models.CharField(
                choices=[
                    ("reply", "Replies"),
                    ("suggestion", "Suggested lines"),
                    ("tryout", "Test talks"),
                    ("stateless", "Replies to programs"),
                    ("sheet", "Drafted characters"),
                    ("picture", "Painted pictures"),
                    ("reading", "Reading of texts"),
                    ("recall", "Recall by meaning"),
                    ("memory", "Memories and notes"),
                    ("speech", "Spoken replies"),
                    ("judge", "Judging of texts"),
                    ("hedge", "Second models, asked in vain"),
                ],
                max_length=12,
                verbose_name="operation",
            ),
        ),
    ]
