"""What must hold after every fault: nothing doubled, nothing left running, nothing lost on the way."""

import re
import subprocess
from typing import Any

import redis.asyncio
from django.conf import settings
from django.db.models import Count

from chat.models import Conversation, Message, Submission, Turn
from tests.chat.stage import Stage, eventually, in_database
from tests.stack import Server

FAILED = re.compile(
    r"traceback|exception=|failure=|exception in|frame_failed|task_failed|turn_failed|never retrieved|never awaited",
    re.I,
)

# What libraries say by themselves when Redis goes away under them.
FORESEEN = re.compile(r"\[channels_redis\.pubsub\]")


def assert_no_failure(server: Server, *, since: int = 0) -> None:
    """The server's log tells of no failure that nobody foresaw."""
    said = server.said()[since:].splitlines()
    found = [line for line in said if FAILED.search(line) and not FORESEEN.search(line)]
    assert not found, "\n".join(found[:10])


async def assert_settled(stage: Stage, *, within: float = 30.0) -> None:
    """Every turn of this test's talks has ended, and the database agrees with itself."""
    talks = [talk.pk for talk in stage.talks]

    def running() -> int:
        return Turn.objects.filter(conversation__in=talks, status=Turn.Status.RUNNING).count()

    async def all_ended() -> bool:
        return await in_database(running) == 0

    await eventually(all_ended, within)
    await in_database(lambda: _assert_sound(talks))
    await assert_no_orphan_lease()


def _assert_sound(talks: list[Any]) -> None:
    said = Submission.objects.filter(conversation__in=talks, message_id__isnull=False)
    twice = said.values("message_id").annotate(times=Count("client_id")).filter(times__gt=1)
    assert not list(twice), "one message under two client ids"
    players = Message.objects.filter(conversation__in=talks, role=Message.Role.PLAYER)
    unclaimed = players.exclude(pk__in=said.values("message_id"))
    assert not list(unclaimed.values_list("pk", flat=True)), "a line that nobody sent"
    parents = dict(Message.objects.filter(conversation__in=talks).values_list("pk", "parent_id"))
    known = set(parents)
    for message_id, parent_id in parents.items():
        assert parent_id is None or parent_id in known, "a message without its parent"
        assert parent_id is None or parent_id < message_id, "a message older than its parent"
    turns = list(
        Turn.objects.filter(conversation__in=talks).only("reply_id", "parent_id", "status", "ended_at", "usage")
    )
    of_replies = Message.objects.filter(pk__in=[turn.reply_id for turn in turns])
    replies = of_replies.only("parent_id", "status", "edited_at").in_bulk()
    for turn in turns:
        reply = replies.get(turn.reply_id)
        assert turn.ended_at is not None
        changed = reply is not None and reply.edited_at is not None
        assert reply is None or ((reply.status == turn.status or changed) and reply.parent_id == turn.parent_id)
        assert reply is not None or turn.status != Turn.Status.COMPLETE or turn.usage.get("completion") == 0
    heads = Conversation.objects.filter(pk__in=talks, head_id__isnull=False).values_list("head_id", flat=True)
    assert set(heads) <= known, "a head that is no message of the talk"


async def assert_no_orphan_lease() -> None:
    """As many leases as living servers, once those of dead ones had the time to run out."""

    living = len([server for server in Server.everyone if server.alive])

    async def leases_match() -> bool:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        try:
            return len([key async for key in client.scan_iter("dramatis:lease:*")]) <= living
        finally:
            await client.aclose()

    await eventually(leases_match, settings.LEASE_SECONDS + 10)


def resident(server: Server) -> int:
    """Bytes of memory that the process holds."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(server.pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) * 1024
