"""A native client: a ticket over HTTP, then the socket. `pip install websockets`

DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… python native.py
"""

import json
import os
import urllib.request
import uuid
from typing import Any

from websockets.sync.client import connect

BASE = os.environ.get("DRAMATIS_URL", "http://127.0.0.1:8000").rstrip("/") + "/api/v1/"
HEADERS = {"Authorization": f"Bearer {os.environ['DRAMATIS_KEY']}", "Content-Type": "application/json"}


def ask(method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(BASE + path, data, HEADERS, method=method)) as answer:
        return json.loads(answer.read() or "null")


[someone] = ask("GET", "characters/?whose=public&limit=1")["results"]
talk = ask("POST", "conversations/", {"character_id": someone["id"]})
ticket = ask("POST", f"conversations/{talk['id']}/ticket/")

with connect(ticket["url"]) as socket:
    while True:
        frame = json.loads(socket.recv())
        if frame["type"] == "ready":
            socket.send(json.dumps({"type": "chat", "content": "Good evening.", "client_id": str(uuid.uuid4())}))
        elif frame["type"] == "ai_chunk":
            print(frame["content"], end="", flush=True)
        elif frame["type"] == "ai_end":
            print(f"\n{frame['status']}")
            break
