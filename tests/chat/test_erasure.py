"""Nothing is left of somebody who is let go."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.utils import timezone

from accounts.blocks import block
from accounts.erasure import erase
from accounts.models import Block, DataKey, Erasure, Session, User
from accounts.privacy.guests import forget_guests_idle_since
from accounts.sessions import open_sessions
from characters.models import Character
from characters.selectors import characters_for, edition_of, get_version
from characters.services.shelf import forget_deleted_characters
from chat.models import Conversation, Message, Participant
from chat.services.conversations import rename_conversation, start_conversation
from chat.tasks import empty_trash
from tests.chat.stage import mira
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def guest_with_a_talk(db: None) -> User:
    guest = GuestFactory()
    character = mira("echo-prompt")
    talk = start_conversation(owner=guest, character=character, version=edition_of(character))
    rename_conversation(user=guest, conversation_id=talk.pk, title="A letter for Ada")
    return guest


def test_erasing_a_person_leaves_neither_messages_nor_keys(guest_with_a_talk: User) -> None:
    talk = Conversation.objects.get(owner=guest_with_a_talk)
    erase(guest_with_a_talk)
    assert not Message.objects.filter(conversation=talk.pk).exists()
    assert not Participant.objects.filter(conversation=talk.pk).exists()
    assert not DataKey.objects.filter(pk=talk.key_id).exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from chat_conversation where id = %s", [talk.pk])
        assert cursor.fetchone()[0] == 0


def test_erasing_a_person_leaves_no_way_in_and_no_word_of_whom_they_blocked(db: None) -> None:
    alice, bob = UserFactory(), UserFactory()
    open_sessions([alice])
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=alice, provider="inn", uid="42")
    block(user=alice, person_id=bob.pk)
    block(user=bob, person_id=alice.pk)
    erase(alice)
    for model in (Session, Authenticator, SocialAccount, EmailAddress):
        assert not model._default_manager.filter(user=alice.pk).exists()
    assert not Block.objects.exists()


def test_guests_long_gone_are_forgotten_with_their_talks_and_a_receipt_is_left(guest_with_a_talk: User) -> None:
    User.objects.filter(pk=guest_with_a_talk.pk).update(date_joined=timezone.now() - timedelta(days=40))
    assert forget_guests_idle_since(timezone.now() - timedelta(days=30), limit=10) >= 1
    assert not User.objects.filter(pk=guest_with_a_talk.pk).exists()
    assert not Conversation.objects.filter(owner=guest_with_a_talk.pk).exists()
    assert Erasure.objects.get().counts["chat.Conversation"] == 1


def test_in_other_peoples_talks_a_line_keeps_its_place_and_loses_its_name(db: None) -> None:
    host, player = UserFactory(), UserFactory()
    character = mira("echo-prompt")
    talk = start_conversation(owner=host, character=character, version=edition_of(character))
    Participant.objects.create(conversation=talk, user=player)
    line, theirs = (
        Message.objects.create(
            conversation=talk, parent_id=talk.head_id, role="player", author=who, speaker="Ada", body=b"x", terms=[1]
        )
        for who in (player, host)
    )
    erase(player)
    line.refresh_from_db()
    theirs.refresh_from_db()
    assert (line.speaker, line.terms) == ("", [])
    assert (theirs.speaker, theirs.terms) == ("Ada", [1])


def test_the_trash_is_emptied_after_thirty_days_and_not_before(db: None) -> None:
    alice, character = UserFactory(), mira("echo-prompt")
    talks = [start_conversation(owner=alice, character=character, version=edition_of(character)) for _ in range(3)]
    for talk, days in zip(talks, (31, 29, None), strict=True):
        thrown = timezone.now() - timedelta(days=days) if days else None
        Conversation.objects.filter(pk=talk.pk).update(deleted_at=thrown)
    empty_trash()
    empty_trash()
    assert set(Conversation.objects.filter(owner=alice).values_list("pk", flat=True)) == {talks[1].pk, talks[2].pk}
    assert not Message.objects.filter(conversation=talks[0].pk).exists()
    assert not DataKey.objects.filter(pk=talks[0].key_id).exists()
    assert Message.objects.filter(conversation=talks[1].pk).exists()


def test_talks_go_on_with_a_character_whose_author_is_gone(db: None) -> None:
    author, player = UserFactory(), UserFactory()
    played, alone = mira("echo-prompt"), mira("echo-prompt")
    Character.objects.filter(pk__in=(played.pk, alone.pk)).update(owner=author)
    talk = start_conversation(owner=player, character=played, version=edition_of(played))
    own = start_conversation(owner=author, character=played, version=edition_of(played))
    erase(author)
    assert not User.objects.filter(pk=author.pk).exists()
    assert not Character.objects.filter(pk=alone.pk).exists()
    assert not Conversation.objects.filter(pk=own.pk).exists()
    played.refresh_from_db()
    assert played.owner_id is None
    assert not characters_for(player).filter(pk=played.pk).exists(), "nobody begins another talk"
    assert talk.cast.get().version.name == "Mira"
    assert get_version(user=player, version_id=talk.cast.get().version_id).name == "Mira"


def test_a_deleted_character_is_gone_after_thirty_days_unless_somebody_talks_with_it(db: None) -> None:
    played, alone, fresh = mira("echo-prompt"), mira("echo-prompt"), mira("echo-prompt")
    start_conversation(owner=UserFactory(), character=played, version=edition_of(played))
    Character.objects.filter(pk__in=(played.pk, alone.pk)).update(deleted_at=timezone.now() - timedelta(days=31))
    Character.objects.filter(pk=fresh.pk).update(deleted_at=timezone.now() - timedelta(days=29))
    forget_deleted_characters()
    assert set(Character.objects.filter(pk__in=(played.pk, alone.pk, fresh.pk))) == {played, fresh}
