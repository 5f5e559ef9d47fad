"""What the stand-in was sent, for tests that assert on the request. In memory, bounded, newest last."""

import time
from collections import deque
from typing import Any

import msgspec

from inference.standin.http import Request

# What is kept may take this much a request on average; the newest one is always kept.
BYTES_EACH = 16_384


class Entry(msgspec.Struct):
    id: int
    at: float
    path: str
    model: str
    headers: dict[str, str]
    # The body as JSON in plain characters, no escapes: `contains` must find Chinese too.
    raw: str
    status: int = 0
    pieces: int = 0
    finished: bool = False
    disconnected: bool = False
    ended_at: float | None = None

    def shown(self) -> dict[str, Any]:
        told = {name: value for name, value in msgspec.structs.asdict(self).items() if name != "raw"}
        return told | {"body": msgspec.json.decode(self.raw)}

    def end(self, *, disconnected: bool = False) -> None:
        self.ended_at = time.time()
        self.finished, self.disconnected = not disconnected, disconnected


class Records:
    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.total = 0
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._bytes = 0

    def add(self, request: Request, body: Any, model: Any = None) -> Entry:
        """The entry is returned, and told how it ended, even when nothing is kept. `model`: where the body has none."""
        self.total += 1
        if model is None and isinstance(body, dict):
            model = body.get("model")
        entry = Entry(
            id=self.total,
            at=time.time(),
            path=request.path,
            model=model if isinstance(model, str) else "",
            headers=request.headers,
            raw=msgspec.json.encode(body).decode(),
        )
        if self.keep:
            if len(self._entries) == self.keep:
                self._bytes -= len(self._entries[0].raw)
            self._entries.append(entry)
            self._bytes += len(entry.raw)
            while self._bytes > self.keep * BYTES_EACH and len(self._entries) > 1:
                self._bytes -= len(self._entries.popleft().raw)
        return entry

    def find(self, query: dict[str, str]) -> list[Entry]:
        """Filters: contains, model, path, after (an id), limit (the newest so many)."""
        contains, model, path = query.get("contains", ""), query.get("model"), query.get("path")
        after, limit = int(query.get("after", 0)), int(query.get("limit", self.keep or 1))
        found = [
            entry
            for entry in self._entries
            if contains in entry.raw
            and entry.id > after
            and model in (None, entry.model)
            and path in (None, entry.path)
        ]
        return found[-limit:] if limit > 0 else []

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0
