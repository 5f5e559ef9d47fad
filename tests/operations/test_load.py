"""`manage.py loadtest` at a real server, and that it notices what it is there to notice."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from chat.management.commands.make_sessions import make_sessions, presets
from chat.models import Participant
from operations.load.machine import Machine, listeners
from operations.load.people import Account, Heard, Person
from tests.stack import Server


def sessions(path: Path, count: int, **options: Any) -> Path:
    made = make_sessions(count=count, cast=presets(None), language="en", **options)
    path.write_text("\n".join(map(json.dumps, made)))
    return path


def loaded(scenario: str, server: Server, file: Path, **options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("loadtest", scenario, url=server.base_url, sessions=file, as_json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.timeout(240)
def test_every_scenario_at_a_running_server(server: Server, tmp_path: Path) -> None:
    four = sessions(tmp_path / "four", 4)
    quick = {"lines": 1, "spread": 0.2, "seconds": 1.5}
    idle = loaded("idle", server, four, **quick)
    assert (idle["people"], idle["sockets left"], idle["replies"], idle["errors"]) == (4, 4, 0, {})
    assert idle["server: processes"] == len(listeners(server.base_url)) >= 1
    assert idle["server: MiB before, most"]["most"] > 50
    chats = loaded("chats", server, four, **quick)
    assert (chats["replies"], chats["errors"], chats["broken invariants"]) == (4, {}, [])
    for name in ("socket opened, ms", "line stored, ms", "first word, ms", "whole reply, ms"):
        assert 0 < chats[name]["p50"] <= chats[name]["p99"]
    assert chats["line stored, ms"]["p50"] < chats["first word, ms"]["p50"] < chats["whole reply, ms"]["p50"]
    assert chats["ms of processor a reply"] > 0
    storm = loaded("storm", server, four, **quick)
    assert (storm["replies"], storm["errors"]) == (8, {})
    soak = loaded("soak", server, four, **quick)
    assert soak["replies"] >= 4
    assert soak["errors"] == {}


@pytest.mark.timeout(120)
def test_in_a_room_all_hear_what_one_asked_for(server: Server, tmp_path: Path) -> None:
    file = sessions(tmp_path / "rooms", 4, in_rooms_of=2)
    talks = {json.loads(line)["conversation_id"] for line in file.read_text().splitlines()}
    assert [Participant.objects.filter(conversation=talk).count() for talk in talks] == [2, 2]
    rooms = loaded("rooms", server, file, lines=1, spread=0.1)
    assert (rooms["people in a room"], rooms["replies"], rooms["errors"]) == (2, 4, {})


def test_where_nobody_answers_it_says_so(server: Server, tmp_path: Path) -> None:
    file = sessions(tmp_path / "one", 1)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Not everything held"):
        call_command("loadtest", "chats", url="http://127.0.0.1:9", sessions=file, stdout=out)
    assert "could not open" in out.getvalue()
    file.write_text("{}")
    with pytest.raises(CommandError, match="no line of make_sessions"):
        call_command("loadtest", "chats", sessions=file)


def test_a_server_that_dies_meanwhile_costs_no_figure() -> None:
    burning = "sum(range(3_000_000)); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", burning], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        machine = Machine([process.pid])
        machine.begin()
        assert process.stdout is not None
        process.stdout.readline()
        machine.sample()
        before = machine.used
        process.kill()
    machine.sample()
    assert machine.used >= before > 0
    assert (machine.samples[-1], max(machine.samples) > 0) == (0, True)


@pytest.mark.parametrize(
    ("seqs", "whole", "wrong"),
    [
        ([1, 2, 3], "abc", {}),
        ([1, 3], "ab", {"a gap, or a piece twice": 1}),
        ([1, 2, 2], "abc", {"a gap, or a piece twice": 1}),
        ([1, 2], "ax", {"the whole differs from its pieces": 1}),
    ],
)
def test_a_gap_a_double_and_another_whole_are_errors(seqs: list[int], whole: str, wrong: dict[str, int]) -> None:
    heard = Heard()
    person = Person("http://127.0.0.1:9", Account("", ""), heard)
    for seq, piece in zip(seqs, "abc", strict=False):
        person._take({"type": "ai_chunk", "message_id": "m", "seq": seq, "content": piece})
    person._take({"type": "ai_end", "message_id": "m", "status": "complete", "full_content": whole})
    assert dict(heard.errors) == wrong
    person._take({"type": "ai_end", "message_id": "n", "status": "failed", "full_content": ""})
    assert heard.errors["ended as failed"] == 1
