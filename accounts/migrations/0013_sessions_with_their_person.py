import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = "session_key, session_data, expire_date"


def move(schema_editor: BaseDatabaseSchemaEditor, source: str, target: str) -> None:
    """Who is signed in stays so; whose session it is, is noted with its next page."""
    if "django_session" in schema_editor.connection.introspection.table_names():
        schema_editor.execute(f"insert into {target} ({COLUMNS}) select {COLUMNS} from {source}")  # noqa: S608
        schema_editor.execute(f"delete from {source}")  # noqa: S608


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    move(schema_editor, "django_session", "accounts_session")


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    move(schema_editor, "accounts_session", "django_session")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_what_memory_asks_of_models")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunPython(forwards, backwards),
    ]
