"""One server, and what an event loop holds open towards it."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inference.http import Server
from inference.parser import Bounds
from inference.providers.retries import Budget, Retries
from inference.streams import Deadlines

if TYPE_CHECKING:
    from openai import AsyncOpenAI


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server. `done_is_enough`: it may end a whole reply with [DONE] and no finish reason, as Ollama.

    `takes_ssml`: what it is to say aloud is sent as SSML.

    `safety`: from where on Gemini is to block, in its own words; empty leaves it to Google.
    """

    base_url: str
    key: str = field(default="", repr=False)
    deadlines: Deadlines = field(default_factory=Deadlines)
    bounds: Bounds = field(default_factory=Bounds)
    retries: Retries = field(default_factory=Retries)
    at_once: int = 1_000
    done_is_enough: bool = False
    takes_ssml: bool = False
    safety: str = ""


class Lane:
    """What one event loop holds open towards one server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.slots = asyncio.Semaphore(endpoint.at_once)
        self.budget = Budget()
        self.server = Server(endpoint.base_url, connect_seconds=endpoint.deadlines.connect)
        self._client: AsyncOpenAI | None = None

    @property
    def client(self) -> "AsyncOpenAI":
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI

            # At debug level it logs whole prompts, whatever level the product logs at.
            logging.getLogger("openai").setLevel(logging.WARNING)
            endpoint = self.endpoint
            self._client = AsyncOpenAI(
                base_url=endpoint.base_url,
                api_key=endpoint.key or "none",
                max_retries=0,
                timeout=httpx2.Timeout(endpoint.deadlines.total, connect=endpoint.deadlines.connect),
                # No redirects and no proxies from the environment: the key goes to the configured address.
                http_client=httpx2.AsyncClient(follow_redirects=False, trust_env=False),
            )
        return self._client

    async def aclose(self) -> None:
        self.server.close()
        if self._client is not None:
            await self._client.close()
