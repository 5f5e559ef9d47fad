"""Reading server-sent events as a page does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.chat.stage import CSRF, Browser

Event = tuple[str, dict[str, Any]]


@asynccontextmanager
async def asked(browser: Browser, path: str, **fields: Any) -> AsyncIterator[aiohttp.ClientResponse]:
    """The open answer; leaving it hangs up."""
    headers = {"X-CSRFToken": CSRF, "Accept": "text/event-stream, application/json"}
    answer = await browser.session.post(path, json=fields, headers=headers)
    try:
        yield answer
    finally:
        answer.close()


async def events(answer: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    name = ""
    async for line in answer.content:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            name = text.removeprefix("event: ")
        elif text.startswith("data: "):
            yield name, json.loads(text.removeprefix("data: "))


async def all_events(browser: Browser, path: str, **fields: Any) -> list[Event]:
    async with asked(browser, path, **fields) as answer:
        assert answer.content_type == "text/event-stream", (answer.status, await answer.text())
        return [event async for event in events(answer)]
