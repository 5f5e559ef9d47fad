"""Bytes to text, without a socket: the same text wherever the bytes happen to be cut."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.base import BrokenStream
from inference.formats.openai import OpenAIParser
from inference.parser import Bounds, ReplyParser
from inference.wire import payload_of, usage_of


def event(text: str | None, **more: object) -> bytes:
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, **more}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


SAID = "She opens the door — “come in,” 她说，🎭 *pours tea*\n\n```py\nx = 1\n```"
WIRE = b"".join(
    [
        b": a comment first\n\n",
        b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n',
        *(event(letter) for letter in SAID),
        event(None, finish_reason="stop"),
        b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16}}\n\n',
        b"data: [DONE]\n\n",
    ]
)


def parse(*parts: bytes, bounds: Bounds | None = None) -> tuple[str, ReplyParser]:
    parser, said = OpenAIParser(bounds or Bounds()), ""
    for part in parts:
        said += parser.feed(part)
        if parser.done or parser.error:
            break
    return said + parser.close(), parser


@pytest.mark.parametrize("wire", [WIRE, WIRE.replace(b"\n", b"\r\n"), WIRE.replace(b"data: ", b"data:")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
def test_every_reading_gives_the_same_text(wire: bytes, size: int):
    said, parser = parse(*(wire[i : i + size] for i in range(0, len(wire), size)))
    assert said == SAID
    assert (parser.finish, parser.done, parser.error) == ("stop", True, None)
    assert parser.usage is not None
    assert parser.usage.completion == 7


@given(st.lists(st.integers(0, len(WIRE)), max_size=8))
def test_cuts_anywhere_change_nothing(cuts: list[int]):
    edges = [0, *sorted(cuts), len(WIRE)]
    said, _ = parse(*(WIRE[a:b] for a, b in pairwise(edges)))
    assert said == SAID


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_named_error(data: bytes):
    said, parser = parse(data, b"\n\n")
    assert isinstance(said, str)
    assert parser.error is None or isinstance(parser.error, BrokenStream)


def test_data_over_several_lines_is_one_payload():
    wire = b'event: message\nid: 4\ndata: {"choices":\ndata: [{"delta":{"content":"hi"}}]}\nretry: 10\n\n'
    assert parse(wire)[0] == "hi"


def test_an_event_named_error_is_one_whatever_it_holds():
    _, parser = parse(b'event: error\ndata: {"message":"overloaded"}\n\n')
    assert parser.error is not None
    assert parser.error.code == "error_event"


def test_text_as_typed_parts_is_read_and_reasoning_parts_are_not():
    parts = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "yes"}]
    wire = b"data: " + json.dumps({"choices": [{"delta": {"content": parts}}]}).encode() + b"\n\n"
    said, parser = parse(wire)
    assert said == "yes"
    assert parser.life


def test_half_an_event_at_the_end_is_dropped_without_an_error():
    said, parser = parse(event("whole"), b'data: {"choices":[{"delta":{"cont')
    assert said == "whole"
    assert (parser.error, parser.finish) == (None, None)


def test_a_last_event_without_its_blank_line_still_counts():
    _, parser = parse(event("whole"), event(None, finish_reason="stop").rstrip())
    assert parser.finish == "stop"


def test_text_before_a_broken_event_of_the_same_read_is_delivered():
    said, parser = parse(event("kept") + b"data: {nonsense\n\n" + event("lost"))
    assert said == "kept"
    assert isinstance(parser.error, BrokenStream)


def test_nul_never_reaches_the_caller():
    assert parse(event("a\0b"))[0] == "ab"


def test_the_cap_never_splits_a_character():
    said, parser = parse(event("剧中人"), bounds=Bounds(text=7))
    assert said == "剧中"
    assert parser.error is not None


def test_an_event_without_end_is_refused_before_it_fills_memory():
    parser = OpenAIParser(Bounds(event=1_000))
    for _ in range(20):
        parser.feed(b"x" * 100)
        if parser.error:
            break
    assert parser.error is not None
    assert len(parser.rest) <= 1_100


@pytest.mark.parametrize(
    ("reported", "cached"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}, 4),
        ({"prompt_tokens": 5, "completion_tokens": 2, "prompt_cache_hit_tokens": 3}, 3),
        ({"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": None}, 0),
    ],
)
def test_cached_tokens_have_several_spellings(reported: dict[str, object], cached: int):
    usage = usage_of(reported)
    assert usage is not None
    assert (usage.prompt, usage.completion, usage.cached) == (5, 2, cached)


@pytest.mark.parametrize("reported", [None, {}, {"prompt_tokens": 5}, {"prompt_tokens": "5"}])
def test_half_a_usage_is_none(reported: dict[str, object] | None):
    assert usage_of(reported) is None


def test_comments_and_blank_data_leave_nothing():
    assert payload_of(b": keep-alive") == (b"", False)
    assert payload_of(b"data:") == (b"", False)
