import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0032_what_a_walk_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="legalhold",
            name="lift_asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="to be lifted, since"),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lift_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="to be lifted, says",
            ),
        ),
    ]
