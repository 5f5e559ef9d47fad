"""People, characters and conversations for tests on real servers, and what the database has of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import aiohttp
from django.db import connections
from django.test import Client

from accounts import plans
from accounts.encryption import Place, cipher_for, ciphers, key_id_of
from accounts.guests import BACKEND
from accounts.models import User
from characters.models import Character
from characters.services import create_character, create_version, put_on_stage
from chat.models import Conversation, Message, Turn
from chat.services.conversations import start_conversation
from inference.standin.behaviours import numbered
from inference.standin.prompt import Prompt
from tests.chat.client import WITHIN, Page
from tests.factories import GuestFactory, UserFactory
from tests.stack import Server

T = TypeVar("T")
CSRF = "c" * 32
GREETING = "*looks up* “Evening, {{user}}.”"


@dataclass(frozen=True)
class Player:
    """A person and the session of their browser."""

    user: User
    cookie: str


@dataclass(frozen=True)
class Stored:
    """A message as the database has it, in the clear."""

    id: str
    parent_id: str | None
    role: str
    text: str
    status: str
    deleted: bool


def mira(model: str, language: str = "en", **content: Any) -> Character:
    """A character who is answered for by this behaviour of the stand-in. Unlisted: no list shows her."""
    edition = {"name": "Mira", "description": "Keeps a tavern.", "greetings": [GREETING], **content}
    if model.startswith("echo-prompt"):  # rules of the house that a reply gives away would be taken back
        edition = {"system_prompt": "You are {{char}}.", **edition}
    edition["generation"] = {"model": model, **content.get("generation", {})}
    character = create_character(owner=UserFactory(), editions={language: edition})
    assert character.published is not None
    put_on_stage(character=character, version=character.published, visibility="unlisted")
    return character


def script(pieces: int) -> str:
    """What the model `script-<pieces>` says."""
    steps = numbered(pieces)(Prompt(model="", lines=(), key=b""))
    return "".join(step for step in steps if isinstance(step, str))


def sign_in(user: User) -> Player:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return Player(user, client.cookies["sessionid"].value)


async def in_database(work: Callable[[], T]) -> T:
    """Run ORM code beside the event loop, on a connection that goes back afterwards."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def eventually(check: Callable[[], Awaitable[T]], within: float = WITHIN) -> T:
    """What `check` returns once that is true. The last answer is in the failure."""
    end = time.monotonic() + within
    while True:
        found = await check()
        if found:
            return found
        assert time.monotonic() < end, f"{check} still says {found!r} after {within} s"
        await asyncio.sleep(0.03)


class Stage:
    """What a test does before it begins, and looks at afterwards. Closes the sockets it opened."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.players: list[Player] = []
        self.pages: list[Page] = []
        self.talks: list[Conversation] = []
        self.browsers: list[aiohttp.ClientSession] = []

    # ------------------------------------------------------------ before

    async def player(self, *, plan: str = plans.UNLIMITED, guest: bool = False, **fields: Any) -> Player:
        def make() -> Player:
            user = GuestFactory() if guest else UserFactory(plan=plan, **fields)
            return sign_in(user)

        self.players.append(await in_database(make))
        return self.players[-1]

    async def talk(self, player: Player, model: str = "script-30", **content: Any) -> Conversation:
        """A conversation with a new Mira."""
        return await self.talk_with(player, await in_database(lambda: mira(model, **content)))

    async def talk_with(self, player: Player, character: Character, greeting: int = 0) -> Conversation:
        def start() -> Conversation:
            fresh = Character.objects.select_related("published").get(pk=character.pk)
            assert fresh.published is not None
            return start_conversation(owner=player.user, character=fresh, version=fresh.published, greeting=greeting)

        talk = await in_database(start)
        self.talks.append(talk)
        return talk

    async def other_model(self, talk: Conversation, model: str, **content: Any) -> None:
        """From now on its character answers by another behaviour of the stand-in, with this on their card."""

        def change() -> None:
            member = talk.cast.select_related("character", "version").get()
            edition = {"name": "Mira", "greetings": [GREETING], "generation": {"model": model}, **content}
            [version] = create_version(character=member.character, editions={"en": edition})
            put_on_stage(character=member.character, version=version, visibility=member.character.visibility)
            member.version = version
            member.save(update_fields=["version"])

        await in_database(change)

    def socket_url(self, talk: Conversation | UUID, server: Server | None = None) -> str:
        talk_id = talk.pk if isinstance(talk, Conversation) else talk
        return f"{(server or self.server).ws_url}/ws/chat/{talk_id}/"

    async def open(
        self, talk: Conversation | UUID, player: Player, *, server: Server | None = None, **more: Any
    ) -> Page:
        """A socket of this player on this talk, told that it is ready."""
        here = server or self.server
        page = await Page.open(self.socket_url(talk, here), cookie=player.cookie, origin=here.origin, **more)
        self.pages.append(page)
        return page

    async def play(self, model: str = "script-30", **content: Any) -> Page:
        """A new player in a new talk: the socket. The talk is `self.talks[-1]`."""
        player = await self.player()
        return await self.open(await self.talk(player, model, **content), player)

    def browser(self, player: Player, server: Server | None = None) -> "Browser":
        browser = Browser(player, server or self.server)
        self.browsers.append(browser.session)
        return browser

    async def close(self) -> None:
        for page in self.pages:
            page.cut()
        for browser in self.browsers:
            await browser.close()

    # ------------------------------------------------------------ afterwards

    async def messages(self, talk: Conversation) -> list[Stored]:
        """All of the tree, oldest first, deleted ones too."""

        def read() -> list[Stored]:
            ciphers.clear()
            rows = Message.objects.filter(conversation=talk.pk).order_by("id")
            return [
                Stored(
                    id=str(row.pk),
                    parent_id=str(row.parent_id) if row.parent_id else None,
                    role=row.role,
                    text=cipher_for(key_id_of(row.body)).open(row.body, Place("message", row.pk)),
                    status=row.status,
                    deleted=row.deleted_at is not None,
                )
                for row in rows
            ]

        return await in_database(read)

    async def message(self, talk: Conversation, message_id: Any) -> Stored | None:
        return next((each for each in await self.messages(talk) if each.id == str(message_id)), None)

    async def turns(self, talk: Conversation) -> list[Turn]:
        return await in_database(lambda: list(Turn.objects.filter(conversation=talk.pk).order_by("id")))

    async def head(self, talk: Conversation) -> str:
        return await in_database(lambda: str(Conversation.objects.get(pk=talk.pk).head_id))


class Browser:
    """HTTP as the page's script does it."""

    def __init__(self, player: Player | None, server: Server) -> None:
        self.server = server
        jar = aiohttp.CookieJar(unsafe=True)  # also of a host that has no name
        cookies = {"csrftoken": CSRF} | ({"sessionid": player.cookie} if player else {})
        self.session = aiohttp.ClientSession(
            server.base_url, cookies=cookies, cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=WITHIN)
        )

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(path, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        """JSON in, JSON out; `{}` when the answer was something else."""
        async with self.session.post(
            path, json=fields, headers={"X-CSRFToken": CSRF, "Accept": "application/json"}, allow_redirects=False
        ) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else {}

    async def submit(self, path: str, **fields: Any) -> tuple[int, str]:
        """A form: the status and where it leads."""
        async with self.session.post(path, data=fields, headers={"X-CSRFToken": CSRF}, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "")
