"""Cards as SillyTavern, RisuAI, Agnai and Chub write them: understood, and handed back as they came."""

import json
from collections.abc import Callable

import pytest

from characters.cards import read_card, write_charx, write_json, write_png, write_v2
from characters.cards.books import entries_of, entry_columns
from characters.cards.columns import book_of, language_of, tags_of, version_columns
from characters.cards.roundtrip import check_card
from tests.characters.cards import tools


@pytest.mark.parametrize("name", tools.CARDS)
def test_every_field_survives_every_way_out(name: str) -> None:
    checked = check_card(tools.CARDS[name](), name)
    assert (checked.reason, checked.lost) == ("", {"json": [], "png": [], "charx": []})
    assert checked.ok
    assert checked.fields == checked.fields_kept > 4


@pytest.mark.parametrize("name", tools.CARDS)
def test_a_file_is_told_by_its_bytes(name: str) -> None:
    card = read_card(tools.CARDS[name](), "whatever.txt")
    assert card.container == {"jpeg": "jpeg", "charx": "charx", "png": "png"}.get(name.rpartition(".")[2], "json")
    assert card.data == tools.CARDS[name]()
    if card.container == "json":
        assert card.text == card.data.decode("utf-8-sig")


def test_sillytavern_is_taken_at_its_meaning() -> None:
    card = read_card(tools.sillytavern_png())
    assert card.spec == "v3"
    assert card.older is not None
    columns = version_columns(card.document, card.spec)
    assert columns["description"] == "{{char}} keeps the Lantern.\nShe counts."
    assert columns["greetings"] == ["*She looks up.* Evening, {{user}}.", "You again."]
    assert columns["depth_prompt"] == {"text": "She is tired.", "depth": 4, "role": "system"}
    assert tags_of(card.document, card.spec) == ["tavern", "Fantasy"]
    book = book_of(card.document, card.spec)
    assert book is not None
    entry = entry_columns(entries_of(book)[0])
    assert entry["keys"] == ["rain", "/st[o0]rm/i"]
    assert entry["use_regex"]  # one key is a pattern; "rain" stays a word, and so do the second keys
    assert (entry["selective"], entry["secondary_keys"], entry["logic"]) == (True, ["night", "sea"], "and_all")
    assert (entry["place"], entry["depth"], entry["role"]) == ("at_depth", 2, "user")
    assert (entry["probability"], entry["sticky"], entry["cooldown"], entry["delay"]) == (80, 3, 0, 5)
    assert (entry["group"], entry["group_weight"], entry["prevent_recursion"]) == ("weather", 150, True)


def test_sillytavern_says_pattern_of_every_entry_and_means_those_between_slashes() -> None:
    entry = entry_columns(tools.st_entry(0, keys=["a.b"], constant=True))
    assert not entry["use_regex"]
    assert entry["constant"]


def test_an_outlet_has_no_place_here_so_its_entry_is_off() -> None:
    source = tools.st_entry(0)
    source["extensions"]["position"] = 7
    assert not entry_columns(source)["enabled"]


def test_risu_keeps_nickname_portrait_and_decorators() -> None:
    card = read_card(tools.risu_charx())
    columns = version_columns(card.document, card.spec)
    assert columns["nickname"] == "Rinrin"
    assert columns["depth_prompt"] == {}
    assert language_of(columns) == "zh-hans"
    assert card.picture == tools.picture()
    book = book_of(card.document, card.spec)
    assert book is not None
    moon, stars = map(entry_columns, entries_of(book))
    assert moon["content"].startswith("@@depth 3\n")
    assert moon["probability"] == 40
    assert (stars["use_regex"], stars["keys"]) == (True, ["/星[a-z]+/"])


def test_a_jpeg_with_an_archive_behind_it_is_read_from_the_archive() -> None:
    card = read_card(tools.risu_jpeg())
    assert card.archive is not None
    assert card.data[: card.archive.start] == tools.jpeg()
    # Offsets may count from the picture's first byte too.
    whole = tools.risu_charx()
    assert read_card(tools.jpeg() + whole).document == read_card(whole).document


def test_attachments_of_old_pngs_become_files_of_an_archive() -> None:
    card = read_card(tools.risu_png())
    assert sorted(card.attachments) == ["1", "2"]
    again = read_card(write_charx(card.document, None, attachments=card.attachments))
    assert again.archive is not None
    uris = [each["uri"] for each in again.sheet["assets"]]
    assert uris[:2] == ["embeded://assets/x-risu-asset/images/door.png", "embeded://assets/emotion/images/joy.png"]
    assert again.archive.read("assets/emotion/images/joy.png", limit=10_000) == tools.picture()


def test_old_risu_wrote_the_version_as_a_number() -> None:
    card = read_card(tools.risu_old_png())
    assert card.sheet["character_version"] == 2
    assert b'"character_version":2' in card.text.encode()


def test_agnai_keeps_its_persona_beside_the_text() -> None:
    card = read_card(tools.agnai_png())
    written = read_card(write_png(card.document, card.data))
    assert written.sheet["extensions"]["agnai"] == tools.agnai()["data"]["extensions"]["agnai"]
    assert '"rate":1.05' in written.text


def test_ooba_has_five_fields() -> None:
    columns = version_columns(read_card(tools.agnai_ooba()).document, "ooba")
    assert (columns["name"], columns["description"], columns["scenario"]) == ("Ada", "sharp", "A library.")
    assert columns["greetings"] == ["Hello."]


def test_chub_writes_null_for_no_book_and_numbers_for_places() -> None:
    plain = read_card(tools.chub_json())
    assert book_of(plain.document, plain.spec) is None
    assert version_columns(plain.document, plain.spec)["greetings"] == ["Next, please."]
    packed = read_card(tools.chub_png())
    book = book_of(packed.document, packed.spec)
    assert book is not None
    assert entry_columns(entries_of(book)[0])["place"] == "before_char"
    # A strict reader breaks on null.
    assert "character_book" not in read_card(write_png(plain.document, tools.picture())).sheet


def test_numbers_are_written_as_they_were() -> None:
    card = read_card(tools.flat())
    assert card.text.endswith('"extra":1.50}')
    assert '"extra":1.50' in read_card(write_png(card.document, tools.picture())).text


def test_the_largest_card_can_be_read_again() -> None:
    largest = tools.chub(description="d" * (1024 * 1024 - 1_900))
    written = write_png(largest, tools.picture()), write_v2(largest), write_charx(largest, None), write_json(largest)
    for data in written:
        card = read_card(data)
        assert card.sheet["description"] == largest["data"]["description"]
    flat = {"name": "a", "description": "d" * 900_000, "extra": 1}
    card = read_card(write_png(flat, tools.picture()))
    assert (card.sheet["description"], card.document["extra"]) == (flat["description"], 1)


@pytest.mark.parametrize("pack", [tools.text_chunk, tools.packed_chunk, tools.international_chunk])
@pytest.mark.parametrize("keyword", ["chara", "ccv3", "CHARA", "Ccv3"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_card_is_found_in_every_kind_of_chunk_of_a_still_or_a_moving_picture(
    pack: Callable[[str, bytes], bytes], keyword: str, place: str
) -> None:
    chunk = pack(keyword, tools.b64(tools.compact(tools.chub())))
    moving = tools.chunk(b"acTL", bytes(8))
    for container, pieces in (("png", [chunk]), ("apng", [moving, chunk])):
        data = tools.picture(**{place: pieces})
        card = read_card(data)
        assert (card.container, card.document, card.data) == (container, tools.chub(), data)
        assert check_card(data, "").ok


def test_a_moving_portrait_stays_one_when_the_card_in_it_is_written_anew() -> None:
    moving = tools.picture(before=[tools.chunk(b"acTL", bytes(8)), tools.text_chunk("chara", b"e30=")])
    assert read_card(write_png(tools.chub(), moving)).container == "apng"


def test_the_chunks_of_a_png_of_ours() -> None:
    data = write_png(tools.sillytavern(), tools.sillytavern_png())
    assert data.count(b"tEXtchara\0") == data.count(b"tEXtccv3\0") == 1
    assert data.index(b"tEXtchara\0") < data.index(b"tEXtccv3\0") < data.index(b"IDAT")
    card = read_card(data)
    assert card.older is not None
    assert (card.older["spec"], card.document["spec"]) == ("chara_card_v2", "chara_card_v3")
    assert card.older["first_mes"] == card.older["data"]["first_mes"]
    assert json.loads(card.text) == card.document
    for trace in ("chat", "fav", "create_date"):
        assert trace not in card.document
        assert trace not in card.older
    # The sentence about the older copy is not taken for the author's.
    assert version_columns(card.older, "v2")["creator_notes"] == "Be kind to her."
