"""What changed between two versions, as a person reads it; and the way back."""

import time

import pytest

from characters.selectors import drafts as reads
from characters.services import create_version, drafts
from characters.services.history import compare, pieces, restore_version
from tests.characters.factories import a_character, edition


def marked(found):
    marks = {"gone": "[-{}-]", "new": "[+{}+]", "cut": "…", "same": "{}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("She keeps an inn.", "She keeps the inn.", "She keeps [-an-][+the+] inn."),
        ("", "New.", "[+New.+]"),
        ("Gone.", "", "[-Gone.-]"),
        ("她在港口上头开着一家客栈。", "她在港口上头开着一家茶馆。", "她在港口上头开着一家[-客栈-][+茶馆+]。"),
        ("one two three four", "uno two tres four", "[-one two three-][+uno two tres+] four"),
    ],
)
def test_texts_are_compared_by_the_word(old, new, said):
    assert marked(pieces(old, new)) == said


def test_long_stretches_that_stayed_are_cut_short():
    same = " ".join(f"word{number}" for number in range(200))
    told = marked(pieces(f"Old. {same} End.", f"New. {same} End."))
    assert told.startswith("[-Old-][+New+]. word0")
    assert told.endswith("…")
    assert len(told) < 300


def test_what_was_and_what_is_can_be_read_out_of_the_pieces():
    old, new = "a b c d e f", "b c x d f g"
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.kind != "new") == old
    assert "".join(piece.text for piece in found if piece.kind != "gone") == new


@pytest.fixture
def mira(alice):
    character = a_character(alice, visibility="private")
    create_version(
        character=character,
        editions={
            "en": edition(
                tagline="Keeps the Lantern and the keys",
                greetings=["“You again, {{user}}.”", "*She looks up.* “Sit.”"],
                traits={"manner": {"value": 20, "pinned": False, "low": 10, "high": 70}},
                generation={"temperature": 0.5},
                depth_prompt={"text": "Keep it short.", "depth": 2},
            )
        },
    )
    return character


@pytest.mark.django_db
def test_every_kind_of_field_is_told_in_words(mira):
    after, before = reads.history_of(mira)
    told = {change.field: change for change in compare(before, after)}
    assert marked(told["tagline"].pieces) == "Keeps the Lantern[+ and the keys+]"
    assert (told["traits.manner"].before, told["traits.manner"].after) == (
        "warm (72), pinned",
        "reserved (20), may move from distant to warm",
    )
    assert (told["traits.trust"].before != "", told["traits.trust"].after) == (True, "")
    assert (told["generation.temperature"].before, told["generation.temperature"].after) == (0.8, 0.5)
    assert told["depth_prompt.text"].after == "Keep it short."
    assert "greetings" in told
    assert "description" not in told


@pytest.mark.django_db
def test_going_back_opens_a_draft_and_loses_nothing(alice, mira):
    first = reads.history_of(mira)[1]
    draft = restore_version(owner=alice, version=first)
    assert (draft.character, draft.base) == (mira, first)
    version = drafts.write_version(draft=draft)
    assert (version.number, version.tagline) == (3, "Keeps the Lantern")
    assert mira.versions.count() == 3


@pytest.mark.django_db
def test_the_page_of_versions_is_its_owners_alone(alices, bobs, mira):
    address = f"/characters/{mira.pk}/history/"
    page = alices.get(address).content.decode()
    assert "From version 1 to version 2" in page
    assert "may move from distant to warm" in page
    assert bobs.get(address).status_code == 404


@pytest.mark.django_db
def test_any_two_versions_are_compared_and_one_is_brought_back(alices, mira):
    newest, first = reads.history_of(mira)
    page = alices.get(f"/characters/{mira.pk}/history/?from={newest.pk}&to={first.pk}").content.decode()
    assert "From version 2 to version 1" in page
    answer = alices.post(f"/characters/{mira.pk}/history/restore/", {"version": str(first.pk)})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/publish/")


@pytest.mark.django_db
def test_a_version_of_another_character_is_not_brought_back_here(alice, alices, mira):
    other = a_character(alice, visibility="private")
    version = reads.history_of(other)[0]
    assert alices.post(f"/characters/{mira.pk}/history/restore/", {"version": str(version.pk)}).status_code == 404


def test_a_long_text_is_compared_by_the_sentence_and_then_by_the_word():
    same = "".join(f"她在第{number}天的早上又把门口扫了一遍。" for number in range(1_000))
    told = marked(pieces(f"开头。{same}门上挂着一盏灯。{same}", f"开头。{same}门上挂着两盏灯。{same}结尾。"))
    assert "门上挂着[-一-][+两+]盏灯。" in told
    assert told.endswith("[+结尾。+]")
    assert len(told) < 400


@pytest.mark.django_db
def test_what_was_chosen_is_told_in_the_readers_words(alice, alices):
    mira = a_character(alice, visibility="private")
    policy = {"mode": "off", "kinds": ["fact", "promise"], "limit": 500}
    create_version(character=mira, editions={"en": edition(memory_policy=policy, portrait={"palette": "fog"})})
    page = alices.get(f"/characters/{mira.pk}/history/", headers={"accept-language": "zh-CN"}).content.decode()
    diff = page[page.index('id="diff"') :]
    for word in ("自动", "关闭", "事实、", "形象"):
        assert word in diff
    assert "automatic" not in diff
    assert diff.count("/portraits/") == 2


@pytest.mark.django_db
def test_the_list_of_versions_leaves_the_long_texts_where_they_are(mira, django_assert_num_queries):
    with django_assert_num_queries(1):
        versions = reads.history_of(mira)
    assert versions[0].get_deferred_fields() >= {"description", "examples", "system_prompt"}


def test_ten_thousand_like_lines_are_compared_in_a_moment():
    old, new = "a\n" * 30_000, "a\n" * 15_000 + "b\n" + "a\n" * 14_999
    began = time.process_time()
    found = pieces(old, new)
    assert time.process_time() - began < 5
    assert "b" in "".join(piece.text for piece in found if piece.kind == "new")
