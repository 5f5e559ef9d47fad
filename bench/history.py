"""Goal 11: the last 40 messages of a branch out of a large table, beside plain psycopg on a table without a tree.

The scratch database gets conversations that interleave over two years, so that a conversation's rows lie apart as
they do in life; every fiftieth message has a sibling, so that branches are not straight lines.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import uvloop

from bench.load import percentile
from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

A_CONVERSATION = 200  # messages
YEARS = 2
READS, ROUNDS = 200, 5
BODY = 628  # bytes: what a sealed message of average length takes

FLAT = """
create table flat_message as
    select id, conversation_id, parent_id, role, speaker, body from chat_message order by id;
create index on flat_message (conversation_id, id);
analyze flat_message;
"""
PLAIN = """
select id, parent_id, role, speaker, body from flat_message
where conversation_id = %s and id <= %s order by id desc limit 40
"""


def measure(stage: Stage, rows: int) -> list[Line]:
    return told_by(stage, "bench.history", str(rows))


def message_id(at: float) -> UUID:
    """A UUIDv7 of that moment."""
    random_bits = uuid4().int & ((1 << 80) - 1)
    return UUID(int=(int(at * 1000) << 80 | random_bits) & ~(0xF << 76) | 7 << 76)


def talks(rows: int, since: float, until: float) -> Iterator[tuple[float, int]]:
    """Moments of messages with the number of their talk, in order of time."""
    chance = random.Random(7)
    count = max(1, rows // A_CONVERSATION)
    step = (until - since) / rows
    # A talk lives for days to months: its messages fall among those of a moving set of open talks.
    for row in range(rows):
        opened = min(count, 1 + row * count // rows + 40)
        yield since + row * step, chance.randrange(max(0, opened - 80), opened)


async def fill(cursor: Any, rows: int, people: list[UUID], until: datetime) -> list[tuple[UUID, UUID]]:
    """Copies the rows in; answers each talk with its newest leaf."""
    chance = random.Random(11)
    since = (until - timedelta(days=365 * YEARS)).timestamp()
    leaf: dict[int, UUID] = {}
    above: dict[int, UUID | None] = {}
    copy = (
        "copy chat_message (id, conversation_id, parent_id, role, speaker, body, terms, status, hidden)"
        " from stdin (format binary)"
    )
    async with cursor.copy(copy) as sink:
        sink.set_types(["uuid", "uuid", "uuid", "varchar", "varchar", "bytea", "int4[]", "varchar", "bool"])
        for number, (at, talk) in enumerate(talks(rows, since, until.timestamp())):
            fresh = message_id(at)
            parent = leaf.get(talk)
            if number % 50 == 0 and talk in above:
                parent = above[talk]  # another take of the same reply
            role = "player" if number % 2 else "character"
            body = chance.randbytes(BODY)
            await sink.write_row((fresh, people[talk], parent, role, "Mira", body, [], "complete", False))
            above[talk], leaf[talk] = parent, fresh
    return [(people[talk], found) for talk, found in leaf.items()]


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def compare(leaves: list[tuple[UUID, UUID]], rows: int) -> list[Line]:
    from chat.database import close_pool, cursor
    from chat.window import read_branch

    async def ours(talk: UUID, leaf: UUID) -> int:
        async with cursor() as opened:
            return len(await read_branch(opened, conversation=talk, leaf=leaf, wanted=40))

    async def plain(talk: UUID, leaf: UUID) -> int:
        async with cursor() as opened:
            await opened.execute(PLAIN, [talk, leaf])
            return len(await opened.fetchall())

    chosen = random.Random(3).choices([leaf for leaf in leaves if await plain(*leaf) == 40], k=READS)
    taken: dict[str, list[float]] = {"ours": [], "plain": []}
    p50: dict[str, list[float]] = {"ours": [], "plain": []}
    p95: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(ROUNDS):
        for name, read in (("ours", ours), ("plain", plain)):
            taken[name] = [await timed(lambda one=one, read=read: read(*one)) for one in chosen]  # type: ignore[misc]
            p50[name].append(percentile(taken[name], 0.5))
            p95[name].append(percentile(taken[name], 0.95))
    await close_pool()
    size = f"{rows / 1e6:g}M rows" if rows >= 1_000_000 else f"{rows // 1000}k rows"
    return [
        Line("11", f"last 40 of {size}, p95", median(p95["ours"]), "ms", "plain psycopg", median(p95["plain"]), 3, 1.5),
        Line("", f"last 40 of {size}, p50", median(p50["ours"]), "ms", "plain psycopg", median(p50["plain"])),
    ]


async def work(rows: int) -> list[Line]:
    from chat.database import cursor

    now = datetime.now(UTC)
    async with cursor() as opened:
        # Referring to conversations that do not exist: only this table is looked at.
        await opened.execute("set session_replication_role = replica")
        leaves = await fill(opened, rows, [uuid4() for _ in range(rows // A_CONVERSATION + 1)], now)
        await opened.execute("set session_replication_role = origin")
        await opened.execute("analyze chat_message")
        for statement in FLAT.split(";")[:-1]:
            await opened.execute(statement)
    return await compare(leaves, rows)


def months_back(until: datetime) -> None:
    """Partitions for the months of the past, as a site that has run for two years has them."""
    from django.db import connection

    from chat.models import partitions

    first = (until - timedelta(days=365 * YEARS)).date().replace(day=1)
    with connection.cursor() as cursor:
        known = partitions.months()[0]
        cursor.execute(f"alter table {partitions.TABLE} detach partition {partitions.TABLE}_early")
        cursor.execute(f"drop table {partitions.TABLE}_early")
        month = first
        while month < known:
            start, end = partitions.bound(month), partitions.bound(partitions.following(month))
            cursor.execute(
                f"create table {partitions.TABLE}_{month:%Y_%m} partition of {partitions.TABLE}"
                f" for values from ('{start}') to ('{end}')"
            )
            month = partitions.following(month)
        cursor.execute(
            f"create table {partitions.TABLE}_early partition of {partitions.TABLE}"
            f" for values from (minvalue) to ('{partitions.bound(first)}')"
        )


def scratch_database(url: str) -> str:
    """A database of its own beside the one that is served from."""
    import psycopg

    base, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop database if exists bench_history with (force)")
        connection.execute("create database bench_history")
    return f"{base}/bench_history"


def main(rows: int) -> None:
    os.environ["DATABASE_URL"] = scratch_database(os.environ["DATABASE_URL"])
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    months_back(datetime.now(UTC))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tell(runner.run(work(rows)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
