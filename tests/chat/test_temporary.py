"""Temporary talks: in no list, in no figure, and gone without a trace when they end or are left alone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from accounts.errors import Conflict, NotFound
from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import DataKey
from characters.models import Character, CharacterDay
from chat.live.shelves import turn_key
from chat.lore_talks import LoreTalks
from chat.models import Checkpoint, Conversation, Message, Removal, Revision, Submission, Turn
from chat.selectors import talks_for, trashed_for
from chat.selectors.trash import removed_for
from chat.services.checkpoints import name_place
from chat.services.conversations import trash_conversation
from chat.services.edits import edit_in_place
from chat.services.removals import delete_lines
from chat.services.statistics import roll_up_days, roll_up_talks
from chat.services.temporary import end_conversation, expiry, forget_expired, keep_conversation
from chat.tasks import forget_temporary_talks
from tests.chat.grown import Talk
from tests.chat.stage import eventually, in_database
from tests.factories import UserFactory


def temporary(**fields) -> Talk:
    talk = Talk(**fields)
    Conversation.objects.filter(pk=talk.id).update(expires_at=expiry())
    return talk


def starts(character: Character) -> int:
    return Character.objects.values_list("starts", flat=True).get(pk=character.pk)


def test_a_temporary_talk_is_started_from_a_page_and_stands_in_no_list(db: None) -> None:
    alice, character = UserFactory(), Talk().row.cast.get().character
    client, before = Client(), starts(character)
    client.force_login(alice, backend=BACKEND)
    answer = client.post(reverse("start-talk", args=[character.pk]), {"temporary": "1"}, follow=True)
    assert "Temporary talk" in answer.content.decode()
    [talk] = Conversation.objects.filter(owner=alice)
    assert talk.expires_at is not None
    assert talks_for(alice) == []
    assert LoreTalks().listed(alice) == []
    assert starts(character) == before
    kept = client.post(reverse("start-talk", args=[character.pk]), {"temporary": ""}, follow=True)
    assert "Temporary talk" not in kept.content.decode()
    assert len(talks_for(alice)) == 1


def test_one_that_is_kept_is_a_talk_as_any_other(db: None) -> None:
    talk = temporary()
    character = talk.row.cast.get().character
    before = starts(character)
    for _ in range(2):
        keep_conversation(**talk.who)
    assert [each.id for each in talks_for(talk.owner)] == [talk.id]
    assert starts(character) == before + 1
    with pytest.raises(Conflict):
        end_conversation(**talk.who)
    for attempt in (keep_conversation, end_conversation):
        with pytest.raises(NotFound):
            attempt(user=UserFactory(), conversation_id=talk.id)


def test_nothing_of_it_is_left(db: None) -> None:
    talk = temporary()
    one, two = talk.script("One", "Two")
    edit_in_place(**talk.who, message_id=one, content="Better")
    delete_lines(**talk.who, message_ids=[two])
    name_place(**talk.who, message_id=one, name="Here")
    Turn.objects.create(
        conversation=talk.row,
        reply_id=two,
        parent_id=one,
        process=uuid7(),
        started_at=timezone.now(),
        status="complete",
    )
    Submission.objects.create(user=talk.owner, client_id=uuid7(), conversation=talk.row, message_id=one)
    assert removed_for(talk.owner) == []
    end_conversation(**talk.who)
    for model in (Message, Turn, Submission, Revision, Removal, Checkpoint):
        assert not model.objects.filter(conversation=talk.id).exists(), model
    assert not Conversation.objects.filter(pk=talk.id).exists()
    assert not DataKey.objects.filter(pk=talk.row.key_id).exists()


def test_those_left_alone_for_long_enough_are_forgotten_and_no_others(db: None) -> None:
    kept, fresh, old, trashed = Talk(), temporary(), temporary(), temporary()
    trash_conversation(user=trashed.owner, conversation_id=trashed.id)
    assert trashed_for(trashed.owner) == []
    long_ago = timezone.now() - timedelta(seconds=1)
    Conversation.objects.filter(pk__in=[old.id, trashed.id]).update(expires_at=long_ago)
    forget_temporary_talks()
    assert forget_expired() == 0
    left = Conversation.objects.filter(pk__in=[each.id for each in (kept, fresh, old, trashed)])
    assert set(left.values_list("pk", flat=True)) == {kept.id, fresh.id}


def test_it_counts_in_no_figure(db: None) -> None:
    talk = temporary()
    character, turn = talk.row.cast.get().character, {"process": uuid7(), "started_at": timezone.now()}
    for number, each in enumerate((talk, None)):
        row = each.row if each else Talk(talk.owner).row
        if not each:
            row.cast.update(character=character, version=talk.row.cast.get().version)
        Turn.objects.create(
            conversation=row, reply_id=uuid7(), parent_id=uuid7(), status="complete", character_id=character.pk,
            started_by_id=talk.owner.pk, **turn,
        )  # fmt: skip
        roll_up_days()
        roll_up_talks()
        counted = CharacterDay.objects.filter(character=character).values_list("talks", "replies").first()
        assert counted == ((1, 1) if number else None)


async def test_ending_stops_the_reply_closes_every_page_and_leaves_redis_empty(stage):
    page = await stage.play("script-600-tps40")
    talk, player = stage.talks[-1], stage.players[-1]
    await in_database(lambda: Conversation.objects.filter(pk=talk.pk).update(expires_at=expiry()))
    other = await stage.open(talk, player)
    ack = await page.say("Tell me everything")
    await page.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] > 8)
    status, told = await stage.browser(player).post(f"/talks/{talk.pk}/end")
    assert status == 200
    assert told["next"].startswith("/characters/")
    assert await other.close_code() == 4410
    assert await page.close_code() == 4410

    def streams() -> int:
        with Redis.from_url(settings.REDIS_URL) as redis:
            return int(redis.exists(turn_key(UUID(ack["turn_id"]))))

    async def nothing_is_left() -> bool:
        return not await in_database(streams)

    await eventually(nothing_is_left)
    assert not await in_database(lambda: Message.objects.filter(conversation=talk.pk).exists())
    assert (await stage.browser(player).get(f"/talks/{talk.pk}/"))[0] == 404


async def test_an_open_page_keeps_it(stage, start_server):
    here = start_server(TEMPORARY_SECONDS="8")
    player = await stage.player()
    talk = await stage.talk(player, "script-2")
    soon = timezone.now() + timedelta(seconds=1)
    await in_database(lambda: Conversation.objects.filter(pk=talk.pk).update(expires_at=soon))
    kept = await stage.talk(player, "script-2")
    for each in (talk, kept):
        await stage.open(each, player, server=here)

    def expires(which: Conversation) -> datetime | None:
        return Conversation.objects.values_list("expires_at", flat=True).get(pk=which.pk)

    async def put_off() -> bool:
        now = await in_database(lambda: expires(talk))
        return now is not None and now > soon + timedelta(seconds=4)

    await eventually(put_off)
    assert await in_database(lambda: expires(kept)) is None
