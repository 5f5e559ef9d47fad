"""A server forked from a process that had loaded the product is one that was started with its own environment."""

import http.client
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.stack import Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each is a new program")
Start = Callable[..., Server]


def program(server: Server) -> str:
    return Path(f"/proc/{server.pid}/cmdline").read_bytes().decode().replace("\0", " ")


def test_it_is_a_child_of_the_tests_with_settings_and_a_log_of_its_own(start_server: Start) -> None:
    for allowed, status in (("127.0.0.1", 400), ("127.0.0.1,shop.test", 200)):
        server = start_server(ALLOWED_HOSTS=allowed)
        assert "tests.warm" in program(server)
        stat = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
        assert [int(each) for each in stat[1:4]] == [os.getpid(), server.pid, server.pid], "parent, group, session"
        assert answer_to(server, "shop.test") == status
        assert Path(f"/proc/{server.pid}/fd/2").readlink() == server.log
        assert server.terminate() is not None, "it ends when asked"
        assert not server.alive


def answer_to(server: Server, host: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as line:
        line.request("GET", "/account/login/", headers={"Host": host})
        return line.getresponse().status


def test_its_log_is_set_up_as_its_settings_say(start_server: Start) -> None:
    server = start_server(LOG_LEVEL="INFO", LOG_FORMAT="json", SOCKETS_PER_USER=7)
    assert "tests.warm" in program(server)
    assert answer_to(server, "127.0.0.1") == 200
    lines = [json.loads(line) for line in server.said().splitlines()]
    assert {"info"} <= {line["level"] for line in lines}
    quiet = start_server(LOG_LEVEL="ERROR")
    assert answer_to(quiet, "127.0.0.1") == 200
    assert quiet.said() == ""


def test_what_was_looked_at_while_loading_wants_a_new_program(start_server: Start) -> None:
    assert "tests.warm" not in program(start_server(QUOTA_CHARACTERS=7))
