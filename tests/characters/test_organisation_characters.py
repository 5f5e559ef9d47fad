"""Characters that somebody shows to their organisation: to its members alone, by every door."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.errors import Invalid, NotFound
from accounts.guests import BACKEND
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Organisation, User
from accounts.organisations import people
from characters.models import Character, Publication, Visibility
from characters.selectors import characters_for, get_version
from characters.selectors.discovery import Whose, Wish, browse
from characters.selectors.stage import told_on_stage
from characters.services.audience import set_favourite
from characters.services.lore import add_entry, create_book
from characters.services.publishing import ask_to_publish, hide, show_again
from chat.services.conversations import start_conversation
from tests.characters.factories import a_character
from tests.factories import UserFactory


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def guild(alice: User, bob: User) -> Organisation:
    organisation = people.make_organisation(owner=bob, name="The Guild").organisation
    people.join(user=alice, organisation=organisation)
    return organisation


def show(character: Character, visibility: str) -> Publication:
    assert character.published is not None
    assert character.owner is not None
    return ask_to_publish(
        character=character, version=character.published, asked_by=character.owner, visibility=visibility
    )


@pytest.fixture
def shared(alice: User, guild: Organisation) -> Character:
    character = a_character(alice, visibility="private")
    assert show(character, Visibility.ORGANISATION).state == Publication.State.GRANTED
    character.refresh_from_db()
    return character


def test_members_have_it_at_once_and_nobody_else(client, alice, bob, guild, shared, signed_in) -> None:
    outsider, other = UserFactory(), UserFactory()
    people.make_organisation(owner=other, name="Another")
    path = f"/characters/{shared.pk}/"
    assert signed_in(bob).get(path).status_code == 200
    for stranger in (outsider, other):
        assert signed_in(stranger).get(path).status_code == 404
        assert not characters_for(stranger).filter(pk=shared.pk).exists()
    assert client.get(path).status_code == 404
    assert not characters_for(AnonymousUser()).filter(pk=shared.pk).exists()
    assert shared not in browse(user=bob, wish=Wish()).cast, "it is not on Discover"
    assert browse(user=bob, wish=Wish(whose=Whose.ORGANISATION)).cast == [shared]
    assert browse(user=outsider, wish=Wish(whose=Whose.ORGANISATION)).cast == []
    assert "Nothing is shared yet" in signed_in(outsider).get("/favourites/?show=organisation").content.decode()


def test_a_member_plays_and_keeps_it_and_an_outsider_does_not(bob, guild, shared, signed_in) -> None:
    assert start_conversation(
        owner=bob, character=shared, version=get_version(user=bob, version_id=shared.published_id)
    )
    set_favourite(user=bob, character_id=shared.pk, loved=True)
    with pytest.raises(NotFound):
        set_favourite(user=UserFactory(), character_id=shared.pk, loved=True)
    assert signed_in(bob).post(f"/characters/{shared.pk}/copy/").status_code == 403, "seen, not copied"
    assert signed_in(bob).get(f"/history/{shared.pk}/").status_code == 404


def test_lore_is_told_to_members_as_it_stood_when_it_was_shown(alice, bob, guild, shared) -> None:
    book = create_book(owner=alice, scope="character", character=shared, name="Harbour")
    add_entry(user=alice, book_id=book.pk, fields={"keys": ["harbour"], "content": "It is cold."})
    assert told_on_stage(shared.pk).books == ()
    show(shared, Visibility.ORGANISATION)
    assert len(told_on_stage(shared.pk).books) == 1


def test_whoever_leaves_takes_theirs_along(alice, bob, guild, shared, signed_in) -> None:
    people.leave(user=alice)
    shared.refresh_from_db()
    assert (shared.visibility, shared.organisation_id) == ("private", None)
    assert not characters_for(bob).filter(pk=shared.pk).exists()
    people.dissolve(by=bob)
    assert not Organisation.objects.exists()


def test_more_than_the_organisation_still_waits_for_a_moderator_and_less_does_not(alice, guild, shared) -> None:
    assert show(shared, Visibility.PUBLIC).state == Publication.State.WAITING
    shared.refresh_from_db()
    assert shared.visibility == Visibility.ORGANISATION
    assert shared.published_at is None, "it was not shown to everybody yet"
    show(shared, Visibility.PRIVATE)
    shared.refresh_from_db()
    assert (shared.visibility, shared.organisation_id) == ("private", None)


def test_without_an_organisation_there_is_none_to_show_it_to(db, signed_in) -> None:
    loner = UserFactory()
    character = a_character(loner, visibility="private")
    with pytest.raises(Invalid):
        show(character, Visibility.ORGANISATION)
    assert 'value="organisation"' not in signed_in(loner).get(f"/characters/{character.pk}/").content.decode()


def test_what_was_hidden_wrongly_is_shown_to_the_organisation_again(alice, bob, guild, shared) -> None:
    moderator = make_demo_account(role="moderator", email="mo@example.com", password="one good password")
    stood = {"character_id": shared.pk, "version_id": shared.published_id, "visibility": "organisation"}
    hide(character=shared, by=moderator, reason="Look at the rules.")
    assert not characters_for(bob).filter(pk=shared.pk).exists()
    assert show_again(**stood, by=moderator)
    assert characters_for(bob).filter(pk=shared.pk).exists()
    hide(character=shared, by=moderator, reason="Look at the rules.")
    people.leave(user=alice)
    assert not show_again(**stood, by=moderator), "its author is of no organisation any more"
