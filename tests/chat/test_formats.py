"""Files of talks, read and written: what other programs write, what is broken, and what wants to be too much."""

import io
import json
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.formats import archive as archive_module
from chat.formats import limits, native, sillytavern
from chat.formats.archive import DAMAGED
from chat.formats.dates import milliseconds
from chat.formats.errors import BadFile
from chat.formats.incremental import TooLarge, top, values
from chat.formats.neutral import Found, Line, Place, Talk
from chat.formats.reading import Refused, talks_in
from tests import numbers
from tests.chat import exported


def read(data: bytes, name: str = "file"):
    """[(talk, its lines)], and the files that were refused."""
    return [
        each if isinstance(each, Refused) else (each.talk, list(each.lines))
        for each in talks_in(io.BytesIO(data), name)
    ]


def texts(lines):
    return [(line.name, line.text) for line in lines]


def branch(talk, lines):
    """The texts from the root to the head."""
    by_key, at, found = {line.key: line for line in lines}, talk.head or lines[-1].key, []
    while at:
        found.append(by_key[at].text)
        at = by_key[at].parent
    return found[::-1]


# ---------------------------------------------------------------- what other programs write


def test_sillytavern_with_swipes():
    [(talk, lines)] = read(exported.sillytavern())
    assert (talk.character, talk.player) == ("Seraphina", "Ada")
    assert talk.created == milliseconds("2024-06-05T14:03:22Z")
    assert branch(talk, lines) == [
        "*You wake with a start.* Hello, Ada.",
        "Where am I?",
        "In the *glade*.",
        "我看见灯塔。",
    ]
    assert [line.text for line in lines if line.parent is None] == [
        "Good morning.",
        "*You wake with a start.* Hello, Ada.",
    ]
    assert lines[-2].at == milliseconds("2024-06-05T14:05:50.682Z")
    assert lines[-1].at == 1717596480000
    assert {code: count for code, count in talk.notes.items() if count} == {"system": 1, "ghosts": 1}


def test_sillytavern_group_keeps_names():
    [(talk, lines)] = read(exported.sillytavern_group())
    assert (talk.character, talk.player) == ("Holmes", "Ada")
    assert texts(lines) == [("Holmes", "Who rang?"), ("Watson", "I did."), ("Ada", "And I.")]


def test_chubs_swipes_are_objects():
    [(talk, lines)] = read(exported.chub())
    assert [line.text for line in lines] == ["Evening.", "You again?"]
    assert branch(talk, lines) == ["Evening."]


def test_risu():
    [(talk, lines)] = read(exported.risu(), "Mira_2024-06-05T140000_chat.json")
    assert (talk.title, talk.character, talk.opening) == ("Rainy day", "Mira", 0)
    assert [(line.role, line.text) for line in lines] == [
        ("player", "Is it raining?"),
        ("character", "It is."),
        ("player", "Still?"),
    ]
    assert {code: count for code, count in talk.notes.items() if count} == {"system": 1, "ghosts": 1}
    both = read(exported.risu(many=True), "Mira_all_chats_2024-06-05.json")
    assert [(talk.title, talk.character, len(lines)) for talk, lines in both] == [
        ("Rainy day", "Mira", 3),
        ("Another", "Mira", 0),
    ]


def test_agnai():
    [(talk, lines)] = read(exported.agnai())
    assert (talk.title, talk.character, talk.player) == ("", "", "Ada")
    assert branch(talk, lines) == ["Welcome to the inn.", "A room, please.", "Second floor."]
    assert talk.notes["empty"] == 1
    [(talk, lines)] = read(exported.agnai_tree())
    assert (talk.title, talk.character) == ("Evening", "Rin")
    assert branch(talk, lines) == ["Hello.", "Hi.", "So?"]
    assert [line.text for line in lines if line.parent == "m2"] == ["Well?", "So?"]
    assert [line.text for line in lines if line.parent == "m1"] == ["Hi.", "Bye."]


def test_chatgpt():
    [(talk, lines)] = read(exported.chatgpt())
    assert (talk.title, talk.character, talk.player) == ("Lighthouses", "ChatGPT", "You")
    assert branch(talk, lines) == ["What is in this picture?", "灯塔 at night."]
    assert [line.text for line in lines if line.parent is None] == ["What is a lighthouse?", "What is in this picture?"]
    assert lines[0].at == 1717596000250
    assert {code: count for code, count in talk.notes.items() if count} == {"pictures": 1, "thoughts": 1}
    [(talk, lines)] = read(json.dumps(exported.conversation()).encode())
    assert len(lines) == 4


def test_chatgpts_archive():
    found = read(exported.chatgpt_zip())
    assert [each.where if isinstance(each, Refused) else each[0].title for each in found] == [
        "Lighthouses",
        "Again",
        "user.json",
    ]
    assert found[2].code == "not_talk"


def test_an_archive_of_many_kinds():
    files = {"a.jsonl": exported.sillytavern(), "b/c.json": exported.agnai(), "d.json": exported.risu()}
    assert [talk.player for talk, _ in read(exported.archive(files))] == ["Ada", "Ada", ""]


def test_a_mapping_that_goes_round_ends():
    loop = {
        "a": exported.node("a", None, ["b"], exported.message("user", "one")),
        "b": exported.node("b", "a", ["a", "b", "nobody"], exported.message("assistant", "two")),
        "c": exported.node("c", "d", ["d"], exported.message("user", "nowhere")),
        "d": exported.node("d", "c", ["c"], None),
    }
    [(talk, lines)] = read(exported.chatgpt(exported.conversation(mapping=loop, current_node="d")))
    assert [line.text for line in lines] == ["one", "two"]
    assert talk.head is None


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-06-05T14:03:22.123Z", "2024-06-05T14:03:22.123"),
        ("2024-06-05T16:03:22.123+02:00", "2024-06-05T14:03:22.123"),
        ("2024-6-5@14h03m22s", "2024-06-05T14:03:22.000"),
        ("2024-6-5 @14h 03m 22s 7ms", "2024-06-05T14:03:22.007"),
        ("June 5, 2024 2:03pm", "2024-06-05T14:03:00.000"),
        ("June 5, 2024 12:03am", "2024-06-05T00:03:00.000"),
        (1717596202.123, "2024-06-05T14:03:22.123"),
        (1717596202123, "2024-06-05T14:03:22.123"),
        ("1717596202123", "2024-06-05T14:03:22.123"),
    ],
)
def test_times(written, expected):
    assert milliseconds(written) == round(datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        "",
        "soon",
        "Smarch 3, 2024 2:03pm",
        0,
        -5,
        1e30,
        float("inf"),
        float("nan"),
        "9" * 30,
        [],
        "2024-13-40T99:00:00Z",
    ],
)
def test_what_is_no_time(written):
    assert milliseconds(written) is None


# ---------------------------------------------------------------- round trips

said = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)
called = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20)
moment = st.integers(946_684_800_000, 1_900_000_000_000)


@st.composite
def trees(draw):
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *(line.key for line in lines)]))
        role = draw(st.sampled_from(["player", "character"]))
        status = draw(st.sampled_from(native.STATUSES))
        lines.append(
            Line(str(number), parent, role, draw(called), draw(said), draw(moment), status, draw(st.booleans()))
        )
    head = draw(st.sampled_from([None, *(line.key for line in lines)]))
    talk = Talk(
        title=draw(called), character=draw(called), character_id="x", others=draw(st.lists(called, max_size=2)),
        player=draw(called), created=draw(moment), updated=draw(moment), head=head,
    )  # fmt: skip
    return talk, lines


@given(trees())
def test_what_is_written_as_json_is_read_again(tree):
    talk, lines = tree
    written = "".join(native.write(talk, lines))
    [(read_talk, read_lines)] = read(written.encode())
    assert read_lines == lines
    assert read_talk == talk
    assert "".join(native.write(read_talk, read_lines)) == written


@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.tuples(said, moment), min_size=1, max_size=4), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_as_json_lines_is_read_again(drawn):
    talk = Talk(title="A title", character="Mira", player="Ada", created=946_684_800_000)
    places: list[Place] = []
    parent = None
    for number, (mine, takes, chosen) in enumerate(drawn, 1):  # the header is line 0
        takes = takes[:1] if mine else takes
        role, name = ("player", "Ada") if mine else ("character", "Mira")
        lines = [Line(f"{number}.{place}", parent, role, name, text, at) for place, (text, at) in enumerate(takes)]
        places.append(Place(lines, chosen % len(takes)))
        parent = places[-1].line.key
    [(read_talk, read_lines)] = read("".join(sillytavern.write(talk, places)).encode())
    assert read_lines == [line for place in places for line in place.lines]
    assert read_talk.head == parent
    assert (read_talk.title, read_talk.character, read_talk.player) == ("A title", "Mira", "Ada")


# ---------------------------------------------------------------- what is broken, and what is too much


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"),
        (b"Dear diary,", "not_json"),
        (b"[1, 2", "not_json"),
        (b'{"name": "Mira", "spec": "chara_card_v2"}', "not_talk"),
        (b"[]", "not_talk"),
        (b'[{"a": 1}]', "not_talk"),
        (b"7", "not_talk"),
        (b'{"mes" : "x"', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b'{"format": "dramatis.conversation", "version": 2, "messages": []}', "newer"),
        (b'{"format": "dramatis.conversation", "version": "1"}', "not_talk"),
        (b"[" * 200, "too_deep"),
        (b"PK\x03\x04 and no more", "damaged"),
        (exported.archive({"readme.txt": b"x"}), "no_talks"),
        (exported.archive({"bomb.json": b" " * 20_000_000}), "ratio"),
    ],
)
def test_what_is_refused(data, code):
    with pytest.raises(BadFile) as refused:
        read(data)
    assert refused.value.code == code


def test_a_byte_order_mark_is_let_go():
    assert len(read(b"\xef\xbb\xbf" + exported.chatgpt())) == 1
    assert len(read(b"\xef\xbb\xbf" + exported.sillytavern())) == 1


def test_archives_that_are_damaged_or_locked():
    data = bytearray(exported.archive({"a.json": exported.agnai() * 3}))
    data[60:70] = b"\xff" * 10
    with pytest.raises((BadFile, *DAMAGED)):
        read(bytes(data))
    locked = bytearray(exported.archive({"a.json": exported.agnai()}))
    at = locked.rfind(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(BadFile, match="encrypted"):
        read(bytes(locked))


def test_an_archive_that_claims_a_million_files_is_not_walked():
    data = exported.archive({"a.json": exported.agnai()})
    at = data.rfind(b"PK\x05\x06")
    claims = data[:at] + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 9_000_000, 0, 0)
    with pytest.raises(BadFile, match="too_many_files"):
        read(claims)


def test_one_string_is_not_held_beyond_its_bound(monkeypatch):
    monkeypatch.setattr("chat.formats.incremental.MAX_STRING", 1_000_000)
    long = json.dumps([{"title": "x" * 3_000_000, "mapping": {}}]).encode()
    with pytest.raises(BadFile, match="string_too_long"):
        read(long)
    escaped = json.dumps([{"title": 'x"' * 1_500_000, "mapping": {}}]).encode()
    with pytest.raises(BadFile, match="string_too_long"):
        read(escaped)


def test_a_value_with_too_much_in_it_is_passed_over(monkeypatch):
    monkeypatch.setattr("chat.formats.incremental.MAX_VALUES", 50)
    found = read(exported.chatgpt(exported.conversation(), exported.conversation(mapping={}, title="Small")))
    assert [(talk.title, talk.notes["too_large"]) for talk, _ in found] == [("", 1), ("Small", 0)]
    assert [
        isinstance(each, TooLarge) for each in values(io.BytesIO(b"[[1, 2], [" + b"3, " * 100 + b"4], 5]"), "item")
    ] == [False, True, False]


def test_what_lies_beside_is_read_without_what_is_large():
    file = io.BytesIO(b'{"a": {"b": [1, {"c": 2}]}, "messages": [{"text": "x"}], "d": null}')
    assert top(file, without={"messages"}) == {"a": {"b": [1, {"c": 2}]}, "d": None}


def test_lines_that_cannot_be_read_are_counted():
    messages = [
        {"id": "1", "role": "player", "text": "good\x00 \x07", "parent": None},
        {"id": "2", "role": "narrator", "text": "who?"},
        {"id": 3, "role": "player", "text": "x"},
        {"id": "4", "role": "player", "text": None},
        "nothing",
        {"id": "5", "role": "character", "text": "y" * (limits.MAX_TEXT + 1), "parent": "1", "status": "odd"},
    ]
    data = json.dumps({"format": native.FORMAT, "version": 1, "messages": messages}).encode()
    [(talk, lines)] = read(data)
    assert [line.text for line in lines] == ["good ", "y" * limits.MAX_TEXT]
    assert lines[1].status == "complete"
    assert talk.notes == {"unread": 4, "cut": 1}
    [(talk, lines)] = read(exported.sillytavern() + b"nonsense\n{}\n" + b'{"mes": 3}\n')
    assert talk.notes["unread"] == 2
    assert talk.notes["empty"] == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    for begin in (
        b"",
        b"{",
        b"[{",
        b'{"mes": "',
        b"PK\x03\x04",
        exported.sillytavern()[:300],
        exported.chatgpt()[:200],
    ):
        try:
            read(begin + data)
        except (BadFile, *DAMAGED):
            pass


def zip64(
    data: bytes, *, plain: tuple[int, int] | None = None, moved: int = 0, comment: bytes = b"", **says: int
) -> bytes:
    """The archive with a ZIP64 end before the plain one, which then says `plain` of count and length."""
    at = data.rfind(b"PK\x05\x06")
    count, _count, length, offset = struct.unpack_from("<2H2I", data, at + 8)
    told = {"count": count, "length": length} | says
    record = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, told["count"], told["count"], told["length"], offset
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at + moved, 1)
    few, short = plain or (0xFFFF, 0xFFFFFFFF)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, few, few, short, offset, len(comment))
    return data[:at] + record + locator + end + comment


def test_an_archive_with_a_zip64_end_is_read():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made, made.open("a.json", "w", force_zip64=True) as entry:
        entry.write(exported.agnai())
    assert len(read(held.getvalue())) == 1
    for archive in (zip64(held.getvalue()), zip64(held.getvalue(), comment=b"A talk.")):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            assert opened.namelist() == ["a.json"]
        assert len(read(archive)) == 1


def test_the_zip64_end_counts_and_not_the_plain_one_before_it():
    data = exported.archive({"a.json": exported.agnai()})
    at = data.rfind(b"PK\x05\x06")
    plain = struct.unpack_from("<HI", data, at + 10)
    for claims, code in (
        (zip64(data, count=1_000_000), "too_many_files"),
        (zip64(data, length=9_000_000), "damaged"),
        (zip64(data, plain=plain, length=9_000_000), "damaged"),  # the one that is small is for show
        (zip64(data, plain=plain, count=1_000_000), "damaged"),
        (zip64(data, moved=-1), "damaged"),
        (zip64(data, moved=2**40), "damaged"),
        (data[:at] + struct.pack("<4sIQI", b"PK\x06\x07", 0, at - 56, 1) + data[at:], "damaged"),
    ):
        with pytest.raises(BadFile) as refused:
            read(claims)
        assert refused.value.code == code


def test_files_are_counted_as_they_are_and_not_as_the_end_says(monkeypatch):
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 3)
    data = exported.archive({f"{number}.json": exported.agnai() for number in range(4)})
    at = data.rfind(b"PK\x05\x06")
    few = data[: at + 8] + struct.pack("<2H", 1, 1) + data[at + 12 :]
    with pytest.raises(BadFile, match="too_many_files"):
        read(few)


@pytest.mark.parametrize("kind", ["chatgpt", "native", "lines"])
def test_a_large_file_is_read_with_little_memory(kind, tmp_path):
    size = numbers.times("megabytes of a file") * 1_000_000
    file = tmp_path / "large"
    with file.open("wb") as written:
        for piece in exported.large(kind, size):
            written.write(piece)
    assert file.stat().st_size >= size
    tracemalloc.start()
    try:
        with file.open("rb") as opened:
            count = sum(1 for each in talks_in(opened, "large") if isinstance(each, Found) for _ in each.lines)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count > size / 1_000
    assert peak < 6_000_000, "as much for fifty megabytes as for two"
