"""Keeping, following, copying, and what is shown to whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.erasure import erase
from accounts.guests import adopt
from characters.models import Asset, Character, Favourite, Follow, Lorebook, LoreEntry
from characters.selectors import edition_of
from characters.selectors.age import LETS_THROUGH
from characters.selectors.discovery import Sort, Wish, browse
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, let_through, next_release
from tests.factories import GuestFactory

pytestmark = pytest.mark.django_db
ENGLISH, JSON = {"accept-language": "en"}, {"accept": "application/json"}


@pytest.fixture
def mira(alice) -> Character:
    return a_character(alice, about="She keeps a lighthouse.", tags=("mystery",))


def pages(size: int = 3, **wish) -> list[list[Character]]:
    found, after = [], ""
    while True:
        bill = browse(user=AnonymousUser(), wish=Wish(size=size, after=after, **wish))
        found.append(bill.cast)
        if not (after := bill.after):
            return found


# --- pages and orders ---


@pytest.mark.parametrize("sort", [Sort.TRENDING, Sort.NEW, Sort.LOVED, Sort.BEST])
def test_pages_hold_everybody_once_in_one_order(alice, sort):
    for number in range(7):
        one = a_character(alice, name=f"Wanderer {number}")
        Character.objects.filter(pk=one.pk).update(heat=number % 3 / 7, loves=number % 2)
    wish = {"sort": sort, "query": "wanderer" if sort == Sort.BEST else ""}
    [whole] = pages(size=100, **wish)
    assert [each for page in pages(**wish) for each in page] == whole
    assert len(whole) == (7 if sort == Sort.BEST else 16)


def test_orders_are_what_they_say(alice):
    cold, warm = a_character(alice, name="Cold"), a_character(alice, name="Warm")
    Character.objects.filter(pk=warm.pk).update(heat=5.5)
    Character.objects.filter(pk=cold.pk).update(loves=9)

    def first(sort):
        return browse(user=AnonymousUser(), wish=Wish(sort=sort)).cast[0].edition.name

    assert (first(Sort.TRENDING), first(Sort.NEW), first(Sort.LOVED)) == ("Warm", "Warm", "Cold")


def test_the_best_match_has_the_word_in_its_name(alice):
    a_character(alice, name="Somebody", about="Knows Thessaly, and of Thessaly and Thessaly again.")
    a_character(alice, name="Thessaly")
    found = browse(user=AnonymousUser(), wish=Wish(query="thessaly")).cast
    assert [each.edition.name for each in found] == ["Thessaly", "Somebody"]


@pytest.mark.parametrize("after", ["x", "WzFd", "e30", "bnVsbA", "W251bGwsbnVsbCxudWxsXQ", "é", "WzFlOTk5LDEsMV0"])
def test_an_invented_place_is_the_beginning(client, after):
    assert client.get("/", {"after": after}).status_code == 200


def test_more_is_a_link_and_for_htmx_a_piece(client, alice):
    for number in range(40):
        a_character(alice, name=f"Extra {number}")
    page = client.get("/", headers=ENGLISH)
    more = page.context["more_url"]
    assert more in page.content.decode().replace("&amp;", "&")
    rest = client.get(more, headers=ENGLISH)
    assert rest.context["featured"] is None
    assert not set(rest.context["cast"]) & set(page.context["cast"])
    piece = client.get(more, headers=ENGLISH | {"HX-Request": "true", "HX-Target": "more"}).content.decode()
    assert "<html" not in piece
    assert piece.count('class="bill"') == len(rest.context["cast"])


# --- ratings ---


def test_guests_and_who_has_not_chosen_see_what_is_for_everyone(client, alices, alice):
    shown = {rating: a_character(alice, name=f"Rated {rating}") for rating in LETS_THROUGH}
    for rating, character in shown.items():
        Character.objects.filter(pk=character.pk).update(rating=rating)

    def names(visitor) -> set[str]:
        return {each.edition.name for each in visitor.get("/?q=rated", headers=ENGLISH).context["cast"]}

    guest = signed_in(GuestFactory())
    for visitor in (client, guest, alices):
        assert names(visitor) == {"Rated general"}
    guest.post("/rating/", {"rating": "explicit"})
    assert names(guest) == {"Rated general"}
    alices.post("/rating/", {"rating": "mature"})
    assert names(alices) == {"Rated general", "Rated mature"}
    alices.post("/rating/", {"rating": "explicit"})
    assert len(names(alices)) == 3
    alices.post("/rating/", {"rating": "general"})
    assert names(alices) == {"Rated general"}
    assert alices.post("/rating/", {"rating": "all"}).status_code == 400


def test_the_curtain_is_down_before_what_one_did_not_ask_for(client, alices, bobs, alice):
    dark = a_character(alice, about="Blood on the stairs.")
    Character.objects.filter(pk=dark.pk).update(rating="explicit")
    path = f"/characters/{dark.pk}/"
    for visitor in (client, bobs):
        assert "Blood on the stairs" not in visitor.get(path, headers=ENGLISH).content.decode()
    assert "Blood on the stairs" in alices.get(path, headers=ENGLISH).content.decode(), "it is hers"
    raised = bobs.post("/rating/", {"rating": "explicit", "next": path}, headers=ENGLISH)
    assert raised["Location"] == path
    assert "Blood on the stairs" in bobs.get(path, headers=ENGLISH).content.decode()


# --- favourites ---


def test_a_favourite_is_kept_counted_and_let_go(bobs, bob, mira):
    path = f"/characters/{mira.pk}/favourite/"
    for _ in range(2):
        assert bobs.post(path, {"loved": "1"}, headers=JSON).json() == {"loved": True, "loves": 1}
    kept = bobs.get("/favourites/", headers=ENGLISH).context["cast"]
    assert [(each.pk, each.loved) for each in kept] == [(mira.pk, True)]
    for _ in range(2):
        assert bobs.post(path, {"loved": "0"}, headers=JSON).json() == {"loved": False, "loves": 0}
    assert not Favourite.objects.exists()


def test_without_a_script_the_form_leads_back(bobs, mira):
    path = f"/characters/{mira.pk}/favourite/"
    assert bobs.post(path, {"loved": "1", "next": "/?tag=work"})["Location"] == "/?tag=work"
    assert bobs.post(path, {"loved": "1", "next": "https://example.org/"})["Location"] == f"/characters/{mira.pk}/"


def test_guests_are_shown_the_way_to_an_account(mira):
    guest = signed_in(GuestFactory())
    assert guest.post(f"/characters/{mira.pk}/favourite/", {"loved": "1"})["Location"] == "/account/signup/"
    assert not Favourite.objects.exists()


def test_what_went_private_leaves_the_list_and_can_be_let_go(bobs, mira):
    path = f"/characters/{mira.pk}/favourite/"
    bobs.post(path, {"loved": "1"})
    Character.objects.filter(pk=mira.pk).update(visibility="private")
    assert bobs.get("/favourites/").context["cast"] == []
    assert bobs.post(path, {"loved": "1"}, headers=JSON).status_code == 404
    assert bobs.post(path, {"loved": "0"}, headers=JSON).json()["loves"] == 0


def test_whoever_is_erased_loves_nobody_any_more(bobs, bob, mira):
    bobs.post(f"/characters/{mira.pk}/favourite/", {"loved": "1"})
    erase(bob)
    mira.refresh_from_db()
    assert mira.loves == 0


# --- creators ---


def test_a_creators_page_shows_what_everybody_may_see(client, alice, mira):
    alice.profile.bio = "Innkeepers, mostly."
    alice.profile.save()
    a_character(alice, name="Hidden", visibility="private")
    a_character(alice, name="By link", visibility="unlisted")
    page = client.get(f"/creators/{alice.pk}/", headers=ENGLISH)
    text = page.content.decode()
    assert "Alice" in text
    assert "Innkeepers, mostly." in text
    assert [each.pk for each in page.context["cast"]] == [mira.pk]
    assert "alice@" not in text
    assert alice.email not in text


def test_who_shows_nothing_has_no_page_but_their_own(client, alices, bobs, bob, alice):
    a_character(bob, visibility="unlisted")
    for visitor in (client, alices):
        assert visitor.get(f"/creators/{bob.pk}/").status_code == 404
    assert bobs.get(f"/creators/{bob.pk}/").status_code == 200


def test_following_and_the_list_of_what_they_bring_out(bobs, alice, mira):
    path = f"/creators/{alice.pk}/follow/"
    for _ in range(2):
        assert bobs.post(path, {"followed": "1"}, headers=JSON).json() == {"followed": True, "followers": 1}
    later = a_character(alice, name="Later")
    shown = bobs.get("/favourites/?show=followed").context["cast"]
    assert [each.pk for each in shown] == [later.pk, mira.pk]
    assert bobs.post(path, {"followed": "0"}, headers=JSON).json()["followers"] == 0


def test_nobody_follows_themselves_or_nobody(alices, alice, bob, mira):
    assert alices.post(f"/creators/{alice.pk}/follow/", {"followed": "1"}, headers=JSON).status_code == 403
    assert alices.post(f"/creators/{bob.pk}/follow/", {"followed": "1"}, headers=JSON).status_code == 404
    assert not Follow.objects.exists()


# --- similar ones ---


def test_similar_ones_share_tags_or_words(client, alice, bob, mira):
    tagged = a_character(bob, name="Tagged", tags=("mystery",))
    worded = a_character(bob, name="Worded", about="Another lighthouse, another storm.")
    other = a_character(bob, name="Other", tags=("work",), tagline="Sells hats")
    similar = {each.pk for each in client.get(f"/characters/{mira.pk}/").context["similar"]}
    assert {tagged.pk, worded.pk} <= similar
    assert not {other.pk, mira.pk} & similar


# --- copies ---


def test_a_copy_is_whole_private_and_gives_credit(bobs, bob, alice, mira):
    picture = Asset.objects.create(owner=alice, width=3, height=4, data=b"webp")
    book = Lorebook.objects.create(owner=alice, scope="character", character=mira, name="Harbour")
    LoreEntry.objects.create(book=book, keys=["bell"], content="It rings by itself.")
    next_release(mira, name="Mira the Second", picture=str(picture.pk))
    answer = bobs.post(f"/characters/{mira.pk}/copy/")
    copied = Character.objects.select_related("published").get(owner=bob)
    assert answer["Location"] == f"/characters/{copied.pk}/"
    assert (copied.visibility, copied.forked_from_id) == ("private", mira.pk)
    version = edition_of(copied)
    assert (version.name, version.number) == ("Mira the Second", 1)
    assert version.description == edition_of(mira).description
    assert version.picture_id != picture.pk
    assert version.picture.owner == bob
    assert [tag.code for tag in copied.tags.all()] == ["mystery"]
    assert LoreEntry.objects.get(book__character=copied).content == "It rings by itself."
    assert LoreEntry.objects.count() == 2
    page = bobs.get(f"/characters/{copied.pk}/", headers=ENGLISH).content.decode()
    assert "A copy of Mira the Second by Alice" in page
    assert f'href="/characters/{mira.pk}/"' in page


def test_the_house_may_be_copied(bobs, bob):
    keeper = Character.objects.get(slug="keeper")
    bobs.post(f"/characters/{keeper.pk}/copy/")
    copied = Character.objects.get(owner=bob)
    assert copied.versions.count() == 2, "both languages"


@pytest.mark.parametrize(
    ("visibility", "copyable", "status"),
    [("public", True, 302), ("public", False, 403), ("unlisted", True, 403), ("private", True, 404)],
)
def test_who_may_copy_is_the_authors_choice(bobs, bob, alice, visibility, copyable, status):
    mira = a_character(alice, visibility=visibility)
    Character.objects.filter(pk=mira.pk).update(copyable=copyable)
    assert bobs.post(f"/characters/{mira.pk}/copy/").status_code == status
    assert Character.objects.filter(owner=bob).exists() is (status == 302)


def test_an_author_says_whether_copies_are_allowed(alices, bobs, mira):
    path = f"/characters/{mira.pk}/copyable/"
    assert bobs.post(path, {"copyable": "0"}).status_code == 404
    alices.post(path, {"copyable": "0"})
    mira.refresh_from_db()
    assert not mira.copyable


def test_credit_names_an_original_that_is_private_now_but_does_not_lead_there(bobs, bob, mira):
    bobs.post(f"/characters/{mira.pk}/copy/")
    Character.objects.filter(pk=mira.pk).update(visibility="private")
    copied = Character.objects.get(owner=bob)
    page = bobs.get(f"/characters/{copied.pk}/", headers=ENGLISH).content.decode()
    assert "A copy of Mira by Alice" in page
    assert f"/characters/{mira.pk}/" not in page


def test_what_a_guest_wrote_goes_along_to_their_account(alice):
    guest = GuestFactory()
    mira = a_character(guest, visibility="private")
    adopt(guest, alice)
    mira.refresh_from_db()
    assert mira.owner == alice


def test_the_curtain_is_down_before_a_talk_too(client, bobs, alice):
    dark = a_character(alice)
    Character.objects.filter(pk=dark.pk).update(rating="explicit")
    for visitor in (client, bobs):
        page = visitor.post(f"/characters/{dark.pk}/talk", {}, headers=ENGLISH)
        assert "curtain is down" in page.content.decode()


def test_a_copy_has_nothing_that_the_author_switched_off(bobs, bob, alice, mira):
    on = Lorebook.objects.create(owner=alice, scope="character", character=mira, name="Told")
    off = Lorebook.objects.create(owner=alice, scope="character", character=mira, name="Notes", enabled=False)
    LoreEntry.objects.create(book=on, content="The cellar floods.")
    LoreEntry.objects.create(book=on, content="The killer is the baker.", enabled=False)
    LoreEntry.objects.create(book=off, content="Do not use.")
    let_through(mira)
    assert bobs.post(f"/characters/{mira.pk}/copy/").status_code == 302
    copy = Character.objects.get(owner=bob)
    assert list(LoreEntry.objects.filter(book__character=copy).values_list("content", flat=True)) == [
        "The cellar floods."
    ]
