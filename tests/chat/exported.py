"""Files as other programs write them: their shapes taken from the programs' sources, the words our own."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any


def jsonl(*objects: Any) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in objects)


def archive(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return held.getvalue()


def sillytavern() -> bytes:
    """A chat with swipes, a note of the program's, and a line that is hidden from the model."""
    info = {"gen_started": None, "gen_finished": None, "extra": {"api": "openai"}}
    return jsonl(
        {
            "user_name": "Ada",
            "character_name": "Seraphina",
            "create_date": "2024-06-05@14h03m22s",
            "chat_metadata": {"note_prompt": "", "integrity": "x"},
        },
        {
            "name": "Seraphina", "is_user": False, "is_system": False, "send_date": "June 5, 2024 2:03pm",
            "mes": "*You wake with a start.* Hello, Ada.", "extra": {}, "swipe_id": 1,
            "swipes": ["Good morning.", "*You wake with a start.* Hello, Ada."],
            "swipe_info": [{"send_date": "June 5, 2024 2:03pm", **info}] * 2,
        },
        {"name": "Ada", "is_user": True, "is_system": False, "send_date": "June 5, 2024 2:04pm", "mes": "Where am I?"},
        {"name": "SillyTavern System", "is_user": False, "is_system": True, "mes": "/help"},
        {
            "name": "Seraphina", "is_user": False, "is_system": True, "send_date": "2024-6-5 @14h 05m 50s 682ms",
            "mes": "In the *glade*.", "extra": {}, "swipe_id": 0, "swipes": ["In the glade."],
            "swipe_info": [{"send_date": "2024-6-5 @14h 05m 50s 682ms", **info}],
        },
        {"name": "Ada", "is_user": True, "is_system": False, "send_date": 1717596480000, "mes": "我看见灯塔。"},
    )  # fmt: skip


def sillytavern_group() -> bytes:
    """A group chat: its header names nobody."""
    said = {"is_system": False, "extra": {}}
    return jsonl(
        {"chat_metadata": {}, "user_name": "unused", "character_name": "unused"},
        {"name": "Holmes", "is_user": False, "mes": "Who rang?", "send_date": "2024-06-05T14:03:00.000Z", **said},
        {"name": "Watson", "is_user": False, "mes": "I did.", "send_date": "2024-06-05T14:03:10.000Z", **said},
        {"name": "Ada", "is_user": True, "mes": "And I.", "send_date": "2024-06-05T14:03:20.000Z", **said},
    )


def chub() -> bytes:
    return jsonl(
        {"user_name": "Ada", "character_name": "Mira"},
        {
            "name": "Mira", "is_user": False, "mes": {"message": "Evening."}, "swipe_id": 0,
            "swipes": [{"message": "Evening."}, {"message": "You again?"}],
        },
    )  # fmt: skip


def risu(*, many: bool = False) -> bytes:
    chat = {
        "name": "Rainy day",
        "note": "",
        "localLore": [],
        "fmIndex": -1,
        "id": "0b8e",
        "message": [
            {"role": "user", "data": "Is it raining?", "time": 1717596000000, "chatId": "a"},
            {
                "role": "char",
                "data": "It is.",
                "time": 1717596060000,
                "saying": "",
                "chatId": "b",
                "generationInfo": {"model": "x"},
            },
            {"role": "char", "data": "a remark", "isComment": True},
            {"role": "user", "data": "Still?", "disabled": True},
        ],
    }
    told: dict[str, Any] = {"type": "risuChat", "ver": 2, "data": chat, "folders": []}
    if many:
        told = {
            "type": "risuAllChats",
            "ver": 2,
            "data": [chat, {**chat, "name": "Another", "message": []}],
            "folders": [],
        }
    return json.dumps(told).encode()


def agnai() -> bytes:
    """As the web page exports it."""
    said = [
        {"characterId": "imported", "msg": "Welcome to the inn."},
        {"handle": "Ada", "userId": "u1", "msg": "A room, please."},
        {"characterId": "imported", "msg": "Second floor.", "state": "idle"},
        {"handle": "Ada", "userId": "u1", "msg": "  "},
    ]
    told = {"name": "Exported", "greeting": "Welcome to the inn.", "sampleChat": "", "scenario": "", "messages": said}
    return json.dumps(told, indent=2).encode()


def agnai_tree() -> bytes:
    """As its server keeps them: a tree, with retries."""
    said = [
        {"_id": "m1", "characterId": "c", "name": "Rin", "msg": "Hello.", "createdAt": "2024-06-05T14:00:00.000Z"},
        {
            "_id": "m2",
            "userId": "u",
            "handle": "Ada",
            "msg": "Hi.",
            "parent": "m1",
            "createdAt": "2024-06-05T14:01:00.000Z",
        },
        {
            "_id": "m3",
            "characterId": "c",
            "name": "Rin",
            "msg": "So?",
            "parent": "m2",
            "retries": ["Well?"],
            "createdAt": "2024-06-05T14:02:00.000Z",
        },
        {
            "_id": "m4",
            "userId": "u",
            "handle": "Ada",
            "msg": "Bye.",
            "parent": "m1",
            "createdAt": "2024-06-05T14:03:00.000Z",
        },
    ]
    return json.dumps({"name": "Evening", "treeLeafId": "m3", "messages": said}).encode()


def node(key: str, parent: str | None, children: list[str], message: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": key, "parent": parent, "children": children, "message": message}


def message(
    role: str, *parts: Any, at: float | None = 1717596000.25, kind: str = "text", **about: Any
) -> dict[str, Any]:
    content = {"content_type": kind, "parts": list(parts)}
    return {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": at,
        "content": content,
        "metadata": {},
        "recipient": "all",
        **about,
    }


def conversation(**changes: Any) -> dict[str, Any]:
    """A question that was asked twice; one answer went by way of a tool."""
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x", "size_bytes": 1}
    mapping = [
        node("root", None, ["system"]),
        node("system", "root", ["q1", "q2"], message("system", "", at=None)),
        node("q1", "system", ["a1"], message("user", "What is a lighthouse?")),
        node("a1", "q1", [], message("assistant", "A tower with a light.", at=1717596005.5)),
        node(
            "q2",
            "system",
            ["t1"],
            message("user", "What is in this picture?", picture, kind="multimodal_text", at=1717596100),
        ),
        node("t1", "q2", ["t2"], message("assistant", "search()", kind="code", recipient="browser", at=1717596101)),
        node("t2", "t1", ["t3"], message("tool", "found", at=1717596102)),
        node(
            "t3",
            "t2",
            ["a2"],
            {**message("assistant", at=1717596103), "content": {"content_type": "thoughts", "thoughts": []}},
        ),
        node("a2", "t3", [], message("assistant", "灯塔 at night.", at=1717596104)),
    ]
    return {
        "title": "Lighthouses",
        "create_time": 1717595990.0,
        "update_time": 1717596104.0,
        "mapping": {each["id"]: each for each in mapping},
        "current_node": "a2",
        "conversation_id": "6660-x",
        **changes,
    }


def chatgpt(*conversations: dict[str, Any]) -> bytes:
    return json.dumps(conversations or (conversation(),)).encode()


def chatgpt_zip() -> bytes:
    return archive(
        {
            "conversations.json": chatgpt(conversation(), conversation(title="Again", mapping={})),
            "user.json": b'{"email": "ada@example.com"}',
            "chat.html": b"<html></html>",
            "dalle/x.png": b"\x89PNG",
        }
    )


def large(kind: str, size: int) -> Iterator[bytes]:
    """A file of at least that many bytes, in pieces: many talks of ChatGPT's, or one long talk of the others'."""
    text = "The lighthouse burns again tonight, and nobody has gone to see. 灯塔的光在雾里忽明忽暗。 " * 5
    written = number = 0
    begin, end = {
        "chatgpt": ("[", "]"),
        "native": ('{"format": "dramatis.conversation", "version": 1, "conversation": {}, "messages": [', "]}"),
        "lines": (json.dumps({"user_name": "Ada", "character_name": "Seraphina"}) + "\n", ""),
    }[kind]
    yield begin.encode()
    while written < size:
        number += 1
        said = f"{number} {text}"
        if kind == "chatgpt":
            mapping = {
                str(place): node(str(place), str(place - 1), [str(place + 1)], message("user", f"{place} {said}"))
                for place in range(20)
            }
            told: dict[str, Any] = conversation(title=f"Talk {number}", mapping=mapping, current_node="19")
        elif kind == "native":
            told = {"id": str(number), "parent": str(number - 1), "role": "player", "name": "Ada", "text": said}
        else:
            told = {"name": "Ada", "is_user": True, "send_date": 1_717_596_000_000 + number, "mes": said}
        piece = (", " if kind != "lines" and number > 1 else "") + json.dumps(told, ensure_ascii=False)
        data = (piece + ("\n" if kind == "lines" else "")).encode()
        written += len(data)
        yield data
    yield end.encode()
