"""Who has not said to be an adult: what they find, open, join and go on with, by every door."""

from datetime import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.age import AgeNeeded, declare
from accounts.errors import Invalid, NotFound
from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character, Tag
from characters.selectors import characters_for
from characters.services.tags import tags_named
from chat.database import close_pool, cursor
from chat.models import Conversation
from chat.selectors import conversations_for, talks_for
from chat.selectors.age import everybody_may_meet, waits_for_age
from chat.selectors.memories import acquaintances
from chat.selectors.shares import shared_by
from chat.services.conversations import start_conversation
from chat.services.rooms.cast import add_to_cast
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.room import make_room
from chat.services.shares import share_branch
from chat.services.turns.standing import read_standing, remembered_standing
from tests.api.conftest import Program, refused
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import GuestFactory, UserFactory

ENGLISH = {"accept-language": "en"}


def person(age: str) -> User:
    user = UserFactory(age="")
    if age:
        declare(user=user, age=age)
    return user


@pytest.fixture
def dark(db: None) -> Character:
    """Public, and rated for adults."""
    character = a_character(UserFactory(name="Quill"), name="Dusk", about="Blood on the stairs.")
    Character.objects.filter(pk=character.pk).update(rating="explicit")
    return character


@pytest.fixture
def sweet(db: None) -> Character:
    """For everyone by its rating, and a romance by its tag."""
    tags_named(["Romance", "Mystery"])
    return a_character(UserFactory(), name="Dusk of hearts", about="Blood on the stairs.", tags=("romance",))


def begin(owner: User, character: Character) -> Conversation:
    fresh = Character.objects.select_related("published").get(pk=character.pk)
    assert fresh.published is not None
    return start_conversation(owner=owner, character=fresh, version=fresh.published)


def a_talk_from_before(user: User, character: Character) -> Conversation:
    """Begun while nobody asked."""
    User.objects.filter(pk=user.pk).update(age="adult")
    talk = begin(User.objects.get(pk=user.pk), character)
    User.objects.filter(pk=user.pk).update(age=user.age)
    return talk


@pytest.mark.parametrize("shown", ["dark", "sweet"])
@pytest.mark.parametrize("age", ["minor", "", "guest", "anonymous"])
def test_by_no_door_is_an_adults_character_found(request: Any, shown: str, age: str) -> None:
    character = request.getfixturevalue(shown)
    user: Any = {"guest": GuestFactory, "anonymous": AnonymousUser}.get(age, lambda: person(age))()
    client = Client() if age == "anonymous" else signed_in(user)
    if age != "anonymous":
        client.post("/rating/", {"rating": "explicit"})
    assert not characters_for(user).filter(pk=character.pk).exists()
    assert client.get("/?q=Dusk", headers=ENGLISH).context["cast"] == []
    assert client.get("/?tag=romance", headers=ENGLISH).context["cast"] == []
    page = client.get(f"/characters/{character.pk}/", headers=ENGLISH)
    assert "Blood on the stairs" not in page.content.decode()
    assert page.status_code == (404 if age == "minor" else 200)
    assert client.post(f"/characters/{character.pk}/talk", headers=ENGLISH).status_code == page.status_code
    assert client.get(f"/portraits/{character.published_id}/calm.svg").status_code in (302, 404)
    assert not Conversation.objects.filter(cast__character=character).exists()


@pytest.mark.parametrize("age", ["minor", ""])
def test_a_program_asks_for_its_owner(dark: Character, sweet: Character, age: str) -> None:
    user = person(age)
    program = Program(user)
    found = [
        each["id"]
        for path in (
            "search/?q=dusk&rating=explicit",
            "characters/?whose=public",
            "characters/?whose=public&tag=romance",
        )
        for each in program.get(path).json()["results"]
    ]
    assert not {str(dark.pk), str(sweet.pk)} & set(found)
    for character in (dark, sweet):
        refused(program.get(f"characters/{character.pk}/"), 404, "not_found")
        refused(program.post("conversations/", {"character_id": str(character.pk)}), 404, "not_found")
    talk = a_talk_from_before(user, dark)
    refused(program.get(f"conversations/{talk.pk}/"), 404, "not_found")
    assert program.get("conversations/").json()["results"] == []


@pytest.mark.parametrize("age", ["minor", ""])
def test_talks_from_before_are_behind_the_curtain(dark: Character, age: str) -> None:
    user = person(age)
    talk = a_talk_from_before(user, dark)
    assert list(conversations_for(user)) == talks_for(user) == acquaintances(user) == []
    client = signed_in(user)
    asked = client.get(f"/talks/{talk.pk}/", headers=ENGLISH)
    library = client.get("/talks/", headers=ENGLISH).content.decode()
    assert waits_for_age(user) == (age == "")
    if age:
        assert asked.status_code == 404
        assert "for adults" not in library
        return
    assert asked["Location"] == f"/settings/age/?next=%2Ftalks%2F{talk.pk}%2F"
    assert "characters for adults" in library
    client.post("/settings/age/", {"age": "adult"})
    assert client.get(f"/talks/{talk.pk}/", headers=ENGLISH).status_code == 200


def test_ones_own_character_stays_ones_own(db: None, settings: Any) -> None:
    settings.QUIET_HOURS = None
    user = person("minor")
    own = a_character(user, visibility="private")
    Character.objects.filter(pk=own.pk).update(rating="mature")
    assert signed_in(user).get(f"/characters/{own.pk}/", headers=ENGLISH).status_code == 200
    assert begin(user, own) in conversations_for(user)


def test_a_room_is_for_everybody_in_it(dark: Character) -> None:
    host, minor = UserFactory(), person("minor")
    room = begin(host, a_character(UserFactory()))
    make_room(user=host, conversation_id=room.pk)
    link = invite(user=host, conversation_id=room.pk)
    join_room(user=minor, token=link.token)
    assert not everybody_may_meet(room.pk, dark)
    with pytest.raises(Invalid):
        add_to_cast(user=host, conversation_id=room.pk, character_id=dark.pk)
    grim = begin(host, dark)
    make_room(user=host, conversation_id=grim.pk)
    into = invite(user=host, conversation_id=grim.pk)
    for age in ("minor", ""):
        with pytest.raises(NotFound):
            join_room(user=person(age), token=into.token)
    assert join_room(user=UserFactory(), token=into.token) == grim


def test_a_shared_link_leads_minors_nowhere_and_asks_the_others(dark: Character) -> None:
    owner = UserFactory()
    _share, token = share_branch(user=owner, conversation_id=begin(owner, dark).pk, named=False)
    with pytest.raises(AgeNeeded):
        shared_by(token, viewer=AnonymousUser())
    with pytest.raises(NotFound):
        shared_by(token, viewer=person("minor"))
    assert shared_by(token, viewer=UserFactory()).lines
    assert Client().get(f"/shared/{token}/", headers=ENGLISH).status_code == 403


def test_where_the_house_asks_before_the_first_talk_a_guest_is_asked(settings: Any, db: None) -> None:
    settings.AGE_ASKED = "talk"
    mira, client = a_character(UserFactory()), Client()
    asked = client.post(f"/characters/{mira.pk}/talk", headers=ENGLISH)
    assert asked["Location"] == f"/settings/age/?next=%2Fcharacters%2F{mira.pk}%2F"
    client.post("/settings/age/", {"age": "minor"})
    settings.QUIET_HOURS = None
    assert client.post(f"/characters/{mira.pk}/talk", headers=ENGLISH).status_code == 302
    assert Conversation.objects.get().owner.age == "minor"


def test_tags_of_romance_are_for_adults_whoever_makes_them(sweet: Character) -> None:
    assert Tag.objects.get(code="romance").adults
    assert not Tag.objects.get(code="mystery").adults


async def test_a_minor_says_nothing_at_night(start_server: Any, fresh_limits: None) -> None:
    from tests.chat.stage import Stage, in_database

    stage = Stage(start_server(QUIET_HOURS="00:00-23:59"))
    kid = await stage.player()
    talk = await stage.talk(kid)
    page = await stage.open(talk, kid)
    await in_database(lambda: User.objects.filter(pk=kid.user.pk).update(age="minor"))
    await page.send("chat", content="Still awake?", client_id="018f0000-0000-7000-8000-000000000001")
    assert (await page.wait_for("error"))["code"] == "quiet_hours"
    assert len(await stage.messages(talk)) == 1
    await stage.close()


@pytest.mark.parametrize("then", ["minor", "dark"])
async def test_what_was_seen_of_somebody_before_does_not_let_them_in(
    start_server: Any, fresh_limits: None, then: str
) -> None:
    """A process remembers where a talk stands; what makes it another one is seen with the next line."""
    from tests.chat.stage import Stage, in_database

    stage = Stage(start_server(QUIET_HOURS="00:00-23:59"))
    newcomer = await stage.player()
    await in_database(lambda: User.objects.filter(pk=newcomer.user.pk).update(age=""))
    talk = await stage.talk(newcomer)
    page = await stage.open(talk, newcomer)
    for line in ("Good evening.", "Is anybody here?"):
        assert (await page.turn(line)).end["status"] == "complete"
    if then == "minor":
        await in_database(lambda: User.objects.filter(pk=newcomer.user.pk).update(age="minor"))
    else:
        await in_database(lambda: Character.objects.filter(pk=talk.cast.get().character_id).update(rating="mature"))
    await page.send("chat", content="Still awake?", client_id="018f0000-0000-7000-8000-000000000001")
    assert (await page.wait_for("error"))["code"] == {"minor": "quiet_hours", "dark": "not_found"}[then]
    assert len(await stage.messages(talk)) == 5
    await stage.close()


async def test_what_was_seen_of_somebody_before_does_not_keep_them_out(committed: None, settings: Any) -> None:
    """Asked at night for their age, they say it, and go on in a talk that this process remembers from the day."""
    newcomer = await sync_to_async(person)("")
    talk = await sync_to_async(lambda: begin(newcomer, a_character(UserFactory(), name="Dusk")))()
    whose = {"user_id": newcomer.pk, "conversation_id": talk.pk}

    async def stands() -> str:
        """As for a line: what is remembered, else what there is."""
        async with cursor() as opened:
            seen = await remembered_standing(opened, **whose, head_id=talk.head_id)
            return (seen or await read_standing(opened, **whose, client_id=uuid7(), lock=False)).age

    try:
        settings.AGE_ASKED, settings.QUIET_HOURS = "night", None
        assert [await stands(), await stands()] == ["unknown", "unknown"]
        settings.QUIET_HOURS = time.min, time.max
        with pytest.raises(AgeNeeded):
            await stands()
        await sync_to_async(declare)(user=newcomer, age="adult")
        assert await stands() == "adult"
    finally:
        await close_pool()
