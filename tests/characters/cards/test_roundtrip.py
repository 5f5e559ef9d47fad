"""Any card at all: whatever it holds goes out as it came in, and a change touches nothing but itself."""

import copy
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from characters.cards import png, read_card, write_charx, write_json, write_png, write_v2
from characters.cards.books import book_columns, entries_of, entry_columns, entry_with
from characters.cards.columns import version_columns
from characters.cards.jsontext import Real, measure, parse
from characters.cards.jsontext import write_json as json_text
from characters.cards.losses import report_for
from characters.cards.overlay import Book, Entry, book_is_as_it_came, with_changes
from characters.cards.roundtrip import _may_go, _paths, check_card
from characters.cards.spec import V2_FIELDS, V3_ONLY
from tests.characters.cards import tools

# Lone surrogates too: JSON can name them, UTF-8 cannot.
words = st.text(st.characters(codec=None), max_size=30)
written = st.sampled_from(["1.50", "1e5", "-0", "-0.0", "1E400", "0.1", "123456789012345678901234567890", "2E-3"])
numbers = st.integers() | written.map(parse)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
unknown = st.dictionaries(words.map(lambda key: f"x{key}"), values, max_size=4)


@st.composite
def mixed(draw: Any, known: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Some of the known keys and unknown ones, in any order."""
    found: dict[str, Any] = draw(unknown)
    for key, strategy in known.items():
        if key in required or draw(st.booleans()):
            found[key] = draw(strategy)
    return dict(draw(st.permutations(list(found.items()))))


entry_extensions = mixed(
    {
        "position": st.integers(-1, 9) | words,
        "depth": numbers,
        "role": st.integers(0, 3) | st.none(),
        "selectiveLogic": st.integers(0, 4),
        "probability": numbers | st.none(),
        "useProbability": st.booleans(),
        "group": words,
        "delay_until_recursion": st.booleans() | st.integers(),
        "sticky": numbers | st.none(),
    }
)
keys = st.lists(words, max_size=3) | words
entry = mixed(
    {
        "keys": keys,
        "secondary_keys": keys | st.none(),
        "content": words,
        "extensions": entry_extensions,
        "enabled": st.booleans(),
        "insertion_order": numbers,
        "position": st.sampled_from(["before_char", "after_char", 0, 1, "", None]),
        "use_regex": st.booleans(),
        "id": numbers | words | st.none(),
        "name": words,
        "comment": words,
    }
)
book = mixed(
    {"entries": st.lists(entry, max_size=3), "name": words, "extensions": unknown, "scan_depth": numbers | st.none()},
    required=("entries",),
)
text = words | st.none() | numbers
fields: dict[str, Any] = dict.fromkeys((*V2_FIELDS, *V3_ONLY), text) | {
    "name": words,
    "alternate_greetings": st.lists(words, max_size=3) | words,
    "tags": st.lists(words, max_size=3) | words,
    "character_book": book | st.none(),
    "extensions": mixed(
        {"depth_prompt": mixed({"prompt": words, "depth": numbers, "role": words}), "fav": st.booleans()}
    ),
    "group_only_greetings": st.lists(words, max_size=2),
    "assets": st.lists(mixed({"type": words, "uri": words, "name": words, "ext": words}), max_size=2),
}
sheets = mixed(fields, required=("name", "description"))


@st.composite
def cards(draw: Any) -> dict[str, Any]:
    number = draw(st.sampled_from([1, 2, 3]))
    if number == 1:
        return draw(mixed({field: fields[field] for field in V2_FIELDS[:6]}, required=("name", "description")))
    labels = {"spec": st.just(f"chara_card_v{number}"), "spec_version": st.just(f"{number}.0"), "data": sheets}
    root = {"fav": st.booleans(), "chat": words, "creatorcomment": words, "tags": values, "name": words}
    return draw(mixed(labels | root, required=tuple(labels)))


@given(cards(), st.sampled_from(["", "\t", "    "]))
def test_all_of_a_card_survives(card: dict[str, Any], indent: str) -> None:
    data = json_text(card, indent=indent).encode()
    checked = check_card(data, "card.json")
    assert (checked.reason, checked.lost) == ("", {"json": [], "png": [], "charx": []})
    assert checked.ok
    read = read_card(data)
    assert json_text(read.document, indent=indent).encode() == data == read.data


@given(cards())
def test_containers_carry_the_same_card(card: dict[str, Any]) -> None:
    text = json_text(card)
    picture = tools.picture(before=(tools.text_chunk("chara", tools.b64(text)),))
    packed = tools.picture(after=(tools.international_chunk("CCv3", tools.b64(text), packed=True),))
    for data in (picture, packed, tools.streamed_zip([("card.json", text.encode(), True)])):
        assert json_text(read_card(data).document) == text
        assert check_card(data, "").ok


@given(values)
def test_json_is_written_as_it_was_read(value: Any) -> None:
    text = json_text(value)
    measure(text)
    assert json_text(parse(text)) == text
    if not _has_odd_numbers(value):
        assert json.loads(text) == value


def _has_odd_numbers(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_odd_numbers, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Real | float)


@given(
    cards(),
    st.sampled_from(["description", "system_prompt", "nickname", "creator_notes"]),
    st.text(min_size=1, max_size=9),
)
def test_a_change_changes_that_field_and_nothing_else(card: dict[str, Any], field: str, words: str) -> None:
    read = read_card(json_text(card).encode())
    before = copy.deepcopy(read.document)
    changed = with_changes(read.document, read.spec, {field: words})
    assert json_text(read.document) == json_text(before)
    again = read_card(write_json(changed))
    columns = version_columns(again.document, again.spec)
    assert columns == version_columns(read.document, read.spec) | {field: version_columns(changed, again.spec)[field]}
    if read.spec != "v1":
        assert list(again.sheet)[: len(read.sheet)] == list(read.sheet)
        same = {key for key in read.sheet if key not in (field, "extensions")}
        assert all(json_text(again.sheet[key]) == json_text(read.sheet[key]) for key in same)


@given(entry)
def test_an_entry_is_left_alone_until_it_is_changed(source: dict[str, Any]) -> None:
    columns = entry_columns(source)
    assert entry_with(source, columns) is source
    new = {
        "content": "new",
        "order": 7,
        "sticky": 4,
        "place": "note_top",
        "logic": "not_any",
        "enabled": True,
        "role": "user",
    }
    for column, value in new.items():
        changed = entry_with(source, columns | {column: value})
        assert entry_columns(changed) == columns | {column: value}
        assert {key: changed[key] for key in source if key.startswith("x")} == {
            key: value for key, value in source.items() if key.startswith("x")
        }


@given(book)
def test_a_book_is_as_it_came_until_something_moves(source: dict[str, Any]) -> None:
    rows = tuple(Entry(each, entry_columns(each)) for each in entries_of(source))
    as_it_came = Book(source, book_columns(source), rows)
    assert book_is_as_it_came(as_it_came, source)
    assert not book_is_as_it_came(Book(source, book_columns(source), (*rows, Entry(None, entry_columns({})))), source)
    assert not book_is_as_it_came(Book(source, book_columns(source) | {"name": "Another name"}, rows), source)


@given(cards())
def test_ours_go_ahead_of_all_other_text(card: dict[str, Any]) -> None:
    old = tools.picture(
        before=(tools.text_chunk("Comment", b"first"), tools.text_chunk("chara", tools.b64(json_text(card))))
    )
    again = write_png(card, old)
    kinds = [(chunk.type, chunk.keyword) for chunk in png.chunks(again) if chunk.type == b"tEXt"]
    assert [keyword for _kind, keyword in kinds] == ["chara", "ccv3", "comment"]


@given(cards())
def test_an_archive_of_ours_holds_what_the_other_held(card: dict[str, Any]) -> None:
    files = [
        ("card.json", json_text(card).encode(), True),
        ("module.risum", b"\x6f\0", False),
        ("a/b.lua", b"x()", True),
    ]
    read = read_card(tools.streamed_zip(files))
    again = read_card(write_charx(read.document, tools.picture(), archive=read.archive))
    assert again.archive is not None
    assert again.archive.read("a/b.lua", limit=10) == b"x()"
    assert again.archive.read("module.risum", limit=10) == b"\x6f\0"


@given(cards())
def test_whatever_an_older_reader_does_not_get_is_said_before(card: dict[str, Any]) -> None:
    read = read_card(json_text(card).encode())
    after = dict(_paths(read_card(write_v2(read.document)).document))
    report = {each.code: each for each in report_for("v2", read.document)}
    for path, value in _paths(read.document):
        if after.get(path) != value and not _may_go(path, value) and not _says_nothing(path, value):
            assert _teller(path) in report, path
            if _teller(path) in ("v3_fields", "copies"):
                assert _head(path) in report[_teller(path)].items


def _says_nothing(path: str, value: str) -> bool:
    """Empty, or a rule of V3 about keys: where it makes a difference, the patterns are told of."""
    return value in ("null", '""', "[]", "{}") or parse(value) == 0 or path.endswith("].use_regex")


def _teller(path: str) -> str:
    if not path.startswith("data."):
        return "copies"
    if _head(path) == "character_book":
        return {"content": "decorators", "id": "lore_ids"}[path.rpartition(".")[2]]
    return "v3_fields"


def _head(path: str) -> str:
    return re.split(r"[.\[]", path.removeprefix("data."))[0]
