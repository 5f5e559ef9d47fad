"""The same text gets the same answer wherever it is said, written, brought along or remembered."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.encryption import Place, cipher_for, cipher_of
from accounts.ids import uuid7
from accounts.judging import NotAllowed
from accounts.models import User
from accounts.organisations import people
from accounts.personas import add_persona
from accounts.profiles import save_profile
from characters.models import Character, Rating
from characters.services import create_character
from characters.services.cards import import_card
from characters.services.drafts import open_draft, save_draft, write_version
from characters.services.knowledge import add_knowledge
from characters.services.lore import add_entry, create_book, save_book, save_entry
from characters.services.lore_files import import_book
from chat.models import Message, Participant, Room
from chat.prompts import Note
from chat.selectors import title_of
from chat.services.checkpoints import name_place
from chat.services.conversations import rename_conversation, start_conversation
from chat.services.edits import edit_in_place, rewrite_reply
from chat.services.folders import add_folder, change_folder
from chat.services.notes import write_note
from chat.services.noting import reword
from chat.services.rooms.scene import Present, Scene
from chat.services.turns.judging import said_in
from memory.models import Memory, SessionNote
from memory.noting.sections import Sections
from memory.places import NOTE
from memory.services.corrections import add_by_hand, correct
from moderation import in_force
from moderation.decision import decide
from moderation.models import Case
from moderation.services.rules import write_policy
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


def title(user: User, text: str) -> None:
    talk = Talk(user)
    rename_conversation(user=user, conversation_id=talk.row.pk, title=text)


def checkpoint(user: User, text: str) -> None:
    talk = Talk(user)
    name_place(**talk.who, message_id=talk.say("Good evening."), name=text)


def folder(user: User, text: str) -> None:
    change_folder(user=user, folder_id=add_folder(user=user, name="Trains").pk, name=text)


def profile_name(user: User, text: str) -> None:
    save_profile(user=user, name=text, bio="", language="en", theme="")


def profile_bio(user: User, text: str) -> None:
    save_profile(user=user, name="Ada", bio=text, language="en", theme="")


def session_note(user: User, text: str) -> None:
    talk = Talk(user)
    fresh = uuid7()
    sealed = cipher_for(talk.row.key_id).seal(Sections(("They met.",)).as_json(), Place(NOTE, fresh))
    kept = SessionNote.objects.create(
        id=fresh, conversation_id=talk.row.pk, from_id=uuid7(), until_id=uuid7(), lines=1, covers=b"1", sections=sealed
    )
    reword(user=user, note_id=kept.pk, sections={"happened": ["They met.", text]})


def book_name(user: User, text: str) -> None:
    save_book(user=user, book_id=create_book(owner=user, scope="account", name="Trains").pk, changes={"name": text})


def name_of_a_book_of_a_card(user: User, text: str) -> None:
    data = {
        "name": "Mira",
        "description": "A guard.",
        "first_mes": "Hi.",
        "character_book": {"name": text, "entries": []},
    }
    import_card(owner=user, data=json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode())


def cue(user: User, text: str) -> None:
    fields = {"name": "Mira", "greetings": ["Hello."], "presentation": {"cues": [text]}}
    create_character(owner=user, editions={"en": fields})


def organisation(user: User, text: str) -> None:
    people.make_organisation(owner=user, name=text)


def other_name_of_an_organisation(user: User, text: str) -> None:
    if people.membership_of(user) is None:
        people.make_organisation(owner=user, name="Trains")
    people.rename(by=user, name=text)


WRITING: list[Write] = [
    in_place, other_words, note, by_hand, corrected, draft, greeting_of_a_card, card_file, book_of_a_card, lore,
    lore_file, knowledge, persona, title, checkpoint, folder, profile_name, profile_bio, session_note, book_name,
    name_of_a_book_of_a_card, cue, organisation, other_name_of_an_organisation,
]  # fmt: skip


@pytest.fixture
def young_words() -> Iterator[str]:
    """What an operator keeps from minors alone."""
    rule = {"name": "young", "finding": "term", "action": "block", "at": 0.1, "ages": ["minor"]}
    write_policy(changes={"rules": [rule]}, by=UserFactory(is_staff=True, is_superuser=True), base=0)
    in_force.known.refresh()
    yield "They sing of white power in that play."
    in_force.known.forget()


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


def test_a_title_that_is_brought_along_is_left_out() -> None:
    user = UserFactory()
    head = {"user_name": "You", "character_name": "Mira", "chat_metadata": {"dramatis": {"title": NEVER}}}
    data = "\n".join(map(json.dumps, [head, {"name": "You", "is_user": True, "mes": HARMLESS}])).encode()
    [talk] = talks_of(brought(user, data, "talk.jsonl"))
    assert title_of(talk) == ""
    assert lines_of(user, talk)[-1][1] == HARMLESS


def test_in_a_room_the_youngest_decides(young_words: str) -> None:
    host = UserFactory(age="adult")
    talk = Talk(host)
    Room.objects.create(conversation=talk.row)
    Participant.objects.create(conversation=talk.row, user=UserFactory(age=""))
    write_note(**talk.who, note=Note(young_words))
    young = Participant.objects.create(conversation=talk.row, user=UserFactory(age="minor"), role="spectator")
    with pytest.raises(NotAllowed):
        write_note(**talk.who, note=Note(young_words))
    with pytest.raises(NotAllowed):
        rename_conversation(user=host, conversation_id=talk.id, title=young_words)
    young.delete()
    write_note(**talk.who, note=Note(young_words))


def test_what_is_said_in_a_room_is_judged_for_the_youngest_who_is_there(young_words: str) -> None:
    def scene(*ages: str) -> Scene:
        people = (Present(uuid7(), "Ada", "player", False, None, None, age) for age in ages)
        return Scene("mention", 3, False, None, (), tuple(people))

    def passes(*ages: str) -> bool:
        return decide(young_words, said_in(None, scene(*ages))).passes  # type: ignore[arg-type]

    assert scene("adult", "", "adult").age == "unknown"
    assert passes("adult", "")
    assert not passes("adult", "minor", "")
    assert not passes("child", "adult")


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
