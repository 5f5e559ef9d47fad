"""What processes tell of what they do: numbers, traces, a profile."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator

import pytest

from config.celery import app
from config.dotenv import PROJECT
from config.services import ports
from tests.chat.client import Turn
from tests.chat.stage import Stage
from tests.observability.receiver import Collector, Told, collecting
from tests.observability.told import ask, numbers_of, value
from tests.stack import Server, Worker

TOKEN = "metrics-of-a-test-for-nobody-else"
TRACED = {"TRACES_SHARE": 1, "OTEL_BSP_SCHEDULE_DELAY": 100, "METRICS_TOKEN": TOKEN}
SECRET_LINE = "The lantern is under the third stair"
TASK = "accounts.tasks.clear_sessions"
A_TURN = ["gather", "prompt", "model", "settle", "turn"]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


def assert_documented(spans: list[Told]) -> None:
    """Each has its line in the table of the page, with all that it says of itself."""
    table = (PROJECT / "docs/observing.md").read_text().partition("## Traces")[2].partition("\n## ")[0]
    lines = {name: set(re.findall(r"`(\w+)`", rest)) for name, rest in re.findall(r"^\| `(\w+)` \|(.*)$", table, re.M)}
    for span in spans:
        assert set(span.attributes) <= lines[span.name], f"{span.name}: {set(span.attributes) - lines[span.name]}"


def turn_id(turn: Turn) -> str:
    assert turn.ack is not None
    return turn.ack["turn_id"]


async def test_a_turn_is_counted_and_traced(start_server: Callable[..., Server], collector: Collector) -> None:
    server = start_server(TRACES_URL=collector.url, LOG_LEVEL="INFO", LOG_FORMAT="json", **TRACED)
    stage = Stage(server)
    page = await stage.play("script-40")
    before = await asyncio.to_thread(numbers_of, server.port, TOKEN)
    assert value(before, "dramatis_sockets_open") == 1
    turn = await page.turn(SECRET_LINE)
    traced = await asyncio.to_thread(collector.trace_with, "turn", turn=turn_id(turn))

    # One trace, five spans, none of them for a frame; ids and sizes, and not a word of what was said.
    assert sorted(span.name for span in traced) == sorted(A_TURN)
    [whole] = [span for span in traced if span.name == "turn"]
    assert {span.parent for span in traced if span is not whole} == {whole.id}
    assert (whole.parent, whole.service, whole.failed) == ("", "dramatis-web", "")
    assert whole.attributes["outcome"] == "complete"
    assert whole.attributes["pieces"] == turn.end["seq"]
    told = "".join(span.raw for span in collector.spans)
    for text in (SECRET_LINE, turn.text[:20], str(stage.players[-1].user.email), "Mira"):
        assert text not in told
    assert_documented(collector.spans)
    [opened] = [span for span in collector.spans if span.name == "socket"]
    assert opened.trace != whole.trace

    after = await asyncio.to_thread(numbers_of, server.port, TOKEN)
    counted = {
        "turns": value(after, "dramatis_turns_total", outcome="complete")
        - value(before, "dramatis_turns_total", outcome="complete"),
        "first": value(after, "dramatis_turn_first_token_seconds_count"),
        "between": value(after, "dramatis_turn_between_tokens_seconds_count"),
        "pieces": value(after, "dramatis_turn_pieces_total"),
        "answered": value(after, "dramatis_model_calls_total", model="script-40", outcome="answered"),
        "completion": value(after, "dramatis_tokens_total", operation="reply", kind="completion"),
    }
    assert counted == {
        "turns": 1, "first": 1, "between": 1, "pieces": turn.end["seq"], "answered": 1, "completion": 40,
    }  # fmt: skip
    assert value(after, "dramatis_verdicts_total", stage="input", action="allow") >= 1
    assert value(after, "dramatis_filter_seconds_count", stage="output") >= 1
    sent = value(after, "dramatis_frames_total", direction="out")
    assert sent - value(before, "dramatis_frames_total", direction="out") == len(turn.frames)
    assert value(after, "dramatis_partition_months_ahead") >= 2
    assert value(after, "dramatis_service_up", service="redis") == 1
    assert value(after, "dramatis_database_connections_most", pool="turns") == 6

    # A failed one is told with its reason, and its lines of the log carry the trace.
    broken = await stage.play("500")
    failed = await broken.turn("Is anybody there?")
    assert failed.end["status"] == "failed"
    traced = await asyncio.to_thread(collector.trace_with, "turn", turn=turn_id(failed))
    [whole] = [span for span in traced if span.name == "turn"]
    assert whole.failed == "model_unavailable"
    lines = [json.loads(line) for line in server.said().splitlines() if line.startswith("{")]
    [warned] = [line for line in lines if line["event"] == "model_failed"]
    assert warned["trace_id"] == whole.trace
    assert warned["span_id"] in {span.id for span in traced}
    after = await asyncio.to_thread(numbers_of, server.port, TOKEN)
    assert value(after, "dramatis_turns_total", outcome="failed") == 1
    assert value(after, "dramatis_turn_errors_total", code="model_unavailable") == 1

    # A page is a trace, its address is a route; a profile says where the process stands, to whoever has the token.
    await asyncio.to_thread(ask, server.port, "/account/login/")
    await asyncio.to_thread(collector.trace_with, "page", route="/account/login/", status=200)
    assert_documented(collector.spans)
    status, stacks = await asyncio.to_thread(ask, server.port, "/metrics/profile?seconds=0.3", TOKEN)
    assert status == 200
    assert re.search(r"^MainThread;.+ \d+$", stacks, re.M)
    assert (await asyncio.to_thread(ask, server.port, "/metrics/profile?seconds=0.3"))[0] == 404
    await stage.close()


def test_a_worker_counts_over_its_processes_and_traces_its_tasks(
    start_worker: Callable[..., Worker], collector: Collector
) -> None:
    port = ports.free_port()
    worker = start_worker(METRICS_PORT=port, TRACES_URL=collector.url, POOL="prefork", **TRACED)
    app.send_task(TASK)
    spans = collector.trace_with("task", task=TASK)
    assert [span.attributes["outcome"] for span in spans] == ["success"], worker.said()
    assert_documented(collector.spans)
    counted = numbers_of(port, TOKEN)
    assert value(counted, "dramatis_tasks_total", task=TASK, outcome="success") == 1
    assert value(counted, "dramatis_task_wait_seconds_count") == 1
    assert ask(port, "/elsewhere", TOKEN)[0] == 404
