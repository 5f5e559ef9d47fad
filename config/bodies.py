"""How much one request may send. Django writes a body to disk before it asks any view, and would not end on its own."""

from collections.abc import Callable
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable
from django.http import HttpRequest, HttpResponse

from accounts.middleware import answer
from accounts.oversize import MB, body_too_large
from chat.formats.limits import MAX_FILE

MOST = MAX_FILE + 4 * MB  # the largest file that a page takes, and the form around it
REFUSED = "dramatis.refused"


class BoundedBodies:
    """One that says it is too long is not read at all, and refused in words; one that does not say it, where it is."""

    def __init__(self, app: Any, most: int = MOST) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if _declared(scope) > self.most:
            await self.app(scope | {REFUSED: self.most}, _Unread(receive).receive, send)
            return
        counted = _Counted(receive, send, self.most)
        await self.app(scope, counted.receive, counted.send)
        await counted.close()


class Oversized:
    """Django's part: the page, or the JSON, that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = getattr(request, "scope", {}).get(REFUSED)
        return self.get_response(request) if most is None else answer(request, body_too_large(most))


class _Counted:
    def __init__(self, receive: Any, send: Any, most: int) -> None:
        self._receive, self._send, self._left = receive, send, most
        self._answered = False

    async def receive(self) -> Any:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self._answered = True
        await self._send(message)

    async def close(self) -> None:
        """What was cut off has no answer yet."""
        if self._left >= 0 or self._answered:
            return
        await self._send({"type": "http.response.start", "status": 413, "headers": [(b"connection", b"close")]})
        await self._send({"type": "http.response.body", "body": b""})


class _Unread:
    """An empty body, whatever is sent, until the client hangs up."""

    def __init__(self, receive: Any) -> None:
        self._receive, self._told = receive, False

    async def receive(self) -> Any:
        if not self._told:
            self._told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await self._receive())["type"] == "http.request":
            pass
        return message


def _declared(scope: Any) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
