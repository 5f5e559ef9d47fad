"""Lore and knowledge on stage: what was granted is what others get, whatever is written since."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from accounts.erasure import erase
from accounts.errors import NotFound
from accounts.models import User
from characters.models import (
    Character,
    Knowledge,
    Lorebook,
    Publication,
    StagedBook,
    StagedText,
    Tag,
)
from characters.selectors.stage import told_now, told_on_stage, unshown
from characters.services import create_version, knowledge, lore
from characters.services.lore_files import import_book
from characters.services.publishing import ask_to_publish, ask_to_show_lore, decide, mark_of, show_less
from characters.services.reading import read_knowledge
from characters.services.releases import set_tags
from characters.services.requests import ChangedSince
from chat.services.conversations import start_conversation
from tests.characters.factories import a_character, edition, let_through
from tests.characters.granted import GRANTED, NOW, ask, entry, granted_character, read, retell, rewrite, said
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
State = Publication.State


@pytest.fixture
def moderator(db: None) -> User:
    user = UserFactory(name="Mo", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("change_publication", "view_publication")))
    return user


@pytest.fixture
def mira(alice: User) -> Character:
    return granted_character(alice)


# --- what others have ---


def test_what_is_written_later_is_the_authors_alone(mira: Character) -> None:
    rewrite(mira)
    retell(mira)
    assert said(told_now(mira.pk)) == NOW
    assert said(told_on_stage(mira.pk)) == GRANTED
    assert [(each.kind, each.change, each.name) for each in unshown(mira)] == [
        ("lore", "changed", "Bell"),
        ("knowledge", "changed", "The attic"),
    ]


def test_new_books_entries_and_texts_wait_too(mira: Character, alice: User) -> None:
    book = lore.create_book(owner=alice, scope="character", character=mira, name="Town")
    for of in (entry(mira).book_id, book.pk):
        lore.add_entry(user=alice, book_id=of, fields={"name": "Crypt", "content": "Nobody returns."})
    import_book(
        owner=alice, data=b'{"entries": [{"keys": ["x"], "content": "Brought."}]}', scope="character", character=mira
    )
    knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="Plot", text="The baker did it.")
    assert said(told_on_stage(mira.pk)) == GRANTED
    assert [each.change for each in unshown(mira)] == ["new"] * 4


@pytest.mark.parametrize(
    "changes", [{"keys": ["gong"]}, {"constant": True}, {"probability": 3}, {"by_meaning": True}, {"role": "user"}]
)
def test_when_an_entry_comes_up_is_granted_as_well(mira: Character, changes: dict[str, Any]) -> None:
    rewrite(mira, GRANTED[0], **changes)
    [[told]] = [book.entries for book in told_on_stage(mira.pk).books]
    assert {name: told[name] for name in changes} != changes
    assert [each.kind for each in unshown(mira)] == ["lore"]


def test_settings_and_order_of_a_book_wait(mira: Character, alice: User) -> None:
    book = entry(mira).book
    lore.add_entry(user=alice, book_id=book.pk, fields={"name": "Crypt"})
    let_through(mira)
    lore.save_book(
        user=alice, book_id=book.pk, changes={"token_budget": 3, "description": "Mine alone", "name": "Port"}
    )
    lore.reorder(user=alice, book_id=book.pk, entry_ids=[book.entries.get(name="Crypt").pk])
    assert [(each.kind, each.name) for each in unshown(mira)] == [("book", "Port")]
    [told] = told_on_stage(mira.pk).books
    assert (told.settings["token_budget"], told.settings["name"]) == (None, "Harbour")
    assert [each["name"] for each in told.entries] == ["Bell", "Crypt"]


def test_what_is_taken_away_is_gone_at_once_and_comes_back_as_it_was_granted(mira: Character, alice: User) -> None:
    rewrite(mira)
    retell(mira)
    found, text = entry(mira), mira.knowledge.get()
    lore.bulk_edit(user=alice, book_id=found.book_id, entry_ids=[found.pk], action="disable")
    knowledge.use_knowledge(owner=alice, knowledge_id=text.pk, enabled=False)
    assert said(told_on_stage(mira.pk)) == []
    assert unshown(mira) == []
    lore.bulk_edit(user=alice, book_id=found.book_id, entry_ids=[found.pk], action="enable")
    knowledge.use_knowledge(owner=alice, knowledge_id=text.pk, enabled=True)
    assert said(told_on_stage(mira.pk)) == GRANTED
    gone = lore.bulk_edit(user=alice, book_id=found.book_id, entry_ids=[found.pk], action="delete").removal
    knowledge.delete_knowledge(owner=alice, knowledge_id=text.pk)
    assert said(told_on_stage(mira.pk)) == []
    lore.put_back(user=alice, book_id=found.book_id, removal_id=gone.pk)
    knowledge.restore_knowledge(owner=alice, knowledge_id=text.pk)
    lore.delete_book(user=alice, book_id=found.book_id)
    assert said(told_on_stage(mira.pk)) == GRANTED[1:]
    lore.restore_book(user=alice, book_id=found.book_id)
    assert said(told_on_stage(mira.pk)) == GRANTED


def test_what_was_not_in_use_when_it_was_granted_is_not_on_stage(mira: Character, alice: User) -> None:
    hidden = lore.add_entry(user=alice, book_id=entry(mira).book_id, fields={"content": "Unread.", "enabled": False})
    notes = lore.create_book(owner=alice, scope="character", character=mira)
    lore.add_entry(user=alice, book_id=notes.pk, fields={"content": "Unread."})
    lore.save_book(user=alice, book_id=notes.pk, changes={"enabled": False})
    let_through(mira)
    lore.save_book(user=alice, book_id=notes.pk, changes={"enabled": True})
    lore.save_entry(user=alice, book_id=hidden.book_id, entry_id=hidden.pk, changes={"enabled": True})
    assert said(told_on_stage(mira.pk)) == GRANTED
    assert len(unshown(mira)) == 2


# --- the decision ---


def test_a_change_of_lore_is_asked_for_with_the_version_on_stage(mira: Character, moderator: User) -> None:
    assert ask(mira).state == State.GRANTED
    rewrite(mira)
    retell(mira)
    request = ask(mira)
    assert request.state == State.WAITING
    assert said(told_on_stage(mira.pk)) == GRANTED
    decide(publication=request, by=moderator, granted=True)
    assert said(told_on_stage(mira.pk)) == NOW
    assert unshown(Character.objects.get(pk=mira.pk)) == []
    assert ask(mira).state == State.GRANTED


def test_a_refused_change_stays_the_authors(mira: Character, moderator: User) -> None:
    rewrite(mira)
    decide(publication=ask(mira), by=moderator, granted=False, reason="No gold.")
    assert said(told_on_stage(mira.pk)) == GRANTED
    assert len(unshown(mira)) == 1


def test_showing_less_is_at_once_and_brings_nothing_new(mira: Character, alice: User, moderator: User) -> None:
    rewrite(mira)
    request = ask(mira, "unlisted")
    mira.refresh_from_db()
    assert (request.state, mira.visibility) == (State.WAITING, "unlisted")
    assert ask(mira, "private").state == State.GRANTED
    show_less(character=mira, by=alice, visibility="private")
    create = create_version(character=mira, editions={"en": edition(name="Mira the Second")})[0]
    ask_to_publish(character=mira, version=create, asked_by=alice, visibility="private")
    assert said(told_on_stage(mira.pk)) == GRANTED, "talks that others began go on with it"
    decide(publication=ask(mira, "unlisted"), by=moderator, granted=True)
    assert said(told_on_stage(mira.pk)) == ["It is of gold.", GRANTED[1]]


def test_only_what_was_read_is_granted(mira: Character, alice: User, moderator: User) -> None:
    rewrite(mira)
    request = ask(mira)
    mark = mark_of(mira, told_now(mira.pk))
    for meddle in (
        lambda: rewrite(mira, "It is of lead."),
        lambda: retell(mira),
        lambda: set_tags(character=mira, tags=[Tag.objects.get(code="mystery")]),
        lambda: Character.objects.filter(pk=mira.pk).update(rating="mature"),
        lambda: lore.create_book(owner=alice, scope="character", character=mira),
    ):
        meddle()
        with pytest.raises(ChangedSince):
            decide(publication=request, by=moderator, granted=True, mark=mark)
        fresh = Character.objects.get(pk=mira.pk)
        assert mark_of(fresh, told_now(mira.pk)) != mark
        mark = mark_of(fresh, told_now(mira.pk))
    decide(publication=request, by=moderator, granted=True, mark=mark)
    assert said(told_on_stage(mira.pk)) == ["It is of lead.", NOW[1]]


def test_one_button_asks_for_what_changed(mira: Character, alice: User, bob: User) -> None:
    assert ask_to_show_lore(character=mira, asked_by=alice) is None
    rewrite(mira)
    with pytest.raises(NotFound):
        ask_to_show_lore(character=mira, asked_by=bob)
    [newer] = create_version(character=mira, editions={"en": edition(name="Mira the Second")})
    waiting = ask_to_publish(character=mira, version=newer, asked_by=alice, visibility="public")
    assert ask_to_show_lore(character=mira, asked_by=alice) == waiting, "it does not replace what carries it anyway"
    waiting.delete()
    asked = ask_to_show_lore(character=mira, asked_by=alice)
    assert asked is not None
    assert (asked.version, asked.visibility, asked.state) == (mira.published, "public", State.WAITING)


def test_what_others_were_told_so_far_counts_as_granted(mira: Character, alice: User) -> None:
    """The migration, on rows as they were before it."""
    before = told_on_stage(mira.pk)
    private = a_character(alice, visibility="private")
    lore.create_book(owner=alice, scope="character", character=private)
    StagedBook.objects.all().delete()
    StagedText.objects.all().delete()
    import_module("characters.migrations.0011_stage_what_others_are_told").stage(apps, None)
    assert told_on_stage(mira.pk) == before
    assert not StagedBook.objects.filter(book__character=private).exists()


# --- passages ---


def passages(text: Knowledge) -> dict[str, tuple[bool, bool]]:
    return {each.text: (each.live, each.staged) for each in text.passages.all()}


def test_no_vector_is_lost_or_made_again_without_need(mira: Character, moderator: User) -> None:
    old, new = "It floods in spring.", "It burns in spring."
    text = mira.knowledge.get()
    read(text, old, new)
    retell(mira)
    assert read_knowledge(text.pk) == 0, "no model is there to be asked"
    assert passages(text) == {old: (False, True), new: (True, False)}
    decide(publication=ask(mira), by=moderator, granted=True)
    text.refresh_from_db()
    assert text.state == Knowledge.State.WAITING
    assert read_knowledge(text.pk) == 0
    assert passages(text) == {new: (True, True)}
    text.refresh_from_db()
    assert text.state == Knowledge.State.READY


# --- erasure ---


def test_of_an_author_who_is_gone_others_keep_what_was_granted(mira: Character, alice: User, bob: User) -> None:
    assert mira.published is not None
    start_conversation(owner=bob, character=mira, version=mira.published)
    rewrite(mira)
    retell(mira)
    lore.add_entry(user=alice, book_id=entry(mira).book_id, fields={"content": "Never shown."})
    knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="Plot", text="Never shown either.")
    lore.create_book(owner=alice, scope="character", character=mira)
    erase(alice)
    assert said(told_on_stage(mira.pk)) == GRANTED
    assert said(told_now(mira.pk)) == GRANTED
    assert Lorebook.objects.filter(character=mira).count() == 1
