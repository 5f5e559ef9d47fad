"""The ASGI server as a process: what it refuses, and how it lets go."""

import signal
import socket
import struct
import subprocess
import sys
import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from config.dotenv import PROJECT
from config.server import SEND_BUFFER, listen
from tests.stack import Server, stack_environ


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_foreign_origin_is_refused_before_accept(server: Server, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{server.ws_url}/ws/chat/01890a5d-ac96-774b-bcce-b302099a8057/", origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_accepted_sockets_have_a_small_send_buffer() -> None:
    with listen("127.0.0.1", 0) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                # Linux doubles what it is told.
                assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


def test_a_taken_port_is_one_line(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.server", "--port", str(server.port)],
        cwd=PROJECT,
        env=stack_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT {server.port} is taken on 127.0.0.1")
    assert done.stderr.count("\n") == 1


def test_sigterm_ends_an_idle_server_at_once(start_server) -> None:
    server = start_server()
    started = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.terminate(10) is not None
    assert time.monotonic() - started < 7, "it waits for nobody; DRAIN_SECONDS are eight"


def test_a_reset_in_the_handshake_leaves_the_server_well(server: Server) -> None:
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", server.port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(b"GET /ws/chat/x/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n")
        line.close()
    assert server.answers()
