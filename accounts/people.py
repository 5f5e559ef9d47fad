"""Making people: the row, and the key, profile and persona that belong to it."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import plans
from accounts.encryption import make_data_key
from accounts.models import AgeDeclaration, DataKey, Persona, Profile, Purpose, User
from accounts.selectors import UNNAMED, persona_called


def create_guest(*, language: str | None = None) -> User:
    """Somebody who has not told us who they are."""
    return create_people([User(is_guest=True, plan_id=plans.GUEST)], language=language)[0]


@transaction.atomic
def create_person(
    *,
    email: str,
    password: str | None,
    plan: str = plans.FREE,
    name: str = "",
    is_staff: bool = False,
    is_superuser: bool = False,
    language: str | None = None,
    age: str = "",
) -> User:
    """An account whose address we trust (a command made it); nobody is asked to verify it."""
    user = User(
        email=email.lower(),
        plan_id=plan,
        password=make_password(password),
        is_staff=is_staff,
        is_superuser=is_superuser,
        age=age,
    )
    create_people([user], language=language, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_people(users: Sequence[User], *, language: str | None = None, name: str = "") -> list[User]:
    """Save these new users and what belongs to each, in a few statements whatever their number."""
    for user in users:
        if not user.password:
            user.set_unusable_password()
    made = User.objects.bulk_create(users)
    DataKey.objects.bulk_create([make_data_key(user.pk, Purpose.USER) for user in made])
    Profile.objects.bulk_create([Profile(user=user, name=name) for user in made])
    AgeDeclaration.objects.bulk_create(
        [AgeDeclaration(user=user, age=user.age, where=AgeDeclaration.Where.SUPPORT) for user in made if user.age]
    )
    called = first_persona_name(language)
    Persona.objects.bulk_create([Persona(user=user, name=called, is_default=True) for user in made])
    return made


def first_persona_name(language: str | None = None) -> str:
    """'You' or '你', in the language given or the one in force."""
    return persona_called(UNNAMED["en"], language)
