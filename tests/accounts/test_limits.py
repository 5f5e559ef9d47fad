import asyncio
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import redis
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts import limits, scripts
from accounts.errors import Overloaded, RateLimited, TooManyTurns, Unavailable
from accounts.ids import uuid7
from accounts.limits import (
    SPEND_MESSAGE_SQL,
    Bucket,
    Pace,
    Place,
    acharge,
    charge,
    give_back,
    hash_ip,
    load,
    speaking,
    take,
)
from accounts.limits.buckets import site_bucket
from accounts.limits.local import LocalLimits
from accounts.models import Plan, UsageDay
from accounts.plans import ensure_plans
from tests.factories import UserFactory

IP = "203.0.113.7"


SLOW = Pace(burst=30, per_minute=1)


@pytest.fixture
def wide_open(settings):
    """The site and the address hold back nothing, so that the person's bucket alone decides."""
    settings.LIMIT_MESSAGES = settings.LIMIT_MESSAGES_PER_IP = (60_000_000, 1_000_000)
    settings.LIMIT_PER_IP_AND_HOUR = 1_000_000


@pytest.fixture
async def _closed():
    yield
    await scripts.aclose()


pytestmark = pytest.mark.usefixtures("_closed")


async def allowed(plan: Pace, user_id=None, ip: str | None = IP) -> bool:
    try:
        await take(user_id or uuid7(), plan, ip)
    except RateLimited:
        return False
    return True


@pytest.mark.usefixtures("wide_open")
async def test_eight_tasks_at_once_get_exactly_the_burst():
    user_id = uuid7()

    async def hammer() -> int:
        return sum([await allowed(SLOW, user_id) for _ in range(100)])

    assert sum(await asyncio.gather(*(hammer() for _ in range(8)))) == 30


def test_eight_threads_at_once_get_exactly_the_burst():
    bucket, start = Bucket("user", uuid7().hex, per_minute=1, burst=30), threading.Barrier(8)

    def hammer(_: int) -> int:
        passed = 0
        start.wait(10)
        for _ in range(100):
            try:
                charge([bucket])
                passed += 1
            except RateLimited:
                pass
        return passed

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(hammer, range(8))) == 30


@pytest.mark.usefixtures("wide_open")
async def test_whoever_is_refused_is_told_which_bucket_and_how_long():
    user_id = uuid7()
    for _ in range(30):
        await take(user_id, SLOW, IP)
    with pytest.raises(RateLimited) as refused:
        await take(user_id, SLOW, IP)
    assert refused.value.extra["limit"] == "user"
    assert 58 < refused.value.extra["retry_after"] <= 60
    assert refused.value.status == 429


@pytest.mark.usefixtures("wide_open")
async def test_after_the_wait_that_was_named_one_more_passes():
    user_id, plan = uuid7(), Pace(burst=2, per_minute=600)
    await take(user_id, plan, IP)
    await take(user_id, plan, IP)
    with pytest.raises(RateLimited) as refused:
        await take(user_id, plan, IP)
    await asyncio.sleep(refused.value.extra["retry_after"])
    await take(user_id, plan, IP)


async def test_no_bucket_is_charged_when_one_refuses():
    wide = Bucket("user", uuid7().hex, per_minute=1, burst=3)
    narrow = Bucket("ip", uuid7().hex, per_minute=1, burst=1)
    await acharge([wide, narrow])
    for _ in range(5):
        with pytest.raises(RateLimited, match="rate_limited"):
            await acharge([wide, narrow])
    await acharge([wide])
    await acharge([wide])
    with pytest.raises(RateLimited):
        await acharge([wide])


async def test_people_behind_one_address_share_its_bucket(settings):
    settings.LIMIT_MESSAGES_PER_IP = (1, 5)
    assert [await allowed(SLOW) for _ in range(7)] == [True] * 5 + [False] * 2
    assert await allowed(SLOW, ip="203.0.113.8")


async def test_a_plan_without_limits_is_held_by_the_bucket_of_the_site_alone(settings):
    settings.LIMIT_MESSAGES_PER_IP, settings.LIMIT_MESSAGES = (1, 1), (1, 10)
    user_id, unlimited = uuid7(), Pace()
    assert [await allowed(unlimited, user_id) for _ in range(11)] == [True] * 10 + [False]


@pytest.mark.usefixtures("wide_open")
async def test_an_hour_has_a_bucket_of_its_own_and_so_has_each_key():
    user_id, key, plan = uuid7(), uuid7(), Pace(per_hour=5, key_per_hour=2)
    left = [(await take(user_id, plan, IP, key_id=key)) for _ in range(2)]
    assert [{rate.name: rate.remaining for rate in rates} for rates in left] == [
        {"hour": 4, "key-hour": 1, "ip": 999_999, "ip-hour": 999_999},
        {"hour": 3, "key-hour": 0, "ip": 999_999, "ip-hour": 999_998},
    ]
    with pytest.raises(RateLimited) as refused:
        await take(user_id, plan, IP, key_id=key)
    assert refused.value.extra["limit"] == "key-hour"
    assert 1790 < refused.value.extra["retry_after"] <= 1800
    for _ in range(3):
        await take(user_id, plan, IP)
    with pytest.raises(RateLimited) as refused:
        await take(user_id, plan, IP)
    assert refused.value.extra["limit"] == "hour"
    hour = refused.value.rates[0]
    assert (hour.limit, hour.remaining, hour.window) == (5, 0, 3600)
    assert 3590 <= hour.seconds <= 3600


async def test_one_address_has_an_hour_too(settings):
    settings.LIMIT_PER_IP_AND_HOUR = 3
    ip = "203.0.113.99"
    assert [await allowed(Pace(per_hour=100), ip=ip) for _ in range(4)] == [True] * 3 + [False]


async def test_when_the_site_runs_low_plans_that_yield_are_refused_first(settings):
    settings.LIMIT_MESSAGES = (1, 10)
    key = uuid7().hex
    [guest, paying] = (replace(site_bucket(yields), key=key) for yields in (30, 0))
    for _ in range(7):
        await acharge([guest])
    with pytest.raises(Overloaded) as shed:
        await acharge([guest])
    assert (shed.value.status, shed.value.rates) == (503, ())
    for _ in range(3):
        await acharge([paying])
    with pytest.raises(Overloaded):
        await acharge([paying])


async def test_as_many_replies_are_under_way_as_the_plan_allows():
    user_id, plan = uuid7(), Pace(turns_at_once=2)
    places = [Place(user_id, uuid7(), 2) for _ in range(3)]
    await asyncio.gather(*(take(user_id, plan, IP, place=place) for place in places[:2]))
    with pytest.raises(TooManyTurns) as refused:
        await take(user_id, plan, IP, place=places[2])
    assert (refused.value.status, refused.value.extra["most"]) == (429, 2)
    await take(user_id, plan, IP, place=places[0])  # the same line again: it has its place
    await give_back(places[0])
    async with speaking(user_id, plan, IP):
        with pytest.raises(TooManyTurns):
            await take(user_id, plan, IP, place=places[2])
    await take(user_id, plan, IP, place=places[2])


async def test_who_finds_no_place_is_charged_nothing():
    user_id, plan = uuid7(), Pace(burst=3, per_minute=1, turns_at_once=1)
    place = Place(user_id, uuid7(), 1)
    await take(user_id, plan, None, place=place)
    for _ in range(5):
        with pytest.raises(TooManyTurns):
            await take(user_id, plan, None, place=Place(user_id, uuid7(), 1))
    await give_back(place)
    assert (await take(user_id, plan, None))[0].remaining == 1


async def test_without_redis_this_process_lets_one_bucket_pass(settings):
    await scripts.aclose()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    user_id, plan = uuid7(), Pace(burst=3, per_minute=1, turns_at_once=1)
    assert [await allowed(plan, user_id) for _ in range(5)] == [True] * 3 + [False] * 2
    other, place = uuid7(), Place(uuid7(), uuid7(), 1)
    await take(other, plan, IP, place=place)
    with pytest.raises(TooManyTurns):
        await take(other, plan, IP, place=Place(place.user_id, uuid7(), 1))
    await give_back(place)
    await take(other, plan, IP, place=Place(place.user_id, uuid7(), 1))


async def test_without_redis_no_key_opens_anything(settings):
    await scripts.aclose()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(Unavailable):
        await take(uuid7(), Pace(per_hour=100), IP, key_id=uuid7())


BUCKETS = st.lists(st.tuples(st.integers(1, 600), st.integers(1, 20), st.integers(0, 5)), min_size=1, max_size=3)


@given(BUCKETS, st.lists(st.integers(0, 120_000), max_size=30))
def test_this_process_counts_as_a_bucket_says(kinds, pauses):
    """Never more than what is there at once and what has come since, and never fewer than that, less one."""
    clock = [0.0]
    limits_here = LocalLimits(lambda: clock[0] * 1_000)
    buckets = [
        Bucket("user", str(number), per_minute, burst, kept) for number, (per_minute, burst, kept) in enumerate(kinds)
    ]
    passed = 0
    for pause in pauses:
        clock[0] += pause
        refusing, wait, *spent = limits_here.charge(buckets, None)
        passed += refusing == 0
        if refusing:
            assert wait > 0
        for bucket, full in zip(buckets, spent, strict=True):
            assert full <= bucket.interval * bucket.at_once
            assert passed <= bucket.at_once + clock[0] * 1_000 / bucket.interval


async def test_without_redis_the_chat_goes_on_and_doors_stay_shut(settings, caplog):
    await scripts.aclose()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    before, limits.absence.logged_at = limits.absence.times, float("-inf")
    with caplog.at_level(logging.WARNING, "accounts.limits"):
        for _ in range(3):
            await take(uuid7(), SLOW, IP)
        with pytest.raises(Unavailable):
            await acharge([Bucket("ip", "door", 1, 1)], closed=True)
    assert limits.absence.times == before + 4
    assert len(caplog.records) == 1
    assert IP not in caplog.text


async def test_a_restarted_redis_has_forgotten_the_script_and_learns_it_again(settings):
    bucket = Bucket("user", uuid7().hex, per_minute=1, burst=2)
    await acharge([bucket])
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.script_flush()
    client.close()
    await acharge([bucket])
    with pytest.raises(RateLimited):
        await acharge([bucket])


async def test_buckets_leave_nothing_behind(settings):
    await acharge([Bucket("user", "soon-gone", per_minute=60, burst=5)])
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert 0 < client.pttl("limit:{gcra}:user:soon-gone") <= 1_001
    client.close()


def test_an_address_is_kept_as_a_pseudonym_and_a_household_counts_once():
    assert IP not in hash_ip(IP)
    assert hash_ip("2001:db8:1:2::1") == hash_ip("2001:db8:1:2:ffff::9")
    assert hash_ip("2001:db8:1:2::1") != hash_ip("2001:db8:1:3::1")
    assert hash_ip("::ffff:203.0.113.7") == hash_ip(IP)
    assert hash_ip("not an address") == hash_ip("")


def test_a_forged_forwarding_header_does_not_choose_the_address(rf, settings):
    request = rf.get("/", REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.7")
    scope = {"client": ("198.51.100.1", 5), "headers": [(b"x-forwarded-for", b"1.1.1.1, 203.0.113.7")]}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert limits.client_ip(request) == limits.scope_ip(scope) == "198.51.100.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert limits.client_ip(request) == limits.scope_ip(scope) == "203.0.113.7"


# The day's allowance


def spend(user_id, limit: int | None) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(SPEND_MESSAGE_SQL, {"id": uuid7(), "user_id": user_id, "limit": limit})
        row = cursor.fetchone()
    return row[0] if row else None


def test_messages_are_counted_up_to_the_allowance_and_no_further(alice):
    assert [spend(alice.pk, 3) for _ in range(5)] == [1, 2, 3, None, None]
    assert UsageDay.objects.get(user=alice).messages == 3
    assert spend(alice.pk, None) == 4
    assert spend(alice.pk, 0) is None


def test_an_allowance_of_nothing_spends_nothing(alice):
    assert spend(alice.pk, 0) is None
    assert not UsageDay.objects.filter(user=alice).exists()


@pytest.mark.usefixtures("committed")
def test_eight_at_once_spend_exactly_the_allowance():
    user, start = UserFactory(email=f"{uuid7().hex}@example.com"), threading.Barrier(8)

    def hammer(_: int) -> int:
        try:
            start.wait(10)
            return sum(spend(user.pk, 30) is not None for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(hammer, range(8))) == 30
    assert UsageDay.objects.get(user=user).messages == 30


def test_plans_come_with_the_database_and_stay_as_the_operator_set_them(db):
    assert set(Plan.objects.values_list("code", "messages_per_day")) >= {
        ("guest", 20),
        ("free", 500),
        ("unlimited", None),
    }
    Plan.objects.filter(code="guest").update(messages_per_day=7)
    ensure_plans()
    assert Plan.objects.get(code="guest").messages_per_day == 7


@pytest.mark.parametrize(("lag", "refused"), [(0.0, []), (0.4, [30]), (0.48, [30, 10]), (5.0, [30, 10])])
@pytest.mark.usefixtures("wide_open")
async def test_a_process_that_is_late_refuses_whose_plan_yields_and_nobody_else(settings, monkeypatch, lag, refused):
    settings.SHED_LAG_MS = 500
    monkeypatch.setattr(load.here, "lag", lag)
    shed = []
    for yields in (30, 10, 0):
        try:
            await take(uuid7(), Pace(yields=yields), IP)
        except Overloaded:
            shed.append(yields)
    assert shed == refused


async def test_the_lag_is_that_of_the_event_loop_and_passes(settings):
    settings.SHED_LAG_MS = 100
    measured = load.Load()
    looking = asyncio.create_task(measured.look())
    await asyncio.sleep(0)
    hold_up(load.EVERY + 0.8)
    await looking
    assert measured.sheds(0.3)
    for _ in range(20):
        measured.note(0.0)
    assert not measured.sheds(0.3)


def hold_up(seconds: float) -> None:
    """The event loop that this is called in."""
    time.sleep(seconds)
