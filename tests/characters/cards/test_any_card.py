"""Whatever Hypothesis thinks of comes in and goes out again, or is refused in words; it never breaks."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import Invalid
from accounts.models import User
from characters.cards import read_card
from characters.cards.columns import version_columns
from characters.cards.jsontext import write_json as json_text
from characters.cards.roundtrip import _paths
from characters.models import LoreEntry
from characters.services.card_files import export_card, preview_exports
from characters.services.cards import ImportResult, import_card
from tests.characters.cards import tools
from tests.characters.cards.test_roundtrip import cards

pytestmark = pytest.mark.django_db
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).map(str.strip).filter(bool)
often = settings(max_examples=40)


def brought(owner: User, data: bytes) -> ImportResult | None:
    try:
        return import_card(owner=owner, data=data)
    except Invalid as refused:
        check_words(refused)
        return None


def check_words(refused: Invalid) -> None:
    assert refused.extra["field"]
    assert str(refused.message)


@often
@given(cards())
def test_it_comes_in_and_goes_out_as_it_was(alice: User, card: dict[str, Any]) -> None:
    data = json_text(card).encode()
    result = brought(alice, data)
    if result is None:
        return
    version = result.version
    assert export_card(version=version, format="original", user=alice).data == data
    assert export_card(version=version, format="json", user=alice).data == data
    previews = {each.format: each for each in preview_exports(version=version, user=alice)}
    assert previews["json"].identical
    before = read_card(data)
    for each in ("charx", "v2"):
        after = read_card(export_card(version=version, format=each, user=alice).data)
        columns = version_columns(after.document, after.spec)
        expected = version_columns(before.document, before.spec)
        assert columns == expected | ({"nickname": columns["nickname"]} if each == "v2" else {})


@often
@given(cards(), words)
def test_a_changed_entry_changes_nothing_else(alice: User, card: dict[str, Any], said: str) -> None:
    result = brought(alice, tools.picture(before=(tools.text_chunk("ccv3", tools.b64(json_text(card))),)))
    entry = LoreEntry.objects.filter(book__character=result.character).order_by("position").first() if result else None
    if result is None or entry is None or entry.content == said:
        return
    LoreEntry.objects.filter(pk=entry.pk).update(content=said)
    after = read_card(export_card(version=result.version, format="json", user=alice).data)
    changed = dict(_paths(after.document)).items() ^ dict(_paths(card)).items()
    private = ("fav", "chat", "create_date", "extensions.fav")
    left = {path for path, _value in changed if path.removeprefix("data.") not in private}
    touched = ("character_book.entries[0].content", "character_book.entries[0].extensions", "character_book.extensions")
    assert all(path.startswith(tuple(f"data.{each}" for each in touched)) or path == "data.extensions" for path in left)
