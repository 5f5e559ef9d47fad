"""A creator's program, with nothing but the standard library: a character and its lore, in and out.

DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… python creator.py
"""

import json
import os
import urllib.error
import urllib.request
import uuid
from email.message import Message
from pathlib import Path
from typing import Any

BASE = os.environ.get("DRAMATIS_URL", "http://127.0.0.1:8000").rstrip("/") + "/api/v1/"
KEY = os.environ["DRAMATIS_KEY"]


class Problem(Exception):
    """What the API said was wrong: `code` for programs, `detail` for people."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(f"{told['code']}: {told['detail']} {told.get('field', '')}".strip())
        self.told = told


def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, Message]:
    """The answer's JSON (or bytes) and its headers. Raises Problem."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(BASE + path, data=data, headers=sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            read = answer.read()
            is_json = "Content-Disposition" not in answer.headers and read
            return json.loads(read) if is_json else read, answer.headers
    except urllib.error.HTTPError as error:
        raise Problem(json.load(error)) from None


def upload(path: str, file: Path) -> Any:
    """One file, as a form sends it."""
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={boundary}")[0]


def everything(path: str) -> list[Any]:
    """All pages of a list."""
    found, page = [], ask("GET", path)[0]
    found += page["results"]
    while page["next"]:
        page = ask("GET", page["next"].removeprefix(BASE))[0]
        found += page["results"]
    return found


def main() -> None:
    me, _ = ask("GET", "me/")
    print("I am", me["name"], "and may", ", ".join(me["key"]["scopes"]))

    # Sent twice under one name, it happens once.
    mira = {"language": "en", "name": "Mira", "tagline": "Keeps the Lantern", "greetings": ["Sit."], "tags": ["inn"]}
    once = uuid.uuid4().hex
    character, _ = ask("POST", "characters/", mira, Idempotency_Key=once)
    assert ask("POST", "characters/", mira, Idempotency_Key=once)[0] == character
    path = f"characters/{character['id']}/"
    print("wrote", character["url"])

    # What a character is changes by a new version; what is left out stays as it is.
    version, _ = ask("POST", f"{path}versions/", {"language": "en", "description": "She keeps an inn, and a secret."})
    print("version", version["number"], "has the openings", version["greetings"])

    # A change names the state it is meant for. Whoever was slower reads again.
    _, headers = ask("GET", path)
    ask("PATCH", path, {"rating": "mature"}, If_Match=headers["ETag"])
    try:
        ask("PATCH", path, {"rating": "general"}, If_Match=headers["ETag"])
    except Problem as problem:
        print("refused:", problem)

    book, _ = ask("POST", "lorebooks/", {"scope": "character", "character_id": character["id"], "name": "Harbour"})
    entry = {"name": "Fog", "keys": ["fog", "harbour"], "content": "The fog in the harbour never lifts."}
    ask("POST", f"lorebooks/{book['id']}/entries/", entry)

    # Out as a card, and in again.
    card = Path("mira.json")
    card.write_bytes(ask("GET", f"{path}cards/json/")[0])
    brought = upload("cards/", card)
    print("the card became", brought["name"], "with", len(brought["report"]), "remarks")

    print("on the shelf:", [each["name"] for each in everything("characters/?limit=1")])
    asked, _ = ask("POST", f"{path}publications/", {"visibility": "private"})
    print("publishing:", asked["state"])
    for each in (character["id"], brought["character_id"]):
        ask("DELETE", f"characters/{each}/")


if __name__ == "__main__":
    main()
