"""The examples of the documentation, as somebody would run them."""

import importlib.util
import inspect
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from characters.models import Character, Delivery
from characters.services.webhooks import announce, make_webhook, ping, redeliver, renew_secret, send, signed_headers
from chat.models import Conversation
from config.services.ports import free_port
from tests.api.conftest import Program
from tests.factories import UserFactory
from tests.stack import Server

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def run(server: Server, tmp_path: Path, *command: str) -> tuple[str, User]:
    program = Program(UserFactory(name="Alice"))
    environ = os.environ | {"DRAMATIS_URL": server.base_url, "DRAMATIS_KEY": program.made.secret}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, program.made.key.user


def test_the_python_example(server: Server, tmp_path: Path) -> None:
    said, alice = run(server, tmp_path, sys.executable, str(EXAMPLES / "python" / "creator.py"))
    assert "I am Alice" in said
    assert "refused: changed_meanwhile" in said
    assert "the card became Mira" in said
    assert "on the shelf: ['Mira', 'Mira']" in said
    assert "publishing: granted" in said
    assert json.loads((tmp_path / "mira.json").read_text())["data"]["name"] == "Mira"
    assert Character.objects.filter(owner=alice, deleted_at=None).count() == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_curl_example(server: Server, tmp_path: Path) -> None:
    said, alice = run(server, tmp_path, "sh", str(EXAMPLES / "curl" / "creator.sh"))
    assert '"name":"Alice"' in said
    assert "imported " in said
    assert '"results"' in said
    assert Character.objects.filter(owner=alice).count() == 2
    assert Character.objects.filter(owner=alice, deleted_at=None).count() == 0


def test_the_talk_over_http(server: Server, tmp_path: Path) -> None:
    said, alice = run(server, tmp_path, sys.executable, str(EXAMPLES / "python" / "talk.py"))
    assert "complete: " in said
    assert "broken off after: " in said
    assert "whole: " in said
    assert "lines: ['character', 'player', 'character', 'player', 'character']" in said
    assert Conversation.objects.get(owner=alice).deleted_at is not None


def test_the_official_client(server: Server, tmp_path: Path) -> None:
    said, alice = run(server, tmp_path, sys.executable, str(EXAMPLES / "python" / "completions.py"))
    assert "'keeper'" in said
    assert "whole: " in said
    assert not Conversation.objects.filter(owner=alice).exists()


def test_the_native_client(server: Server, tmp_path: Path) -> None:
    said, _alice = run(server, tmp_path, sys.executable, str(EXAMPLES / "python" / "native.py"))
    assert said.endswith("\ncomplete\n")


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_simplest_of_clients(server: Server, tmp_path: Path) -> None:
    said, alice = run(server, tmp_path, "sh", str(EXAMPLES / "curl" / "talk.sh"))
    assert said.count('"reply"') == 2
    assert "event: ai_end" in said
    assert '"object":"chat.completion"' in said
    assert Conversation.objects.filter(owner=alice).count() == 1


@pytest.fixture(scope="module")
def receiver() -> Any:
    spec = importlib.util.spec_from_file_location("example_webhook", EXAMPLES / "python" / "webhook.py")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


def test_the_receiver_believes_what_was_signed_and_nothing_else(receiver: Any) -> None:
    secret, now = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0", timezone.now()
    headers = signed_headers("one", b'{"a":1}', secret, at=now)
    assert receiver.verified(headers, b'{"a":1}', secret)
    assert not receiver.verified(headers, b'{"a":2}', secret)
    assert not receiver.verified(headers, b'{"a":1}', "whsec_YW5vdGhlcg==")
    assert not receiver.verified(headers | {"webhook-id": "two"}, b'{"a":1}', secret)
    assert not receiver.verified({}, b'{"a":1}', secret)
    old = signed_headers("one", b'{"a":1}', secret, at=now - timedelta(hours=1))
    assert not receiver.verified(old, b'{"a":1}', secret)


def test_the_page_of_the_api_shows_the_lines_of_the_example(receiver: Any) -> None:
    assert inspect.getsource(receiver.verified) in (EXAMPLES.parent / "api.md").read_text()


@pytest.mark.usefixtures("db")
def test_the_receiver_takes_what_the_house_sends_once_and_nothing_under_an_old_secret(settings: Any) -> None:
    settings.OUTBOUND_LOCAL = True
    alice, port = UserFactory(), free_port()
    webhook, secret = make_webhook(owner=alice, url=f"http://127.0.0.1:{port}/", events=["character.reported"])
    command = [sys.executable, str(EXAMPLES / "python" / "webhook.py"), str(port)]
    environ = os.environ | {"WEBHOOK_SECRET": secret}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("listening at")
            announce("character.reported", alice, {"name": "Mira", "reason": "spam"})
            told = Delivery.objects.get()
            assert send(told.pk)
            assert server.stdout.readline() == 'character.reported {"name": "Mira", "reason": "spam"}\n'
            assert send(redeliver(delivery=told).pk), "taken, and known already"
            renew_secret(webhook=webhook)
            refused = ping(webhook=webhook)
            assert send(refused.pk) is False
            refused.refresh_from_db()
            assert refused.status == 401
        finally:
            server.terminate()
        assert server.stdout.read() == ""
