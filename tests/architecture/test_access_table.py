"""Who gets what from every address: one table (table.py), and it must be whole.

Each row asks for something of Alice's: her private character, her conversation, her persona. A stranger must not be
able to tell it from something that does not exist.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.architecture.belongings import Arguments, Belongings, Nothing
from tests.architecture.table import KEYS, MINE, MINE_JSON, SIGNED, TABLE, Row
from tests.architecture.world import ROLES, World, shared_world
from tests.stack import Server

# The admin has its own doors: nobody but staff sees anything but its login.
ADMIN_OPEN = {"admin:login", "admin:jsi18n"}

# sockets: the code they are closed with, or 0 for "ready"
SOCKETS = {"anonymous": 4401, "guest": 4404, "stranger": 4404, "owner": 0, "moderator": 4404, "operator": 4404}


def name_of(row: str) -> str:
    return row.split(" ", 1)[0]


def urls(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from urls(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


def test_every_address_is_in_the_table() -> None:
    named = {name for name, _ in urls() if not name.startswith("admin:")}
    assert None not in {pattern.name for name, pattern in urls() if not name.startswith("admin:")}
    # tests/api/test_access.py walks the description of the REST API instead.
    described = {name for name, pattern in urls() if hasattr(pattern.callback, "cls")}
    assert named - {name_of(row) for row in TABLE} - described == set(), "add these to TABLE"
    assert {name_of(row) for row in TABLE} - named == set(), "these are gone"


def test_a_name_leads_to_one_address() -> None:
    """Two apps would take each other's, and `reverse` follows whichever comes last."""
    named = Counter(
        name for name, _ in urls() if not name.startswith(("admin:", "account_"))
    )  # those stand for allauth's
    assert [name for name, times in named.items() if times > 1] == []


@pytest.fixture
def onlookers(server: Server) -> World:
    """For what changes nothing: one world for all rows."""
    return shared_world(server)


@cache
def belongings_of(world: World) -> Belongings:
    """Made once for all who ask and change nothing."""
    return Belongings(world.alice)


def address(name: str, arguments: Arguments) -> str:
    pattern = next(pattern for found, pattern in urls() if found == name)
    wanted = pattern.pattern.regex.groupindex
    return reverse(name, kwargs={key: arguments[key] for key in wanted})


def filled(data: dict[str, str] | None, arguments: Arguments) -> dict[str, str]:
    return {key: value.format_map(arguments) if "{" in value else value for key, value in (data or {}).items()}


@pytest.mark.parametrize("row", TABLE)
def test_each_role_gets_what_the_table_says(server: Server, row: str) -> None:
    wanted, got = TABLE[row], {}
    world = world_for(wanted, server)
    arguments = belongings_of(world)
    path, data = address(name_of(row), arguments), filled(wanted.data, arguments)
    for role in sorted(ROLES, key="owner".__eq__):  # the owner last: what they ask for may be gone afterwards
        got[role], _ = world.ask(role, wanted.method, path, data)
    assert got == {role: wanted.expected(role) for role in ROLES}


def world_for(wanted: Row, server: Server) -> World:
    """As new as what is changed; making people takes longer than asking."""
    if wanted.method == "GET":
        return shared_world(server)
    return shared_world(server).of_another_owner() if wanted.refuses_others else World(server)


def anonymised(page: bytes) -> str:
    """Without what differs from answer to answer: the token of forms, and the ids that were asked for."""
    text = re.sub(r'(csrf\w*"?[^>]{0,40}(value|content)=")\w+', r"\1", page.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", "an id", text)


@pytest.mark.parametrize("row", [row for row, wanted in TABLE.items() if wanted.statuses in (MINE, MINE_JSON)])
def test_a_stranger_cannot_tell_it_from_what_does_not_exist(onlookers: World, row: str) -> None:
    wanted, arguments = TABLE[row], belongings_of(onlookers)
    nothing = Nothing(arguments)
    status, page = onlookers.ask(
        "stranger", wanted.method, address(name_of(row), arguments), filled(wanted.data, arguments)
    )
    other_status, other = onlookers.ask(
        "stranger", wanted.method, address(name_of(row), nothing), filled(wanted.data, nothing)
    )
    assert status == other_status
    assert anonymised(page).splitlines() == anonymised(other).splitlines()


@pytest.mark.parametrize(
    "row", [row for row, wanted in TABLE.items() if wanted.method == "POST" and wanted.statuses not in (KEYS, SIGNED)]
)
def test_what_changes_something_wants_a_token_and_no_get(onlookers: World, row: str) -> None:
    arguments = belongings_of(onlookers)
    path, data = address(name_of(row), arguments), filled(TABLE[row].data, arguments)
    assert onlookers.ask("owner", "POST", path, data, csrf=False)[0] == 403
    assert onlookers.ask("owner", "GET", path)[0] == 405


@pytest.mark.parametrize("role", ["anonymous", "guest", "stranger"])
def test_the_admin_is_closed_to_all_but_staff(onlookers: World, role: str) -> None:
    asked = 0
    for name, pattern in urls():
        if name.startswith("admin:") and name not in ADMIN_OPEN and not pattern.pattern.regex.groupindex:
            try:
                path = reverse(name)
            except LookupError:
                continue
            status, _ = onlookers.ask(role, "GET", path)
            assert status in (302, 404), f"{role} gets {status} from {path}"
            asked += 1
    assert asked > 5


@pytest.mark.parametrize("role", ROLES)
def test_the_socket_of_a_conversation(onlookers: World, role: str) -> None:
    talk = belongings_of(onlookers)["conversation_id"]
    url = f"{onlookers.server.ws_url}/ws/chat/{talk}/"
    headers = {"Cookie": onlookers.cookies[role]} if onlookers.cookies[role] else {}
    with connect(url, origin=Origin(onlookers.server.origin), additional_headers=headers) as line:
        if SOCKETS[role]:
            with pytest.raises(ConnectionClosed):
                line.recv(timeout=10)
            assert line.close_code == SOCKETS[role]
        else:
            assert json.loads(line.recv(timeout=10))["type"] == "ready"
