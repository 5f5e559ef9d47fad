"""Keys are exchanged: everything is read as before, nothing lies under the old ones, and they are destroyed."""

import json
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import rotation
from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of, ciphers, key_id_of, seal_for_site
from accounts.erasure import erase
from accounts.errors import Conflict, ContentLost
from accounts.guests import BACKEND, adopt
from accounts.models import DataKey, Departure, KeyRotation, Purpose, User
from accounts.privacy import departures
from accounts.privacy.holdings import all_holdings, personal
from accounts.sealed_columns import Column, columns
from accounts.second_factor import SecondFactorAdapter
from characters.selectors import edition_of
from chat.models import Conversation, Message, Turn
from chat.selectors import text_of_message, title_of
from chat.services.conversations import rename_conversation, start_conversation
from chat.services.rooms.room import _pass_to
from chat.services.sessions import _digest
from config.services import processes
from tests.accounts.canary import Canary, tables_with
from tests.chat.rooms.stage import person, room_of, said, seated
from tests.chat.stage import mira
from tests.factories import GuestFactory, UserFactory
from tests.held_up import somebody_waits

LONG = 60
WORDS = "the lantern behind the mill"


def quiet() -> None:
    """Nobody has been in any talk for hours."""
    Conversation.objects.update(updated_at=timezone.now() - timedelta(hours=3))


def exchanged() -> KeyRotation:
    """Begun, and gone on with until the old keys are destroyed."""
    rotation.begin(made_before=timezone.now())
    rotation.go_on(seconds=LONG)
    done = much_later()
    ciphers.clear()
    return done


def much_later() -> KeyRotation:
    """Gone on with when no backup is kept any more in which texts lie under retired keys."""
    long_ago = timezone.now() - rotation.rest() - timedelta(hours=1)
    DataKey.objects.filter(purpose=Purpose.RETIRED).update(retired_at=long_ago)
    KeyRotation.objects.update(walk_began_at=F("walk_began_at") - rotation.BETWEEN_WALKS)
    done = rotation.go_on(seconds=LONG)
    assert done is not None
    return done


@pytest.fixture
def sealed(db: None) -> tuple[Canary, list[tuple[Column, UUID, UUID, bytes]]]:
    """A person with a value in every sealed column there is, some under their key, some under that of a talk."""
    user = person("Canary")
    character = mira("echo-prompt")
    character.owner = user
    character.save()
    talk = start_conversation(owner=user, character=character, version=edition_of(character))
    canary = Canary(user, character, talk, talk.key, edition_of(character))
    canary.be_everywhere()
    text, mine = json.dumps({"words": canary.mark}), cipher_of(user)
    of_talk = cipher_for(talk.key_id)
    values = []
    for holding in personal():
        for row in holding.of(user):
            for name, place in holding.sealed.items():
                cipher = (
                    of_talk if name in ("title", "note", "sections") or holding.model == "chat.Checkpoint" else mine
                )
                where = getattr(row, "pk" if holding.sealed_row == "pk" else holding.sealed_row)
                blob = cipher.seal(text, Place(place, where))
                holding.rows._base_manager.filter(pk=row.pk).update(**{name: blob})
    for column in columns():
        with connection.cursor() as cursor:
            cursor.execute(
                f'select "{column.key}", "{column.row}", "{column.name}" from "{column.table}"'
                f' where length("{column.name}") > 17'
            )
            found = [(column, *row) for row in cursor.fetchall()]
        assert found, f"nothing of theirs is sealed in {column.table}.{column.name}"
        values += found
    return canary, values


def test_what_is_sealed_stands_in_no_table(sealed) -> None:
    """In every sealed column of the data map a mark was sealed: no table has it, in words or in bytes."""
    canary, values = sealed
    assert len({(column.table, column.name) for column, *_ in values}) == sum(
        len(each.sealed) for each in all_holdings()
    )
    assert tables_with(canary.mark) == set()
    assert tables_with(canary.mark.encode().hex()) == set()


def test_every_sealed_column_is_sealed_anew_and_the_old_keys_are_destroyed(sealed) -> None:
    canary, values = sealed
    quiet()
    Turn.objects.exclude(status="complete").update(status="complete")
    old = set(
        DataKey.objects.filter(owner=canary.user, destroyed_at=None).exclude(wrapped=b"").values_list("pk", flat=True)
    )
    heads = {key_id_of(bytes(blob)) for *_, blob in values}
    keys = heads & old
    DataKey.objects.exclude(pk__in=heads).delete()  # those of rows that hold nothing sealed
    done = exchanged()
    assert done.unreadable == 0
    assert done.ended_at is not None
    for column, key, row, blob in values:
        with connection.cursor() as cursor:
            cursor.execute(f'select "{column.name}" from "{column.table}" where "{column.key}" = %s', [key])
            now = bytes(cursor.fetchone()[0])
        assert now != bytes(blob), column
        cipher_for(key_id_of(now)).open(now, Place(column.place, row))
    for key_id in keys:
        with pytest.raises(ContentLost):
            cipher_for(key_id)


def test_a_person_reads_and_finds_everything_as_before(db: None) -> None:
    alice, host = person("Alice"), person("Host")
    character = mira("echo-prompt")
    talk = start_conversation(owner=alice, character=character, version=edition_of(character))
    rename_conversation(user=alice, conversation_id=talk.pk, title="A letter for Ada")
    line = said(talk, alice, WORDS, terms=terms(WORDS, cipher_of(alice).index_secret))
    room = room_of(host, mira("echo-prompt"))
    seated(room, alice)
    there = said(room, alice, WORDS)
    named = _digest(alice, "my-script")
    quiet()
    exchanged()
    alice, talk = User.objects.get(pk=alice.pk), Conversation.objects.get(pk=talk.pk)
    assert title_of(talk) == "A letter for Ada"
    for each in (line, there):
        assert WORDS in text_of_message(Message.objects.get(pk=each.pk))
    assert _digest(alice, "my-script") == named
    client = Client()
    client.force_login(alice, backend=BACKEND)
    assert str(talk.pk) in client.get("/talks/search/", {"q": "lantern"}).content.decode()
    assert DataKey.objects.filter(owner=alice, purpose=Purpose.USER, destroyed_at=None).count() == 1


def test_until_the_old_keys_have_rested_old_texts_open_and_what_is_written_lies_under_the_new_key(db: None) -> None:
    alice = person("Alice")
    old = cipher_of(alice)
    rotation.begin(made_before=timezone.now())
    rotation.go_on(seconds=LONG)
    new = cipher_of(alice)
    assert new.key_id != old.key_id
    place = Place("accounts_persona", alice.pk)
    assert cipher_for(old.key_id).open(old.seal(WORDS, place), place) == WORDS
    assert new.index_secret == old.index_secret
    rotation.go_on(seconds=LONG)
    assert DataKey.objects.get(pk=old.key_id).destroyed_at is None
    # Written late, by a process that still had the old key: the next walk finds it.
    persona = alice.personas.create(name="Late")
    persona.description = old.seal(WORDS, Place("accounts_persona", persona.pk))
    persona.save()
    much_later()
    persona.refresh_from_db()
    assert key_id_of(persona.description) == new.key_id
    assert DataKey.objects.get(pk=old.key_id).destroyed_at is None, "that walk did not find it empty"
    much_later()
    assert DataKey.objects.get(pk=old.key_id).destroyed_at is not None


def test_a_talk_in_use_waits_and_what_does_not_open_keeps_its_key(db: None, capsys) -> None:
    alice = person("Alice")
    character = mira("echo-prompt")
    talk = start_conversation(owner=alice, character=character, version=edition_of(character))
    persona = alice.personas.create(name="Torn", description=cipher_of(alice).seal(WORDS, Place("elsewhere", alice.pk)))
    done = exchanged()
    talk.refresh_from_db()
    assert talk.key.purpose == Purpose.CONVERSATION
    assert (done.unreadable, done.ended_at) == (1, None)
    assert DataKey.objects.get(pk=key_id_of(persona.description)).destroyed_at is None
    quiet()
    much_later()
    assert much_later().ended_at is not None
    assert DataKey.objects.get(pk=key_id_of(persona.description)).destroyed_at is None
    call_command("rotate_data_keys", "--status")
    assert "1 old keys kept for texts that do not open" in capsys.readouterr().out


def test_a_walk_goes_by_the_rows_it_reads_and_no_other_begins_before_keys_have_rested(db: None, monkeypatch) -> None:
    people = [person(f"Player {number}") for number in range(3)]
    DataKey.objects.filter(owner=people[0]).update(created_at=timezone.now() - timedelta(days=30))
    rows = []
    for user in people:
        persona = user.personas.create(name="Second")
        persona.description = cipher_of(user).seal(WORDS, Place("accounts_persona", persona.pk))
        persona.save()
        rows.append(persona.pk)
    monkeypatch.setattr(rotation, "A_PAGE", 1)
    go_through, places = rotation._go_through, []

    def noted(under_way: KeyRotation, column: Column) -> None:
        go_through(under_way, column)
        places.append(under_way.last_row)

    monkeypatch.setattr(rotation, "_go_through", noted)
    rotation.begin(made_before=timezone.now() - timedelta(days=7))
    rotation.go_on(seconds=LONG)
    assert set(rows) < set(places), "it may be killed also where nothing lies under an old key"
    with CaptureQueriesContext(connection) as asked:
        rotation.go_on(seconds=LONG)
    assert not [each["sql"] for each in asked if "substring(" in each["sql"]]


def test_a_talk_out_of_an_older_backup_goes_on_under_the_last_successor(db: None) -> None:
    """Its row is of before the exchange, and names a key that was retired since."""
    alice = person("Alice")
    character = mira("echo-prompt")
    talk = start_conversation(owner=alice, character=character, version=edition_of(character))
    rename_conversation(user=alice, conversation_id=talk.pk, title="A letter for Ada")
    talk.refresh_from_db()
    old, title = talk.key_id, talk.title
    quiet()
    rotation.begin(made_before=timezone.now())
    rotation.go_on(seconds=LONG)
    new = Conversation.objects.get(pk=talk.pk).key_id
    assert new != old
    now = timezone.now()
    Conversation.objects.filter(pk=talk.pk).update(key=old, title=title, updated_at=now)
    much_later()
    assert much_later().ended_at is None, "somebody is in it"
    assert DataKey.objects.get(pk=old).destroyed_at is None, "it is written under"
    line = said(talk, alice)
    Message.objects.filter(pk=line.pk).update(body=cipher_for(old).seal(WORDS, Place("message", line.pk)))
    quiet()
    rotation.go_on(seconds=LONG)
    moved = Conversation.objects.get(pk=talk.pk)
    assert moved.key_id == new
    assert DataKey.objects.filter(pk=old, retired_at__gt=now).exists(), "its rest begins anew"
    much_later()
    assert much_later().ended_at is not None
    assert DataKey.objects.get(pk=old).destroyed_at is not None
    ciphers.clear()
    assert title_of(moved) == "A letter for Ada"
    assert WORDS in text_of_message(Message.objects.get(pk=line.pk))


def test_a_killed_walk_goes_on_where_it_was(db: None, monkeypatch) -> None:
    people = [person(f"Player {number}") for number in range(3)]
    for user in people:
        persona = user.personas.create(name="Second")
        persona.description = cipher_of(user).seal(WORDS, Place("accounts_persona", persona.pk))
        persona.save()
    monkeypatch.setattr(rotation, "A_PAGE", 1)
    reseal, calls = rotation.reseal, []

    def killed(*wanted: Any) -> bool:
        calls.append(wanted)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return reseal(*wanted)

    monkeypatch.setattr(rotation, "reseal", killed)
    rotation.begin(made_before=timezone.now())
    with pytest.raises(KeyboardInterrupt):
        rotation.go_on(seconds=LONG)
    under_way = rotation.under_way()
    assert under_way is not None
    assert under_way.last_row is not None
    done = rotation.go_on(seconds=LONG)
    assert done is not None
    assert len({call[1] for call in calls}) == len(calls) - 1, "none but the one that was begun is looked at twice"


def test_keys_that_were_exchanged_go_along_and_go_for_good(db: None) -> None:
    guest, alice, host = GuestFactory(), UserFactory(), person("Host")
    heir = person("Heir")
    room = room_of(host, mira("echo-prompt"))
    seated(room, heir)
    told = cipher_for(room.key_id).seal(WORDS, Place("message", room.pk))
    quiet()
    rotation.begin(made_before=timezone.now())
    rotation.go_on(seconds=LONG)
    retired = DataKey.objects.get(owner=guest, purpose=Purpose.RETIRED)
    adopt(guest, alice)
    assert cipher_for(retired.pk)
    room.refresh_from_db()
    _pass_to(room, room.participants.get(user=heir))
    ciphers.clear()
    assert cipher_for(key_id_of(told)).open(told, Place("message", room.pk)) == WORDS
    erase(alice)
    assert not DataKey.objects.filter(pk=retired.pk).exists()


@pytest.mark.usefixtures("committed")
def test_of_two_that_begin_at_once_one_is_told_of_a_conflict() -> None:
    told = []

    def second() -> None:
        try:
            rotation.begin(made_before=timezone.now())
        except Conflict as error:
            told.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        begun = rotation.begin(made_before=timezone.now())
        thread.start()
        waits = processes.wait_until(somebody_waits, 20)
    thread.join(30)
    begun.delete()  # under way it would change everybody's keys
    assert waits
    assert len(told) == 1


def test_the_commands_tell_how_far_it_is(db: None, capsys, settings) -> None:
    person("Alice")
    call_command("rotate_data_keys", "--status")
    assert "never" in capsys.readouterr().out
    call_command("rotate_data_keys", "--begin")
    with pytest.raises(CommandError):
        call_command("rotate_data_keys", "--begin")
    call_command("rotate_data_keys", "--work", "60")
    told = capsys.readouterr().out
    assert "under way" in told
    assert "0 keys destroyed" in told


def test_the_master_key_is_exchanged_under_second_factors_and_receipts_too(db: None, settings, capsys) -> None:
    alice = UserFactory()
    adapter = SecondFactorAdapter()
    device = Authenticator.objects.create(
        user=alice, type="totp", data={"secret": adapter.encrypt("JBSWY3DP"), "plain": "a:b"}
    )
    codes = Authenticator.objects.create(user=alice, type="recovery_codes", data={"seed": seal_for_site("x" * 20)})
    departures.ask_to_go(user=alice, site="https://play.example/")
    settings.MASTER_KEYS = {"next": b"n" * 32, **settings.MASTER_KEYS}
    call_command("rotate_master_key")
    assert "3 secrets sealed under next" in capsys.readouterr().out
    settings.MASTER_KEYS = {"next": b"n" * 32}
    ciphers.clear()
    device.refresh_from_db()
    codes.refresh_from_db()
    assert adapter.decrypt(device.data["secret"]) == "JBSWY3DP"
    assert device.data["plain"] == "a:b"
    assert codes.data["seed"].startswith("next:")
    assert Departure.objects.get().receipt.startswith("next:")
    assert cipher_of(alice)
    call_command("rotate_master_key")
    assert "0 data keys wrapped, 0 secrets" in capsys.readouterr().out
