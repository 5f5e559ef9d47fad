"""How much one request may send: what no page takes is not read."""

import http.client
from typing import Any

import pytest

from config.bodies import MOST, BoundedBodies
from tests.stack import Server


def declared(server: Server, **headers: str) -> tuple[int, str]:
    """A request that says it will send more than is taken, and sends nothing."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        line.putrequest("POST", "/create/import/")
        for name, value in {"Content-Length": str(MOST + 1), **headers}.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def test_what_says_it_is_too_long_is_refused_unread(server: Server) -> None:
    status, page = declared(server)
    assert (status, "At most 132 MB can be sent at once." in page) == (413, True)
    status, page = declared(server, Accept="application/json")
    assert (status, f'"limit": {MOST}' in page) == (413, True)
    assert "最多" in declared(server, **{"Accept-Language": "zh-CN"})[1]


class Client:
    """Sends so many pieces of four bytes without saying how many, and keeps what it is told."""

    def __init__(self, pieces: int) -> None:
        self.pieces, self.taken = pieces, 0
        self.told: list[Any] = []

    async def receive(self) -> Any:
        self.taken += 1
        return {"type": "http.request", "body": b"four", "more_body": self.taken < self.pieces}

    async def send(self, message: Any) -> None:
        self.told.append(message)


async def reads_all(scope: Any, receive: Any, send: Any) -> None:
    """As Django does: nothing is answered to whoever hangs up."""
    while (message := await receive())["type"] == "http.request":
        if not message["more_body"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return


@pytest.mark.parametrize(("pieces", "taken", "status"), [(3, 3, 200), (4, 4, 413), (1_000, 4, 413)])
async def test_what_does_not_say_how_long_it_is_is_cut_off(pieces: int, taken: int, status: int) -> None:
    client = Client(pieces)
    await BoundedBodies(reads_all, most=12)({"type": "http", "headers": []}, client.receive, client.send)
    assert (client.taken, client.told[0]["status"]) == (taken, status)
