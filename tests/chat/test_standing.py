"""Where a talk stands is remembered between two lines; what changed in between counts all the same."""

import socket
from collections.abc import Generator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils.timezone import now
from psycopg import AsyncConnection, _queries
from psycopg.errors import DivisionByZero
from psycopg.waiting import READY_R, WAIT_R

from accounts import plans
from accounts.ids import uuid7
from accounts.models import Persona, UsageDay, User
from chat.database import close_pool, cursor, once_more
from chat.models import Conversation, Participant
from chat.prepared import Prepared, _drained
from chat.services.turns.standing import LOCKED
from chat.services.turns.statements import BEGIN_AGAIN, SAY_A_LINE, SAY_IF_UNCHANGED
from tests.chat.stage import eventually, in_database


async def test_a_persona_that_was_renamed_says_the_next_line(stage):
    page = await stage.play("script-2")
    talk, player = stage.talks[-1], stage.players[-1]
    await page.turn("One")
    await page.turn("Two")

    def rename() -> None:
        member = Participant.objects.get(conversation=talk, user=player.user)
        assert member.persona_id is not None
        Persona.objects.filter(pk=member.persona_id).update(name="Lin Wei")

    await in_database(rename)
    await page.turn("Three")
    speakers = await in_database(
        lambda: list(talk.messages.filter(role="player").order_by("id").values_list("speaker", flat=True))
    )
    assert speakers[-1] == "Lin Wei"
    assert "Lin Wei" not in speakers[:-1]


GONE = {
    "who left": lambda talk, user: Participant.objects.filter(conversation=talk, user=user).update(left_at=now()),
    "who may only watch": lambda talk, user: Participant.objects.filter(conversation=talk).update(role="spectator"),
    "whose talk is in the trash": lambda talk, user: Conversation.objects.filter(pk=talk.pk).update(deleted_at=now()),
    "whose account is closed": lambda talk, user: User.objects.filter(pk=user.pk).update(is_active=False),
}


@pytest.mark.parametrize("who", GONE)
async def test_nobody_speaks(stage, who):
    page = await stage.play("script-2")
    talk, player = stage.talks[-1], stage.players[-1]
    await page.turn("One")
    await page.turn("Two")
    await in_database(partial(GONE[who], talk, player.user))
    await page.send("chat", content="Three", client_id=str(uuid7()))
    assert (await page.wait_for("error"))["code"] == "not_found"
    assert [message.text for message in await stage.messages(talk) if message.role == "player"] == ["One", "Two"]


async def test_a_line_locks_its_talk_before_the_days_allowance(stage):
    """As another take does: locked crosswise, the two would wait for each other until one is refused."""
    player = await stage.player(plan=plans.FREE)
    talk = await stage.talk(player, "script-2")
    page = await stage.open(talk, player)
    await page.turn("One")

    async def somebody_waits() -> bool:
        return await in_database(lambda: waiting_for_a_lock() > 0)

    async with await another_connection() as holding:
        await holding.execute("select 1 from chat_conversation where id = %s for update", [talk.pk])
        await page.send("chat", content="Two", client_id=str(uuid7()))
        await eventually(somebody_waits)
        assert await in_database(lambda: usage_day_is_free(player.user))
        await holding.rollback()
    assert (await page.rest_of_turn()).end["status"] == "complete"


async def another_connection() -> AsyncConnection:
    at = connection.get_connection_params()
    return await AsyncConnection.connect(**{name: at[name] for name in ("dbname", "user", "password", "host", "port")})


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        [count] = cursor.fetchone()
        return int(count)


def usage_day_is_free(user: User) -> bool:
    with transaction.atomic():
        return UsageDay.objects.select_for_update(skip_locked=True).filter(user=user).exists()


def test_what_every_line_asks_is_taken_apart_once():
    """psycopg forgets how to send a statement that is longer than this, and takes it apart anew each time."""
    assert len(BEGIN_AGAIN) <= _queries.MAX_CACHED_STATEMENT_LENGTH


def test_what_is_longer_is_handed_over_as_postgres_wants_it():
    made = Prepared("select %(one)s::int, %(two)s::text, %(one)s::int")
    assert (made.text, made.names) == (b"select $1::int, $2::text, $1::int", ("one", "two"))
    with pytest.raises(ValueError, match="percent"):
        Prepared("select 5 % 2")
    for statement in (LOCKED, SAY_A_LINE, SAY_IF_UNCHANGED):
        assert statement.text.count(b"$") >= len(statement.names) > 2


async def test_a_prepared_statement_answers_by_its_name_as_it_did_before(committed: None):
    asked = Prepared("select %(id)s::uuid as id, %(text)s::text as text, 10 / %(by)s::int as share")
    values = {"id": uuid4(), "text": "Mira", "by": 5}
    try:
        async with cursor() as opened:
            names = opened.connection._prepared._names
            for _ in range(2):
                rows = [await asked.fetch_all(opened, values) for _ in range(8)]
                assert asked.text in {text for text, _ in names}
                assert {(row.id, row.text, row.share) for (row,) in rows} == {(values["id"], "Mira", 2)}
                with pytest.raises(DivisionByZero):
                    await asked.fetch_all(opened, values | {"by": 0})
                with pytest.raises(DivisionByZero):
                    async with opened.connection.transaction():
                        await asked.fetch_all(opened, values | {"by": 0})
                assert not names  # a rollback: all are prepared anew
    finally:
        await close_pool()


async def test_a_statement_is_planned_once_on_each_connection(committed: None):
    """Postgres would do so anew five times: of what stores a line that takes ten times what the statement takes."""
    asked = Prepared("select count(*) from chat_message where conversation_id = %(talk)s and id >= %(from)s")
    plans_of = "select generic_plans, custom_plans from pg_prepared_statements where statement = %s"
    try:
        async with cursor() as opened:
            for _ in range(3):
                await asked.fetch_all(opened, {"talk": uuid4(), "from": uuid7()})
            counted = await opened.connection.execute(plans_of, [asked.text.decode()])
            assert await counted.fetchone() == (3, 0)
    finally:
        await close_pool()


async def test_a_long_answer_is_read_as_a_whole(committed: None):
    asked = Prepared("select n, repeat(%(piece)s::text, 2000) as text from generate_series(1, %(rows)s::int) n")
    try:
        async with cursor() as opened:
            for rows in (1, 300, 0, 40):
                got = await asked.fetch_all(opened, {"piece": "雨", "rows": rows})
                assert got == [(number, "雨" * 2000) for number in range(1, rows + 1)]
    finally:
        await close_pool()


def test_what_has_come_is_read_without_a_wait():
    here, there = socket.socketpair()

    def steps() -> Generator[Any, Any, bytes]:
        read = b""
        while len(read) < 4:
            assert (yield WAIT_R) == READY_R
            read += here.recv(1)
        return read

    with here, there:
        waits = _drained(steps(), here.fileno())
        assert next(waits) == WAIT_R
        there.send(b"abc")
        assert waits.send(READY_R) == WAIT_R  # for the fourth alone
        there.send(b"d")
        with pytest.raises(StopIteration) as end:
            waits.send(READY_R)
        assert end.value.value == b"abcd"


async def test_a_column_that_a_migration_changes_is_read_on_by_the_servers_that_run(committed: None):
    asked = Prepared("select name from a_migrated_table where id = %(id)s")

    async def ask() -> list[Any]:
        async with cursor() as opened:
            return await asked.fetch_all(opened, {"id": 1})

    try:
        await elsewhere("create table a_migrated_table as select 1 as id, 'Mira'::varchar(10) as name")
        for _ in range(8):
            await ask()
        await elsewhere("alter table a_migrated_table alter column name type varchar(20)")
        assert [row.name for row in await once_more(ask)] == ["Mira"]
    finally:
        await close_pool()
        await elsewhere("drop table if exists a_migrated_table")


async def elsewhere(statement: str) -> None:
    other = await another_connection()
    await other.execute(statement)
    await other.commit()
    await other.close()
