"""How much one account can keep: the same bound at every door, also when many knock at once."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from accounts.guests import adopt
from accounts.models import User
from characters.models import Asset, CardOriginal, Character, Draft, Knowledge, Lorebook
from characters.selectors.stage import told_now
from characters.services import cards, drafts, knowledge, lore, shelf
from characters.services.assets import crop_picture, store_picture
from characters.services.forks import fork
from characters.services.quotas import QUOTAS, QuotaReached
from characters.services.staging import stage
from tests.characters import bitmaps
from tests.characters.cards import tools
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, edition
from tests.factories import GuestFactory, UserFactory

AtMost = Callable[..., None]


@pytest.fixture
def at_most(monkeypatch: pytest.MonkeyPatch) -> AtMost:
    """at_most(characters=1): such a small house."""

    def set_limits(**limits: int) -> None:
        for name, limit in limits.items():
            monkeypatch.setitem(QUOTAS, name, replace(QUOTAS[name], limit=limit))

    return set_limits


def told(answer: Any) -> dict[str, Any]:
    """What an answer says of the refusal, whichever door it is of."""
    if answer.status_code == 302:
        return {"message": " ".join(str(each) for each in get_messages(answer.wsgi_request))}
    if "json" not in answer["Content-Type"]:
        return {"message": answer.content.decode()}
    body: dict[str, Any] = answer.json()
    return body.get("error", body)


def posted(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, json.dumps(body or {}), content_type="application/json")


def card_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("mira.png", tools.sillytavern_png(), "image/png")


def a_draft(owner: User) -> Draft:
    draft = drafts.open_draft(owner=owner, language="en")
    return drafts.save_draft(draft=draft, revision=1, changes={"name": "Ida", "description": "A detective."})


def test_the_operator_says_how_much() -> None:
    names = ("CHARACTERS", "DRAFTS", "LOREBOOKS", "TEXTS", "LETTERS", "PICTURES", "PICTURE_MB", "CARDS", "CARD_MB",
             "WEBHOOKS")  # fmt: skip
    environ = os.environ | {f"QUOTA_{name}": str(place) for place, name in enumerate(names, start=1)}
    script = (
        "import django, json; django.setup(); from characters.services.quotas import QUOTAS;"
        "print(json.dumps([quota.limit // quota.unit for quota in QUOTAS.values()]))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [*range(1, len(QUOTAS) + 1)]


# --- characters ---


def write_in_the_builder(client: Client, alice: User) -> Any:
    draft = a_draft(alice)
    return client.post(f"/create/{draft.pk}/write/", {"revision": draft.revision})


def write_by_program(client: Client, alice: User) -> Any:
    draft = a_draft(alice)
    path = f"/api/v1/drafts/{draft.pk}/"
    tag = client.get(path)["ETag"]
    return client.post(f"{path}write/", "{}", content_type="application/json", headers={"If-Match": tag})


def begin_by_program(client: Client, alice: User) -> Any:
    return posted(client, "/api/v1/characters/", {"language": "en", "name": "Ida"})


def copy_on_the_page(client: Client, alice: User) -> Any:
    return client.post(f"/characters/{Character.objects.get(slug='keeper').pk}/copy/")


def copy_by_program(client: Client, alice: User) -> Any:
    return posted(client, f"/api/v1/characters/{Character.objects.get(slug='keeper').pk}/fork/")


def bring_cards(client: Client, alice: User) -> Any:
    return client.post("/create/import/", {"action": "import", "cards": [card_file()]})


def bring_a_card_by_program(client: Client, alice: User) -> Any:
    return client.post("/api/v1/cards/", {"file": card_file()})


def take_one_back(client: Client, alice: User) -> Any:
    gone = Character.objects.filter(owner=alice, deleted_at__isnull=False).get()
    return posted(client, f"/api/v1/characters/{gone.pk}/restore/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "door",
    [
        write_in_the_builder, write_by_program, begin_by_program, copy_on_the_page, copy_by_program, bring_cards,
        bring_a_card_by_program, take_one_back,
    ],
)  # fmt: skip
def test_no_door_lets_one_character_too_many_in(alice: User, at_most: AtMost, door: Any) -> None:
    shelf.delete_character(character=a_character(alice, visibility="private"))
    a_character(alice, visibility="private")
    at_most(characters=1)
    client = signed_in(alice)
    answer = door(client, alice)
    assert "One account can have 1 characters" in str(told(answer))
    if "json" in answer["Content-Type"]:
        found = told(answer)
        assert (answer.status_code, found["code"], found["field"], found["limit"]) == (
            400, "quota_reached", "character", 1,
        )  # fmt: skip
    assert Character.objects.filter(owner=alice, deleted_at=None).count() == 1
    assert not CardOriginal.objects.filter(owner=alice).exists(), "what is refused leaves nothing behind"
    at_most(characters=2)
    assert door(client, alice).status_code in (200, 201, 302)
    assert Character.objects.filter(owner=alice, deleted_at=None).count() == 2


@pytest.mark.django_db
def test_of_many_cards_those_come_in_for_which_there_is_room(alice: User, at_most: AtMost) -> None:
    at_most(characters=2)
    answer = signed_in(alice).post(
        "/create/import/", {"action": "import", "cards": [card_file(), card_file(), card_file()]}
    )
    assert [result.state for result in answer.context["results"]] == ["imported", "imported", "refused"]
    assert Character.objects.filter(owner=alice).count() == 2


@pytest.mark.django_db
def test_what_a_guest_wrote_comes_along_whatever_the_account_has(alice: User, at_most: AtMost) -> None:
    guest = GuestFactory()
    a_character(guest, visibility="private")
    a_character(alice, visibility="private")
    at_most(characters=1)
    adopt(guest, alice)
    assert Character.objects.filter(owner=alice).count() == 2, "nobody loses a thing by signing in"


# --- lorebooks ---


def begin_a_book(client: Client, alice: User) -> Any:
    return client.post("/lore/add/", {"belongs": "account"})


def bring_a_book(client: Client, alice: User) -> Any:
    file = SimpleUploadedFile("b.json", b'{"entries": [{"keys": ["inn"], "content": "Warm."}]}', "application/json")
    return client.post("/lore/import/", {"belongs": "account", "file": file})


def begin_a_book_by_program(client: Client, alice: User) -> Any:
    return posted(client, "/api/v1/lorebooks/", {"scope": "account"})


def bring_a_book_by_program(client: Client, alice: User) -> Any:
    file = SimpleUploadedFile("b.json", b'{"entries": [{"keys": ["inn"], "content": "Warm."}]}', "application/json")
    return client.post("/api/v1/lorebooks/import/", {"scope": "account", "file": file})


def take_a_book_back(client: Client, alice: User) -> Any:
    gone = Lorebook.objects.filter(owner=alice, deleted_at__isnull=False).get()
    return client.post(f"/lore/{gone.pk}/restore/")


def take_a_book_back_by_program(client: Client, alice: User) -> Any:
    gone = Lorebook.objects.filter(owner=alice, deleted_at__isnull=False).get()
    return posted(client, f"/api/v1/lorebooks/{gone.pk}/restore/")


def copy_one_with_a_book(client: Client, alice: User) -> Any:
    house = a_character(None, slug="of-the-house")
    Lorebook.objects.create(scope="character", character=house)
    stage(house.pk, told_now(house.pk))
    return client.post(f"/characters/{house.pk}/copy/")


def take_one_with_a_book_back(client: Client, alice: User) -> Any:
    mira = a_character(alice, visibility="private")
    Lorebook.objects.create(owner=alice, scope="character", character=mira)
    shelf.delete_character(character=mira)
    return posted(client, f"/api/v1/characters/{mira.pk}/restore/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "door",
    [
        begin_a_book, bring_a_book, begin_a_book_by_program, bring_a_book_by_program, take_a_book_back,
        take_a_book_back_by_program, copy_one_with_a_book, take_one_with_a_book_back, bring_cards,
    ],
)  # fmt: skip
def test_no_door_lets_one_lorebook_too_many_in(alice: User, at_most: AtMost, door: Any) -> None:
    lore.delete_book(user=alice, book_id=lore.create_book(owner=alice, scope="account").pk)
    lore.create_book(owner=alice, scope="account")
    at_most(lorebooks=1)
    assert "One account can have 1 lorebooks" in str(told(door(signed_in(alice), alice)))
    assert Lorebook.objects.filter(owner=alice, deleted_at=None, character__deleted_at=None).count() == 1
    assert not Character.objects.filter(owner=alice, deleted_at=None).exists()


@pytest.mark.django_db
def test_there_is_an_end_to_a_book_however_it_comes(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lore, "MAX_BOOK_TEXT", 4)
    client = signed_in(alice)
    for door in (bring_a_book, bring_a_book_by_program, bring_cards):
        assert "All entries together are too long" in str(told(door(client, alice)))
    assert not Lorebook.objects.filter(owner=alice).exists()


# --- drafts ---


@pytest.mark.django_db
def test_no_door_lets_one_draft_too_many_in(alice: User, at_most: AtMost) -> None:
    mira = a_character(alice, visibility="private")
    gone = drafts.open_draft(owner=alice)
    drafts.delete_draft(draft=gone)
    drafts.open_draft(owner=alice)
    at_most(drafts=1)
    client = signed_in(alice)
    for path, body in (
        ("/create/open/", {"archetype": "detective"}),
        (f"/create/{gone.pk}/restore/", {}),
        (f"/characters/{mira.pk}/history/restore/", {"version": str(mira.published_id)}),
        ("/api/v1/drafts/", {"archetype": "detective"}),
        (f"/api/v1/drafts/{gone.pk}/restore/", {}),
    ):
        answer = posted(client, path, body) if path.startswith("/api") else client.post(path, body)
        assert "One account can have 1 drafts" in str(told(answer)), path
    assert Draft.objects.filter(owner=alice, deleted_at=None).count() == 1


# --- knowledge ---


@pytest.mark.django_db
@pytest.mark.parametrize(("quota", "limit"), [("texts", 1), ("letters", 12)])
def test_no_door_lets_one_text_too_many_in(alice: User, at_most: AtMost, quota: str, limit: int) -> None:
    mira, kai, gone = (a_character(alice, visibility="private") for _ in range(3))
    knowledge.add_knowledge(owner=alice, character_id=gone.pk, title="", text="It is dry.")
    shelf.delete_character(character=gone)
    thrown = knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text="It is wet.")
    knowledge.delete_knowledge(owner=alice, knowledge_id=thrown.pk)
    knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text="It is dry.")
    at_most(**{quota: limit})
    client = signed_in(alice)
    answers = [
        client.post(f"/create/knowledge/{kai.pk}/add/", {"text": "The sea."}),
        client.post(f"/create/knowledge/{mira.pk}/{thrown.pk}/restore/"),
        posted(client, f"/api/v1/characters/{kai.pk}/knowledge/", {"text": "The sea."}),
        posted(client, f"/api/v1/knowledge/{thrown.pk}/restore/"),
        posted(client, f"/api/v1/characters/{gone.pk}/restore/"),
        posted(client, f"/api/v1/characters/{mira.pk}/fork/"),
    ]
    for answer in answers:
        assert "of one account" in str(told(answer))
        assert answer.status_code == 400
    assert Knowledge.objects.filter(character__deleted_at=None, deleted_at=None).count() == 1


@pytest.mark.django_db
def test_a_text_may_grow_as_far_as_all_may(alice: User, at_most: AtMost) -> None:
    mira = a_character(alice, visibility="private")
    text = knowledge.add_knowledge(owner=alice, character_id=mira.pk, title="", text="x" * 10)
    at_most(letters=12, texts=1)
    knowledge.edit_knowledge(owner=alice, knowledge_id=text.pk, title="", text="y" * 12)
    with pytest.raises(QuotaReached) as refused:
        knowledge.edit_knowledge(owner=alice, knowledge_id=text.pk, title="", text="z" * 13)
    assert refused.value.extra == {"field": "text", "limit": 12}


# --- pictures and cards ---


@pytest.fixture
def portrait(db: None, alice: User) -> Asset:
    return store_picture(owner=alice, data=bitmaps.png())


@pytest.mark.parametrize("quota", ["pictures", "picture_bytes"])
def test_no_door_lets_one_picture_too_many_in(alice: User, portrait: Asset, at_most: AtMost, quota: str) -> None:
    at_most(**{quota: 1 if quota == "pictures" else len(portrait.data) + len(portrait.face)})
    client, draft = signed_in(alice), drafts.open_draft(owner=alice)
    file = SimpleUploadedFile("a.png", bitmaps.png(), "image/png")
    answers = [
        client.generic("POST", f"/create/{draft.pk}/pictures", bitmaps.png(), headers={"accept": "application/json"}),
        client.post("/api/v1/pictures/", {"file": file}),
        posted(client, f"/api/v1/pictures/{portrait.pk}/crop/",
               {"crop": {"x": 0, "y": 0, "width": 60, "height": 80}}),
    ]  # fmt: skip
    for answer in answers:
        found = told(answer)
        assert (answer.status_code, found["code"], found["field"]) == (400, "quota_reached", "picture")
    shown = a_character(alice, editions={"en": edition(picture=str(portrait.pk)),
                                         "zh-hans": edition(picture=str(portrait.pk))})  # fmt: skip
    with pytest.raises(QuotaReached):
        fork(character=shown, by=alice)
    result = cards.import_card(owner=alice, data=tools.sillytavern_png())
    assert (result.version.picture, "picture" in {each.code for each in result.report}) == (None, True)
    assert Asset.objects.filter(owner=alice).count() == 1
    at_most(**{quota: 10_000_000})
    copied = fork(character=shown, by=alice)
    assert {each.picture_id for each in copied.versions.all()} & {portrait.pk} == set()
    assert Asset.objects.filter(owner=alice).count() == 2, "what two editions show is copied once"
    assert crop_picture(asset=portrait, crop=None)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("quota", ["cards", "card_bytes"])
def test_files_of_cards_have_their_bounds(alice: User, at_most: AtMost, quota: str) -> None:
    data = tools.sillytavern_png()
    cards.import_card(owner=alice, data=data)
    at_most(**{quota: 1 if quota == "cards" else len(data) + 1})
    with pytest.raises(QuotaReached) as refused:
        cards.import_card(owner=alice, data=data)
    assert refused.value.extra["field"] == "file"


# --- at once ---


@pytest.fixture
def writer(committed: None) -> User:
    return UserFactory()


@pytest.mark.parametrize(
    ("quota", "path", "body"),
    [
        ("characters", "/api/v1/characters/", {"language": "en", "name": "Ida"}),
        ("lorebooks", "/api/v1/lorebooks/", {"scope": "account"}),
        ("drafts", "/api/v1/drafts/", {"archetype": "detective"}),
        ("webhooks", "/api/v1/webhooks/", {"url": "https://example.org/", "events": ["character.published"]}),
    ],
)
def test_of_many_at_once_as_many_come_in_as_there_is_room(
    writer: User, at_most: AtMost, quota: str, path: str, body: dict[str, Any]
) -> None:
    at_most(**{quota: 2})
    clients = [signed_in(writer) for _ in range(6)]
    together, statuses = threading.Barrier(len(clients)), []

    def knock(client: Client) -> None:
        together.wait()
        statuses.append(posted(client, path, body).status_code)
        connections.close_all()

    crowd = [threading.Thread(target=knock, args=(client,)) for client in clients]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert sorted(statuses) == [201, 201, 400, 400, 400, 400]
    assert QUOTAS[quota].held(writer) == 2
