"""The client for addresses that people give us: where it does not go."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from accounts import outbound, outbound_line
from accounts.errors import Invalid
from accounts.outbound import NotSent, check_url, is_outside, post

INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
          "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "168.63.129.16", "100.100.100.200",
          "::", "::1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
          "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"]  # fmt: skip


@pytest.fixture
def strict(settings):
    settings.OUTBOUND_LOCAL = False


@pytest.fixture
def local(settings):
    settings.OUTBOUND_LOCAL = True


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_refused(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_outside_are_not(address: str) -> None:
    assert is_outside(address)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https:///x", "https://u:p@example.org/", "javascript:1",
     "https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://[::1]/",
     "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://example.org:22/", "https://example.org:99999/",
     "https://example.org/#x", "https://exa mple.org/", "https://example.org\\@127.0.0.1/", "https://exämple.org/",
     "https://example.org/\n", "https://example.org/" + "x" * 500],
)  # fmt: skip
def test_an_address_is_judged_before_it_is_kept(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url)
    assert refused.value.extra["field"] == "url"


@pytest.mark.usefixtures("strict")
def test_a_name_that_leads_inside_is_refused_when_it_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "check_url", str)
    with Listener() as listener:
        with pytest.raises(NotSent, match="forbidden_address"):
            post(f"http://localhost:{listener.port}/", body=b"{}", headers={})
        assert not listener.reached


@pytest.mark.usefixtures("local")
def test_a_name_without_an_address_is_told() -> None:
    with pytest.raises(NotSent, match="unresolved"):
        post("http://nowhere.invalid/", body=b"", headers={})


class Listener:
    """A server that says one thing."""

    def __init__(self, says: bytes = b"HTTP/1.1 204 No Content\r\n\r\n", *, then_silent: bool = False) -> None:
        self.says, self.then_silent = says, then_silent
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard, self.reached = b"", 0

    def __enter__(self) -> "Listener":
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            self.reached += 1
            with line:
                self.heard = line.recv(65_536)
                with contextlib.suppress(OSError):
                    line.sendall(self.says)
                    while self.then_silent and line.recv(1_024):
                        pass


@pytest.fixture
def listener(local: None) -> Iterator[Listener]:
    with Listener() as found:
        yield found


def test_what_is_sent_arrives(listener: Listener) -> None:
    answer = post(f"http://127.0.0.1:{listener.port}/hook", body=b'{"a":1}', headers={"X-One": "1"})
    assert answer.status == 204
    head, _, body = listener.heard.partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert b"POST /hook" in head
    assert b"X-One: 1" in head
    assert b"Cookie" not in head


@pytest.mark.usefixtures("local")
def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with Listener() as target:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target.port}/\r\nContent-Length: 0\r\n\r\n"
        with Listener(moved.encode()) as first:
            assert post(f"http://127.0.0.1:{first.port}/", body=b"", headers={}).status == 302
        assert not target.reached


@pytest.mark.usefixtures("local")
def test_only_the_beginning_of_a_long_answer_is_read() -> None:
    with Listener(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000) as long:
        assert len(post(f"http://127.0.0.1:{long.port}/", body=b"", headers={}).beginning) <= outbound.MAX_ANSWER


@pytest.mark.usefixtures("local")
def test_silence_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound_line, "SECONDS", 0.4)
    with Listener(b"HTTP/1.1 200 OK\r\nX-Slow: ", then_silent=True) as slow:
        began = time.monotonic()
        with pytest.raises(NotSent, match="timeout"):
            post(f"http://127.0.0.1:{slow.port}/", body=b"", headers={})
        assert time.monotonic() - began < 5


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("says", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", b""])
def test_an_answer_that_is_none_is_told(says: bytes) -> None:
    with Listener(says) as broken, pytest.raises(NotSent, match=r"protocol|connection"):
        post(f"http://127.0.0.1:{broken.port}/", body=b"", headers={})
