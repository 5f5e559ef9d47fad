"""Pictures that creators bring: who sees them, how they are sent, where they appear."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.erasure import erase
from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.retention import KEPT_DELETED
from characters.models import Asset, Character, Draft, Visibility
from characters.selectors import get_character
from characters.services import create_version
from characters.services.assets import claim_pictures, delete_picture, store_picture
from characters.services.drafts import delete_draft, open_draft, save_draft
from characters.services.forks import fork
from characters.services.shelf import delete_character, forget_deleted_characters
from characters.tasks import forget_unused_pictures
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


# --- how long they stay ---


def yesterday() -> None:
    Asset.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))


def gone_for_good(character: Character) -> None:
    delete_character(character=character)
    Character.objects.filter(pk=character.pk).update(deleted_at=timezone.now() - KEPT_DELETED * 2)
    assert forget_deleted_characters() == 1


def test_a_picture_of_two_characters_stays_with_the_second(client, alice, picture):
    joy = store_picture(owner=alice, data=png(), kind="emotion", name="joy")
    first, second = (mira(alice, picture, moods={"joy": str(joy.pk)}) for _ in range(2))
    for each in (picture, joy):
        assert client.get(f"/pictures/{each.pk}").status_code == 200
    yesterday()
    gone_for_good(first)
    assert forget_unused_pictures() == 0
    shown = second.versions.get()
    assert (shown.picture_id, shown.presentation["moods"]) == (picture.pk, {"joy": str(joy.pk)})
    for each in (picture, joy):
        assert client.get(f"/pictures/{each.pk}").status_code == 200
    gone_for_good(second)
    assert forget_unused_pictures() == 2
    assert not Asset.objects.filter(owner=alice).exists()


def test_what_was_brought_and_never_kept_goes_after_a_day(alices, alice, draft, picture):
    bring(alices, draft, png())
    assert forget_unused_pictures() == 0
    yesterday()
    assert (forget_unused_pictures(), forget_unused_pictures()) == (2, 0)
    assert not Asset.objects.exists()
    assert forget_unused_pictures.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_what_a_draft_shows_stays_also_in_the_trash(alice, picture):
    joy = store_picture(owner=alice, data=png(), kind="emotion", name="joy")
    draft = open_draft(owner=alice)
    save_draft(
        draft=draft, revision=1, changes={"picture": str(picture.pk), "presentation.moods": {"joy": str(joy.pk)}}
    )
    yesterday()
    delete_draft(draft=draft)
    assert forget_unused_pictures() == 0
    for each in (picture, joy):
        with pytest.raises(Conflict):
            delete_picture(asset=each)
    draft.delete()
    assert forget_unused_pictures() == 2


def test_what_an_older_version_shows_stays(alice, picture):
    character = mira(alice, picture)
    next_release(character, picture="")
    yesterday()
    assert forget_unused_pictures() == 0
    with pytest.raises(Conflict):
        delete_picture(asset=picture)


def test_a_draft_of_somebody_else_keeps_nothing(alice, bob, picture):
    save_draft(draft=open_draft(owner=bob), revision=1, changes={"picture": str(picture.pk)})
    yesterday()
    assert forget_unused_pictures() == 1


def test_a_background_stays_with_its_character(alice):
    character = a_character(alice, visibility="private")
    store_picture(owner=alice, data=png(), kind="background", character=character)
    store_picture(owner=alice, data=png(), kind="background")
    yesterday()
    assert forget_unused_pictures() == 1
    gone_for_good(character)
    assert forget_unused_pictures() == 1


def test_a_copy_keeps_its_pictures_when_the_original_is_gone(alice, bob, picture):
    copied = fork(character=mira(alice, picture), by=bob)
    erase(alice)
    yesterday()
    assert forget_unused_pictures() == 0
    assert Asset.objects.get().pk == copied.versions.get().picture_id


def test_with_a_person_their_pictures_go(alice, bob, picture):
    mira(alice, picture)
    store_picture(owner=bob, data=png())
    erase(alice)
    assert list(Asset.objects.values_list("owner", flat=True)) == [bob.pk]
