"""Links to a branch: what a reader sees of it and what not; and that a link leads nowhere once it is over."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase
from accounts.errors import Invalid, NotFound
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from accounts.models import Persona
from accounts.personas import edit_persona
from characters.models import Character
from chat.models import Conversation, Message, Participant, Share
from chat.selectors.shares import A_PAGE, links_of, shared_by
from chat.services import shares as sharing
from chat.services.conversations import rename_conversation, restore_conversation, trash_conversation
from chat.services.edits import rewrite_reply
from chat.services.removals import delete_from
from chat.services.shares import revoke_share, share_branch
from chat.services.undo import undo
from chat.tasks import empty_trash
from tests.chat.library import say, talk_of
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def alice(db):
    user = UserFactory(name="Alice Liddell")
    edit_persona(user=user, persona_id=Persona.objects.get(user=user).pk, name="Ada", description="Tall, with a scar.")
    return user


@pytest.fixture
def talk(alice):
    return talk_of(alice, title="What nobody else should see")


def share(user, talk, *, named=False, days=None) -> str:
    _, token = share_branch(user=user, conversation_id=talk.pk, named=named, days=days)
    return token


def lines(token, page=1) -> list[tuple[str, str]]:
    return [(line.author, line.content) for line in shared_by(token, viewer=AnonymousUser(), page=page).lines]


def read(token: str, **asked: str):
    """As anybody with the link."""
    return Client().get(reverse("shared", args=[token]), asked)


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# ---------------------------------------------------------------- what is shown


def test_whoever_has_the_link_reads_the_branch(alice, talk):
    say(talk, ["*knocks* Who is there?", "Nobody."])
    page = read(share(alice, talk)).content.decode()
    assert '<em class="act">knocks</em>' in page
    assert "Nobody." in page
    for control in ("<form", "data-act", "msg__tools", "<textarea"):
        assert control not in page


def test_it_shows_what_was_said_when_it_was_shared(alice, talk):
    [_, two] = say(talk, ["one", "two"])
    token = share(alice, talk)
    say(talk, ["three"])
    rewrite_reply(user=alice, conversation_id=talk.pk, message_id=two.pk, content="two, otherwise")
    assert [text for _, text in lines(token)] == ["one", "two"]


def test_what_is_deleted_since_is_gone_from_it_with_what_follows(alice, talk):
    [one, two, *_] = say(talk, ["one", "two", "three", "four"])
    token = share(alice, talk)
    back = delete_from(user=alice, conversation_id=talk.pk, message_id=two.pk)
    assert [text for _, text in lines(token)] == ["one"]
    undo(user=alice, conversation_id=talk.pk, token=back)
    assert len(lines(token)) == 4
    Message.objects.filter(pk=two.pk).update(hidden=True)
    assert [text for _, text in lines(token)] == ["one", "three", "four"]
    delete_from(user=alice, conversation_id=talk.pk, message_id=one.pk)
    assert read(token).status_code == 404


def test_a_long_branch_has_pages(alice, talk):
    say(talk, [f"line {number}" for number in range(A_PAGE + 5)])
    token = share(alice, talk)
    with CaptureQueriesContext(connection) as asked:
        first = shared_by(token, viewer=AnonymousUser())
    assert len(asked) <= 9
    assert (len(first.lines), first.pages) == (A_PAGE, 2)
    assert [text for _, text in lines(token, page=2)] == [f"line {number}" for number in range(A_PAGE, A_PAGE + 5)]
    assert "Page 2 of 2" in read(token, page="2").content.decode()
    assert read(token, page="x").status_code == 200


# ---------------------------------------------------------------- what is not


def test_nobody_is_named_unless_they_want_it(alice, talk):
    bob, carol = UserFactory(name="Bob"), UserFactory(name="Carol")
    said = say(talk, ["mine", "hers", "bob's", "hers", "carol's", "hers", "bob's again"])
    Message.objects.filter(pk__in=[line.pk for line in said], author=alice).update(speaker="Ada")
    for person, places in ((bob, (2, 6)), (carol, (4,))):
        Participant.objects.create(conversation=talk, user=person)
        Message.objects.filter(pk__in=[said[place].pk for place in places]).update(
            author=person, speaker=person.profile.name
        )
    assert [name for name, _ in lines(share(alice, talk))] == [
        "Player",
        "Mira",
        "Player 2",
        "Mira",
        "Player 3",
        "Mira",
        "Player 2",
    ]
    assert [name for name, _ in lines(share(alice, talk, named=True))] == [
        "Ada",
        "Mira",
        "Player 2",
        "Mira",
        "Player 3",
        "Mira",
        "Player 2",
    ]
    unnamed = talk_of(alice)
    say(unnamed, ["mine"])
    assert lines(share(alice, unnamed, named=True)) == [("Player", "mine")]


def test_whispers_stay_between_those_who_heard_them(alice, talk):
    [_, two, three, _] = say(talk, ["one", "two", "three", "four"])
    Message.objects.filter(pk__in=[two.pk, three.pk]).update(seen_by=[alice.pk])
    assert [text for _, text in lines(share(alice, talk))] == ["one", "four"]


def test_a_talk_that_was_handed_over_takes_no_links_along(alice, talk):
    say(talk, ["one"])
    token = share(alice, talk)
    Conversation.objects.filter(pk=talk.pk).update(owner=UserFactory())
    assert read(token).status_code == 404
    assert links_of(alice) == []


def test_the_faces_of_others_are_not_lent(alice, talk):
    Character.objects.filter(pk=talk.cast.get().character_id).update(visibility="public")
    [_, hers, _, his] = say(talk, ["one", "hers", "two", "his"])
    Message.objects.filter(pk=hers.pk).update(character_id=talk.cast.get().character_id)
    Message.objects.filter(pk=his.pk).update(character_id=None, speaker="Watson")
    shown = shared_by(share(alice, talk), viewer=AnonymousUser()).lines
    assert [(line.author, line.faceless) for line in shown if line.role == "character"] == [
        ("Mira", False),
        ("Watson", True),
    ]


def test_nothing_personal_is_on_the_page(alice, talk):
    Character.objects.filter(pk=talk.cast.get().character_id).update(visibility="private")
    said = say(talk, ["one", "two"])
    token = share(alice, talk, named=True)
    page = read(token).content.decode()
    secrets = (
        "Liddell",
        alice.email,
        "scar",
        "What nobody else should see",
        "Keeps a tavern",
        str(talk.pk),
        str(alice.pk),
        "portrait",
    )
    for secret in (*secrets, *(str(line.pk) for line in said)):
        assert secret not in page
    # Nor through what the page shows of a character that is public.
    Character.objects.filter(pk=talk.cast.get().character_id).update(visibility="public")
    page = read(token).content.decode()
    assert "portrait" in page
    assert "Keeps a tavern" not in page


def test_the_address_stays_with_who_has_it(alice, talk):
    say(talk, ["one"])
    answer = read(share(alice, talk))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sessionid" not in answer.cookies


def test_the_secret_is_kept_as_a_hash(alice, talk):
    say(talk, ["one"])
    token = share(alice, talk)
    assert re.fullmatch(r"[\w-]{22}", token)
    with connection.cursor() as cursor:
        cursor.execute("select * from chat_share")
        assert token not in str(cursor.fetchall())
    assert share(alice, talk) != token


# ---------------------------------------------------------------- an end


def test_a_link_that_is_revoked_or_over_or_never_was(alice, talk):
    say(talk, ["one"])
    token, other = share(alice, talk), share(alice, talk, days=7)
    assert read(token).status_code == read(other).status_code == 200
    with pytest.raises(NotFound):
        revoke_share(user=UserFactory(), share_id=Share.objects.earliest("pk").pk)
    revoke_share(user=alice, share_id=Share.objects.earliest("pk").pk)
    assert read(token).status_code == 404
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert read(other).status_code == 404
    assert links_of(alice) == []
    empty_trash()
    assert not Share.objects.exists()
    assert read("x" * 22).status_code == 404


def test_the_trash_closes_it_and_nothing_is_left_of_it(alice, talk):
    say(talk, ["one"])
    token = share(alice, talk)
    trash_conversation(user=alice, conversation_id=talk.pk)
    assert read(token).status_code == 404
    restore_conversation(user=alice, conversation_id=talk.pk)
    assert read(token).status_code == 200
    alice.is_active = False
    alice.save()
    assert read(token).status_code == 404
    erase(alice)
    assert not Share.objects.exists()


def test_a_guests_links_go_along(alice):
    guest = GuestFactory()
    talk = talk_of(guest)
    say(talk, ["one"])
    token = share(guest, talk)
    adopt(guest, alice)
    assert lines(token) == [("Player", "one")]
    assert [link.conversation_id for link in links_of(alice)] == [talk.pk]


# ---------------------------------------------------------------- who, and how many


def test_only_the_owner_shares(alice, talk):
    say(talk, ["one"])
    bob = UserFactory()
    Participant.objects.create(conversation=talk, user=bob)
    for user, where in ((bob, talk.pk), (UserFactory(), talk.pk), (alice, uuid7())):
        with pytest.raises(NotFound):
            share_branch(user=user, conversation_id=where, named=False)


def test_what_can_be_shared(alice, talk, monkeypatch):
    with pytest.raises(Invalid):
        share(alice, talk)
    say(talk, ["one"])
    with pytest.raises(Invalid) as refused:
        share(alice, talk, days=3)
    assert refused.value.extra["field"] == "days"
    monkeypatch.setattr(sharing, "MAX_LINKS", 1)
    share(alice, talk)
    with pytest.raises(Invalid) as refused:
        share(alice, talk)
    assert refused.value.extra["limit"] == 1


def test_the_pages_of_its_owner(alice, talk):
    say(talk, ["one"])
    rename_conversation(user=alice, conversation_id=talk.pk, title="The soup")
    client = browser(alice)
    page = client.post(reverse("share-add", args=[talk.pk]), {"days": "30", "named": "1"}).content.decode()
    [link] = re.findall(r'value="(http://testserver/shared/[\w-]+/)"', unescape(page))
    assert Client().get(link).status_code == 200
    assert "with the name you play under" in page
    assert link not in client.get(reverse("talk-shares", args=[talk.pk])).content.decode(), "shown once"
    page = client.get(reverse("shares")).content.decode()
    assert "The soup" in page
    [share_id] = Share.objects.values_list("pk", flat=True)
    assert client.post(reverse("share-revoke", args=[share_id]))["Location"] == reverse("shares")
    assert Client().get(link).status_code == 404
    assert client.post(reverse("share-add", args=[talk.pk]), {"days": "3"}).status_code == 400
