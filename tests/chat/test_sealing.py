"""Sealed talks: what opens them, what stays shut, and what nobody keeps."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from accounts.consents.answers import answer, newest
from accounts.encryption import (
    Cipher,
    Place,
    _unwrap,
    cipher_for,
    cipher_of,
    ciphers,
    exchange_key,
    rewrap_stale,
    unlock_key,
)
from accounts.erasure import erase
from accounts.errors import Busy, Conflict, ContentLost, Forbidden, Invalid, NotFound, Sealed
from accounts.ids import uuid7
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import DataKey, DataUse
from accounts.passphrases import LOCKED, WrongPassphrase
from accounts.rotation import NOT_EXCHANGED
from chat.finding import read_query
from chat.models import Conversation, Message, Revision, Turn
from chat.selectors import talks_for, text_of_message
from chat.selectors.aloud import is_kept
from chat.selectors.search import Wish, search
from chat.services.conversations import rename_conversation
from chat.services.edits import edit_in_place
from chat.services.exports import export_talk, export_talks
from chat.services.hearing import _kept
from chat.services.hearing.recording import Heard, Order
from chat.services.remembering import everybody_together
from chat.services.rooms.room import make_room
from chat.services.sealing import is_locked, seal_talk
from chat.services.shares import share_branch
from moderation.services.readings import agree, ask_to_read, read
from moderation.services.reports import report
from moderation.subjects import subject_of
from tests.characters.conftest import signed_in
from tests.chat.client import Page
from tests.chat.grown import Talk
from tests.chat.stage import in_database
from tests.factories import PASSWORD, GuestFactory, UserFactory
from voice.models import Clip, Recording
from voice.services.clips import Said, keep
from voice.services.packing import Sound
from voice.speaking.voices import Voice

PASSPHRASE = "ein Käfig voller Sterne"


@pytest.fixture(autouse=True)
def _nothing_is_open() -> Iterator[None]:
    yield
    ciphers.clear()


@pytest.fixture
def sealed(db: None) -> Talk:
    talk = Talk()
    seal_talk(**talk.who, passphrase=PASSPHRASE)
    talk.row.refresh_from_db()
    return talk


def opened(talk: Talk, holder: object) -> None:
    ciphers.hold(unlock_key(DataKey.objects.get(pk=talk.row.key_id), PASSPHRASE), holder)


def text_of(message_id: Any) -> str:
    return text_of_message(Message.objects.get(pk=message_id))


def test_only_the_passphrase_opens_it_and_only_while_somebody_holds_it(sealed: Talk) -> None:
    assert is_locked(sealed.row)
    assert text_of(sealed.opening) == ""
    with pytest.raises(Sealed):
        cipher_for(sealed.row.key_id)
    key = DataKey.objects.get(pk=sealed.row.key_id)
    for wrong in ("", "another passphrase", PASSPHRASE.upper()):
        with pytest.raises(WrongPassphrase):
            unlock_key(key, wrong)
    one, two = object(), object()
    ciphers.hold(unlock_key(key, "ein Ka\u0308fig voller Sterne"), one)  # as another keyboard composes it
    assert ciphers.hold_too(sealed.row.key_id, two)
    assert text_of(sealed.opening) == "Evening, You."
    ciphers.let_go(one)
    assert not is_locked(sealed.row)
    ciphers.let_go(two)
    assert is_locked(sealed.row)
    assert not ciphers.hold_too(sealed.row.key_id, one)


def test_no_key_of_before_opens_anything_of_it(db: None) -> None:
    """Backups of the keys hold that one unlocked, and are kept for weeks."""
    talk = Talk()
    line, place = talk.opening, Place("message", talk.opening)
    rename_conversation(**talk.who, title="A night out")
    edit_in_place(**talk.who, message_id=line, content="Good evening, you.")
    turn = Turn.objects.create(
        conversation=talk.row, reply_id=uuid7(), parent_id=line, process=uuid7(), started_at=timezone.now(),
        status="complete",
    )  # fmt: skip
    Turn.objects.filter(pk=turn.pk).update(hint=cipher_of(talk.owner).seal("Shorter", Place("hint", turn.pk)))
    before = talk.row.key
    in_backups = _unwrap(before.pk, before.owner_id, before.kek_id, before.wrapped)

    seal_talk(**talk.who, passphrase=PASSPHRASE)
    talk.row.refresh_from_db()
    key = DataKey.objects.get(pk=talk.row.key_id)
    assert not DataKey.objects.filter(pk=before.pk, destroyed_at=None).exists()
    turn.refresh_from_db()
    sealed = [
        (Message.objects.get(pk=line).body, place, "Good evening, you."),
        (Revision.objects.get(message_id=line).body, place, "Evening, You."),
        (talk.row.title, Place("title", talk.id), "A night out"),
        (turn.hint, Place("hint", turn.pk), "Shorter"),
    ]
    opened_again = unlock_key(key, PASSPHRASE)
    for blob, where, text in sealed:
        assert opened_again.open(blob, where) == text
        with pytest.raises(ContentLost):
            Cipher(key.pk, in_backups).open(blob, where)


def test_nothing_that_was_said_aloud_in_it_stays_or_is_kept_afterwards(db: None) -> None:
    talk = Talk()
    version = newest(DataUse.RECORDINGS).version
    answer(user=talk.owner, purpose=DataUse.RECORDINGS, given=True, version=version)
    order = Order(uuid7(), talk.owner.pk, talk.id, "", "hears", "en", "webm", keep=True)
    heard = Heard(clip=b"OggS and what somebody said")
    assert _kept(order, heard) is not None
    seal_talk(**talk.who, passphrase=PASSPHRASE)
    assert not Recording.objects.exists()
    assert _kept(order, heard) is None
    said = Said("Evening, You.", Voice(), True)
    sound = Sound("wav", b"\x11\x22" * 24_000)
    keep(talk.owner, said, sound, seconds=1.0, still=lambda: is_kept(talk.id, lock=True))
    assert not Clip.objects.exists()


def test_a_talk_in_which_a_reply_is_being_written_is_sealed_later(db: None) -> None:
    talk = Talk()
    Turn.objects.create(
        conversation=talk.row, reply_id=uuid7(), parent_id=talk.opening, process=uuid7(), started_at=timezone.now()
    )
    with pytest.raises(Busy):
        seal_talk(**talk.who, passphrase=PASSPHRASE)


def test_what_lies_in_the_database_is_locked_within_the_master_key_and_rotation_keeps_it(
    sealed: Talk, settings
) -> None:
    key = DataKey.objects.get(pk=sealed.row.key_id)
    assert len(_unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped)) in LOCKED
    settings.MASTER_KEYS = {"next": b"n" * 32} | settings.MASTER_KEYS
    while rewrap_stale():
        pass
    key.refresh_from_db()
    assert key.kek_id == "next"
    assert is_locked(sealed.row)
    opened(sealed, "a socket")
    assert text_of(sealed.opening) == "Evening, You."


def test_it_is_sealed_before_the_first_line_by_its_owner_and_with_a_passphrase_worth_it(db: None) -> None:
    talk = Talk()
    for wrong in ("", "eleven sign", "x" * 1_001):
        with pytest.raises(Invalid):
            seal_talk(**talk.who, passphrase=wrong)
    with pytest.raises(NotFound):
        seal_talk(user=UserFactory(), conversation_id=talk.id, passphrase=PASSPHRASE)
    guests = Talk(GuestFactory())
    with pytest.raises(Forbidden):
        seal_talk(**guests.who, passphrase=PASSPHRASE)
    talk.say("Good evening")
    with pytest.raises(Conflict):
        seal_talk(**talk.who, passphrase=PASSPHRASE)


def test_what_needs_somebody_else_to_read_is_refused_and_what_needs_it_open_says_so(sealed: Talk) -> None:
    with pytest.raises(Conflict):
        share_branch(**sealed.who, named=False)
    with pytest.raises(Conflict):
        make_room(**sealed.who)
    with pytest.raises(Conflict):
        seal_talk(**sealed.who, passphrase=PASSPHRASE)
    with pytest.raises(Sealed):
        export_talk(**sealed.who, format="md")
    with pytest.raises(Sealed):
        edit_in_place(**sealed.who, message_id=sealed.opening, content="Night.")
    assert b"".join(export_talks(user=sealed.owner, talks=None, format="md").pieces).count(b"Evening") == 0
    opened(sealed, "a socket")
    assert b"Evening" in b"".join(export_talk(**sealed.who, format="md").pieces)


def test_sealing_is_counted(db: None, fresh_limits: None) -> None:
    """Each takes 64 MB."""
    talk = Talk()
    client = signed_in(talk.owner)
    answers = [client.post(f"/talks/{talk.id}/seal", {"passphrase": "short"}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]


def test_moderators_do_not_read_along_while_it_is_open(db: None, fresh_limits: None) -> None:
    """This process holds the key then."""
    talk, why = Talk(), "Two reports say that somebody is in danger here."
    mo, second = (make_demo_account(role="moderator", email=f"{name}@example.com", password=PASSWORD) for name in "ab")
    asked = agree(reading_id=ask_to_read(conversation=talk.id, by=mo, reason=why).pk, by=second)
    seal_talk(**talk.who, passphrase=PASSPHRASE)
    talk.row.refresh_from_db()
    opened(talk, "a socket")
    case = report(user=talk.owner, kind="message", subject=talk.opening, reason="hate")[0].case
    assert text_of(talk.opening) == "Evening, You."
    with pytest.raises(NotFound):
        read(reading_id=asked.pk, by=mo)
    with pytest.raises(NotFound):
        ask_to_read(conversation=talk.id, by=second, reason=why)
    assert subject_of("message").around(case) == []


def test_edited_words_lie_under_its_key_and_in_no_index(sealed: Talk) -> None:
    opened(sealed, "a socket")
    edit_in_place(**sealed.who, message_id=sealed.opening, content="A lantern in the rain.")
    row = Message.objects.get(pk=sealed.opening)
    assert row.terms == []
    assert text_of(sealed.opening) == "A lantern in the rain."
    assert search(user=sealed.owner, wish=Wish(query=read_query("lantern"))).groups == []
    assert everybody_together(sealed.id) == [], "memory is given nothing of it"
    ciphers.clear()
    assert text_of(sealed.opening) == ""
    [listed] = [each for each in talks_for(sealed.owner) if each.id == sealed.id]
    assert listed.preview == "Sealed"


def test_erased_with_its_owner(sealed: Talk) -> None:
    erase(sealed.owner)
    assert not DataKey.objects.filter(pk=sealed.row.key_id).exists()
    assert not Conversation.objects.filter(pk=sealed.id).exists()


async def is_refused(page: Page, content: str) -> None:
    client_id = uuid7()
    await page.send("chat", client_id=client_id, content=content)
    await page.wait_for("error", client_id=str(client_id), code="sealed")


async def test_a_talk_over_two_processes_each_of_which_asks(stage, second_server) -> None:
    player = await stage.player()
    talk = await stage.talk(player, "script-5")
    browser, path = stage.browser(player), f"/talks/{talk.pk}/"
    assert (await browser.post(f"{path}seal", passphrase=PASSPHRASE))[0] == 200

    page = await stage.open(talk, player)
    assert page.frames[0]["locked"] is True
    assert "This talk is sealed" in (await browser.get(path))[1]
    await is_refused(page, "Good evening")
    await page.send("unlock", passphrase="not the passphrase")
    await page.wait_for("error", code="wrong_passphrase")
    await page.send("unlock", passphrase=PASSPHRASE)
    await page.wait_for("unlocked")
    turn = await page.turn("A lantern in the rain")
    assert turn.end["status"] == "complete"
    assert "A lantern in the rain" in (await browser.get(f"{path}branch/"))[1]

    tab = await stage.open(talk, player)
    assert "locked" not in tab.frames[0], "in the same process it is open already"
    elsewhere = await stage.open(talk, player, server=second_server)
    assert elsewhere.frames[0]["locked"] is True
    there = await stage.browser(player, second_server).get(f"{path}branch/")
    assert "lantern" not in there[1]
    await elsewhere.send("unlock", passphrase=PASSPHRASE)
    await elsewhere.wait_for("unlocked")

    def stored() -> tuple[bool, list[list[int]]]:
        rows = list(Message.objects.filter(conversation=talk.pk))
        key_id = Conversation.objects.values_list("key_id", flat=True).get(pk=talk.pk)
        return all(bytes(row.body)[1:17] == key_id.bytes for row in rows), [row.terms for row in rows]

    one_key, terms = await in_database(stored)
    assert one_key, "the player's line too lies under the key of the talk"
    assert not any(terms)
    redis = Redis.from_url(settings.REDIS_URL)
    assert not any(PASSPHRASE.encode() in (redis.dump(key) or b"") for key in redis.keys("*"))

    page.cut()
    await tab.send("lock")
    for each in (tab, elsewhere):
        await each.wait_for("locked")
    assert "lantern" not in (await browser.get(f"{path}branch/"))[1]
    await is_refused(tab, "Still there?")


def test_an_exchange_of_data_keys_leaves_it_alone(sealed: Talk) -> None:
    key = DataKey.objects.get(pk=sealed.row.key_id)
    assert key.purpose in NOT_EXCHANGED
    with pytest.raises(Sealed):
        exchange_key(key)
