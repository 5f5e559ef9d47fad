"""The protocol as data: what is published, what is understood, what is refused, and how."""

import json
from uuid import UUID

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from accounts.ids import uuid7
from chat import protocol
from stories.rules import Action, begin
from stories.telling import Note, view
from tests.chat.frames import frames
from tests.numbers import times
from tests.stories.conftest import SMALL, book_of

LAMP = book_of(SMALL)
ID = uuid7()
LINE = {"type": "chat", "content": "Hello", "client_id": str(ID)}
BODY = protocol.MessageBody(
    id=ID,
    parent_id=None,
    role="player",
    author="You",
    character_id=None,
    content="Hi",
    status="complete",
    created_at="",
)
ONE_OF_EACH = (
    protocol.Ready(
        protocol=1, conversation_id=ID, head_id=None, participants=[protocol.Person(ID, "You", "host")], heartbeat=30,
        turn=protocol.RunningTurn(ID, ID, ID, None, "chat", "thinking"),
    ),
    protocol.Ack(client_id=ID, message_id=None, turn_id=ID),
    protocol.Message(message=BODY),
    protocol.Changed(kind="head", ids=[ID]),
    protocol.Presence(
        people=[protocol.Person(ID, "Alex", "player", online=False, muted=True)],
        cast=[protocol.CastRole(ID, ID, "Mira", on_stage=True, muted=False)],
    ),
    protocol.IsTyping(user_id=ID, name="Alex"),
    protocol.AiStatus(status="speaking", turn_id=ID, message_id=ID, parent_id=ID, character_id=None),
    protocol.AiChunk(message_id=ID, seq=3, content="好 🎭", from_=2),
    protocol.AiEnd(message_id=ID, turn_id=ID, seq=3, full_content="", status="stopped", usage=protocol.Usage(1, 2)),
    protocol.AiWithdraw(message_id=ID, reason="rules"),
    protocol.Notice(kind="care", text="You matter.", message_id=ID, lines=[protocol.HelpAt("A line", number="988")]),
    protocol.GameEvent(
        event_type="acted", seq=2,
        payload=protocol.GamePayload(
            message_id=ID, by="Alex", action=Action("take", "lamp"), notes=[Note("gained", "the lamp", "lamp")],
            view=view(LAMP, begin(LAMP, "s").state, "en"),
        ),
    ),
    protocol.DraftChunk(client_id=ID, content="I"),
    protocol.DraftEnd(client_id=ID, content="I nod."),
    protocol.TtsChunk(message_id=ID, part=1, seq=2, audio="AAA=", rate=24_000, text="Sit."),
    protocol.TtsEnd(message_id=ID, part=1, reason="complete"),
    protocol.AudioAck(client_id=ID, seq=4, seconds=1.0, speech_probability=0.9, noise_level=-58.1, speaking=True),
    protocol.SttInterim(client_id=ID, phrase=1, text="good evening"),
    protocol.SttFinal(client_id=ID, phrase=1, text="Good evening.", seconds=1.2),
    protocol.AudioOver(client_id=ID, phrases=1, seconds=2.5, recording_id=ID),
    protocol.Error(code="busy", message="…", retry_after=1.5),
    protocol.Unlocked(),
    protocol.Locked(),
    protocol.Pong(t=1.5),
)  # fmt: skip


def test_every_frame_to_the_browser_is_written_as_its_schema_says():
    schema = protocol.schema()
    assert {type(frame) for frame in ONE_OF_EACH} == set(protocol.SERVER_FRAMES)
    for frame in ONE_OF_EACH:
        text = protocol.encode(frame)
        told = json.loads(text)
        assert next(iter(told)) == "type"
        jsonschema.validate(told, schema["server"] | {"$defs": schema["$defs"]})
        assert msgspec.json.decode(text, type=type(frame)) == frame


@pytest.mark.parametrize(
    "fields",
    [
        LINE,
        LINE | {"timestamp": 1.5, "parent_id": str(ID), "audience": [], "mood": "later versions may say more"},
        {"type": "regenerate", "message_id": str(ID), "client_id": str(ID), "hint": "softer"},
        {"type": "continue", "message_id": str(ID), "client_id": str(ID)},
        {"type": "impersonate", "client_id": str(ID)},
        {"type": "cue", "character_id": str(ID), "client_id": str(ID)},
        {"type": "action", "action_id": "use", "target_id": "lamp", "args": {"item": "oil"}, "client_id": str(ID)},
        {"type": "resume", "last_seq": 2},
        {"type": "typing"},
        {"type": "stop"},
        {"type": "stop", "turn_id": str(ID)},
        {"type": "resume", "message_id": str(ID), "last_seq": 7},
        {"type": "ping", "t": 12.5},
    ],
    ids=lambda fields: fields["type"],
)
def test_every_frame_of_the_browser_is_understood_and_valid_by_the_schema(fields):
    frame = protocol.decode(json.dumps(fields))
    schema = protocol.schema()
    jsonschema.validate(fields, schema["client"] | {"$defs": schema["$defs"]})
    for name, value in fields.items():
        if hasattr(frame, name):
            assert str(msgspec.to_builtins(getattr(frame, name))) == str(value)


def test_the_schema_names_each_frame_once_by_its_type():
    schema = protocol.schema()
    for side, known in (("client", protocol.CLIENT_FRAMES), ("server", protocol.SERVER_FRAMES)):
        names = [part["$ref"].rpartition("/")[2] for part in schema[side]["oneOf"]]
        types = [schema["$defs"][name]["properties"]["type"]["enum"] for name in names]
        assert types == [[frame.__struct_config__.tag] for frame in known]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        ("hello", "malformed"),
        ("[" * 100_000, "invalid_frame"),
        ('{"type": "ping", "t": NaN}', "malformed"),
        ("null", "invalid_frame"),
        ("{}", "invalid_frame"),
        ('{"type": "dance"}', "unknown_type"),
        ('{"type": 5}', "unknown_type"),
        ('{"type": "ready"}', "unknown_type"),
        ('{"type": "chat", "content": "Hello"}', "invalid_frame"),
        (json.dumps(LINE | {"content": 5}), "invalid_frame"),
        ('{"type": "chat", "content": "Hello", "client_id": "mine"}', "invalid_frame"),
        (json.dumps(LINE | {"content": " \n\t"}), "empty"),
        (json.dumps(LINE | {"content": "x" * 32_001}), "too_long"),
        (json.dumps(LINE | {"content": "a\x00b"}), "bad_characters"),
        (json.dumps(LINE | {"audience": [str(ID)] * 101}), "invalid_frame"),
        (json.dumps(LINE | {"audience": "everybody"}), "invalid_frame"),
        (json.dumps({"type": "resume", "message_id": str(ID), "last_seq": -1}), "invalid_frame"),
        (json.dumps({"type": "resume", "message_id": str(ID), "last_seq": 10**30}), "invalid_frame"),
        (json.dumps({"type": "impersonate", "client_id": str(ID), "hint": "x" * 2_001}), "too_long"),
    ],
    ids=lambda value: value[:40] or "nothing",
)  # fmt: skip
def test_what_cannot_be_obeyed_is_refused_by_name(text, code):
    with pytest.raises(protocol.FrameError) as refused:
        protocol.decode(text)
    assert refused.value.frame.code == code
    assert refused.value.frame.message


def test_a_refused_line_is_named_so_that_the_composer_can_keep_it():
    for text in (json.dumps(LINE | {"content": ""}), json.dumps(LINE | {"content": 5}), json.dumps(LINE)[:-1]):
        with pytest.raises(protocol.FrameError) as refused:
            protocol.decode(text)
        assert refused.value.frame.client_id == ID


def test_the_longest_line_counts_characters_not_bytes():
    longest = "好" * protocol.MAX_CONTENT
    assert protocol.decode(json.dumps(LINE | {"content": longest}, ensure_ascii=False)).content == longest  # type: ignore[union-attr]


def test_line_breaks_and_tabs_may_stay_in_a_line():
    assert protocol.decode(json.dumps(LINE | {"content": "a\n\tb\r\nc"})).client_id == UUID(str(ID))  # type: ignore[union-attr]


@settings(max_examples=times("frames decoded"))
@given(frames)
def test_whatever_arrives_is_a_frame_or_a_frame_error(text):
    try:
        frame = protocol.decode(text)
    except protocol.FrameError as refused:
        answer = protocol.encode(refused.frame)
        assert len(answer) < 2_000, "an error must not echo what was sent"
    else:
        assert isinstance(frame, protocol.CLIENT_FRAMES)
        if isinstance(frame, protocol.Ping):
            protocol.encode(protocol.Pong(t=frame.t))


def test_the_published_schema_is_the_one_of_the_code(client):
    answer = client.get("/api/v1/protocol.json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(protocol.schema()))
