"""People as the product makes them: with key, profile and persona."""

from typing import Any

import factory

from accounts import plans
from accounts.models import Persona, User
from accounts.people import create_guest, create_person
from accounts.personas import add_persona

PASSWORD = "one good password"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An account with a verified address; its password is PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"player{number}@example.com")
    password = PASSWORD
    plan = plans.FREE
    name = ""
    age = "adult"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return create_person(**fields)


class GuestFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    language = "en"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return create_guest(**fields)


class PersonaFactory(factory.django.DjangoModelFactory[Persona]):
    """One more persona; without `user` also its player."""

    class Meta:
        model = Persona

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Role {number}")
    description = "A traveller with wet boots."

    @classmethod
    def _create(cls, model_class: type[Persona], *args: Any, **fields: Any) -> Persona:
        return add_persona(**fields)
