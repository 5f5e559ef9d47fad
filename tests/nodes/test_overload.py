"""X6: more than can be done, and many who send slowly. Whose plan yields is told to come again, with a time; everybody
else goes on; and once it is over all is as before.
"""

import asyncio
import ssl
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from accounts.ids import uuid7
from accounts.models import Plan
from tests import numbers
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import Page
from tests.chat.programs import API, Program
from tests.chat.stage import Stage, eventually, in_database, mira
from tests.deploy.proxy import HOST, Proxy
from tests.stack import Server

BEHIND_A_PROXY = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "ALLOWED_HOSTS": HOST,
    "TRUSTED_PROXY_COUNT": 1,
}
LATE_MS = 30  # so that few people are more than the process carries
CROWD = 10  # who come at a time, until somebody is refused
MOST = 200
RECOVERED = 30.0  # seconds
PATIENT, YIELDING = "patient", "yielding"
DELAY, LINES = 0.1, 15  # seconds that slow ones may cost others, as the lower quarter of so many lines
MODEL = "script-300-tps5000"


class Talker:
    """One who says the next line as soon as the last one was answered, and hears a reply as fast as it can be sent."""

    def __init__(self, page: Page) -> None:
        self.page, self.over = page, asyncio.Event()
        self.answered, self.refused = 0, list[dict[str, Any]]()

    async def talk(self) -> None:
        while not self.over.is_set():
            client_id = uuid7()
            await self.page.send("chat", content="Tell me more.", client_id=client_id)
            answer = await self.page.wait_for("ack", "error", client_id=str(client_id), within=60)
            if answer["type"] == "error":
                self.refused.append(answer)
                await asyncio.sleep(0.5)  # the page waits as long as it was told
                continue
            await self.page.wait_for("ai_end", within=60, turn_id=answer["turn_id"])
            self.answered += 1
            self.page.frames.clear()


@pytest.fixture
def plans(committed: None) -> dict[str, str]:
    """One that yields early and one that never does, without other limits."""
    codes = {PATIENT: f"test-{uuid7().hex[-12:]}", YIELDING: f"test-{uuid7().hex[-12:]}"}
    Plan.objects.create(code=codes[YIELDING], yields=30)
    Plan.objects.create(code=codes[PATIENT], yields=0)
    return codes


async def test_three_times_what_it_carries_is_refused_in_part_and_forgotten_soon(
    start_server: Callable[..., Server], plans: dict[str, str]
) -> None:
    server = await in_database(lambda: start_server(SHED_LAG_MS=LATE_MS))
    stage = Stage(server)
    character = await in_database(lambda: mira(MODEL))

    async def come(plan: str) -> Talker:
        player = await stage.player(plan=plans[plan])
        return Talker(await stage.open(await stage.talk_with(player, character), player))

    patient = [await come(PATIENT) for _number in range(3)]
    program = Program(server, player=await stage.player(plan=plans[YIELDING]))
    # Several: a talk that waits for its own reply says that it is busy, whatever the process carries.
    asked = [await stage.talk_with(stage.players[-1], character) for _number in range(6)]
    crowd: list[Talker] = []
    async with asyncio.TaskGroup() as group:
        for talker in patient:
            group.create_task(talker.talk())

        async def more(count: int) -> None:
            for talker in await asyncio.gather(*(come(YIELDING) for _number in range(count))):
                crowd.append(talker)
                group.create_task(talker.talk())

        while not any(talker.refused for talker in crowd):
            assert len(crowd) < MOST, "nothing is too much for it"
            await more(CROWD)
            await asyncio.sleep(1)  # what they ask for takes a while to be felt
        carried = len(crowd)
        await more(2 * carried)
        status, told, headers = await refused_over_http(program, asked)
        assert (status, told["code"]) == (503, "overloaded")
        assert 0 < int(headers["Retry-After"]) <= 10
        # It is late and not ill: taking it out would only make the others late.
        assert (await program.answer("GET", "/readyz"))[0] == 200
        before = [talker.answered for talker in patient]
        await eventually(all_answered(patient, before), within=60)
        for talker in [*patient, *crowd]:
            talker.over.set()
    refused = [answer for talker in crowd for answer in talker.refused]
    assert {answer["code"] for answer in refused} == {"overloaded"}
    assert all(answer["retry_after"] > 0 for answer in refused)
    assert not any(talker.refused for talker in patient)
    begun = time.monotonic()
    await eventually(passes(program, asked[0]), within=RECOVERED)
    print(
        f"carried {carried}, came {len(crowd)}: {len(refused)} refusals, {sum(t.answered for t in crowd)} replies,"
        f" of three who never yield {sum(t.answered for t in patient)}; back after {time.monotonic() - begun:.1f} s"
    )
    await program.session.close()
    await stage.close()
    await assert_settled(stage)
    assert_no_failure(server)


def all_answered(talkers: list[Talker], before: list[int]) -> Callable[[], Any]:
    async def answered() -> bool:
        return all(talker.answered > count for talker, count in zip(talkers, before, strict=True))

    return answered


async def refused_over_http(program: Program, talks: list[Any]) -> tuple[int, Any, Any]:
    """The first answer that is a refusal."""
    talk = cycle(talks)

    async def ask() -> tuple[int, Any, Any] | None:
        answer = await program.answer("POST", f"{API}{next(talk).pk}/messages/", {"content": "Good evening"})
        return answer if answer[0] not in (202, 409) else None

    found = await eventually(ask, within=30)
    assert found is not None
    return found


def passes(program: Program, talk: Any) -> Callable[[], Any]:
    async def taken() -> bool:
        return (await program.answer("POST", f"{API}{talk.pk}/messages/", {"content": "And now?"}))[0] == 202

    return taken


# --- who send slowly ---


@asynccontextmanager
async def slow_ones(proxy: Proxy, count: int) -> AsyncIterator[list[asyncio.Task[bool]]]:
    """Sockets that send a request byte by byte: every second one its headers, the others its body. Each task ends when
    the proxy lets go of it.
    """
    gate, context = asyncio.Semaphore(20), ssl._create_unverified_context()
    there = asyncio.Semaphore(0)

    async def dawdle(number: int) -> bool:
        async with gate:
            reader, writer = await asyncio.open_connection(HOST, proxy.https_port, ssl=context)
        try:
            head = f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}:{proxy.https_port}\r\nContent-Type: text/plain\r\n"
            writer.write(head.encode() + (b"X-A: " if number % 2 else b"Content-Length: 100000\r\n\r\n"))
            there.release()
            gone = asyncio.create_task(reader.read())
            while not gone.done():
                writer.write(b"a")
                await writer.drain()
                await asyncio.wait([gone], timeout=1)
            return True
        except (ConnectionError, ssl.SSLError):
            return True
        finally:
            writer.transport.abort()

    tasks = [asyncio.create_task(dawdle(number)) for number in range(count)]
    for _task in tasks:
        await there.acquire()
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_send_slowly_hold_up_nobody(nginx: str, tmp_path: Path, start_server: Callable[..., Server]) -> None:
    server = await in_database(lambda: start_server(**BEHIND_A_PROXY))
    proxy = Proxy(nginx, tmp_path, [server.port])
    assert proxy.check() == ""
    await in_database(proxy.start)
    stage, count = Stage(server), numbers.times("who send slowly")
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    context.check_hostname = False
    try:
        player = await stage.player()
        talk = await stage.talk(player, "script-2")
        url = f"wss://{HOST}:{proxy.https_port}/ws/chat/{talk.pk}/"
        page = await Page.open(url, cookie=player.cookie, origin=proxy.origin, ssl=context)
        stage.pages.append(page)
        before = await delays(page, LINES)
        async with slow_ones(proxy, count) as slow:
            during = await delays(page, 3)
            still = sum(not task.done() for task in slow)
            assert still > count * 0.9, "they were gone before anybody could have suffered"
            during += await delays(page, LINES - 3)
            headers = slow[1::2]
            done, _others = await asyncio.wait(headers, timeout=40)
            assert len(done) == len(headers), "nginx waits for headers without end"
    finally:
        await stage.close()
        await in_database(proxy.stop)
    # The lower quarter: what a busy machine adds to some lines is nobody's of these, what slow ones cost all would pay.
    usual, beside = (statistics.quantiles(found, n=4)[0] for found in (before, during))
    cost = beside - usual
    print(f"{count} slow ones: a line took {usual:.3f} s without, {cost:+.3f} s with them")
    assert cost < DELAY
    assert_no_failure(server)


async def delays(page: Page, lines: int) -> list[float]:
    """Seconds from a line to its acknowledgement."""
    found = []
    for _number in range(lines):
        begun = time.monotonic()
        ack = await page.say("Tell me more.")
        found.append(time.monotonic() - begun)
        await page.wait_for("ai_end", turn_id=ack["turn_id"])
    return found
