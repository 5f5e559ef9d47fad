import uuid

import pytest

from characters.models import Character
from characters.selectors import also_visible, edition_of, get_version
from characters.services import create_version
from tests.characters.factories import a_character, edition, next_release

pytestmark = pytest.mark.django_db
ENGLISH, CHINESE = {"accept-language": "en"}, {"accept-language": "zh-CN"}


def address(character):
    return f"/characters/{character.pk}/"


@pytest.fixture
def mira():
    return Character.objects.get(slug="keeper")


def test_the_page_shows_the_edition_of_the_viewers_language(client, mira):
    english = client.get(address(mira), headers=ENGLISH)
    chinese = client.get(address(mira), headers=CHINESE)
    assert english.context["version"].name == "Mira"
    assert chinese.context["version"].name == "米拉"
    for page, parts in (
        (english, ("Keeps the Lantern", "Sir Rowan")),
        (chinese, ("守着提灯酒馆", "罗恩爵士", "酒馆里还有")),
    ):
        for part in parts:
            assert part in page.content.decode()
    assert sorted(english.context["languages"]) == ["English", "中文"]


def test_the_secret_is_for_the_model_alone(client, mira):
    for language, secret in ((ENGLISH, "stowaway"), (CHINESE, "阿谭")):
        version = client.get(address(mira), headers=language).context["version"]
        assert secret in version.description
        assert secret not in client.get(address(mira), headers=language).content.decode()


def test_openings_turn_round(client, mira):
    first = client.get(address(mira), headers=ENGLISH).context
    assert (first["opening"]["number"], len(first["openings"])) == (1, 4)
    assert (first["previous_url"], first["next_url"]) == ("?opening=4", "?opening=2")
    last = client.get(address(mira) + "?opening=4", headers=ENGLISH).context
    assert (last["opening"]["index"], last["next_url"]) == (3, "?opening=1")
    for odd, number in (("0", 1), ("99", 4), ("-1", 1), ("x", 1), ("9" * 500, 1), ("²", 1)):
        page = client.get(address(mira), {"opening": odd}, headers=ENGLISH)
        assert page.context["opening"]["number"] == number


def test_htmx_gets_the_opening_alone(client, mira):
    part = client.get(address(mira) + "?opening=2", headers=ENGLISH | {"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Rain since noon" in part


def test_traits_name_both_ends_and_their_bounds(client, mira):
    scales = {scale.key: scale for scale in client.get(address(mira), headers=ENGLISH).context["scales"]}
    assert len(scales) == 8
    assert scales["trust"].label == "Wary to Trusting: 35 of 100, may move between 15 and 85"
    assert scales["manner"].pinned


def test_a_greeting_without_a_reader_says_you(client, alice):
    shown = a_character(alice)
    page = client.get(address(shown) + "?opening=2", headers=ENGLISH)
    assert page.context["opening"]["text"] == "“You again, you.”"


def test_a_character_that_waits_for_the_player_has_no_opening(client, alice):
    page = client.get(address(a_character(alice, greetings=[])))
    assert page.status_code == 200
    assert page.context["opening"] is None


def test_strangers_get_404_for_what_is_private_deleted_or_missing(client, alices, bobs, alice):
    private = a_character(alice, visibility="private")
    deleted = a_character(alice)
    deleted.deleted_at = deleted.created_at
    deleted.save()
    for visitor in (client, bobs):
        for path in (address(private), address(deleted), f"/characters/{uuid.uuid4()}/"):
            assert visitor.get(path).status_code == 404
    assert alices.get(address(private)).status_code == 200
    assert alices.get(address(deleted)).status_code == 404


def test_unlisted_opens_by_its_link(bobs, alice):
    unlisted = a_character(alice, visibility="unlisted")
    page = bobs.get(address(unlisted))
    assert page.status_code == 200
    assert page.context["author"] == "Alice"
    assert not page.context["is_mine"]


def test_a_related_character_gone_private_is_left_out(client, alice):
    other = a_character(alice, slug="other", name="Other")
    one = a_character(
        alice, presentation={"related": [{"slug": "other", "line": "a line"}, {"slug": "gone", "line": "x"}]}
    )
    assert [each["line"] for each in client.get(address(one)).context["related"]] == ["a line"]
    other.visibility = "private"
    other.save()
    assert client.get(address(one)).context["related"] == []


def test_the_page_costs_a_known_number_of_queries(client, mira, django_assert_num_queries):
    # character, its release, its tags, its versions; related and similar ones, each with their releases
    with django_assert_num_queries(8):
        client.get(address(mira), headers=ENGLISH)


# --- versions ---


def test_a_draft_is_its_authors_alone(alice, bob):
    mira = a_character(alice)
    (draft,) = create_version(character=mira, editions={"en": edition(name="Draft")})
    from characters.models import CharacterVersion

    with pytest.raises(CharacterVersion.DoesNotExist):
        get_version(user=bob, version_id=draft.pk)
    assert get_version(user=alice, version_id=draft.pk) == draft
    next_release(mira, name="Third")
    assert get_version(user=bob, version_id=edition_of(mira).pk).name == "Third"


# --- portraits ---


def portrait(version, mood="calm"):
    return f"/portraits/{version.pk}/{mood}.svg"


def test_a_portrait_is_svg_kept_for_ever_under_its_own_policy(client, mira, django_assert_num_queries):
    version = edition_of(mira)
    with django_assert_num_queries(1):
        picture = client.get(portrait(version))
    assert picture.status_code == 200
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert picture["Cache-Control"] == "public, max-age=31536000, immutable"
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in picture
    assert "Cookie" not in picture["Vary"]
    assert picture.content.startswith(b"<svg")
    again = client.get(portrait(version), headers={"if-none-match": picture["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == picture["ETag"]
    assert client.get(portrait(version, "joy"))["ETag"] != picture["ETag"]


def test_a_portrait_travels_packed(client, mira):
    import gzip

    plain = client.get(portrait(edition_of(mira)))
    packed = client.get(portrait(edition_of(mira)), headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]


def test_no_portrait_for_strangers_unknown_moods_or_unknown_versions(client, alices, bobs, alice, mira):
    private = edition_of(a_character(alice, visibility="private"))
    for visitor in (client, bobs):
        assert visitor.get(portrait(private)).status_code == 404
    kept = alices.get(portrait(private))
    assert kept["Cache-Control"].startswith("private")
    assert client.get(portrait(edition_of(mira), "hungry")).status_code == 404
    assert client.get(f"/portraits/{uuid.uuid4()}/calm.svg").status_code == 404
    assert client.post(portrait(edition_of(mira))).status_code in {403, 405}


def test_somebody_whose_talk_goes_on_still_sees_the_face(alice, bobs, bob):
    from characters.models import CharacterVersion
    from characters.selectors import cast as selectors

    private = edition_of(a_character(alice, visibility="private"))
    before = list(selectors._also_visible)

    def of_bobs_talks(user):
        return CharacterVersion.objects.filter(pk=private.pk) if user == bob else CharacterVersion.objects.none()

    also_visible(of_bobs_talks)
    try:
        assert bobs.get(portrait(private)).status_code == 200
    finally:
        selectors._also_visible[:] = before
