"""What a character did not hear never reaches its prompt: scenes by chance, read in what the model was sent."""

import json
import random
from collections import defaultdict
from functools import partial

import pytest

from accounts.ids import uuid7
from characters.models import Character
from chat.services.rooms.cast import add_to_cast, direct_cast, remove_from_cast
from tests.chat.rooms.stage import named, person, room_of
from tests.chat.stage import in_database, sign_in
from tests.numbers import times

NAMES = ("Mira", "Tom", "Wei")
STEPS = 6
A_ROOM = 10  # scenes that follow each other in one room


class Scene:
    """What was said in one room, and who was there to hear it. Every line holds a word of its own."""

    def __init__(self, rooms, room, seed: int) -> None:
        self.rooms, self.room = rooms, room
        self.chance = random.Random(seed)
        self.on_stage = set(NAMES)
        self.canaries: dict[str, set[str]] = {}  # word -> names of characters that heard it
        self.late: str | None = None

    async def play(self, pages) -> None:
        for _ in range(STEPS):
            for page in pages:
                await page.send("ping")  # who says nothing for long is taken for gone
            await self.chance.choice([self.aloud, self.aloud, self.whisper, self.among_people, self.walk])(pages)
            if self.chance.random() < 0.6:
                await self.rooms.quiet(self.room.talk)
        await self.rooms.quiet(self.room.talk)
        await self.walk_on(NAMES)
        # Whoever is there now is asked once more, each with all that it has heard.
        for name in NAMES:
            await pages[0].say(f"{name}, what do you know?")
            await self.rooms.quiet(self.room.talk)

    def word(self, heard: set[str]) -> str:
        word = f"zq{uuid7().hex[-12:]}"
        self.canaries[word] = heard
        return word

    async def aloud(self, pages) -> None:
        word = self.word(set(self.on_stage))
        await self.chance.choice(pages).say(f"{self.chance.choice(NAMES)}, {word}")

    async def whisper(self, pages) -> None:
        if not self.on_stage:
            return
        name = self.chance.choice(sorted(self.on_stage))
        await self.chance.choice(pages).say(self.word({name}), audience=[str(self.room.cast[name].pk)])

    async def among_people(self, pages) -> None:
        await pages[0].say(self.word(set()), audience=[str(self.room.host.user.pk)])

    async def walk(self, pages) -> None:
        # While lines wait, who hears what is said next is a matter of when: let them be answered first.
        await self.rooms.quiet(self.room.talk)
        name = self.chance.choice(NAMES)
        await self.walk_on([name], to=name not in self.on_stage)

    async def walk_on(self, names, *, to: bool = True) -> None:
        where = {"user": self.room.host.user, "conversation_id": self.room.talk.pk}
        for name in names:
            (self.on_stage.add if to else self.on_stage.discard)(name)
            await in_database(partial(direct_cast, **where, character_id=self.room.cast[name].pk, on_stage=to))


def sent_by_speaker(standin, talks) -> dict[str, list[str]]:
    """All prompts of these rooms, by the character that each was for."""
    found = defaultdict(list)
    for request in standin.requests(path="/v1/chat/completions"):
        text = json.dumps(request["body"], ensure_ascii=False)
        for name in NAMES:
            if f"write the part of {name}" in text:
                found[name].append(text)
    return found


@pytest.mark.timeout(3_600)
async def test_a_canary_never_reaches_who_did_not_hear_it(rooms, standin):
    standin.clear()
    asked = 0
    for number in range(times("scenes with a canary")):
        if number % A_ROOM == 0:
            rooms.talks.clear()  # what is looked at after each line stays little
            room = await rooms.room(*NAMES, model="script-3", strategy="talkativeness", replies_limit=2)
            pages = [await rooms.open(room.talk, room.host), await rooms.enter(room, "Bob")]
        scene = Scene(rooms, room, seed=number)
        await scene.play(pages)
        sent = sent_by_speaker(standin, rooms.talks)
        for word, heard in scene.canaries.items():
            for name in NAMES:
                told = [text for text in sent[name] if word in text]
                assert not told or name in heard, f"scene {number}: {name} was told {word}, heard by {heard}"
        # The test would see it: what they did hear is in there.
        asked += sum(any(word in text for text in sent[name]) for word, who in scene.canaries.items() for name in who)
        assert all(sent[name] for name in NAMES)
        standin.clear()
    assert asked > times("scenes with a canary")


async def test_who_comes_later_has_heard_nothing_of_before(rooms, standin):
    room = await rooms.room("Mira", replies_limit=0)
    alice = await rooms.open(room.talk, room.host)
    await alice.turn("zqbefore")
    await rooms.quiet(room.talk)
    where = {"user": room.host.user, "conversation_id": room.talk.pk}

    def enter():
        tom = named("Tom", "script-5")
        Character.objects.filter(pk=tom.pk).update(owner=room.host.user)
        add_to_cast(**where, character_id=tom.pk)
        return tom

    tom = await in_database(enter)
    await alice.turn("zqafter, Tom?")
    await rooms.quiet(room.talk)
    [asked] = [json.dumps(each["body"]) for each in standin.requests(contains="zqafter")]
    assert "write the part of Tom" in asked
    assert "zqbefore" not in asked
    await in_database(lambda: remove_from_cast(**where, character_id=room.cast["Mira"].pk))
    reply = await alice.turn("And who is left?")
    assert (await rooms.branch(room.talk))[-1][0] == "Tom"
    assert reply.end["status"] == "complete"
    assert tom.pk


async def test_nothing_of_another_character_is_in_a_prompt(rooms, standin):
    def make():
        owner = person("Alice")
        cast = [named(name, "script-2", description=f"zq{name}-secret") for name in ("Mira", "Tom")]
        return room_of(owner, *cast), sign_in(owner)

    talk, host = await in_database(make)
    rooms.talks.append(talk)
    alice = await rooms.open(talk, host)
    await alice.turn("Tom, hello")
    await alice.turn("Mira, hello")
    await rooms.quiet(talk)
    both = [each for each in standin.requests(contains="zqMira-secret") if "zqTom-secret" in json.dumps(each["body"])]
    assert both == []
    assert standin.requests(contains="zqTom-secret")
    assert standin.requests(contains="zqMira-secret")
