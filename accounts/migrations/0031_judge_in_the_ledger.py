from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0030_sealed_keys"),
    ]

    operations = [
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
                    ("judge", "Judging of texts"),
                    ("hedge", "Second models, asked in vain"),
                ],
                max_length=12,
                verbose_name="operation",
            ),
        ),
    ]
