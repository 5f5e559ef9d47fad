"""A Redis Cluster for one event loop. What lies on nodes that live waits for none that died."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import structlog
from redis.asyncio import Redis
from redis.commands import AsyncCoreCommands
from redis.event import EventDispatcher
from redis.exceptions import AskError, RedisError

from accounts.cluster.place import Place
from accounts.cluster.slots import Slots, Told, is_asking, slot_of
from accounts.cluster.waiting import AGAIN_SECONDS, GONE, LOOK_SECONDS, NobodyLeads

log = structlog.get_logger(__name__)
MakeClient = Callable[[str], Redis]


class Leaders:
    """Who leads, known to all clients of the loop: what one of them learns the others know."""

    def __init__(self, place: Place, make: MakeClient) -> None:
        self.slots = Slots(place)
        self._make = make
        self._look: asyncio.Task[None] | None = None
        self._looked = float("-inf")

    async def of(self, slot: int) -> str:
        """Raises NobodyLeads."""
        if not self.slots or self.slots.leader(slot) is None:
            await self.look(gone=None)
        if (node := self.slots.leader(slot)) is None:
            raise NobodyLeads(f"nobody leads slot {slot}")
        return node

    async def look(self, *, gone: str | None) -> None:
        """Ask who leads now. One look serves all that want one; whoever is cancelled ends it for nobody else."""
        if self._look is None:
            if asyncio.get_running_loop().time() - self._looked < AGAIN_SECONDS:
                return
            self._look = asyncio.get_running_loop().create_task(self._ask_around(gone), name="leaders")
        await asyncio.shield(self._look)

    async def _ask_around(self, gone: str | None) -> None:
        try:
            told = list[Told]()
            for node in self.slots.to_ask(last=gone):
                if (found := await self._ask(node)) is not None:
                    told.append(found)
                    if not found.unled:
                        break
            self.slots.learn(told)
        finally:
            self._looked = asyncio.get_running_loop().time()
            self._look = None

    async def _ask(self, node: str) -> Told | None:
        client = self._make(node)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return self.slots.read(await client.execute_command("CLUSTER", "SLOTS"), asked=node)
        except (RedisError, OSError) as error:
            log.warning("cluster_asked_in_vain", error=type(error).__name__)
            return None
        finally:
            await client.aclose()


class Router(AsyncCoreCommands):
    """Commands with one key, or with several of one slot. `make` gives a client of one node, whose commands end within
    `seconds`.

    Raises what that client does. A command may run twice when the node goes away under it.
    """

    _is_async_client: Literal[True] = True  # by which redis-py's types tell what its methods return
    _event_dispatcher = EventDispatcher()  # its methods of commands ask for one

    def __init__(self, leaders: Leaders, make: MakeClient, *, seconds: float) -> None:
        self._leaders, self._make, self._seconds = leaders, make, seconds
        self._clients: dict[str, Redis] = {}

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        slot = slot_of(args)
        node = await self._leaders.of(slot)
        try:
            return await (await self._client(node)).execute_command(*args, **options)
        except AskError as told:
            return await self._follow(told, node, args, options)
        except GONE:
            await self._leaders.look(gone=node)
            if (other := self._leaders.slots.leader(slot)) in (None, node):
                raise
        assert other is not None
        return await (await self._client(other)).execute_command(*args, **options)

    async def aclose(self) -> None:
        while self._clients:
            await self._clients.popitem()[1].aclose()

    async def _follow(self, told: AskError, node: str, args: Any, options: Any) -> Any:
        other = await self._client(self._leaders.slots.moved(told, by=node))
        if not is_asking(told):
            return await other.execute_command(*args, **options)
        async with asyncio.timeout(self._seconds), other.pipeline(transaction=False) as pipe:
            pipe.execute_command("ASKING")
            pipe.execute_command(*args, **options)
            return (await pipe.execute())[1]

    async def _client(self, node: str) -> Redis:
        if (found := self._clients.get(node)) is None:
            found = self._clients[node] = self._make(node)
            strangers = [each for each in self._clients if each != node and not self._leaders.slots.knows(each)]
            for gone in [self._clients.pop(each) for each in strangers]:
                await gone.aclose()
        return found
