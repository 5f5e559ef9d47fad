import pytest
from django.test import Client

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from characters.models import Character
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _nobody_was_here_before(fresh_limits: None) -> None:
    """What these tests spend, nobody has spent before them."""


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory(name="Bob")


@pytest.fixture
def bobs(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def mira(alice: User) -> Character:
    """Alice's, on stage for everybody."""
    return a_character(alice)


@pytest.fixture
def moderator(db: None) -> User:
    return make_demo_account(role="moderator", email="mo@example.com", password="one good password")
