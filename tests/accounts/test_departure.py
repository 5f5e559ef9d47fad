"""Going for good: nothing is left, and what is left says so."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.errors import Invalid, NotFound
from accounts.guests import BACKEND
from accounts.models import ApiKey, DataKey, Departure, Erasure, Session, User
from accounts.privacy import departures
from accounts.privacy.ledger import note_erasures
from accounts.privacy.receipts import receipt_by, token_in
from characters.models import Character
from characters.selectors import characters_for, edition_of
from chat.models import Message
from chat.services.conversations import start_conversation
from chat.services.edits import edit_in_place
from tests.accounts.canary import Canary, tables_with
from tests.chat.rooms.stage import person, room_of, said, seated
from tests.chat.stage import mira
from tests.factories import PASSWORD, GuestFactory, UserFactory

SITE = "https://play.example/"


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path) -> Path:
    path = tmp_path / "kept" / "erasures.jsonl"
    settings.ERASURE_LEDGER = str(path)
    return path


@pytest.fixture
def canary(db: None) -> Canary:
    """With a character, a talk, and a line and its earlier words in somebody else's room."""
    user, host = person("Canary"), person("Host")
    character = mira("echo-prompt")
    Character.objects.filter(pk=character.pk).update(owner=user, visibility="private")
    talk = start_conversation(owner=user, character=character, version=edition_of(character))
    room = room_of(host, mira("echo-prompt"))
    seated(room, user)
    line = said(room, user, "Nobody saw it.")
    room.refresh_from_db()
    edit_in_place(user=user, conversation_id=room.pk, message_id=line.pk, content="Everybody saw it.")
    planted = Canary(user, character, talk, talk.key, edition_of(character))
    planted.plant()
    planted.mark_row(Message.objects.get(pk=line.pk))
    planted.mark_row(room.revisions.get())
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(f"limit:{{gcra}}:user:{user.pk.hex}", planted.mark, ex=60)
    return planted


def gone(user: User, capture, **wanted) -> str:
    """Erased at once; returns the link of the receipt."""
    with capture(execute=False):
        link = departures.ask_to_go(user=user, site=SITE, at_once=True, **wanted)
    with capture(execute=True):
        assert departures.let_due_go() == 1
    ciphers.clear()
    return link


def test_nothing_is_left_of_a_person_in_any_store(
    canary, ledger, caplog, django_capture_on_commit_callbacks, mailoutbox
) -> None:
    tables = {column.partition(".")[0] for column in canary.columns}
    assert {re.sub(r"_(\d{4}_\d\d|late)$", "", table) for table in canary.found()} == tables
    pk, mark = canary.user.pk, canary.mark
    address = User.objects.get(pk=pk).email
    caplog.set_level("DEBUG")
    link = gone(canary.user, django_capture_on_commit_callbacks)
    assert canary.found() == set()
    assert not DataKey.objects.filter(owner=pk).exists()
    # Bare ids lead nowhere: in rooms of others they say that two lines were by the same person.
    assert {re.sub(r"_\d{4}_\d\d$", "", table) for table in tables_with(str(pk))} <= {"chat_message"}
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter():
            kind, told = client.type(key), key
            if kind == b"string":
                told += client.get(key) or b""
            elif kind == b"list":
                told += b"".join(client.lrange(key, 0, -1))
            assert mark.encode() not in told
            assert pk.hex.encode() not in told
    written = ledger.read_text() + caplog.text
    for name in (mark[:16], str(pk), pk.hex, address):
        assert name not in written
    receipt = receipt_by(token_in(link))
    assert isinstance(receipt, Erasure)
    assert {"chat.Message", "memory.Memory", "accounts.DataKey", "redis"} <= set(receipt.counts)
    [letter] = mailoutbox
    assert link in letter.body
    assert letter.to == [address]


def test_a_restored_database_is_erased_again(db, ledger, django_capture_on_commit_callbacks, capsys) -> None:
    alice, bob = UserFactory(), UserFactory()
    kept = User.objects.get(pk=alice.pk)
    link = gone(alice, django_capture_on_commit_callbacks)
    before = receipt_by(token_in(link))
    # As a restore leaves it: the person is back, the receipt is not.
    Erasure.objects.all().delete()
    kept.save(force_insert=True)
    call_command("erasure", "apply-ledger", "--dry-run")
    assert User.objects.filter(pk=alice.pk).exists()
    call_command("erasure", "apply-ledger")
    assert "1 accounts erased again" in capsys.readouterr().out
    assert not User.objects.filter(pk=alice.pk).exists()
    assert User.objects.filter(pk=bob.pk).exists()
    assert receipt_by(token_in(link)) == before
    call_command("erasure", "apply-ledger")
    assert "0 accounts erased again" in capsys.readouterr().out


def test_a_ledger_that_could_not_be_written_is_written_later(db, ledger, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        departures.ask_to_go(user=UserFactory(), site=SITE, at_once=True)
        departures.let_due_go()  # and the process is gone before what follows
    assert not ledger.exists()
    assert note_erasures() == 1
    assert note_erasures() == 0
    assert len(ledger.read_text().splitlines()) == 1


def test_signing_in_within_fourteen_days_calls_it_off(db, django_capture_on_commit_callbacks, mailoutbox) -> None:
    alice = UserFactory()
    browser, elsewhere = Client(), Client()
    for client in (browser, elsewhere):
        client.force_login(alice, backend=BACKEND)
    ApiKey.objects.create(user=alice, label="backup", prefix="p" * 8, digest=b"x")
    said = {"when": "later", "characters": "delete", "proof": PASSWORD}
    assert browser.post("/settings/leave/", said | {"proof": "wrong"}).status_code == 400
    assert not Departure.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/settings/leave/", said)
    assert not Session.objects.filter(user=alice).exists()
    assert not ApiKey.objects.filter(user=alice, revoked_at=None).exists()
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert answer.headers["Location"] in mailoutbox[0].body
    assert departures.let_due_go() == 0, "not due yet"
    page = browser.post("/account/login/", {"login": alice.email, "password": PASSWORD}, follow=True)
    assert "nothing was erased" in page.content.decode()
    assert not Departure.objects.exists()
    assert browser.get(answer.headers["Location"]).status_code == 404


def test_what_is_due_goes_and_cannot_be_called_off(db, django_capture_on_commit_callbacks) -> None:
    alice, bob = UserFactory(), UserFactory()
    for user, days in ((alice, 15), (bob, 13)):
        departures.ask_to_go(user=user, site=SITE)
        Departure.objects.filter(user=user).update(due_at=timezone.now() + departures.GRACE - timedelta(days=days))
    assert not departures.call_off(alice)
    assert departures.let_due_go() == 1
    assert not User.objects.filter(pk=alice.pk).exists()
    assert departures.call_off(bob)


def test_one_who_cannot_be_erased_holds_up_nobody(db) -> None:
    stuck, alice = UserFactory(), UserFactory()
    for user in (stuck, alice):
        departures.ask_to_go(user=user, site=SITE, at_once=True)
    Departure.objects.filter(user=stuck).update(receipt="nowhere:bm90aGluZw==")
    assert departures.let_due_go() == 1
    assert list(User.objects.filter(pk__in=(stuck.pk, alice.pk))) == [stuck]


def test_a_guest_goes_with_a_tick(db, django_capture_on_commit_callbacks) -> None:
    guest, client = GuestFactory(), Client()
    client.force_login(guest, backend=BACKEND)
    assert client.post("/settings/leave/", {}).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/settings/leave/", {"proof": "on"})
        departures.let_due_go()
    assert not User.objects.filter(pk=guest.pk).exists()


@pytest.fixture
def shown(db: None) -> Character:
    author = UserFactory()
    character = mira("echo-prompt")
    Character.objects.filter(pk=character.pk).update(owner=author, visibility="public", slug=None)
    character.refresh_from_db()
    return character


def test_published_characters_leave_the_stage_where_nothing_else_is_chosen(
    shown, django_capture_on_commit_callbacks
) -> None:
    gone(shown.owner, django_capture_on_commit_callbacks)
    assert not Character.objects.filter(pk=shown.pk).exists()


def test_published_characters_may_stay_without_an_author(shown, django_capture_on_commit_callbacks) -> None:
    reader = UserFactory()
    gone(shown.owner, django_capture_on_commit_callbacks, characters="anonymise")
    assert characters_for(reader).get(pk=shown.pk).owner is None
    client = Client()
    page = client.get(f"/characters/{shown.pk}/").content.decode()
    assert "Mira" in page
    assert "Dramatis company" not in page


@pytest.mark.parametrize("agrees", [True, False])
def test_published_characters_go_to_who_agrees_to_have_them(
    shown, agrees, django_capture_on_commit_callbacks, mailoutbox
) -> None:
    author, heir, stranger = shown.owner, UserFactory(), UserFactory()
    with pytest.raises(Invalid):
        departures.ask_to_go(user=author, site=SITE, at_once=True, characters="hand-over", heir=heir.email)
    with django_capture_on_commit_callbacks(execute=True):
        departures.ask_to_go(user=author, site=SITE, characters="hand-over", heir=heir.email)
    departure = Departure.objects.get()
    assert any(
        f"/settings/inherit/{departure.pk}/" in letter.body for letter in mailoutbox if letter.to == [heir.email]
    )
    with pytest.raises(NotFound):
        departures.agree(heir=stranger, departure_id=departure.pk)
    if agrees:
        client = Client()
        client.force_login(heir, backend=BACKEND)
        assert client.post(f"/settings/inherit/{departure.pk}/", follow=True).status_code == 200
    Departure.objects.update(due_at=timezone.now())
    assert departures.let_due_go() == 1
    assert list(Character.objects.filter(pk=shown.pk).values_list("owner", flat=True)) == ([heir.pk] if agrees else [])
