"""What the crowd does. Each scenario answers with what it heard and a few figures of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from operations.load.machine import Machine
from operations.load.people import Account, Heard, Person

AT_ONCE = 50  # sockets that are opened beside each other
PING, SAMPLE = 25.0, 1.0  # seconds
LOST = (OSError, TimeoutError, aiohttp.ClientError)


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` is how long idle sockets are held and a soak lasts, `lines` what each says in the other scenarios, and
    the starts are spread evenly over `spread` seconds, so as not to tick in step."""

    base_url: str
    accounts: Sequence[Account]
    seconds: float = 60.0
    lines: int = 3
    spread: float = 3.0


@dataclass(slots=True)
class Result:
    heard: Heard = field(default_factory=Heard)
    figures: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0


Scenario = Callable[[Plan, Result, Machine], Awaitable[None]]


async def run(scenario: Scenario, plan: Plan, machine: Machine) -> Result:
    result, begun = Result(), time.monotonic()
    machine.begin()
    watching = asyncio.create_task(_watch(machine))
    try:
        await scenario(plan, result, machine)
    finally:
        watching.cancel()
    result.wall = time.monotonic() - begun
    return result


async def _watch(machine: Machine) -> None:
    while machine.pids:
        await asyncio.sleep(SAMPLE)
        machine.sample()


@asynccontextmanager
async def crowd(plan: Plan, heard: Heard) -> Any:
    """Everybody at a socket of their own; who cannot come in is an error and missing."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        people = [Person(plan.base_url, account, heard) for account in plan.accounts]
        await open_all(people, session, heard)
        try:
            yield [person for person in people if person.alive], session
        finally:
            await asyncio.gather(*(person.close() for person in people), return_exceptions=True)


async def open_all(people: Sequence[Person], session: aiohttp.ClientSession, heard: Heard) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def come(person: Person) -> None:
        async with slots:
            try:
                await person.open(session)
            except LOST as error:
                heard.errors[f"could not open: {type(error).__name__}"] += 1

    await asyncio.gather(*(come(person) for person in people))


async def idle(plan: Plan, result: Result, machine: Machine) -> None:
    """Sockets that are open and do nothing but show that they live."""
    async with crowd(plan, result.heard) as (people, _session):
        if machine.pids and people:
            result.figures["KiB of a socket"] = (machine.memory() - machine.before) / 1024 / len(people)
        end, cpu = time.monotonic() + plan.seconds, machine.used
        while (left := end - time.monotonic()) > 0:
            await asyncio.gather(*(person.ping() for person in people if person.alive))
            await asyncio.sleep(min(PING, left))
        result.figures["sockets left"] = sum(person.alive for person in people)
        if machine.pids and people:
            result.figures["cores of 1,000 idle sockets"] = 1000 * (machine.used - cpu) / plan.seconds / len(people)


async def chats(plan: Plan, result: Result, machine: Machine) -> None:
    """Each in a talk of their own, one line after the other."""
    async with crowd(plan, result.heard) as (people, _session):
        cpu = machine.used
        await _everybody(people, plan, result.heard)
        _per_reply(result, machine, cpu)


async def rooms(plan: Plan, result: Result, machine: Machine) -> None:
    """Accounts that share a talk (`make_sessions --in-rooms-of`): in each room one after the other says a line, and all
    hear the reply."""
    by_talk: dict[str, list[Person]] = {}
    async with crowd(plan, result.heard) as (people, _session):
        for person in people:
            by_talk.setdefault(person.account.conversation_id, []).append(person)
        cpu = machine.used

        async def room(number: int, members: list[Person]) -> None:
            await asyncio.sleep(plan.spread * number / len(by_talk))
            for turn in range(plan.lines):
                await _said(members[turn % len(members)], result.heard)

        await asyncio.gather(*(room(number, each) for number, each in enumerate(by_talk.values())))
        _per_reply(result, machine, cpu)
        result.figures["people in a room"] = len(people) / max(1, len(by_talk))


async def storm(plan: Plan, result: Result, machine: Machine) -> None:
    """Everybody loses the net at once, comes back at once, and goes on talking."""
    async with crowd(plan, result.heard) as (people, session):
        await _everybody(people, plan, result.heard, lines=1)
        for person in people:
            person.drop()
        begun = time.monotonic()
        back = [Person(plan.base_url, person.account, result.heard) for person in people]
        await open_all(back, session, result.heard)
        result.figures["seconds until all are back"] = time.monotonic() - begun
        try:
            await _everybody([person for person in back if person.alive], plan, result.heard, lines=1)
        finally:
            await asyncio.gather(*(person.close() for person in back), return_exceptions=True)


async def soak(plan: Plan, result: Result, machine: Machine) -> None:
    """Talks without end, to see whether memory or latency grow."""
    async with crowd(plan, result.heard) as (people, _session):
        end, cpu = time.monotonic() + plan.seconds, machine.used

        async def talk(number: int, person: Person) -> None:
            await asyncio.sleep(plan.spread * number / max(1, len(people)))
            while time.monotonic() < end and person.alive:
                await _said(person, result.heard)

        await asyncio.gather(*(talk(number, person) for number, person in enumerate(people)))
        _per_reply(result, machine, cpu)
        quarter = len(machine.samples) // 4
        if quarter:
            first, last = machine.samples[quarter : 2 * quarter], machine.samples[-quarter:]
            result.figures["MiB grown from the second quarter to the last"] = (
                (sum(last) / len(last) - sum(first) / len(first)) / 2**20
            )  # fmt: skip
        whole = result.heard.whole
        if len(whole) >= 8:
            half = len(whole) // 2
            result.figures["slower in the second half"] = (sum(whole[half:]) / (len(whole) - half)) / (
                sum(whole[:half]) / half
            )


SCENARIOS: dict[str, Scenario] = {"idle": idle, "chats": chats, "rooms": rooms, "storm": storm, "soak": soak}


async def _everybody(people: Sequence[Person], plan: Plan, heard: Heard, *, lines: int = 0) -> None:
    async def sit(number: int, person: Person) -> None:
        await asyncio.sleep(plan.spread * number / max(1, len(people)))
        for _ in range(lines or plan.lines):
            await _said(person, heard)

    await asyncio.gather(*(sit(number, person) for number, person in enumerate(people)))


async def _said(person: Person, heard: Heard) -> None:
    try:
        await person.say()
    except LOST as error:
        heard.errors[str(error) or type(error).__name__] += 1


def _per_reply(result: Result, machine: Machine, cpu: float) -> None:
    with suppress(ZeroDivisionError):
        if machine.pids:
            result.figures["ms of processor a reply"] = 1000 * (machine.used - cpu) / result.heard.replies
