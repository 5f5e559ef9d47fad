"""Old and new processes run side by side while a release comes in (CONTRIBUTING.md): what the old ones use stays.

`released/told.json` holds the last migration of each app in the release that went before.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

OURS = {"accounts", "characters", "chat", "inference", "memory", "moderation", "operations", "stories", "voice"}
_TOLD = json.loads(Path(__file__).with_name("released").joinpath("told.json").read_text())
RELEASED: dict[str, str] = {app: last for app, last in _TOLD["migrations"].items() if app in OURS}
TAKEN_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
# "app migration: what it does" -> why no process of the last release misses it
REASONS: dict[str, str] = {}


def model_of(operation: Operation) -> str:
    """The model that it changes. `name` is the field's in operations on fields, the model's in the others."""
    names = ("model_name_lower", "old_name_lower", "name_lower")
    return next(str(getattr(operation, name)) for name in names if hasattr(operation, name))


def breaks(operation: Operation, made: set[str]) -> Iterator[str]:
    """What a process that knows only the last release would stumble over; `made`: models that are younger than it."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from breaks(inner, made)
    elif isinstance(operation, migrations.CreateModel):
        made.add(operation.name_lower)
    elif isinstance(operation, TAKEN_AWAY):
        if model_of(operation) not in made:
            yield operation.describe()
    elif isinstance(operation, migrations.AddField) and operation.model_name_lower not in made:
        field = operation.field
        stored = field.null or field.db_default is not NOT_PROVIDED or isinstance(field, models.ManyToManyField)
        if not stored:
            yield f"{operation.describe()}, which rows of the last release do not fill"


def younger() -> Iterator[tuple[str, str, migrations.Migration]]:
    """Migrations that the last release did not have, in the order of their names."""
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in OURS and name > RELEASED.get(app, ""):
            yield app, name, migration


def test_what_the_last_release_had_is_still_there() -> None:
    known = MigrationLoader(None).disk_migrations
    assert set(RELEASED.items()) <= set(known)


def test_migrations_after_the_last_release_take_nothing_away() -> None:
    made: dict[str, set[str]] = {}
    found = [
        f"{app} {name}: {told}"
        for app, name, migration in younger()
        for operation in migration.operations
        for told in breaks(operation, made.setdefault(app, set()))
    ]
    assert sorted(found) == sorted(REASONS), "give a reason, or add now and take away a release later"


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("talk", "title"),
        migrations.DeleteModel("talk"),
        migrations.RenameField("talk", "title", "name"),
        migrations.RenameModel("talk", "chat"),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("talk", "title")]),
        migrations.AddField("talk", "size", models.IntegerField(default=0)),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_it_is_noticed_unless_the_model_is_younger(operation: Operation) -> None:
    assert list(breaks(operation, set()))
    assert not list(breaks(operation, {"talk"}))
    assert list(breaks(operation, {"title", "size"})), "a field's name is no model's"


def test_what_is_added_with_a_value_in_the_database_is_no_break() -> None:
    assert not list(breaks(migrations.AddField("talk", "size", models.IntegerField(null=True)), set()))
    assert not list(breaks(migrations.AddField("talk", "size", models.IntegerField(db_default=0)), set()))
