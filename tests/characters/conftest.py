from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from django.test import Client

from accounts.models import User
from moderation.handbook import acknowledge
from tests.chat.stage import Stage
from tests.factories import UserFactory
from tests.stack import Server


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory(name="Bob")


def signed_in(user: User) -> Client:
    """Who is of the team has read the handbook."""
    if user.is_staff:
        acknowledge(user)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def alices(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bobs(bob: User) -> Client:
    return signed_in(bob)


@pytest_asyncio.fixture
async def stage(server: Server) -> AsyncIterator[Stage]:
    """A stage on the shared server."""
    stage = Stage(server)
    yield stage
    await stage.close()
