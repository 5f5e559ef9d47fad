"""Somebody who has lived here for a while: something of everything that a person can have."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.encryption import Place, cipher_for
from accounts.ids import uuid7
from accounts.models import Profile, Takeout, User
from accounts.personas import add_persona, edit_persona
from accounts.selectors import default_persona
from accounts.takeout import services
from characters.models import Character, Draft, Favourite, Tag
from characters.services.assets import store_picture
from characters.services.cards import import_card
from characters.services.knowledge import add_knowledge
from characters.services.lore import add_entry, create_book
from characters.services.releases import create_character, create_version, put_on_stage
from chat.models import Conversation, EndingMet, Feedback, Message, Participant, UsualPart
from chat.prompts import Note
from chat.selectors.plays import staged_at
from chat.selectors.told import branches_now
from chat.services.checkpoints import name_place
from chat.services.conversations import rename_conversation, start_conversation
from chat.services.edits import edit_in_place
from chat.services.folders import add_folder
from chat.services.mutes import mute_lines
from chat.services.notes import write_note
from chat.services.plays.starting import start_play
from chat.services.ratings import rate_reply
from chat.services.removals import delete_from, delete_lines
from memory.models import BondStep, SessionNote
from memory.services.pairs import pair_of, writing
from memory.told import digest_of
from stories.books import book_of
from stories.models import Story
from stories.services import create_story, save_version
from stories.services.drafts import open_draft as open_story_draft
from tests.characters.bitmaps import png
from tests.characters.factories import edition
from tests.chat.plays.stage import did
from tests.chat.rooms.stage import person, room_of, said, seated
from tests.chat.stage import mira
from tests.memory.known import Acquainted
from tests.stories.conftest import SMALL

SITE = "https://play.example/"


def taken_out(user: User) -> zipfile.ZipFile:
    """Their archive, as they download it."""
    wanted = services.ask(user=user, site=SITE, language="en")
    services.build(wanted.pk)
    return zipfile.ZipFile(io.BytesIO(downloaded(user, wanted)))


_kept: list[bytes] = []


def of_a_settler() -> zipfile.ZipFile:
    """The archive of somebody who is not here any more: made once, by whichever test asks first."""
    if not _kept:
        with transaction.atomic():
            _kept.append(bytes_of(taken_out(settler())))
            transaction.set_rollback(True)
    return zipfile.ZipFile(io.BytesIO(_kept[0]))


def bytes_of(archive: zipfile.ZipFile) -> bytes:
    assert isinstance(archive.fp, io.BytesIO)
    return archive.fp.getvalue()


def downloaded(user: User, takeout: Takeout) -> bytes:
    size, pieces = services.file_of(user=user, takeout_id=takeout.pk)
    data = b"".join(pieces)
    assert len(data) == size
    return data


def section(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"data/{name}.jsonl").decode().splitlines()]


def settler() -> User:
    """Alice, with a room that Bob came to. What Bob says has his name in it."""
    alice = person("Alice")
    _about(alice)
    rosa = _made(alice)
    _talked(alice, rosa)
    _hosted(alice)
    _told(alice)
    return alice


RUBRIC = """
kind: practice
rubric:
  calm: {name: {en: Calm, zh-hans: 静}, good: {en: A breath first., zh-hans: 先喘口气。}}
"""


def _told(alice: User) -> None:
    source = SMALL + RUBRIC
    story = create_story(owner=alice, source=source, rating="mature")
    save_version(story=story, source=source.replace("The lamp", "The lantern"))
    open_story_draft(owner=alice, story=story)
    _played(alice, story)


def _played(alice: User, story: Story) -> None:
    """Her own to its end on one branch, with what was said of it; and one of the house, of which she knows an end."""
    assert story.published is not None
    talk = start_play(user=alice, version=story.published, language="en", seed="s")
    opening = talk.head_id
    ended = did(talk, "choose", "row", after=did(talk, "take", "lamp", after=opening))
    if not (ending := staged_at(talk.play, ended).state.ending):
        ended = did(talk, "choose", "on", after=ended)
        ending = staged_at(talk.play, ended).state.ending
    did(talk, "inspect", "mira", after=opening)
    EndingMet.objects.create(user=alice, story=story, ending=ending, conversation=talk, message_id=ended, times=2)
    said_of_it = Feedback(play=talk.play, message_id=ended, state="done", model="a model")
    marks = json.dumps({"calm": {"reached": "partly", "note": "Breathe first."}})
    said_of_it.body = cipher_for(talk.key_id).seal(marks, Place("feedback", said_of_it.pk))
    said_of_it.save()
    house = Story.objects.get(slug="bell-under-the-lake")
    assert house.published is not None
    start_play(user=alice, version=house.published, language="zh-hans", seed="h")
    EndingMet.objects.create(user=alice, story=house, ending=next(iter(book_of(house.published).file.endings)))


def _about(alice: User) -> None:
    Profile.objects.filter(user=alice).update(
        name="Alice A.", bio="Reads <b>late</b>.", theme="dark", time_zone="Europe/Lisbon", break_minutes=60
    )
    alice.language = "en"
    alice.save()
    first = default_persona(alice)
    assert first is not None
    edit_persona(user=alice, persona_id=first.pk, name="Alice", description="Keeps bees & counts them.")
    add_persona(user=alice, name="The Fox", description="Runs.")


def _made(alice: User) -> Character:
    """Rosa: two versions, a picture, tags, lore, a text, a draft; and a character out of a card."""
    picture = store_picture(owner=alice, data=png(), name="Rosa", alt="A woman in red")
    rosa = create_character(owner=alice, editions={"en": edition("Rosa", picture=str(picture.pk))}, rating="mature")
    rosa.tags.add(Tag.objects.get_or_create(code="fantasy", defaults={"name_en": "Fantasy", "name_zh": "奇幻"})[0])
    second = edition("Rosa", picture=str(picture.pk), personality="Kinder now.", greetings=["“Back?”", "“So.”"])
    [version] = create_version(character=rosa, editions={"en": second})
    put_on_stage(character=rosa, version=version, visibility="private")
    book = create_book(owner=alice, scope="character", name="The harbour", character=rosa)
    add_entry(user=alice, book_id=book.pk, fields={"name": "Pier", "keys": ["pier"], "content": "It is rotten."})
    own = create_book(owner=alice, scope="account", name="Everywhere")
    add_entry(user=alice, book_id=own.pk, fields={"name": "Moon", "keys": ["moon", "月"], "content": "Two of them."})
    add_knowledge(owner=alice, character_id=rosa.pk, title="Tides", text="High at noon.\n\nLow at six.")
    Draft.objects.create(
        owner=alice, character=rosa, base=version, title="Rosa, older", language="en", content=edition("Rosa")
    )
    import_card(owner=alice, data=json.dumps(CARD).encode(), filename="ivo.json")
    return Character.objects.get(pk=rosa.pk)


CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {"name": "Ivo", "description": "Mends clocks.", "first_mes": "“It is late.”", "extensions": {"x/y": [1]}},
}


def _talked(alice: User, rosa: Character) -> None:
    """With other takes, branches, lines taken out, hidden, muted, reworded, rated, named; and what is known of it."""
    folder = add_folder(user=alice, name="Winter")
    add_folder(user=alice, name="Nights", parent_id=folder.pk)
    talk = Acquainted(owner=alice)
    of_the_house(talk.row, "mira-of-the-house")
    first = talk.say("I keep bees.")
    taken = talk.say("“How many?”")
    talk.say("“Bees!”", below=first)
    talk.say("“Do you?” she asks.", below=first)
    talk.script("Eight hives.", "“<script>alert(1)</script>”", "A hidden line.", "“Nothing.”")
    hidden = talk.head
    assert hidden is not None
    after = talk.say("And then?")
    delete_lines(**talk.who, message_ids=[hidden])
    muted = talk.say("“Then it snows.”")
    mute_lines(**talk.who, message_ids=[muted], muted=True)
    gone = talk.say("Never mind.")
    delete_from(**talk.who, message_id=gone)
    edit_in_place(**talk.who, message_id=after, content="And then what?")
    talk.say("“And then she left.”", below=taken)
    rate_reply(**talk.who, message_id=taken, rating="up")
    name_place(**talk.who, message_id=first, name="Bees")
    rename_conversation(**talk.who, title="What the bees know")
    write_note(**talk.who, note=Note("Keep it quiet.", 3, "system", 2))
    Participant.objects.filter(conversation=talk.id).update(folder=folder, pinned_at=timezone.now())
    talk.write("Alice keeps bees.")
    talk.keep(first)
    _noted(talk)
    step(talk, first)
    begun = start_conversation(owner=alice, character=rosa, version=rosa.published, greeting=1)
    UsualPart.objects.create(user=alice, character=rosa, persona=alice.personas.get(name="The Fox"))
    Favourite.objects.create(user=alice, character=rosa)
    book = create_book(owner=alice, scope="conversation", name="Here", conversation_id=begun.pk)
    add_entry(user=alice, book_id=book.pk, fields={"keys": ["door"], "content": "Locked."})


def of_the_house(talk: Conversation, slug: str) -> None:
    """Whom one talks with is a preset: in another house, too, there is one of that name."""
    cast = talk.cast.get()
    Character.objects.filter(pk=cast.character_id).update(owner=None, slug=slug, visibility="public")


def _noted(talk: Acquainted) -> None:
    branch = branches_now({talk.id: None})[talk.id].aloud[:2]
    key = uuid7()
    told = {"happened": ["Alice told of bees."], "open": [], "places": [], "standing": ""}
    SessionNote.objects.create(
        id=key, conversation=talk.row, from_id=UUID(bytes=branch[0][:16]), until_id=UUID(bytes=branch[-1][:16]),
        lines=2, covers=digest_of(branch), template="rules 1",
        sections=cipher_for(talk.row.key_id).seal(json.dumps(told), Place("session_note", key)),
    )  # fmt: skip


def step(talk: Acquainted, line: UUID) -> None:
    pair = pair_of(owner_id=talk.owner.pk, character_id=talk.character_id)
    with writing(pair.pk):
        BondStep.objects.create(
            pair=pair, conversation=talk.row, message_id=line, event="confided", moves={"trust": 3},
            happened_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip


def _hosted(alice: User) -> None:
    room = room_of(alice, mira("script-2", name="Nell"), strategy="round")
    of_the_house(room, "nell-of-the-house")
    said(room, alice, "Is anybody here?", speaker="Alice")
    bob = seated(room, person("Bob"))
    said(room, bob, "Bob is here.", speaker="Bob")
    said(room, alice, "Then sit.", speaker="Alice")
    line = said(room, alice, "Only for Nell.", speaker="Alice", seen_by=[alice.pk])
    Message.objects.filter(pk=line.pk).update(heard_by=[room.cast.get().character_id])
