"""A large file on its way through a server and a worker, watched by its page; a worker that is killed meanwhile."""

import http.client
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import plans
from accounts.models import User
from chat.models import Conversation, Import, ImportPiece, Message
from chat.selectors.imports import progress_key
from chat.services.imports.report import LEFT
from chat.tasks import go_on_with_imports
from tests import numbers
from tests.chat import exported
from tests.chat.stage import CSRF, sign_in
from tests.factories import UserFactory
from tests.stack import Server

pytestmark = pytest.mark.stack
BOUNDARY = "b" * 32


class Browser:
    def __init__(self, server: Server, user: User) -> None:
        self.server, self.cookie = server, f"sessionid={sign_in(user).cookie}; csrftoken={CSRF}"

    def post(self, path: str, body: bytes, kind: str, **headers: str) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        told = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Content-Type": kind, "Accept": "application/json"}
        line.request("POST", path, body, told | headers)
        return line.getresponse()

    def bring(self, data: bytes) -> str:
        begin = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="large.json"\r\n\r\n'
        body = begin.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        answer = self.post("/talks/import/", body, f"multipart/form-data; boundary={BOUNDARY}", **{"X-Part": "file"})
        told = json.load(answer)
        assert answer.status == 200, told
        return str(told["id"])

    def take(self, import_id: str) -> None:
        kind = "application/x-www-form-urlencoded"
        assert self.post(f"/talks/import/{import_id}/take", b"whom-0=", kind).status == 302

    def watch(self) -> Iterator[tuple[str, Any]]:
        answer = self.post("/talks/import/watch", b"{}", "application/json")
        name = ""
        for line in answer:
            kind, _, value = line.decode().rstrip("\n").partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)


def held(pid: int) -> int:
    """The most memory that a process ever held, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.timeout(1_800)
def test_a_large_file_is_taken_in_while_its_page_watches(start_server, start_worker):
    user = UserFactory(plan=plans.UNLIMITED)
    browser, worker = Browser(start_server(QUEUE_TASKS=1), user), start_worker(QUEUE_TASKS=1)
    data = b"".join(exported.large("chatgpt", numbers.times("megabytes of a file") * 1_000_000))
    before = held(worker.pid)
    import_id = browser.bring(data)
    assert list(browser.watch())[-1] == ("done", {})
    row = Import.objects.get(pk=import_id)
    assert (row.state, row.size) == ("looked", len(data))
    browser.take(import_id)
    parts = [told[import_id] for name, told in browser.watch() if name == "progress" and import_id in told]
    assert parts == sorted(parts)
    assert not numbers.LONG or len({part for part in parts if 0 < part < 1}) > 10
    row.refresh_from_db()
    assert row.state == "done"
    assert row.talks.filter(refused="").count() == row.settled == Conversation.objects.filter(owner=user).count()
    assert Message.objects.filter(conversation__owner=user).count() == row.settled * 20
    assert not ImportPiece.objects.filter(of=row).exists()
    assert held(worker.pid) - before < 120_000_000
    assert "failure" not in worker.said()


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(start_server, start_worker):
    user = UserFactory(plan=plans.UNLIMITED)
    browser, worker = Browser(start_server(QUEUE_TASKS=1), user), start_worker(QUEUE_TASKS=1)
    said = [
        exported.conversation(
            title=f"Talk {number}",
            mapping={"a": exported.node("a", None, [], exported.message("user", f"line {number} " + "word " * 500))},
        )
        for number in range(120)
    ]
    import_id = browser.bring(exported.chatgpt(*said))
    list(browser.watch())
    browser.take(import_id)
    for name, _ in browser.watch():
        if name == "progress" and Import.objects.get(pk=import_id).settled > 5:
            worker.kill()
            break
    left = Import.objects.filter(pk=import_id)
    assert 0 < left.get().settled < 120
    # Two minutes later.
    cache.delete(progress_key(UUID(import_id)))
    left.update(touched_at=timezone.now() - LEFT - timedelta(seconds=1))
    assert go_on_with_imports() == 1
    row = left.get()
    assert (row.state, row.settled, row.talks.count()) == ("done", 120, 120)
    assert Conversation.objects.filter(owner=user).count() == 120
