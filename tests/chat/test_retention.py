"""What lasts how long: only what is due goes, nobody waits, and a killed sweep goes on."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.errors import Invalid
from accounts.guests import BACKEND
from accounts.holds import ask_to_lift, confirm_hold, lift_hold, place_hold
from accounts.ids import uuid7
from accounts.models import DataKey, Sweep, User
from accounts.retention import run
from characters.selectors import edition_of
from chat.models import Checkpoint, Conversation, Message, Rating, Revision, Share, Turn, partitions
from chat.selectors import retention as reads
from chat.services import months, retention
from chat.services.conversations import start_conversation
from memory.models import Episode, Memory, MemorySource
from memory.services.pairs import pair_of
from tests.chat.stage import mira
from tests.factories import UserFactory

DAY = timedelta(days=1)


def talk_of(owner: User) -> Conversation:
    character = mira("echo-prompt")
    return start_conversation(owner=owner, character=character, version=edition_of(character))


def at(moment: datetime) -> UUID:
    return UUID(int=(int(moment.timestamp() * 1000) << 80) + uuid7().int % (1 << 80))


def line(talk: Conversation, moment: datetime) -> Message:
    """Said then, as the newest of the talk."""
    talk.refresh_from_db()
    said = Message.objects.create(
        id=at(moment), conversation=talk, parent_id=talk.head_id, role="player", author=talk.owner, speaker="Ada",
        body=b"x",
    )  # fmt: skip
    Conversation.objects.filter(pk=talk.pk).update(head_id=said.pk)
    return said


def moved(now: datetime, count: int) -> datetime:
    """The same day, so many months later."""
    for _month in range(count):
        now += timedelta(days=31)
        now = now.replace(day=15)
    return now


def lines_of(talk: Conversation) -> list[UUID]:
    return list(Message.objects.filter(conversation=talk).order_by("pk").values_list("pk", flat=True))


def nightly(start: datetime, until: datetime, step: timedelta = 5 * DAY) -> dict[str, int]:
    """As if the clock had moved there, with a sweep every few nights."""
    with connection.cursor() as cursor:  # outside a test each step is a transaction of its own
        cursor.execute("set constraints all immediate")
    gone: dict[str, int] = {}
    while start <= until:
        partitions.make_partitions(today=start.date())
        for kind, count in retention.sweep(start).items():
            gone[kind] = gone.get(kind, 0) + count
        start += step
    return gone


def test_over_twenty_five_months_only_what_is_due_goes(db: None) -> None:
    begin = timezone.now()
    alice, bob, carol, staff = UserFactory(), UserFactory(), UserFactory(), UserFactory()
    house, short, held = talk_of(alice), talk_of(bob), talk_of(carol)
    retention.keep_talk_for(user=bob, conversation_id=short.pk, days=90)
    place_hold(user=carol, by=staff, reason="Order 7", until=begin + timedelta(days=1_500))
    confirm_hold(hold=carol.legal_holds.get(), by=UserFactory())
    for month in range(1, 26):
        partitions.make_partitions(today=moved(begin, month).date())
        for talk in (house, short, held):
            line(talk, moved(begin, month))
    before = {talk.pk: lines_of(talk) for talk in (house, short, held)}
    now = moved(begin, 25) + DAY
    gone = nightly(begin + 80 * DAY, now, 60 * DAY)
    gone["lines"] += nightly(now, now)["lines"]

    def due(talk: Conversation, days: int) -> list[UUID]:
        return [each for each in before[talk.pk] if each >= at(now - days * DAY)]

    assert lines_of(house) == due(house, 730) != before[house.pk]
    assert lines_of(short) == due(short, 90)
    assert len(lines_of(short)) < 5
    assert lines_of(held) == before[held.pk]
    assert gone["lines"] == sum(len(before[talk.pk]) - len(lines_of(talk)) for talk in (house, short))
    assert gone.get("months", 0) == 0, "somebody in it is held"
    for talk in (house, short):
        talk.refresh_from_db()
        assert talk.head_id == lines_of(talk)[-1]

    first = partitions.months()[0]
    ask_to_lift(hold=carol.legal_holds.get(), by=staff)
    lift_hold(hold=carol.legal_holds.get(), by=UserFactory())
    nightly(now, now)
    assert lines_of(held) == due(held, 730)
    assert partitions.months()[0] > first, "the month goes as a whole"
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s)", [f"chat_message_{first:%Y_%m}"])
        assert cursor.fetchone() == (None,)
    # What is brought from elsewhere may be older than any month that is left.
    late = Message.objects.create(
        id=at(datetime(first.year, first.month, 3, tzinfo=UTC)), conversation=house, role="player", speaker="", body=b""
    )
    assert Message.objects.filter(pk=late.pk).exists()


def hung_on(talk: Conversation, said: Message) -> None:
    """Everything that hangs on a line."""
    of_it = {"conversation": talk, "message_id": said.pk}
    Revision.objects.create(**of_it, body=b"", status="complete")
    Rating.objects.create(**of_it, user=talk.owner, good=True, rated_at=timezone.now())
    Checkpoint.objects.create(**of_it, name=b"")
    Share.objects.create(conversation=talk, owner=talk.owner, token_hash=uuid7().bytes * 2, leaf_id=said.pk)
    Turn.objects.create(
        id=said.pk, conversation=talk, reply_id=said.pk, parent_id=said.pk, process=uuid7(), started_at=timezone.now(),
        status="complete",
    )  # fmt: skip
    pair = pair_of(owner_id=talk.owner_id, character_id=talk.cast.get().character_id)
    Episode.objects.create(pair=pair, **of_it, role="player", speaker="Ada", text=b"", said_at=timezone.now())
    memory = Memory.objects.create(
        pair=pair, conversation=talk, kind="fact", text=b"", digest=uuid7().bytes, importance=1, confidence=1,
        said_at=timezone.now(),
    )  # fmt: skip
    MemorySource.objects.create(memory=memory, **of_it)


HANGING = (Revision, Rating, Checkpoint, Share, Turn, Episode, Memory, MemorySource)


def test_with_a_line_goes_what_hangs_on_it_and_with_the_last_the_talk(db: None) -> None:
    alice = UserFactory()
    talk, now = talk_of(alice), timezone.now()
    retention.keep_talks_for(user=alice, days=30)
    for said in (line(talk, now + 2 * DAY), line(talk, now + 20 * DAY)):
        hung_on(talk, said)
    retention.sweep(now + 35 * DAY)
    assert [model._default_manager.count() for model in HANGING] == [1] * len(HANGING)
    assert len(lines_of(talk)) == 1
    retention.sweep(now + 60 * DAY)
    assert [model._default_manager.count() for model in HANGING] == [0] * len(HANGING)
    assert not Conversation.objects.filter(pk=talk.pk).exists()
    assert not DataKey.objects.filter(pk=talk.key_id).exists()


def test_nothing_goes_before_its_owner_was_told_for_a_week(db: None, mailoutbox) -> None:
    alice, now = UserFactory(), timezone.now()
    talk = talk_of(alice)
    retention.keep_talks_for(user=alice, days=7)
    old = now + 8 * DAY
    Conversation.objects.update(going_told_at=None)
    assert retention.sweep(old)["told"] == 1, "told, and not touched"
    assert lines_of(talk)
    assert not retention.sweep(old + 6 * DAY)["lines"]
    assert retention.sweep(old + 7 * DAY)["talks"] == 1
    with pytest.raises(Invalid):
        retention.keep_talks_for(user=alice, days=10_000)


def test_telling_goes_from_talk_to_talk_and_begins_nowhere_anew(db: None, monkeypatch) -> None:
    alice = UserFactory()
    for _ in range(3):
        talk_of(alice)
    monkeypatch.setattr(retention, "TALKS_AT_ONCE", 1)
    with CaptureQueriesContext(connection) as asked:
        assert retention.tell(timezone.now() + 724 * DAY) == 3
    pages = [each["sql"] for each in asked if each["sql"].startswith("SELECT") and "ORDER BY" in each["sql"]]
    assert len(pages) == 4
    assert all('"chat_conversation"."id" > ' in page for page in pages)


def test_what_is_due_is_counted_for_staff_who_ask(db: None, client) -> None:
    staff = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(staff, backend=BACKEND)
    page = "/admin/accounts/sweep/due/"

    def counted(address: str) -> bool:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return any("chat_message" in each["sql"] for each in asked)

    assert not counted(page)
    assert counted(page + "?count=talks")


def test_who_goes_by_the_house_gets_a_letter(db: None, mailoutbox, django_capture_on_commit_callbacks) -> None:
    alice = UserFactory()
    talk_of(alice)
    with django_capture_on_commit_callbacks(execute=True):
        retention.tell(timezone.now() + 724 * DAY)
        retention.tell(timezone.now() + 725 * DAY)
    [letter] = [each for each in mailoutbox if each.to == [alice.email]]
    assert "730" in letter.body


def test_what_was_brought_counts_from_the_day_it_came(db: None) -> None:
    alice, now = UserFactory(), timezone.now()
    talk = talk_of(alice)
    old = line(talk, now - 3_000 * DAY)
    Conversation.objects.filter(pk=talk.pk).update(created_at=now - 3_000 * DAY, brought_at=now)
    nightly(now, now + 20 * DAY)
    assert old.pk in lines_of(talk)
    nightly(now + 725 * DAY, now + 740 * DAY)
    assert not Conversation.objects.filter(pk=talk.pk).exists()


def test_a_month_stays_where_a_talk_was_brought_into_it_meanwhile(db: None, monkeypatch) -> None:
    alice, bob = UserFactory(), UserFactory()
    house = talk_of(alice)
    month = partitions.months()[0]
    middle = datetime(month.year, month.month, 15, tzinfo=UTC)
    later = datetime(month.year + 2, month.month, 1, tzinfo=UTC) + 70 * DAY
    line(house, middle)
    Conversation.objects.update(going_told_at=timezone.now())
    drop, came = retention.drop_month, list[Message]()

    def meanwhile(wanted: date, **how: Any) -> bool:
        if not came:
            brought = talk_of(bob)
            Conversation.objects.filter(pk=brought.pk).update(created_at=middle, brought_at=later)
            came.append(line(brought, middle))
        return drop(wanted, **how)

    monkeypatch.setattr(retention, "drop_month", meanwhile)
    nightly(later, later)
    assert Message.objects.filter(pk=came[0].pk).exists()
    assert partitions.months()[0] == month
    assert not lines_of(house), "line by line, then"


def test_a_killed_sweep_goes_on(db: None, monkeypatch) -> None:
    alice, now = UserFactory(), timezone.now()
    retention.keep_talks_for(user=alice, days=7)
    talks = [talk_of(alice) for _ in range(3)]
    Conversation.objects.update(going_told_at=now)
    for talk in talks:
        for minute in range(5):
            line(talk, now + timedelta(minutes=minute))
    monkeypatch.setattr(retention, "A_BATCH", 2)
    forget, calls = retention._forget_about, []

    def killed(*wanted: object) -> None:
        calls.append(wanted)
        if len(calls) == 4:
            raise KeyboardInterrupt
        forget(*wanted)

    monkeypatch.setattr(retention, "_forget_about", killed)
    later = now + 20 * DAY
    with pytest.raises(KeyboardInterrupt):
        run("talks", later)
    left = sum(len(lines_of(talk)) for talk in talks)
    assert 0 < left < 3 * len(lines_of(talks[2])), "some is gone"
    swept = run("talks", later)
    assert swept.gone["lines"] == left
    assert not Conversation.objects.filter(owner=alice).exists()


@pytest.mark.usefixtures("committed")
def test_a_month_that_somebody_reads_is_let_go_within_two_seconds_and_taken_later() -> None:
    months_of_others = partitions.months()
    month = _one_more_before(months_of_others[0])
    reading, waited, done = threading.Event(), [], threading.Event()

    def reader() -> None:
        try:
            with transaction.atomic():
                Message.objects.count()
                reading.set()
                done.wait(30)
        finally:
            connections.close_all()

    def writer() -> None:
        """Somebody else who only wants to read meanwhile, again and again."""
        try:
            while not done.is_set():
                since = time.monotonic()
                Message.objects.count()
                waited.append(time.monotonic() - since)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=reader), threading.Thread(target=writer)]
    threads[0].start()
    assert reading.wait(10)
    threads[1].start()
    try:
        assert not months.drop_month(month, still_due=lambda: True, pause=0.01)
        assert month in partitions.months()
    finally:
        done.set()
        for thread in threads:
            thread.join(30)
    assert 0.2 < max(waited) < 2, "they waited for the lock, and not for long"
    assert not months.drop_month(month, still_due=lambda: False), "held after all"
    assert months.drop_month(month, still_due=lambda: True)
    assert partitions.months() == months_of_others


def _one_more_before(first: date) -> date:
    """A month of one's own: what lies in the others is not this test's to drop."""
    month = (first - timedelta(days=1)).replace(day=1)
    with connection.cursor() as cursor:
        start, end = partitions.bound(month), partitions.bound(first)
        cursor.execute("alter table chat_message detach partition chat_message_early")
        cursor.execute(
            f"alter table chat_message attach partition chat_message_early for values from (minvalue) to ('{start}')"
        )
        name = f"chat_message_{month:%Y_%m}"
        cursor.execute(f"create table {name} partition of chat_message for values from ('{start}') to ('{end}')")
    return month


def test_the_command_says_what_is_due_and_lets_it_go(db: None, capsys) -> None:
    alice, now = UserFactory(), timezone.now()
    talk = talk_of(alice)
    Conversation.objects.filter(pk=talk.pk).update(deleted_at=now - 31 * DAY)
    call_command("retention", "--dry-run", "trash", "guests")
    told = capsys.readouterr().out
    assert "trash (30 days): 1 talks due" in told
    assert "guests (30 days): nothing due" in told
    assert not Sweep.objects.exists()
    call_command("retention", "--apply")
    assert "trash (30 days): 1 talks gone" in capsys.readouterr().out
    assert not Conversation.objects.filter(pk=talk.pk).exists()
    assert set(Sweep.objects.values_list("name", flat=True)) >= {"talks", "trash", "guests", "logs", "works"}
    assert not Sweep.objects.filter(ended_at=None).exists()


def test_a_room_keeps_what_its_host_chose_and_nothing_of_a_held_player_goes(db: None) -> None:
    host, player, staff = UserFactory(), UserFactory(), UserFactory()
    room, now = talk_of(host), timezone.now()
    room.participants.create(user=player)
    retention.keep_talks_for(user=host, days=7)
    retention.keep_talks_for(user=player, days=365)
    hold = place_hold(user=player, by=staff, reason="Order 7", until=now + 300 * DAY)
    confirm_hold(hold=hold, by=host)
    retention.sweep(now + 30 * DAY)
    assert lines_of(room)
    assert reads.due_counts(now + 30 * DAY)["held"] == 1
    nightly(now + 301 * DAY, now + 310 * DAY)
    assert not lines_of(room)
