"""Programs that come with a key."""

from typing import Any

import pytest
from django.test import Client

from accounts.api_keys import Scope, make_key
from accounts.models import User
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


class Program:
    """Asks the API with one key; what goes in and comes out is JSON."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.made = make_key(user=user, label="A script", scopes=scopes or Scope.values)
        self.client = Client(headers={"authorization": f"Bearer {self.made.secret}"})

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"headers": named}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/{path}", **options)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("put", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("patch", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("delete", path, **headers)

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", fields)


@pytest.fixture
def program(alice: User) -> Program:
    """Alice's, with every scope."""
    return Program(alice)


@pytest.fixture
def bobs(bob: User) -> Program:
    return Program(bob)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem, once it is the expected one."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    told: dict[str, Any] = answer.json()
    assert told["code"] == code
    assert told["status"] == status
    return told
