from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [("moderation", "0011_open_reports_become_cases")]

    operations = [
        migrations.CreateModel(
            name="ReasonTemplate",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("minors", "Sexual content that involves minors"),
                            ("hate", "Hatred or harassment"),
                            ("harm", "It encourages violence or self-harm"),
                            ("rating", "It is rated too mildly"),
                            ("person", "A real person, or somebody’s personal data"),
                            ("rights", "Somebody else’s work, taken without leave"),
                            ("spam", "Spam or fraud"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                        verbose_name="rule",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("title_en", models.CharField(max_length=80, verbose_name="title in English")),
                ("title_zh", models.CharField(max_length=80, verbose_name="title in Chinese")),
                ("text_en", models.TextField(max_length=2000, verbose_name="text in English")),
                ("text_zh", models.TextField(max_length=2000, verbose_name="text in Chinese")),
                ("active", models.BooleanField(default=True, verbose_name="offered")),
            ],
            options={
                "verbose_name": "template of a reason",
                "verbose_name_plural": "templates of reasons",
                "ordering": ("rule", "position", "id"),
            },
        ),
    ]
