"""The templates that are in force in this process."""

from django.conf import settings

from inference.prompts import Compiled, Occasion, Shelf, family_of, shipped


def templates() -> Shelf:
    return shipped()


def template(name: str, *, language: str, model: str = "") -> Compiled:
    """The one in force, for the model that will answer."""
    return templates().template(name, Occasion(language, family_of(model), settings.ENVIRONMENT))
