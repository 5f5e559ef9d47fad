import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.factories import GuestFactory, UserFactory


@pytest.fixture(autouse=True)
def _nobody_was_here_before(fresh_limits: None) -> None:
    """What these tests spend, nobody has spent before them."""


@pytest.fixture
def alice(db) -> User:
    return UserFactory(email="alice@example.com", name="Alice")


@pytest.fixture
def bob(db) -> User:
    return UserFactory(email="bob@example.com", name="Bob")


@pytest.fixture
def guest(db) -> User:
    return GuestFactory()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def link_in() -> Callable[[EmailMessage], str]:
    """The path of the one link in a mail."""

    def find(mail: EmailMessage) -> str:
        [link] = re.findall(r"https?://[^/\s]+(/\S+)", str(mail.body))
        return link

    return find
