"""What readers think of replies: one word for each person and reply, and nobody else's to know."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase
from accounts.errors import Invalid, NotFound
from accounts.guests import BACKEND, adopt
from accounts.models import User
from chat.formats import native
from chat.models import Conversation, Participant, Rating
from chat.selectors.exports import head_of, tree_of
from chat.services.ratings import rate_reply
from chat.services.removals import delete_from, forget_removed
from tests.api.conftest import Program, refused
from tests.chat.grown import Talk
from tests.factories import GuestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(db: None) -> Talk:
    return Talk()


@pytest.fixture
def reply(talk: Talk) -> UUID:
    return talk.script("Soup, please.", "Soup it is.")[1]


def seen(talk: Talk, user: User | None = None) -> list[str | None]:
    return [line.rating for line in talk.lines(user)]


def rate(talk: Talk, reply: UUID, rating: str, user: User | None = None) -> None:
    rate_reply(user=user or talk.owner, conversation_id=talk.id, message_id=reply, rating=rating)


def exported(talk: Talk, user: User) -> list[Any]:
    head = head_of(user=user, conversation=talk.row)
    written = "".join(native.write(head, tree_of(user=user, conversation=talk.row)))
    return [message.get("rating") for message in json.loads(written)["messages"]]


def test_the_last_word_counts_and_can_be_taken_back(talk: Talk, reply: UUID) -> None:
    for rating in ("up", "up", "down", "down"):
        rate(talk, reply, rating)
        assert seen(talk) == [None, None, rating]
        assert Rating.objects.count() == 1
    for _ in range(2):
        rate(talk, reply, "")
        assert seen(talk) == [None, None, None]


def test_only_replies_are_rated(talk: Talk, reply: UUID) -> None:
    line = talk.lines()[1].id
    for other in (line, talk.opening):
        with pytest.raises(Invalid):
            rate(talk, other, "up")
    with pytest.raises(Invalid):
        rate(talk, reply, "splendid")
    assert not Rating.objects.exists()


def test_each_person_has_a_word_of_their_own_and_nobody_sees_anothers(talk: Talk, reply: UUID) -> None:
    bob, stranger = UserFactory(), UserFactory()
    Participant.objects.create(conversation=talk.row, user=bob)
    rate(talk, reply, "up")
    rate(talk, reply, "down", bob)
    assert (seen(talk), seen(talk, bob)) == ([None, None, "up"], [None, None, "down"])
    assert (exported(talk, talk.owner)[-1], exported(talk, bob)[-1]) == ("up", "down")
    with pytest.raises(NotFound):
        rate(talk, reply, "up", stranger)


def test_a_whisper_is_rated_by_those_who_heard_it(talk: Talk) -> None:
    bob = UserFactory()
    Participant.objects.create(conversation=talk.row, user=bob)
    line = talk.say("Psst.", seen_by=[talk.owner.pk])
    reply = talk.say("Psst yourself.", below=line, seen_by=[talk.owner.pk])
    rate(talk, reply, "up")
    with pytest.raises(NotFound):
        rate(talk, reply, "up", bob)


def test_ratings_go_with_whoever_gave_them_and_with_the_talk(talk: Talk, reply: UUID) -> None:
    bob = UserFactory()
    Participant.objects.create(conversation=talk.row, user=bob)
    rate(talk, reply, "up")
    rate(talk, reply, "down", bob)
    erase(bob)
    assert Rating.objects.get().user == talk.owner
    erase(talk.owner)
    assert not Rating.objects.exists()


def test_a_line_that_is_gone_for_good_takes_its_ratings_along(talk: Talk, reply: UUID) -> None:
    rate(talk, reply, "up")
    delete_from(**talk.who, message_id=reply)
    assert Rating.objects.exists(), "it can come back"
    forget_removed(removed_before=timezone.now() + timedelta(days=1))
    assert not Rating.objects.exists()


def test_a_guests_ratings_come_along_into_the_account(db: None) -> None:
    guest, account = GuestFactory(), UserFactory()
    talk = Talk(guest)
    reply, other = talk.script("Soup.", "Soup it is.", "Bread.", "Bread it is.")[1::2]
    Participant.objects.create(conversation=talk.row, user=account)
    rate(talk, reply, "up")
    rate(talk, other, "up")
    rate(talk, other, "down", account)
    adopt(guest, account)
    talk.owner, talk.row = account, Conversation.objects.get(pk=talk.id)
    assert seen(talk) == [None, None, "up", None, "down"]


def test_the_page_shows_it_pressed_and_takes_it_by_http(talk: Talk, reply: UUID) -> None:
    client = Client()
    client.force_login(talk.owner, backend=BACKEND)
    path = reverse("message-rate", args=[talk.id, reply])
    assert client.post(path, {"rating": "up"}, content_type="application/json").json() == {"rating": "up"}
    page = client.get(reverse("talk", args=[talk.id])).content.decode()
    assert page.count('data-act="good" aria-pressed="true"') == 1
    assert 'data-act="bad" aria-pressed="true"' not in page
    refusal = client.post(path, {"rating": 5}, content_type="application/json")
    assert (refusal.status_code, refusal.json()["error"]["field"]) == (400, "rating")


@pytest.mark.usefixtures("fresh_limits")
def test_programs_rate_too(talk: Talk, reply: UUID) -> None:
    program = Program(talk.owner)
    path = f"conversations/{talk.id}/messages/{reply}/rating/"
    assert program.put(path, {"rating": "down"}).json() == {"rating": "down"}
    assert seen(talk) == [None, None, "down"]
    refused(program.put(path, {"rating": "splendid"}), 400, "invalid")
    assert program.delete(path).status_code == 204
    assert program.delete(path).status_code == 204
    assert seen(talk) == [None, None, None]
    refused(Program(UserFactory()).put(path, {"rating": "up"}), 404, "not_found")
