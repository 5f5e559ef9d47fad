"""A talk over HTTP with the standard library alone: said and waited for, said and listened to, broken off, resumed.

DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… python talk.py
"""

import json
import os
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

BASE = os.environ.get("DRAMATIS_URL", "http://127.0.0.1:8000").rstrip("/") + "/api/v1/"
HEADERS = {"Authorization": f"Bearer {os.environ['DRAMATIS_KEY']}", "Content-Type": "application/json"}


def ask(method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=HEADERS, method=method)
    with urllib.request.urlopen(request, timeout=150) as answer:
        read = answer.read()
        return json.loads(read) if read else None


def listen(url: str, last_id: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Events: name, id, data. `last_id` is the id of the last one that you have."""
    sent = HEADERS | ({"Last-Event-ID": last_id} if last_id else {})
    with urllib.request.urlopen(urllib.request.Request(url, headers=sent), timeout=60) as stream:
        name = mark = ""
        for line in stream:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name, mark = value, ""
            elif field == "id":
                mark = value
            elif field == "data":
                yield name, mark, json.loads(value)


[someone] = ask("GET", "characters/?whose=public&limit=1")["results"]
talk = ask("POST", "conversations/", {"character_id": someone["id"], "title": "Over HTTP"})
here = f"conversations/{talk['id']}/"
print(f"a talk with {talk['character']['name']}")

# Say a line and wait for the whole reply. Sent again under the same client_id, it is said once.
line = {"content": "Good evening. Who is here?", "client_id": str(uuid.uuid4())}
told = ask("POST", f"{here}messages/?wait=60", line)
print(f"{told['status']}: {told['content']}")
assert ask("POST", f"{here}messages/?wait=60", line)["reply_id"] == told["reply_id"]

# Say a line and listen. The line breaks after some words; what was missed comes with the id of the last event.
told = ask("POST", f"{here}messages/", {"content": "And what do you want of me?"})
said, last_id = "", ""
for name, mark, data in listen(told["stream_url"]):
    if name == "ai_chunk":
        said, last_id = said + data["content"], mark
        if data["seq"] >= 3:
            break
print(f"broken off after: {said}")
for name, _mark, data in listen(f"{BASE}{here}stream/", last_id or f"{told['reply_id']}:0"):
    if name == "ai_chunk":
        said += data["content"]
    elif name == "ai_end":
        assert data["full_content"].startswith(said)
        print(f"whole: {data['full_content']}")
        break

print("lines:", [message["role"] for message in ask("GET", f"{here}messages/")["results"]])
ask("DELETE", here)
print("in the trash")
