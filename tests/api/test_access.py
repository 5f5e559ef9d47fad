"""Somebody else's things by any path: the description is walked, so that no address is forgotten."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.api import urls as accounts_urls
from accounts.api_keys import Scope
from accounts.ids import uuid7
from accounts.models import User
from characters.api import urls as characters_urls
from config.api_docs import description
from tests.api.conftest import Program, refused
from tests.api.world import World, a_world


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description()["paths"].items():
        for method, told in methods.items():
            yield method, path, told


OWNED = [(method, path) for method, path, _ in operations() if "{" in path]
# Whom one follows is somebody else by nature; an id without a public character is nobody.
EVERYTHING = [(method, path) for method, path, _ in operations()]


@pytest.fixture
def world(alice: User) -> World:
    return a_world(alice)


def test_the_description_holds_every_address() -> None:
    described = {path for _, path, _ in operations()}
    for pattern in [*characters_urls.urlpatterns, *accounts_urls.urlpatterns]:
        path = "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        views = {
            method for method in ("get", "post", "put", "patch", "delete") if hasattr(pattern.callback.cls, method)
        }
        assert path in described
        assert views == {method for method, where, _ in operations() if where == path}


def test_the_description_holds_every_subject() -> None:
    found = {told["tags"][0] for _, _, told in operations()}
    assert found >= {"me", "characters", "versions", "drafts", "pictures", "cards", "knowledge", "discovery",
                     "publishing", "statistics", "webhooks"}  # fmt: skip


@pytest.fixture(params=["stranger", "operator"])
def bobs(request: pytest.FixtureRequest, bob: User) -> Program:
    """Whatever rights somebody has in the admin, here they are a stranger."""
    if request.param == "operator":
        bob.is_staff = bob.is_superuser = True
        bob.save()
    return Program(bob)


@pytest.mark.parametrize(("method", "path"), OWNED)
def test_a_stranger_finds_nothing_of_alices_anywhere(world: World, bobs: Program, method: str, path: str) -> None:
    body = None if method in ("get", "delete") else {}
    answer = bobs.ask(method, world.address(path), body, if_match="*")
    there = refused(answer, 404, "not_found")
    nowhere = path.format(**{name: uuid7() if name != "format" else "json" for name in world.arguments})
    missing = bobs.ask(method, nowhere.removeprefix("/api/v1/"), body, if_match="*")
    assert (missing.status_code, missing.json()) == (404, there)


@pytest.mark.parametrize("path", [path for method, path in OWNED if method == "get"])
def test_alice_finds_it(world: World, path: str) -> None:
    answer = Program(world.alice).get(world.address(path))
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nobody_comes_in_without_a_key(world: World, client: Any, method: str, path: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{world.address(path)}")
    refused(answer, 401, "sign_in_needed")


@pytest.mark.parametrize(("method", "path"), [each for each in EVERYTHING if each[1] != "/api/v1/me/"])
def test_every_address_wants_a_scope(world: World, method: str, path: str) -> None:
    told = next(told for how, where, told in operations() if (how, where) == (method, path))
    noun = told["x-scope"].partition(":")[0]
    other = [scope for scope in Scope.values if not scope.startswith(f"{noun}:")]
    answer = Program(world.alice, *other).ask(method, world.address(path), None if method == "get" else {})
    assert refused(answer, 403, "scope_missing")["scope"] == told["x-scope"]


@pytest.mark.parametrize(("method", "path"), [each for each in EVERYTHING if each[0] != "get"])
def test_who_may_only_read_writes_nothing(world: World, method: str, path: str) -> None:
    told = next(told for how, where, told in operations() if (how, where) == (method, path))
    if told["x-scope"].endswith(":read"):
        pytest.skip("it changes nothing")
    reading = [scope for scope in Scope.values if scope.endswith(":read")]
    refused(Program(world.alice, *reading).ask(method, world.address(path), {}), 403, "scope_missing")


def test_a_guest_is_told_to_make_an_account(db: None) -> None:
    from django.test import Client

    from tests.factories import GuestFactory

    client = Client()
    client.force_login(GuestFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    refused(client.get("/api/v1/characters/"), 403, "forbidden")


def test_a_session_needs_a_token_to_write(alice: User) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = json.dumps({"language": "en", "name": "Mira"})
    refused(client.post("/api/v1/characters/", body, content_type="application/json"), 403, "forbidden")
    client.cookies["csrftoken"] = "c" * 32
    headers = {"x-csrftoken": "c" * 32}
    answer = client.post("/api/v1/characters/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
