"""Which models can reach a person, by following their references."""

from collections import deque
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from accounts.models import User

# Columns that name a person without a reference, so that a row may outlive them.
BARE = ("user_id", "actor", "author_id", "owner_id")


def reaching_people() -> list[type[Model]]:
    """Every model from which references (or a bare id) lead to an account, however many steps away.

    Tables that only join two others go with them.
    """
    models = list(apps.get_models())
    reached: set[type[Model]] = {User, *(model for model in models if _names_people(model))}
    waiting = deque(reached)
    while waiting:
        target = waiting.popleft()
        for model in models:
            if model not in reached and target in _references(model):
                reached.add(model)
                waiting.append(model)
    return sorted(reached, key=lambda model: model._meta.label)


def _references(model: type[Model]) -> Iterator[type[Model]]:
    for field in model._meta.local_fields:
        if field.is_relation and isinstance(field.related_model, type):
            yield field.related_model


def _names_people(model: type[Model]) -> bool:
    return any(not field.is_relation and field.name in BARE for field in model._meta.local_fields)
