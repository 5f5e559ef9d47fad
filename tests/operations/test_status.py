"""How the services are, for everybody: what is seen, what is kept of it, what of it is told."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import uuid7
from chat.models import Turn
from inference.models import Endpoint, Model
from operations.models import IncidentNote, Lookout, Outage
from operations.status import looking, reading, watch
from operations.status.recording import record, take_turn, worked
from operations.status.states import Day, Span, State, days_of, overall, percent_up
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.characters.talked import talk_on
from tests.factories import UserFactory
from tests.stack import Server, Service

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
WITHIN = 20.0


@pytest.fixture(autouse=True)
def _nothing_is_in_mind() -> None:
    reading.forget()
    watch.seen.note({}, datetime(2020, 1, 1, tzinfo=UTC))


# --- what is kept ---


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5 * 1440), st.integers(1, 2_000), st.sampled_from((State.SLOW, State.DOWN))
        ),
        max_size=4,
    )
)  # fmt: skip
def test_minutes_of_days_equal_a_recount_minute_by_minute(outages: list[tuple[int, int, State]]) -> None:
    first = datetime(2026, 11, 10, tzinfo=UTC)
    spans, taken = [], -1
    for begin, length, state in sorted(outages, key=lambda each: each[0]):
        start = max(begin, taken)  # of one service no two are at once
        spans.append(Span(state, first + timedelta(minutes=start), first + timedelta(minutes=start + length)))
        taken = start + length
    bad = {
        span.begin + timedelta(minutes=n)
        for span in spans
        for n in range((span.end - span.begin) // timedelta(minutes=1))
    }
    days = days_of(spans, today=date(2026, 11, 20), since=date(2026, 11, 9), days=14)
    assert {day.day: day.minutes for day in days if day.minutes} == {
        day: sum(at.date() == day for at in bad) for day in {at.date() for at in bad}
    }
    assert [day.state for day in days[:2]] == [State.UNKNOWN] * 2
    down = sum((span.end - span.begin for span in spans if span.state is State.DOWN), timedelta())
    since = first - timedelta(days=1)
    percent = percent_up(spans, since=since, now=first + timedelta(days=20))
    assert percent == pytest.approx(100 * (1 - down / timedelta(days=21)))


def test_a_site_without_its_database_is_out_of_order_and_without_redis_limited() -> None:
    fine = dict.fromkeys(Outage.Service.values, State.OK)
    assert overall(fine) is overall(fine | {"queue": State.UNKNOWN}) is State.OK
    assert overall(fine | {"redis": State.DOWN}) is overall(fine | {"models": State.SLOW}) is State.SLOW
    assert overall(fine | {"database": State.DOWN}) is State.DOWN
    assert days_of([], today=date(2026, 11, 20), since=date(2026, 11, 20), days=1) == [
        Day(date(2026, 11, 20), State.OK)
    ]


@pytest.mark.django_db
def test_an_outage_begins_gets_worse_and_ends_and_not_knowing_changes_nothing() -> None:
    take_turn(NOW)
    for minute, state in enumerate((State.OK, State.SLOW, State.DOWN, State.UNKNOWN, State.SLOW, State.OK, State.DOWN)):
        record({"queue": state}, now=NOW + timedelta(minutes=minute))
    last, first = Outage.objects.order_by("-began_at")
    assert (first.state, first.began_at, first.ended_at) == (
        "down",
        NOW + timedelta(minutes=1),
        NOW + timedelta(minutes=5),
    )
    assert (last.began_at, last.ended_at) == (NOW + timedelta(minutes=6), None)
    record({"queue": State.OK}, now=NOW + timedelta(days=1))
    record({"queue": State.OK}, now=NOW + timedelta(days=100))
    assert not Outage.objects.exists()


@pytest.mark.django_db
def test_one_process_looks_in_a_minute_and_minutes_without_a_look_are_an_outage() -> None:
    assert take_turn(NOW).mine
    assert not take_turn(NOW + timedelta(seconds=30)).mine
    assert take_turn(NOW + timedelta(seconds=60)).mine
    assert not Outage.objects.exists()
    assert take_turn(NOW + timedelta(minutes=31)).mine
    [outage] = Outage.objects.all()
    assert (outage.service, outage.ended_at - outage.began_at) == ("web", timedelta(minutes=30))  # type: ignore[operator]


@pytest.mark.django_db
def test_what_a_worker_last_did_tells_of_the_queue() -> None:
    begun = NOW - timedelta(days=1)
    assert looking._queue(NOW, None, begun) is State.UNKNOWN
    worked()
    done = Lookout.objects.get().worked_at
    assert done is not None
    told = [looking._queue(done + timedelta(seconds=late), done, begun) for late in (60, 200, 900)]
    assert told == [State.OK, State.SLOW, State.DOWN]


def test_a_site_that_has_only_just_begun_is_starting() -> None:
    before = NOW - timedelta(hours=1)  # when it was stopped
    told = [looking._queue(NOW + timedelta(seconds=after), before, NOW) for after in (0, 140, 160)]
    assert told == [State.STARTING, State.STARTING, State.DOWN]
    assert looking._queue(NOW, None, NOW) is State.STARTING
    assert not State.STARTING.bad


@pytest.mark.django_db
def test_without_a_catalogue_the_turns_of_late_tell_of_the_models() -> None:
    owner = UserFactory()
    talk = talk_on(date(2026, 11, 18), owner, a_character(owner))

    def ended(status: str, count: int) -> None:
        Turn.objects.bulk_create(
            Turn(
                conversation=talk, status=status, reply_id=uuid7(), parent_id=uuid7(), speaker="M", process=uuid7(),
                started_at=timezone.now(),
            )
            for _ in range(count)
        )  # fmt: skip

    ended("failed", 4)
    assert looking._turns(timezone.now()) is State.OK  # too few to tell
    ended("failed", 4)
    assert looking._turns(timezone.now()) is State.DOWN
    ended("complete", 12)
    assert looking._turns(timezone.now()) is State.SLOW
    assert looking._turns(timezone.now() + timedelta(minutes=6)) is State.OK


# --- what is told ---


def told() -> dict[str, Any]:
    return Client().get("/status.json").json()


@pytest.mark.django_db
def test_everybody_reads_it_and_nothing_behind_it(django_assert_num_queries: Any) -> None:
    vendor = Endpoint.objects.create(
        name="Secret vendor", base_url="https://models.example.com/v1", key_variable="SECRET_API_KEY"
    )
    Model.objects.create(name="secret-model", endpoint=vendor)
    take_turn(timezone.now())
    record({"models": State.DOWN, "redis": State.OK}, now=timezone.now() - timedelta(minutes=9))
    IncidentNote.objects.create(
        began_at=timezone.now(), title_en="A vendor is away", title_zh="供应商中断", text_en="<b>We wait.</b>"
    )
    IncidentNote.objects.create(began_at=timezone.now(), title_en="Not yet", shown=False)
    page, english = Client().get("/status/", headers={"Accept-Language": "zh"}), Client().get("/status/")
    assert "供应商中断" in page.content.decode()
    text = english.content.decode()
    assert "A vendor is away" in text
    assert "&lt;b&gt;We wait." in text
    assert "Not yet" not in text
    for word in ("Secret", "secret-model", "models.example.com", "SECRET_API_KEY", "sessionid"):
        assert word not in text + str(told())
    assert (english["Cache-Control"], "Set-Cookie" in english) == ("public, max-age=30", False)
    services = {each["service"]: each["state"] for each in told()["services"]}
    assert services == {
        "web": "ok", "database": "ok" if "database" in Lookout.objects.get().states else "unknown", "redis": "ok",
        "queue": "unknown", "models": "down", "storage": "unknown",
    }  # fmt: skip
    assert [(each["service"], each["ended_at"]) for each in told()["outages"]] == [("models", None)]
    with django_assert_num_queries(0):
        Client().get("/status/")


@pytest.mark.django_db
def test_a_site_that_nobody_looked_at_says_so() -> None:
    page = Client().get("/status/").content.decode()
    assert "Nobody has looked yet" in page
    assert (told()["state"], told()["seen_at"]) == ("ok", None)


@pytest.mark.django_db
def test_what_an_operator_writes_is_there_at_once() -> None:
    operator = signed_in(UserFactory(is_staff=True, is_superuser=True))
    assert told()["notes"] == []
    fields = {"began_at_0": "2026-11-18", "began_at_1": "12:00", "title_en": "Works are done", "shown": "on"}
    answer = operator.post("/admin/operations/incidentnote/add/", fields)
    assert answer.status_code == 302
    assert told()["notes"][0]["title"] == {"en": "Works are done", "zh-hans": "Works are done"}
    assert (
        "title_en" in operator.post("/admin/operations/incidentnote/add/", fields | {"title_en": ""}).content.decode()
    )
    note = IncidentNote.objects.get()
    assert operator.post(f"/admin/operations/incidentnote/{note.pk}/delete/", {"post": "yes"}).status_code == 302
    assert told()["notes"] == []
    IncidentNote.objects.create(began_at=timezone.now(), title_en="Twice")
    reading.forget()
    assert len(told()["notes"]) == 1
    chosen = {"action": "delete_selected", "_selected_action": str(IncidentNote.objects.get().pk), "post": "yes"}
    assert operator.post("/admin/operations/incidentnote/", chosen).status_code == 302
    assert told()["notes"] == []


@pytest.mark.django_db(transaction=False)
@override_settings(STATUS_SECONDS=60)
def test_a_look_that_takes_too_long_finds_a_service_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SECONDS", 0.05)

    async def hangs() -> State:
        await asyncio.Event().wait()
        return State.OK

    assert asyncio.run(looking.bounded("storage", hangs)) is State.DOWN


# --- real services ---


def until(server: Server, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + WITHIN
    while True:
        answer = httpx.get(f"{server.base_url}/status.json", timeout=10)
        assert answer.status_code == 200, answer.text[:200]
        if wanted(found := answer.json()):
            return found
        assert time.monotonic() < end, found


def state_of(found: dict[str, Any], service: str) -> str:
    return next(each["state"] for each in found["services"] if each["service"] == service)


@pytest.mark.timeout(240)
def test_it_is_told_while_redis_is_gone_and_while_the_database_is(
    start_server: Callable[..., Server], redis_service: Service, postgres_service: Service
) -> None:
    server = start_server(STATUS_SECONDS="0.4")
    found = until(server, lambda each: state_of(each, "storage") == "ok")
    assert {state_of(found, name) for name in ("web", "database", "redis", "storage")} == {"ok"}
    redis_service.stop()
    found = until(server, lambda each: state_of(each, "redis") == "down")
    assert (found["state"], state_of(found, "database")) == ("slow", "ok")
    redis_service.start()
    until(server, lambda each: state_of(each, "redis") == "ok")
    assert Outage.objects.filter(service="redis").exclude(ended_at=None).exists()
    postgres_service.stop()
    found = until(server, lambda each: state_of(each, "database") == "down")
    assert found["state"] == "down"
    page = httpx.get(f"{server.base_url}/status/", cookies={"sessionid": "x" * 32}, timeout=10)
    assert (page.status_code, "out of order" in page.text) == (200, True)
    postgres_service.start()
    until(server, lambda each: state_of(each, "database") == "ok")
