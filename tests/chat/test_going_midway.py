"""Somebody is erased while something of theirs is being written."""

import threading
from uuid import UUID

import pytest
from django.db import connections

from accounts.models import DataKey, User
from accounts.privacy.going import go
from chat.models import Conversation, Import, Message, Turn
from chat.selectors.imports import looked_of
from chat.services import imports
from chat.services.imports import intake
from config.services import processes
from tests.characters.factories import a_character
from tests.chat.exported import sillytavern
from tests.chat.stage import Stage, in_database
from tests.factories import UserFactory
from tests.held_up import somebody_waits
from tests.stack import Server


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path) -> None:
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")


def left_of(user_id: UUID, talk_id: UUID | None = None) -> list[str]:
    """What there is of somebody, or of a talk of theirs."""
    owned = [
        User.objects.filter(pk=user_id),
        DataKey.objects.filter(owner=user_id),
        Conversation.objects.filter(owner=user_id),
        Import.objects.filter(owner=user_id),
        Message.objects.filter(author=user_id),
        Message.objects.filter(conversation=talk_id),
        Turn.objects.filter(conversation=talk_id),
    ]
    return [rows.model.__name__ for rows in owned if rows.exists()]


async def test_during_a_turn_nothing_is_left_and_the_server_goes_on(server: Server) -> None:
    stage = Stage(server)
    page = await stage.play("ok-30tps")
    other = await stage.play("script-3")
    await page.say("I am here for a moment.")
    await page.wait_for("ai_chunk")
    user = stage.players[0].user
    pk = user.pk
    talk = await in_database(lambda: Conversation.objects.get(owner=user).pk)
    await in_database(lambda: go(user))
    assert (await other.turn("And I stay.")).text
    assert await in_database(lambda: left_of(pk, talk)) == []
    await stage.close()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("made", [True, False], ids=["with a character that is made for it", "with one of theirs"])
def test_during_an_import_the_talk_is_waited_for_and_goes_too(monkeypatch, made: bool) -> None:
    user = UserFactory()
    pk = user.pk
    whom = None if made else a_character(user).pk
    brought = imports.bring(user=user, name="talk.jsonl", chunks=[sillytavern()])
    imports.look(brought.pk)
    names = {each.name: whom for each in looked_of(Import.objects.get(pk=brought.pk)).names}
    writing, erasing, errors = threading.Event(), threading.Event(), []
    write = intake.write_talk

    def slowly(*wanted, **named):
        done = write(*wanted, **named)
        writing.set()
        assert erasing.wait(20)
        assert processes.wait_until(somebody_waits, 20), "the erasure goes on beside the import"
        return done

    monkeypatch.setattr(intake, "write_talk", slowly)

    def work() -> None:
        try:
            imports.take(user=user, import_id=brought.pk, choices=names)
            assert imports.run(brought.pk)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    def erase() -> None:
        try:
            assert writing.wait(20)
            erasing.set()
            go(user)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=each) for each in (work, erase)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert left_of(pk) == []
