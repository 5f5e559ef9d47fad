"""Somebody else's things by any path: the description is walked, so that no address is forgotten."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from accounts import plans
from accounts.api import urls as accounts_urls
from accounts.api_keys import Scope
from accounts.ids import uuid7
from accounts.models import User
from characters.api import urls as characters_urls
from characters.models import LoreEntry
from chat.api import urls as chat_urls
from config.api_docs import description
from moderation.api import urls as moderation_urls
from stories.api import urls as stories_urls
from tests.api.conftest import Program, refused
from tests.api.world import World, a_world
from tests.factories import PersonaFactory


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description()["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def addresses() -> Iterator[tuple[str, Any]]:
    of_apps = (characters_urls, stories_urls, moderation_urls, accounts_urls, chat_urls)
    for pattern in [each for urls in of_apps for each in urls.urlpatterns]:
        if view := vars(pattern.callback).get("cls"):
            yield "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)), view


# What waits reads on connections of its own, which do not see a test's transaction: tests/chat/test_http_access.py.
LIVE = {path for path, view in addresses() if view.view_is_async}
OWNED = [(method, path) for method, path, _ in operations() if "{" in path and path not in LIVE]


def test_the_description_holds_every_address() -> None:
    described = {path for _, path, _ in operations()}
    for path, view in addresses():
        views = {method for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)}
        assert path in described
        assert views == {method for method, where, _ in operations() if where == path}


def test_the_description_holds_every_subject() -> None:
    subjects = (
        "me characters versions drafts pictures cards knowledge lorebooks discovery publishing statistics webhooks"
        " reports conversations memories stories blocks organisation"
    )
    assert {told["tags"][0] for _, _, told in operations()} == set(subjects.split())


@pytest.fixture
def world(alice: User) -> World:
    alice.plan_id = plans.UNLIMITED  # many questions in a row
    alice.save()
    return a_world(alice)


def outcome(answer: Any) -> tuple[int, str]:
    told = answer.json() if answer["Content-Type"] == "application/problem+json" else {}
    return answer.status_code, told.get("code", "")


@pytest.mark.parametrize("role", ["stranger", "operator"])
def test_a_stranger_finds_nothing_of_alices_anywhere(world: World, bob: User, role: str) -> None:
    """Whatever rights somebody has in the admin, here they are a stranger."""
    bob.is_staff = bob.is_superuser = role == "operator"
    bob.plan_id = plans.UNLIMITED
    bob.save()
    program, found = Program(bob), {}
    nowhere = replace(world, arguments={name: uuid7() for name in world.arguments})
    for method, path in OWNED:
        body: Any = None if method in ("get", "delete") else {}
        there, missing = (program.ask(method, each.address(path), body, if_match="*") for each in (world, nowhere))
        if (outcome(there), there.content) != ((404, "not_found"), missing.content):
            found[method, path] = outcome(there), outcome(missing)
    assert found == {}


def test_what_is_alices_is_not_found_under_what_is_ones_own(world: World, bob: User) -> None:
    bob.plan_id = plans.UNLIMITED
    bob.save()
    program, own, found = Program(bob), a_world(bob), {}
    for method, path in OWNED:
        names = [name for name in re.findall(r"{(\w+)}", path) if name != "format"]
        for hers in names if len(names) > 1 else ():
            there, missing = (
                program.ask(
                    method,
                    replace(own, arguments=own.arguments | {hers: value}).address(path),
                    None if method in ("get", "delete") else {},
                    if_match="*",
                )
                for value in (world.arguments[hers], uuid7())
            )
            if (outcome(there), there.content) != ((404, "not_found"), missing.content):
                found[method, path, hers] = outcome(there), outcome(missing)
    assert found == {}


# method, address, body (a list: as a form) and where it names what is Alice's: all else is Bob's own.
NAMED = [
    ("post", "drafts/", {"language": "en", "character_id": "character_id"}),
    ("post", "drafts/", {"language": "en", "version_id": "version_id"}),
    ("post", "characters/", {"language": "en", "name": "Hers", "picture": "asset_id"}),
    ("post", "characters/{character_id}/versions/", {"language": "en", "picture": "asset_id"}),
    ("post", "characters/{character_id}/publications/", {"visibility": "private", "version_id": "version_id"}),
    ("post", "lorebooks/", {"scope": "character", "character_id": "character_id"}),
    ("post", "lorebooks/", {"scope": "persona", "persona_id": "persona_id"}),
    ("post", "lorebooks/", {"scope": "conversation", "conversation_id": "conversation_id"}),
    ("post", "lorebooks/{book_id}/entries/order/", {"entry_ids": ["entry_id"]}),
    ("post", "lorebooks/{book_id}/entries/bulk/", {"entry_ids": ["entry_id"], "action": "delete"}),
    ("post", "conversations/", {"character_id": "character_id"}),
    ("get", "search/?creator={creator_id}", None),
    ("get", "lorebooks/?character={character_id}", None),
    ("get", "conversations/?character={character_id}", None),
    ("get", "characters/{character_id}/cards/json/?version={version_id}", None),
]


def test_what_is_alices_is_not_found_by_naming_it(world: World, bob: User) -> None:
    """In a body or a query: the answer is the one for what does not exist."""
    bob.plan_id = plans.UNLIMITED
    bob.save()
    program, own = Program(bob), a_world(bob).arguments
    hers = world.arguments | {"persona_id": PersonaFactory(user=world.alice).pk}

    def ask(method: str, path: str, body: Any, named: dict[str, Any]) -> tuple[Any, str]:
        last = re.findall(r"{(\w+)}", path)[-1:] if body is None else []
        address = path.format(**own | {name: named[name] for name in last})
        filled = json.loads(re.sub(r'"(\w+_id)"(?!:)', lambda at: f'"{named[at[1]]}"', json.dumps(body)))
        answer = program.ask(method, address, filled)
        return outcome(answer), re.sub(r'[0-9a-f-]{36}|"revision":\d+', "…", answer.content.decode())

    nothing = {name: uuid7() for name in hers}
    found = {}
    for method, path, body in NAMED:
        there, missing = ask(method, path, body, hers), ask(method, path, body, nothing)
        if there != missing or there[0][0] in (201, 204):
            found[path, str(body)] = there, missing
    assert found == {}
    assert LoreEntry.objects.filter(pk=hers["entry_id"], book=hers["book_id"]).exists()


def test_alice_finds_it(world: World) -> None:
    program = Program(world.alice)
    found = {path: program.get(world.address(path)).status_code for method, path in OWNED if method == "get"}
    assert set(found.values()) == {200}, found


def test_nobody_comes_in_without_a_key(world: World, client: Any) -> None:
    found = {
        (method, path): outcome(getattr(client, method)(f"/api/v1/{world.address(path)}"))
        for method, path, _ in operations()
    }
    assert set(found.values()) == {(401, "sign_in_needed")}, found


def test_every_address_wants_a_scope(world: World) -> None:
    """A key with every scope but those of its subject is refused, and told which one it lacks."""
    made: dict[str, Program] = {}
    for method, path, told in operations():
        if (wanted := told.get("x-scope")) is None:
            assert path == "/api/v1/me/"
            continue
        if wanted not in made:
            noun, _, verb = wanted.partition(":")
            reading = [f"{noun}:read"] if verb == "write" and f"{noun}:read" in Scope.values else []
            others = [scope for scope in Scope.values if not scope.startswith(f"{noun}:")]
            made[wanted] = Program(world.alice, *others, *reading)
        answer = made[wanted].ask(method, world.address(path), None if method == "get" else {})
        assert refused(answer, 403, "scope_missing")["scope"] == wanted


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
