"""What a character says of itself beside what it plays: made after a work of others, may be wrong."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import Character
from chat.services.conversations import start_conversation
from chat.services.rooms.cast import add_to_cast
from chat.services.rooms.room import make_room
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH, CHINESE = {"accept-language": "en"}, {"accept-language": "zh-hans"}
ADVISES = {"teacher", "programmer", "assistant"}


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


def read(client: Client, path: str, headers: dict[str, str] = ENGLISH) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    return answer.content.decode()


def talk_page(user: User, character: Character) -> str:
    fresh = Character.objects.select_related("published").get(pk=character.pk)
    assert fresh.published is not None
    talk = start_conversation(owner=user, character=fresh, version=fresh.published)
    return read(signed_in(user), reverse("talk", args=[talk.pk]))


@pytest.mark.parametrize("path", ["/?q=Keeper", "/creators/{owner}/", "/favourites/"])
def test_what_is_fan_made_says_so_on_every_list(alice: User, path: str) -> None:
    made, reader = a_character(alice, name="Keeper", presentation={"fan_of": "The Lantern"}), signed_in(UserFactory())
    reader.post(reverse("favourite", args=[made.pk]), {"loved": "1"})
    where = path.format(owner=alice.pk)
    listed = read(reader, where)
    assert str(made.pk) in listed
    assert ">Fan-made<" in listed
    assert ">同人<" in read(reader, where, CHINESE)


def test_its_page_names_the_work_and_leads_its_holder_to_the_form(alice: User) -> None:
    made = a_character(alice, presentation={"fan_of": "The Lantern"})
    page = read(Client(), f"/characters/{made.pk}/")
    assert "after The Lantern, which belongs to others" in page
    assert f'href="/rights/?character={made.pk}" rel="nofollow">It is mine<' in page


def test_what_is_nobody_elses_carries_no_mark(alice: User) -> None:
    own = a_character(alice, name="Keeper")
    assert "Fan-made" not in read(Client(), f"/characters/{own.pk}/")
    assert "Fan-made" not in read(Client(), "/?q=Keeper")


def test_who_teaches_or_advises_may_be_wrong_on_its_page_and_below_every_talk(alice: User) -> None:
    made = a_character(alice, name="Tutor", presentation={"advises": "yes"})
    assert "May be wrong" in read(Client(), f"/characters/{made.pk}/")
    assert "It may be wrong: check what matters." in talk_page(alice, made)


def test_in_a_room_it_is_said_of_all_who_teach_or_advise_by_name(alice: User) -> None:
    keeper = a_character(alice, name="Keeper")
    fresh = Character.objects.select_related("published").get(pk=keeper.pk)
    assert fresh.published is not None
    talk = start_conversation(owner=alice, character=fresh, version=fresh.published)
    make_room(user=alice, conversation_id=talk.pk)
    client, page, panel = signed_in(alice), reverse("talk", args=[talk.pk]), reverse("room", args=[talk.pk])
    assert "may be wrong" not in read(client, page)
    assert "Keeper is an AI." in read(client, panel)
    for name in ("Tutor", "Doctor"):
        teaching = a_character(alice, name=name, presentation={"advises": "yes"})
        add_to_cast(user=alice, conversation_id=talk.pk, character_id=teaching.pk)
    for path in (page, panel):
        assert "Tutor, Doctor may be wrong: check what matters." in read(client, path)
        assert "Tutor、Doctor" in read(client, path, CHINESE)
        assert "The characters here are AIs." in read(client, path)


def test_who_plays_a_part_is_not_said_to_be_wrong(alice: User) -> None:
    made = a_character(alice, name="Keeper")
    assert "May be wrong" not in read(Client(), f"/characters/{made.pk}/")
    assert "may be wrong" not in talk_page(alice, made)


def test_of_the_house_those_who_teach_and_advise_say_so() -> None:
    house = Character.objects.filter(owner=None, slug__isnull=False, published__isnull=False)
    saying = {each.slug for each in house if "May be wrong" in read(Client(), f"/characters/{each.pk}/")}
    assert saying == ADVISES
    assert house.count() > len(ADVISES)
