from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("characters", "0021_characters_without_an_author_on_stage"),
        ("stories", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="character", name="character_owned_or_preset"),
        migrations.AddField(
            model_name="character",
            name="story",
            field=models.ForeignKey("stories.story", models.CASCADE, related_name="characters", null=True, blank=True),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owner__isnull", False),
                    ("story__isnull", False),
                    ("slug__isnull", False),
                    ("deleted_at__isnull", False),
                    ("visibility__in", ("unlisted", "public")),
                    _connector="OR",
                ),
                name="character_owned_or_preset",
            ),
        ),
    ]
