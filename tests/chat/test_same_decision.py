"""The same text gets the same answer wherever it is said, written, brought along or remembered."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.encryption import Place, cipher_of
from accounts.judging import NotAllowed
from accounts.models import User
from accounts.personas import add_persona
from characters.models import Character, Rating
from characters.services import create_character
from characters.services.cards import import_card
from characters.services.drafts import open_draft, save_draft, write_version
from characters.services.knowledge import add_knowledge
from characters.services.lore import add_entry, create_book, save_entry
from characters.services.lore_files import import_book
from chat.models import Message
from chat.prompts import Note
from chat.services.conversations import start_conversation
from chat.services.edits import edit_in_place, rewrite_reply
from chat.services.notes import write_note
from memory.models import Memory
from memory.services.corrections import add_by_hand, correct
from moderation.models import Case
from tests.chat.brought import brought, lines_of, talks_of
from tests.chat.grown import Talk
from tests.factories import UserFactory
from tests.memory.remembered import remember, statements

pytestmark = pytest.mark.django_db
NEVER = "Where is the cheese pizza trade tonight?"
DISGUISED = "Where is the ch\u200bee5e  pizza-TRADE tonight?"
HARMLESS = "Where is the night train to Lisbon?"

Write = Callable[[User, str], Any]


def in_place(user: User, text: str) -> None:
    talk = Talk(user)
    edit_in_place(**talk.who, message_id=talk.say("Good evening."), content=text)


def other_words(user: User, text: str) -> None:
    talk = Talk(user)
    talk.say("Good evening.")
    rewrite_reply(**talk.who, message_id=talk.say("And to you."), content=text)


def note(user: User, text: str) -> None:
    write_note(**Talk(user).who, note=Note(text))


def by_hand(user: User, text: str) -> None:
    add_by_hand(user=user, character_id=character_of(Talk(user)).pk, text=text)


def corrected(user: User, text: str) -> None:
    added = add_by_hand(user=user, character_id=character_of(Talk(user)).pk, text="Likes trains.")
    correct(user=user, memory_id=added.memory_id, text=text)


def draft(user: User, text: str) -> None:
    made = open_draft(owner=user, language="en")
    write_version(draft=save_draft(draft=made, revision=1, changes={"name": "Mira", "description": text}))


def greeting_of_a_card(user: User, text: str) -> None:
    create_character(owner=user, editions={"en": {"name": "Mira", "greetings": ["Hello.", text]}})


def card_file(user: User, text: str) -> None:
    data = {"name": "Mira", "description": text, "first_mes": "Hello."}
    import_card(owner=user, data=json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode())


def book_of_a_card(user: User, text: str) -> None:
    book = {"entries": [{"keys": ["train"], "content": text, "enabled": True, "insertion_order": 1, "extensions": {}}]}
    data = {"name": "Mira", "description": "A guard.", "first_mes": "Hello.", "character_book": book}
    import_card(owner=user, data=json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode())


def lore(user: User, text: str) -> None:
    book = create_book(owner=user, scope="account", name="Trains")
    entry = add_entry(user=user, book_id=book.pk, fields={"keys": ["train"], "content": "It is late."})
    save_entry(user=user, book_id=book.pk, entry_id=entry.pk, changes={"content": text})


def lore_file(user: User, text: str) -> None:
    entries = {"0": {"uid": 0, "key": ["train"], "content": text, "comment": "", "order": 100}}
    import_book(owner=user, data=json.dumps({"entries": entries}).encode(), filename="trains.json", scope="account")


def knowledge(user: User, text: str) -> None:
    character = create_character(owner=user, editions={"en": {"name": "Mira", "greetings": ["Hello."]}})
    add_knowledge(owner=user, character_id=character.pk, title="Trains", text=text)


def persona(user: User, text: str) -> None:
    add_persona(user=user, name="Ada", description=text)


WRITING: list[Write] = [
    in_place, other_words, note, by_hand, corrected, draft, greeting_of_a_card, card_file, book_of_a_card, lore,
    lore_file, knowledge, persona,
]  # fmt: skip


def character_of(talk: Talk) -> Character:
    return talk.row.cast.get().character


@pytest.mark.parametrize("write", WRITING)
def test_what_is_written_is_refused(write: Write) -> None:
    user = UserFactory()
    for text in (NEVER, DISGUISED):
        with pytest.raises(NotAllowed) as refused:
            write(user, text)
        assert refused.value.extra["rule"] == "term"
        assert refused.value.extra["field"]
        assert "pizza" not in str(refused.value.message)
    write(user, HARMLESS)


def test_moderators_see_what_was_refused() -> None:
    user = UserFactory()
    with pytest.raises(NotAllowed):
        by_hand(user, NEVER)
    case = Case.objects.get(about=user, outcome="")
    [exhibit] = case.exhibits.all()
    assert (case.rule, exhibit.stage) == ("term", "memory")
    assert cipher_of(user).open(exhibit.text, Place("moderation_exhibit", exhibit.pk)) == NEVER


def test_what_is_brought_along_is_taken_back() -> None:
    user = UserFactory()
    said = [("Mira", HARMLESS), ("You", NEVER), ("Mira", NEVER), ("You", HARMLESS)]
    lines = [{"name": name, "is_user": name == "You", "mes": text} for name, text in said]
    head = {"user_name": "You", "character_name": "Mira", "create_date": "2026-1-1"}
    data = "\n".join(map(json.dumps, [head, *lines])).encode()
    row = brought(user, data, "talk.jsonl")
    [talk] = talks_of(row)
    shown = [text for _, text in lines_of(user, talk)]
    assert "pizza" not in " ".join(shown)
    assert (shown[0], shown[3]) == (HARMLESS, HARMLESS)
    assert row.talks.get().notes["withdrawn"] == 2
    assert Message.objects.filter(conversation=talk, status="withdrawn").count() == 2


def test_an_opening_is_taken_back_by_the_rules_of_today() -> None:
    user = UserFactory()
    character = create_character(
        owner=None, slug="m", editions={"en": {"name": "Mira", "greetings": [HARMLESS, NEVER]}}
    )
    version = character.published
    assert version is not None
    talk = start_conversation(owner=user, character=character, version=version, greeting=1)
    texts = dict(Message.objects.filter(conversation=talk).values_list("status", "pk"))
    assert set(texts) == {"complete", "withdrawn"}
    assert "pizza" not in str(lines_of(user, talk))


def test_what_was_said_is_not_remembered_where_a_rule_stands_against_it() -> None:
    talk = Talk()
    talk.script("Remember that I run the cheese pizza trade.", "I will.", "My sister is called Nora.", "A lovely name.")
    remember(talk)
    assert statements(talk.owner) == ["The player's sister is called Nora."]


def test_numbers_are_masked_in_what_is_remembered_and_twice_is_once() -> None:
    talk = Talk()
    user, character = talk.owner, character_of(talk)
    for _ in range(2):
        add_by_hand(user=user, character_id=character.pk, text="Reach me at ada@lantern.net, any day.")
    assert Memory.objects.count() == 1
    [kept] = statements(user)
    assert "@" not in kept
    assert kept.startswith("Reach me at █")


def test_a_card_without_a_rating_is_given_the_mildest_that_it_may_have() -> None:
    user = UserFactory(age="adult")
    data = {"name": "Mira", "description": "A guard of trains.", "first_mes": "Hello."}
    made = import_card(
        owner=user, data=json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode()
    )
    assert made.character.rating == Rating.GENERAL


def test_with_the_filters_off_nothing_is_looked_at(settings: Any) -> None:
    settings.FILTERS = False
    persona(UserFactory(), NEVER)
