import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import redis
from django.db import connection

from accounts import limits, scripts
from accounts.errors import RateLimited, Unavailable
from accounts.ids import uuid7
from accounts.limits import SPEND_MESSAGE_SQL, Bucket, acharge, charge, hash_ip, take
from accounts.models import Plan, UsageDay
from accounts.plans import ensure_plans
from tests.factories import UserFactory

IP = "203.0.113.7"


@dataclass
class Limits:
    """A plan as plain SQL reads it."""

    burst: int | None
    per_minute: int | None


SLOW = Limits(burst=30, per_minute=1)


@pytest.fixture
def wide_open(settings):
    """The site and the address hold back nothing, so that the person's bucket alone decides."""
    settings.LIMIT_MESSAGES = settings.LIMIT_MESSAGES_PER_IP = (60_000_000, 1_000_000)


@pytest.fixture
async def _closed():
    yield
    await scripts.aclose()


pytestmark = pytest.mark.usefixtures("_closed")


async def allowed(plan: Limits, user_id=None, ip: str | None = IP) -> bool:
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
    user_id, plan = uuid7(), Limits(burst=2, per_minute=600)
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
    user_id, unlimited = uuid7(), Limits(None, None)
    assert [await allowed(unlimited, user_id) for _ in range(11)] == [True] * 10 + [False]


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
