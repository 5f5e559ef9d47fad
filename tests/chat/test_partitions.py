"""Months of messages: made ahead, filled by id, given up as a whole."""

import datetime as dt
from uuid import UUID

import pytest
from django.db import connection

from accounts.encryption import new_data_key
from accounts.ids import uuid7
from accounts.models import Purpose
from accounts.people import create_guest
from chat.models import Conversation, Message, partitions
from chat.window import PAGE, days_before, read_branch_sync


@pytest.fixture
def talk(db):
    owner = create_guest(language="en")
    return Conversation.objects.create(owner=owner, key=new_data_key(owner, Purpose.CONVERSATION))


def at(day: dt.date) -> UUID:
    """An id of that day."""
    moment = dt.datetime.combine(day, dt.time(12), dt.UTC)
    return UUID(int=(int(moment.timestamp() * 1000) << 80) + uuid7().int % (1 << 80))


def say(talk, message_id, parent=None):
    return Message.objects.create(
        id=message_id, conversation=talk, parent_id=parent, role="player", speaker="x", body=b""
    )


def home_of(message_id) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from chat_message where id = %s", [message_id])
        return cursor.fetchone()[0]


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def plus(month: dt.date, count: int) -> dt.date:
    for _ in range(count):
        month = partitions.following(month)
    return month


def test_twelve_months_are_ahead_from_the_first_migration(db):
    assert partitions.months_ahead() >= 12
    assert partitions.make_partitions() == []


def test_a_message_lies_in_the_month_of_its_id(talk):
    this = today().replace(day=1)
    for month in (this, plus(this, 1), plus(this, 11)):
        assert home_of(say(talk, at(month)).pk) == f"chat_message_{month:%Y_%m}"
    assert home_of(say(talk, at(dt.date(2001, 1, 1))).pk) == "chat_message_early"
    assert home_of(say(talk, at(dt.date(2099, 1, 1))).pk) == "chat_message_late"


def test_the_first_instant_of_a_month_belongs_to_it(talk):
    month = plus(today().replace(day=1), 1)
    bound = partitions.bound(month)
    before = UUID(int=bound.int - 1)
    assert home_of(say(talk, bound).pk) == f"chat_message_{month:%Y_%m}"
    assert home_of(say(talk, before).pk) != home_of(bound)


def test_more_months_are_made_and_late_rows_move_home(talk):
    last = partitions.months()[-1]
    beyond, far = plus(last, 2), plus(last, 30)
    moving, staying = say(talk, at(beyond)), say(talk, at(far))
    assert home_of(moving.pk) == home_of(staying.pk) == "chat_message_late"
    made = partitions.make_partitions(today=plus(today().replace(day=1), 3))
    assert made == [plus(last, 1), plus(last, 2), plus(last, 3)]
    assert home_of(moving.pk) == f"chat_message_{beyond:%Y_%m}"
    assert home_of(staying.pk) == "chat_message_late"
    assert Message.objects.filter(conversation=talk).count() == 2
    assert partitions.make_partitions(today=plus(today().replace(day=1), 3)) == []
    # Indexes came along: also to `late`, which was attached again.
    with connection.cursor() as cursor:
        for table in ("chat_message_late", f"chat_message_{beyond:%Y_%m}"):
            cursor.execute("select count(*) from pg_indexes where tablename = %s", [table])
            assert cursor.fetchone()[0] >= 4, table


def test_a_month_is_given_up_by_detaching_it(talk):
    """No foreign key holds it, and what hung on it reads as a root."""
    month = plus(today().replace(day=1), 1)
    old = say(talk, at(month))
    child = say(talk, at(plus(month, 1)), old.pk)
    Conversation.objects.filter(pk=talk.pk).update(head_id=child.pk)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        name = f"chat_message_{month:%Y_%m}"
        cursor.execute(f"alter table chat_message detach partition {name}")
        cursor.execute(f"drop table {name}")
        branch = read_branch_sync(cursor, conversation=talk.pk, leaf=child.pk, wanted=40)
    assert [row.id for row in branch] == [child.pk]
    assert not Message.objects.filter(pk=old.pk).exists()


def test_nothing_refers_to_messages_by_a_constraint(db):
    with connection.cursor() as cursor:
        cursor.execute("select conname from pg_constraint where confrelid = 'chat_message'::regclass and contype = 'f'")
        assert cursor.fetchall() == []


def planned(statement, values) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"explain {statement}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_message_is_looked_for_in_one_month(talk):
    message_id = at(today())
    plan = planned("select 1 from chat_message where id = %s", [message_id])
    assert plan.count("chat_message_") == 1 or plan.count(" on chat_message") == 1, plan


def test_a_page_of_the_window_touches_the_months_of_its_bound_alone(talk):
    leaf = at(today())
    values = {"conversation": talk.pk, "start": leaf, "bound": days_before(leaf, 90), "limit": 68}
    plan = planned(PAGE, values)
    assert plan.count(" on chat_message") <= 5, plan
    assert "chat_message_late" not in plan


def test_readiness_turns_red_two_months_ahead(db, client):
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        for month in partitions.months():
            if month > plus(today().replace(day=1), 1):
                cursor.execute(f"alter table chat_message detach partition chat_message_{month:%Y_%m}")
    assert partitions.months_ahead() == 1
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "partitions" in answer.json()["failing"]
