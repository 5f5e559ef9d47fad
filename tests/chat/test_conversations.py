"""Opening talks, naming them, throwing them away; lists and pages and what they cost; what is at rest."""

import re
from functools import reduce
from operator import or_
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.blindindex import terms, terms_to_ask
from accounts.encryption import Place, cipher_for, cipher_of, ciphers, key_id_of
from accounts.errors import ContentLost, Invalid, NotFound, TooLong
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from accounts.models import DataKey, Persona
from accounts.personas import edit_persona
from chat.models import Conversation, Message, Participant, new_message_id
from chat.selectors import older_than, shown_branch, talks_for, title_of
from chat.services.conversations import (
    rename_conversation,
    restore_conversation,
    start_conversation,
    trash_conversation,
)
from tests.chat.checks import assert_settled
from tests.chat.library import pour
from tests.chat.stage import in_database, mira
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def character(db):
    return mira("script-5", greetings=["Evening, {{user}}.", "You again?", "*says nothing*"])


def begin(owner, character, greeting=0) -> Conversation:
    return start_conversation(owner=owner, character=character, version=character.versions.get(), greeting=greeting)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def say(talk, count, *, keys=None) -> list[Message]:
    """So many more messages on the branch, sealed as they would be."""
    parent, made = talk.head_id, []
    players, replies = cipher_of(talk.owner), cipher_for(talk.key_id)
    for number in range(count):
        message_id = new_message_id(parent)
        players_line = number % 2 == 0
        made.append(
            Message(
                id=message_id,
                conversation=talk,
                parent_id=parent,
                role="player" if players_line else "character",
                author=talk.owner if players_line else None,
                speaker="You" if players_line else "Mira",
                body=(players if players_line else replies).seal(f"Message {number}", Place("message", message_id)),
            )
        )
        parent = message_id
    Message.objects.bulk_create(made)
    Conversation.objects.filter(pk=talk.pk).update(head_id=parent)
    talk.refresh_from_db()
    return made


# ---------------------------------------------------------------- starting


def test_the_character_speaks_first_and_other_greetings_stand_beside(alice, character):
    talk = begin(alice, character, greeting=1)
    [shown], more = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert (shown.content, shown.role, shown.author) == ("You again?", "character", "Mira")
    assert (len(shown.siblings), shown.position, more) == (3, 2, False)
    assert shown.parent_id is None
    assert talk.owner == alice
    assert [person.user for person in talk.participants.all()] == [alice]
    assert [member.character_id for member in talk.cast.all()] == [character.pk]


def test_the_greeting_knows_the_players_name(alice, character):
    edit_persona(user=alice, persona_id=Persona.objects.get(user=alice).pk, name="Ada {{char}}", description="")
    talk = begin(alice, character)
    [shown], _ = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert shown.content == "Evening, Ada {{char}}."


def test_chance_in_a_greeting_is_thrown_anew_in_each_talk_and_stays(alice):
    written = "{{random:Rain,Sun,Snow,Fog}} {{roll:d1000}}"
    talks = [begin(alice, mira("script-5", greetings=[written])) for _ in range(4)]

    def read() -> list[str]:
        return [shown_branch(user=alice, conversation=talk, leaf=talk.head_id)[0][0].content for talk in talks]

    first = read()
    assert len(set(first)) > 1
    assert not any("{{" in text for text in first)
    assert read() == first


def test_a_greeting_that_is_not_there(alice, character):
    for number in (-1, 3):
        with pytest.raises(Invalid):
            begin(alice, character, greeting=number)
    assert not Conversation.objects.filter(owner=alice).exists()


def test_a_character_without_greetings_waits(alice):
    talk = begin(alice, mira("script-5", greetings=[]))
    assert talk.head_id is None
    assert shown_branch(user=alice, conversation=talk, leaf=None) == ([], False)


def test_starts_are_counted(alice, bob, character):
    for person in (alice, alice, bob):
        begin(person, character)
    character.refresh_from_db()
    assert character.starts == 3


# ---------------------------------------------------------------- titles, trash


def test_a_title_is_the_owners_words_and_sealed(alice, bob, character):
    talk = begin(alice, character)
    assert rename_conversation(user=alice, conversation_id=talk.pk, title="  The   soup ") == "The soup"
    talk.refresh_from_db()
    assert title_of(talk) == "The soup"
    assert b"soup" not in bytes(talk.title)
    assert talks_for(alice)[0].title == "The soup"
    with pytest.raises(TooLong):
        rename_conversation(user=alice, conversation_id=talk.pk, title="x" * 121)
    with pytest.raises(NotFound):
        rename_conversation(user=bob, conversation_id=talk.pk, title="Mine now")
    rename_conversation(user=alice, conversation_id=talk.pk, title=" ")
    assert talks_for(alice)[0].title == "Mira"


def test_a_talk_goes_to_the_trash_and_comes_back(alice, bob, character):
    talk = begin(alice, character)
    for attempt in (trash_conversation, restore_conversation):
        with pytest.raises(NotFound):
            attempt(user=bob, conversation_id=talk.pk)
    trash_conversation(user=alice, conversation_id=talk.pk)
    assert talks_for(alice) == []
    assert signed_in(alice).get(reverse("talk", args=[talk.pk])).status_code == 404
    with pytest.raises(NotFound):
        rename_conversation(user=alice, conversation_id=talk.pk, title="Gone")
    restore_conversation(user=alice, conversation_id=talk.pk)
    assert [each.id for each in talks_for(alice)] == [talk.pk]


# ---------------------------------------------------------------- lists and pages


def test_the_list_shows_what_was_said_last_newest_talk_first(alice, character):
    first, second = begin(alice, character), begin(alice, character)
    say(first, 2)
    assert [each.id for each in talks_for(alice)] == [second.pk, first.pk]
    assert [each.preview for each in talks_for(alice)] == ["Evening, You.", "Message 1"]


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_four_queries_however_long(alice, character, django_assert_num_queries, count):
    for _ in range(count):
        say(begin(alice, character), 3)
    ciphers.clear()
    with django_assert_num_queries(5):  # the fifth fetches data keys that are not in the process's cache
        assert len(talks_for(alice)) == count
    with django_assert_num_queries(4):
        talks_for(alice)


def test_a_long_talk_is_shown_forty_messages_at_a_time(alice, character):
    talk = begin(alice, character)
    said = say(talk, 100)
    page, more = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert [each.content for each in page] == [f"Message {number}" for number in range(60, 100)]
    assert more
    assert [each.mine for each in page[:2]] == [True, False]
    older, more = older_than(user=alice, conversation=talk, message_id=said[60].pk)
    assert [each.content for each in older] == [f"Message {number}" for number in range(20, 60)]
    oldest, more = older_than(user=alice, conversation=talk, message_id=said[20].pk)
    assert (len(oldest), more) == (21, False)


def test_a_talk_of_five_thousand_lines_opens_with_six_queries(alice, character, django_assert_max_num_queries):
    talk = begin(alice, character)
    pour(talk, [f"Message {number}" for number in range(5_000)])
    client = signed_in(alice)
    client.get(reverse("talk", args=[talk.pk]))  # keys and templates are in the caches of the process
    with django_assert_max_num_queries(6) as few:
        answer = client.get(reverse("talk", args=[talk.pk]))
    page = answer.content.decode()
    assert ("Message 4999" in page, "Message 4900" in page) == (True, False)
    touching = [query["sql"] for query in few.captured_queries if "chat_message" in query["sql"]]
    assert len(touching) <= 2, "the window, and its siblings"
    with django_assert_max_num_queries(5):
        client.get(reverse("talk-branch", args=[talk.pk]))


def test_the_list_beside_a_talk_comes_by_itself(alice, character):
    talk, other = begin(alice, character), begin(alice, character)
    say(other, 2)
    client = signed_in(alice)
    assert "talklist" not in client.get(reverse("talk", args=[talk.pk])).content.decode()
    beside = client.get(reverse("talk-list"), {"open": str(talk.pk)}).content.decode()
    assert beside.index(str(other.pk)) < beside.index(str(talk.pk))
    assert "Message 1" in beside
    assert re.findall(r'href="/talks/([^/]+)/" aria-current="page"', beside) == [str(talk.pk)]
    assert "aria-current" not in client.get(reverse("talk-list"), {"open": "nonsense"}).content.decode()


def test_a_page_costs_the_same_whatever_the_length(alice, character):
    client, counts = signed_in(alice), []
    for length in (60, 300):
        talk = begin(alice, character)
        say(talk, length)
        client.get(reverse("talk", args=[talk.pk]))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("talk", args=[talk.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- guests who sign up or sign in


def test_what_a_guest_said_is_readable_by_the_account_that_adopts_them(db, character):
    guest, alice = GuestFactory(), UserFactory()
    talk = begin(guest, character)
    say(talk, 4)
    rename_conversation(user=guest, conversation_id=talk.pk, title="Before I signed in")
    adopt(guest, alice)
    ciphers.clear()
    [listed] = talks_for(alice)
    assert (listed.id, listed.title) == (talk.pk, "Before I signed in")
    talk.refresh_from_db()
    shown, _ = shown_branch(user=alice, conversation=talk, leaf=talk.head_id)
    assert [each.content for each in shown] == ["Evening, You."] + [f"Message {number}" for number in range(4)]
    assert [each.mine for each in shown] == [False, True, False, True, False]
    assert Participant.objects.get(conversation=talk).user == alice
    assert not DataKey.objects.filter(owner_id=guest.pk).exists()


async def test_a_talk_goes_on_after_its_guest_signed_in(stage):
    guest, alice = await stage.player(guest=True), await stage.player()
    talk = await stage.talk(guest, "script-5")
    page = await stage.open(talk, guest)
    before = await page.turn("I have no name yet")
    await in_database(lambda: adopt(guest.user, alice.user))
    again = await stage.open(talk, alice)
    ack = await again.say("I have no name yet", client_id=UUID(before.ack["client_id"]))
    assert ack | {"left": None} == before.ack | {"left": None}, "still once, by the plan of the account"
    after = await again.turn("I am Alice")
    texts = [message.text for message in await stage.messages(talk)]
    assert texts[1:] == ["I have no name yet", before.text, "I am Alice", after.text]
    assert (await again.again("regenerate", before.message_id)).end["status"] == "complete"
    await assert_settled(stage)


@pytest.mark.parametrize("guest_first", [True, False])
async def test_after_signing_in_new_lines_are_indexed_under_one_key(stage, guest_first):
    """The account has two data keys by then; what is written now must not alternate between them."""
    first = await stage.player(guest=guest_first)
    second = await stage.player(guest=not guest_first)
    guest, alice = (first, second) if guest_first else (second, first)
    talk = await stage.talk(guest, "script-2")
    await in_database(lambda: adopt(guest.user, alice.user))
    page = await stage.open(talk, alice)
    said = [await page.turn(f"I am Alice {number}") for number in range(3)]

    def indexed() -> None:
        cipher = cipher_of(alice.user)
        for number, turn in enumerate(said):
            line = Message.objects.get(pk=turn.ack["message_id"])
            assert list(line.terms) == terms(f"I am Alice {number}", cipher.index_secret)
            assert key_id_of(line.body) == cipher.key_id
            assert list(Message.objects.get(pk=turn.message_id).terms) == terms(turn.text, cipher.index_secret)

    await in_database(indexed)


async def test_a_search_finds_what_was_said_before_and_after_signing_in(stage):
    guest, alice = await stage.player(guest=True), await stage.player()
    talk = await stage.talk(guest, "script-2")
    page = await stage.open(talk, guest)
    before = await page.turn("The lighthouse burns")
    await in_database(lambda: adopt(guest.user, alice.user))
    page = await stage.open(talk, alice)
    after = await page.turn("We saw the lighthouse")
    await page.turn("Something else")

    def found() -> set[str]:
        asked = [Q(terms__contains=each) for each in terms_to_ask(alice.user, "lighthouse")]
        lines = Message.objects.filter(reduce(or_, asked), conversation=talk)
        return {str(line.pk) for line in lines}

    assert await in_database(found) == {before.ack["message_id"], after.ack["message_id"]}


async def test_a_guest_who_signs_up_keeps_everything(stage):
    guest = await stage.player(guest=True)
    talk = await stage.talk(guest, "script-5")
    page = await stage.open(talk, guest)
    before = await page.turn("I will stay")
    browser = stage.browser(guest)
    status, _ = await browser.submit(
        "/account/signup/", email=f"new{uuid7().hex[-8:]}@example.com", password1="a rather good password"
    )
    assert status == 302
    status, html = await browser.get(f"/talks/{talk.pk}/")
    assert status == 200
    assert "I will stay" in html
    assert before.text[:10] in html


# ---------------------------------------------------------------- at rest


async def test_nothing_that_was_said_lies_readable_in_database_or_redis(stage):
    """A line, a reply, a title, a persona, a draft's hint: nowhere in any table, nor in any key of Redis."""
    canary = f"platypus{uuid7().hex}"
    player = await stage.player()

    def persona() -> None:
        mine = Persona.objects.get(user=player.user)
        edit_persona(user=player.user, persona_id=mine.pk, name="Alex", description=f"Carries {canary}.")

    await in_database(persona)
    talk = await stage.talk(player, "echo-prompt-tps4000")
    page = await stage.open(talk, player)
    turn = await page.turn(f"I whisper {canary}")
    assert canary in turn.text
    browser = stage.browser(player)
    await browser.post(f"/talks/{talk.pk}/rename", title=f"About {canary}")
    await browser.post(f"/talks/{talk.pk}/messages/{turn.message_id}/edit", content=f"*says {canary}*")
    await stage.other_model(talk, "script-400-tps80")
    ack = await page.ask_again("regenerate", turn.message_id, hint=canary)
    await page.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] > 40)

    def rows_with_canary() -> list[str]:
        found = []
        with connection.cursor() as cursor:
            cursor.execute(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'public' and table_name not like 'chat_message\\_%%'"
            )
            for table, column in cursor.fetchall():
                cursor.execute(
                    f'select count(*) from "{table}" where position(%s in "{column}"::text) > 0'
                    f' or position(%s in "{column}"::text) > 0',
                    [canary, canary.encode().hex()],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
        return found

    def keys_with_canary() -> list[bytes]:
        found = []
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            for key in client.scan_iter():
                if re.search(rb"platypus|\[41\]", client.dump(key) or b""):
                    found.append(key)
            assert any(key.startswith(b"dramatis:turn:") for key in client.scan_iter()), "the stream was looked at"
        return found

    assert await in_database(rows_with_canary) == []
    assert await in_database(keys_with_canary) == []
    await page.send("stop")
    await page.rest_of_turn(ack)


def test_a_message_is_bound_to_its_row_and_its_key(alice, bob, character):
    talk, other = begin(alice, character), begin(bob, character)
    [mine, *_] = say(talk, 2)
    [theirs, *_] = say(other, 2)
    Message.objects.filter(pk=theirs.pk).update(body=mine.body)
    theirs.refresh_from_db()
    with pytest.raises(ContentLost):
        cipher_for(key_id_of(theirs.body)).open(theirs.body, Place("message", theirs.pk))
    shown, _ = shown_branch(user=bob, conversation=other, leaf=theirs.pk)
    assert shown[-1].content == "", "it reads as lost, not as Alice's"
