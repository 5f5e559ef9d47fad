"""Frames as nobody should send them, for hypothesis."""

import json
from typing import Any

from hypothesis import strategies as st

from chat import protocol

TYPES = [frame.__struct_config__.tag for frame in (*protocol.CLIENT_FRAMES, *protocol.SERVER_FRAMES)]
FIELDS = [
    "content", "client_id", "timestamp", "parent_id", "message_id", "hint", "turn_id", "last_seq", "t", "audience",
    "action_id", "target_id", "args",
]  # fmt: skip
ID = "01890a5d-ac96-774b-bcce-b302099a8057"

# Any text at all, lone surrogates and NUL too; and the kinds that break something somewhere.
texts = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "a\x00b",
            "\ud800",
            "x\udfffy",
            "\u202eevil",
            "e" + "\u0301" * 500,
            "\u200b",
            "{{user}}",
            "🎭" * 30,
        ]
    ),
    # A letter and how often: what is this large must not stand in a strategy's name.
    st.tuples(st.sampled_from("xy好\\"), st.sampled_from([32_001, 50_000])).map(lambda much: much[0] * much[1]),
)
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([2**63, -(2**63) - 1, 10**30, 10**400, 1e308, float("nan"), float("inf"), -0.0]),
)
leaves = st.one_of(st.none(), st.booleans(), numbers, texts, st.just(ID))
values: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)


def written(value: Any) -> str:
    """JSON as Python writes it: NaN and Infinity by name, surrogates escaped."""
    return json.dumps(value, ensure_ascii=True)


def doubled(frame: dict[str, Any]) -> str:
    """The same key twice."""
    inside = written(frame)[1:-1]
    return f"{{{inside},{inside}}}" if inside else "{}"


def nested(depth: int, opening: str) -> str:
    closing = "]" if opening == "[" else "}"
    return opening * depth + "1" + closing * depth


nearly = st.dictionaries(st.sampled_from(FIELDS), values, max_size=5)
typed = st.builds(lambda kind, rest: rest | {"type": kind}, st.sampled_from(TYPES) | texts | leaves, nearly)
complete = st.builds(
    lambda kind, changes: {
        "type": kind, "content": "hello", "client_id": ID, "message_id": ID, "last_seq": 0, "hint": "", **changes,
    },
    st.sampled_from(TYPES), nearly,
)  # fmt: skip
deep = st.builds(
    nested, st.sampled_from([50, 500, 1_100, 10_000, 60_000]), st.sampled_from(["[", '{"type":', '{"content":'])
)
torn = st.builds(lambda frame, cut: written(frame)[:cut], complete, st.integers(0, 120))
escaped = st.sampled_from(
    [r'{"type":"ping","t":"\ud800"}', r'{"type":"\u0000"}', r'{"\ud83d":"ping"}',
     '{"type":"ping","t":1e999}', '{"type":"ping","t":NaN}', '{"type":"ping"} {}', "\ufeff{}", '"ping"', "[]", "null"]
)  # fmt: skip

large = st.sampled_from(["content", "type", "client_id", "hint"]).map(
    lambda field: written({"type": "chat", "client_id": ID, field: "x" * 200 * 1024})
)

frames: st.SearchStrategy[str] = st.one_of(
    st.text(max_size=60),
    values.map(written),
    typed.map(written),
    complete.map(written),
    typed.map(doubled),
    deep,
    torn,
    escaped,
    large,
)
