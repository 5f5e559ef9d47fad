"""A program that talks over HTTP, with a key or as a page does; and an event stream, read as far as one likes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from accounts.api_keys import Scope, make_key
from chat.models import Conversation
from tests.chat.client import WITHIN, Frame
from tests.chat.stage import CSRF, Player, Stage, in_database
from tests.stack import Server

API = "/api/v1/conversations/"


@dataclass
class Event:
    name: str
    id: str
    data: dict[str, Any]


@dataclass
class Stream:
    """An open event stream. `events` is what was heard, `comments` how often it only said that it still stands."""

    answer: aiohttp.ClientResponse
    events: list[Event] = field(default_factory=list)
    comments: int = 0

    async def next(self, within: float = WITHIN) -> Event | None:
        """None at the end of the answer."""
        name = mark = data = ""
        async with asyncio.timeout(within):
            while line := await self.answer.content.readline():
                text = line.decode().rstrip("\n")
                kind, _, value = text.partition(": ")
                if text.startswith(":"):
                    self.comments += 1
                elif kind == "event":
                    name = value
                elif kind == "id":
                    mark = value
                elif kind == "data":
                    data = value
                elif not text and data:
                    self.events.append(Event(name, mark, json.loads(data)))
                    return self.events[-1]
        return None

    async def until(self, name: str, within: float = WITHIN) -> Event:
        async with asyncio.timeout(within):
            while (event := await self.next()) is not None:
                if event.name == name:
                    return event
        raise AssertionError(f"it ended without {name}: {self.events[-3:]}")

    def heard(self, *names: str) -> list[Frame]:
        return [event.data for event in self.events if event.name in names]


class Program:
    """`ask` answers status and body. Close it."""

    def __init__(self, server: Server, *, secret: str = "", player: Player | None = None) -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {"X-CSRFToken": CSRF}
        cookies = {} if player is None else {"sessionid": player.cookie, "csrftoken": CSRF}
        self.secret = secret
        self.session = aiohttp.ClientSession(
            server.base_url,
            headers=headers,
            cookies=cookies,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=60),
            read_bufsize=2**20,
        )

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, told, _ = await self.answer(method, path, body, **headers)
        return status, told

    async def answer(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, path, json=body, headers=named) as answer:
            text = await answer.text()
            is_json = text and "json" in answer.content_type
            return answer.status, json.loads(text) if is_json else text, answer.headers

    async def say(self, talk: Conversation, content: str, *, wait: int | None = None, **fields: Any) -> Any:
        """A line; what came of it. Fails when it was not taken."""
        query = "" if wait is None else f"?wait={wait}"
        status, told = await self.ask("POST", f"{API}{talk.pk}/messages/{query}", {"content": content, **fields})
        assert status in (200, 202), told
        return told

    @asynccontextmanager
    async def listen(self, talk: Conversation, path: str = "stream/", **headers: str) -> AsyncIterator[Stream]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.session.get(f"{API}{talk.pk}/{path}", headers=named)
        try:
            assert answer.content_type == "text/event-stream", (answer.status, await answer.text())
            yield Stream(answer)
        finally:
            answer.close()


@asynccontextmanager
async def program(stage: Stage, player: Player, *scopes: str, server: Server | None = None) -> AsyncIterator[Program]:
    """One with a key of this player's."""
    made = await in_database(lambda: make_key(user=player.user, label="A program", scopes=scopes or Scope.values))
    asking = Program(server or stage.server, secret=made.secret)
    try:
        yield asking
    finally:
        await asking.session.close()


@asynccontextmanager
async def page_of(stage: Stage, player: Player, server: Server | None = None) -> AsyncIterator[Program]:
    """The page of somebody who is signed in."""
    asking = Program(server or stage.server, player=player)
    try:
        yield asking
    finally:
        await asking.session.close()
