"""What is done to each server, and the seats from which it is done."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from bench.load import LINE, Crowd, Heard, Seat, connect, cpu_of, percentile
from bench.servers import Server

FIRST = "sim-ttft0-tps0-n120-stamp"  # one person; time to the first token
START = "sim-ttft0-tps0-n4-stamp"  # one person; what a reply costs before its tokens
PACED = "sim-ttft0-tps40-n100-stamp"  # forty people at reading speed: what production looks like
BURST = "sim-ttft0-tps0-n200-stamp"  # sixteen replies as fast as they come
HELD = "sim-ttft0-tps40-n120-stamp"  # how many streams one process holds
SEATS = {FIRST: 1, START: 1, PACED: 40, BURST: 16}
HELD_MS = 50.0
REPLY_SECONDS = 3.0  # 120 tokens at 40 a second


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a talk in the product."""

    model: str
    conversation: str
    session: str


Seating = Callable[[Server, str, int], list[Seat]]
_numbers = itertools.count()


def at_product(people: Iterable[Person]) -> Seating:
    waiting: dict[str, list[Person]] = {}
    for person in people:
        waiting.setdefault(person.model, []).append(person)

    def body() -> bytes:
        return f'{{"type":"chat","content":"{LINE}","client_id":"{uuid4()}"}}'.encode()

    def seats(server: Server, model: str, count: int) -> list[Seat]:
        """Nobody sits twice within a round: talks begin empty, as the tutorial's do."""
        taken, waiting[model] = waiting[model][:count], waiting[model][count:]
        assert len(taken) == count, f"too few talks with {model}"
        return [seat_of(server, person, body) for person in taken]

    return seats


def seat_of(server: Server, person: Person, body: Callable[[], bytes] = bytes) -> Seat:
    url = f"ws://127.0.0.1:{server.port}/ws/chat/{person.conversation}/"
    return Seat(url, body, f"Cookie: sessionid={person.session}\r\n", "talk")


def _elsewhere(scheme: str, path: str, dialect: str, words: Callable[[str, int], object]) -> Seating:
    def seats(server: Server, model: str, count: int) -> list[Seat]:
        url = f"{scheme}://127.0.0.1:{server.port}{path}"
        bodies = [json.dumps(words(model, next(_numbers))).encode() for _ in range(count)]
        return [Seat(url, lambda body=body: body, dialect=dialect) for body in bodies]  # type: ignore[misc]

    return seats


def _said(model: str, number: int) -> object:
    return {"model": model, "message": LINE, "session_id": f"talk-{number}"}


at_tutorial = _elsewhere("http", "/chat", "sse", _said)
at_floor = _elsewhere("ws", "/", "socket", _said)
at_upstream = _elsewhere(
    "http",
    "/v1/chat/completions",
    "sse",
    lambda model, _: {"model": model, "stream": True, "messages": [{"role": "user", "content": LINE}]},
)


def tokens_of(model: str) -> int:
    return int(model.partition("-n")[2].partition("-")[0])


async def speak(
    server: Server, seats: Sequence[Seat], model: str, *, replies: int, warm: int, spread: float = 0.0
) -> Heard:
    async with Crowd(seats, expect=tokens_of(model), pid=server.pid) as crowd:
        if warm:
            early = await crowd.speak(warm)
        heard = await crowd.speak(replies, spread=spread)
    if warm:
        heard.errors += early.errors
    return heard


async def first_token(server: Server, seating: Seating, replies: int) -> Heard:
    return await speak(server, seating(server, FIRST, 1), FIRST, replies=replies, warm=10)


async def start(server: Server, seating: Seating, replies: int) -> Heard:
    return await speak(server, seating(server, START, 1), START, replies=replies, warm=10)


async def paced(server: Server, seating: Seating, replies: int) -> Heard:
    return await speak(server, seating(server, PACED, 40), PACED, replies=replies, warm=1, spread=2.5)


async def burst(server: Server, seating: Seating, replies: int) -> Heard:
    return await speak(server, seating(server, BURST, 16), BURST, replies=replies, warm=1)


@dataclass(frozen=True, slots=True)
class Level:
    """One try of the search: `streams` at once, each two replies long."""

    streams: int
    held: bool
    delay: float
    first: float
    cpu: float  # of a core
    own: float  # of a core: above 0.9 it was the generator that was late
    waited: float  # share of the time that the server was kept waiting for its core
    errors: int


async def hold(server: Server, seats: Sequence[Seat], direct: float) -> Level:
    async with Crowd(seats, expect=tokens_of(HELD), pid=server.pid) as crowd:
        heard = await crowd.speak(2, spread=REPLY_SECONDS)
    delay, first = percentile(heard.delay, 0.95), percentile(heard.first, 0.95) - direct
    held = not heard.errors and delay < HELD_MS and first < HELD_MS and heard.wall < 1.03 * 3 * REPLY_SECONDS
    wall, errors = heard.wall, sum(heard.errors.values())
    return Level(len(seats), held, delay, first, heard.cpu / wall, heard.own / wall, heard.waited / wall, errors)


async def search(
    server: Server, seats: Sequence[Seat], direct: float, *, begin: int, tries: int
) -> tuple[int, list[Level]]:
    """The most streams that are held, looked for in steps of a tenth."""
    levels: list[Level] = []
    streams, best = min(begin, len(seats)), 0
    while len(levels) < tries:
        level = await hold(server, seats[:streams], direct)
        levels.append(level)
        if level.held:
            best = max(best, streams)
            following = min(round(streams * 1.1), len(seats))
        else:
            following = round(streams * 0.9)
        if any(known.streams == following for known in levels) or (best and following <= best):
            break
        # After a failure only downwards, after a success only upwards: the two meet.
        if any(not known.held and known.streams <= following for known in levels) and level.held:
            break
        streams = following
    return best, levels


async def idle(server: Server, seats: Sequence[Seat], *, hold_seconds: float) -> tuple[float, Heard]:
    """KiB that a silent socket adds to the process, when the browser offers deflate. The first fifty only warm up."""
    heard = Heard()
    lines = []
    before = 0
    for at in range(0, len(seats), 50):
        if at == 50:
            await asyncio.sleep(1)
            before = server.memory()
        for line in await asyncio.gather(
            *(connect(seat, expect=0, deflate=True) for seat in seats[at : at + 50]), return_exceptions=True
        ):
            if isinstance(line, BaseException):
                heard.errors[str(line)[:200]] += 1
            else:
                lines.append(line)
    await asyncio.sleep(hold_seconds)
    after = server.memory()
    alive = sum(line.transport is not None for line in lines)
    if alive < len(lines):
        heard.errors["socket lost while idle"] += len(lines) - alive
    for line in lines:
        if line.transport:
            line.transport.close()
    await asyncio.sleep(0.5)
    return (after - before) / max(1, alive - 50), heard


async def watched(server: Server, seats: Sequence[Seat], second: Server, others: Sequence[Seat]) -> tuple[Heard, Heard]:
    """Forty talk at one process while their other sockets, at a second one, must hear every token too."""
    over = Heard()
    watchers = [await connect(seat, expect=tokens_of(PACED)) for seat in others]
    for watcher in watchers:
        watcher.heard = over
    async with Crowd(seats, expect=tokens_of(PACED), pid=server.pid) as crowd:
        early = asyncio.gather(*(watcher.listen(1) for watcher in watchers), return_exceptions=True)
        errors = (await crowd.speak(1)).errors
        note(over, await early)
        before = cpu_of(second.pid)
        over.tokens, over.delay = 0, []
        listening = asyncio.gather(*(watcher.listen(2) for watcher in watchers), return_exceptions=True)
        heard = await crowd.speak(2, spread=2.5)
        heard.errors += errors
        note(over, await listening)
        over.cpu = cpu_of(second.pid) - before
    for watcher in watchers:
        if watcher.transport:
            watcher.transport.close()
    return heard, over


def note(heard: Heard, outcomes: Iterable[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            heard.errors[str(outcome)[:200] or type(outcome).__name__] += 1
