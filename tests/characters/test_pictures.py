"""Pictures that creators bring: who sees them, how they are sent, where they appear."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.errors import Invalid
from accounts.models import User
from characters.models import Asset, Character, Draft, Visibility
from characters.selectors import get_character
from characters.services import create_version
from characters.services.assets import claim_pictures, store_picture
from characters.services.forks import fork
from tests.characters.bitmaps import opened, png
from tests.characters.factories import a_character, edition, next_release


@pytest.fixture
def picture(alice: User) -> Asset:
    return store_picture(owner=alice, data=png())


@pytest.fixture
def draft(alice: User) -> Draft:
    return Draft.objects.create(owner=alice, language="en")


def mira(alice: User, picture: Asset, visibility: str = Visibility.PUBLIC, **presentation: Any):
    return a_character(
        alice, visibility=visibility, editions={"en": edition(picture=str(picture.pk), presentation=presentation)}
    )


def test_a_picture_is_its_owners_alone_until_a_release_shows_it(client, alices, bobs, alice, picture):
    path = f"/pictures/{picture.pk}"
    assert [each.get(path).status_code for each in (client, bobs, alices)] == [404, 404, 200]
    character = a_character(alice, visibility=Visibility.PUBLIC)
    create_version(character=character, editions={"en": edition(picture=str(picture.pk))})
    assert client.get(path).status_code == 404, "a version that is not on stage shows nothing"
    next_release(character, picture=str(picture.pk))
    assert [each.get(path).status_code for each in (client, bobs, alices)] == [200, 200, 200]


def test_a_private_character_keeps_its_picture_private(client, bobs, alice, picture):
    mira(alice, picture, Visibility.PRIVATE)
    assert [each.get(f"/pictures/{picture.pk}").status_code for each in (client, bobs)] == [404, 404]
    assert bobs.get(f"/pictures/{picture.pk}/face").status_code == 404


def test_it_is_sent_for_ever_and_as_nothing_but_a_picture(client, alices, alice, picture):
    private = alices.get(f"/pictures/{picture.pk}")
    assert private["Cache-Control"] == "private, max-age=31536000, immutable"
    mira(alice, picture)
    answer = client.get(f"/pictures/{picture.pk}")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(f"/pictures/{picture.pk}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    face = client.get(f"/pictures/{picture.pk}/face")
    assert opened(face.content).size == (240, 288)
    assert face["ETag"] != answer["ETag"]


def test_pages_show_the_picture_and_avatars_its_face(client, alice, picture):
    character = mira(alice, picture)
    shown = client.get(f"/characters/{character.pk}/").content.decode()
    assert f'src="/pictures/{picture.pk}"' in shown
    assert f'src="/pictures/{picture.pk}"' in client.get("/").content.decode()
    assert character.published is not None
    led = client.get(f"/portraits/{character.published.pk}/joy.svg")
    assert (led.status_code, led["Location"]) == (302, f"/pictures/{picture.pk}")


def test_moods_have_pictures_of_their_own_and_strangers_see_those_of_releases_only(client, bobs, alice, picture):
    joy = store_picture(owner=alice, data=png(), kind="emotion", name="joy")
    character = mira(alice, picture, moods={"joy": str(joy.pk)})
    claim_pictures(owner=alice, character=character, asset_ids=[picture.pk, joy.pk])
    version = get_character(user=alice, character_id=character.pk).published
    assert version is not None
    assert client.get(f"/portraits/{version.pk}/joy.svg")["Location"] == f"/pictures/{joy.pk}"
    assert client.get(f"/portraits/{version.pk}/anger.svg")["Location"] == f"/pictures/{picture.pk}"
    assert bobs.get(f"/pictures/{joy.pk}").status_code == 200
    other = store_picture(owner=alice, data=png(), kind="emotion", name="fear", character=character)
    assert bobs.get(f"/pictures/{other.pk}").status_code == 404


def test_somebody_elses_picture_cannot_be_claimed(alice, bob, picture):
    character = a_character(bob)
    with pytest.raises(Invalid) as refused:
        claim_pictures(owner=bob, character=character, asset_ids=[picture.pk])
    assert refused.value.extra["field"] == "picture"


@pytest.mark.parametrize("field", ["picture", "mood"])
def test_nobody_puts_somebody_elses_picture_on_a_stage(bob, picture, field):
    look = {"picture": str(picture.pk)} if field == "picture" else {"presentation": {"moods": {"joy": str(picture.pk)}}}
    with pytest.raises(Invalid) as refused:
        a_character(bob, editions={"en": edition(**look)})
    assert refused.value.extra["field"] == "picture"


def test_a_copy_has_pictures_of_its_own(alice, bob, picture):
    joy = store_picture(owner=alice, data=png(), kind="emotion", name="joy")
    character = mira(alice, picture, moods={"joy": str(joy.pk)})
    Character.objects.filter(pk=character.pk).update(copyable=True)
    character.refresh_from_db()
    copied = fork(character=character, by=bob).versions.get()
    moods = copied.presentation["moods"]
    assert {copied.picture_id, UUID(moods["joy"])}.isdisjoint({picture.pk, joy.pk})
    assert set(Asset.objects.filter(owner=bob).values_list("pk", flat=True)) == {copied.picture_id, UUID(moods["joy"])}


def test_a_file_is_brought_cut_and_answered_with_its_address(alices, alice, draft):
    answer = bring(alices, draft, png(800, 800), crop="100,0,600,800", face="200,50,250,300")
    assert answer.status_code == 201
    told = answer.json()
    asset = Asset.objects.get(pk=told["id"])
    assert (asset.owner, asset.kind, told["width"], told["height"]) == (alice, "portrait", 600, 800)
    assert opened(alices.get(told["url"]).content).size == (600, 800)
    assert opened(alices.get(told["face_url"]).content).size == (240, 288)


def test_a_mood_is_brought_by_its_name(alices, draft):
    assert bring(alices, draft, png(), mood="joy").json()["mood"] == "joy"
    assert bring(alices, draft, png(), mood="hungry").json()["error"]["field"] == "mood"


@pytest.mark.parametrize(
    ("data", "asked", "field", "limit"),
    [
        (b"x" * (8 * 1024 * 1024 + 1), {}, "picture", 8 * 1024 * 1024),
        (b"<svg/>", {}, "picture", None),
        (png(), {"crop": "1,2,3"}, "crop", None),
        (png(), {"crop": "1,2,3,999999999"}, "crop", None),
        (png(), {"crop": "0,0,1,1"}, "picture", None),
        (png(), {"alt": "x" * 301}, "alt", 300),
    ],
)
def test_errors_name_the_field_and_the_limit(alices, draft, data, asked, field, limit):
    answer = bring(alices, draft, data, **asked)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["field"], error.get("limit")) == (field, limit)
    assert error["message"]
    assert not Asset.objects.exists()


def test_only_the_owner_of_a_draft_brings_pictures_to_it(client, bobs, draft):
    assert bring(bobs, draft, png()).status_code == 404
    assert bring(client, draft, png()).status_code == 401


def test_too_many_at_once_wait(alices, draft):
    codes = [bring(alices, draft, b"no picture").status_code for _ in range(21)]
    assert codes[:20] == [400] * 20
    assert codes[20] == 429


def test_a_portrait_is_drawn_from_what_stands_in_the_address(client):
    answer = client.get("/portraits/drawn.svg?palette=fog&head=hood&scene=garden&seed=21&mood=joy&v=1")
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "immutable" in answer["Cache-Control"]
    for wrong in ("palette=plaid", "mood=hungry", "hat=crown", "seed=" + "x" * 61):
        assert client.get(f"/portraits/drawn.svg?{wrong}").status_code == 404


def bring(client: Client, draft: Draft, data: bytes, **asked: str) -> Any:
    return client.post(
        f"/create/{draft.pk}/pictures",
        data,
        content_type="application/octet-stream",
        query_params=asked,
        headers={"Accept": "application/json"},
    )
