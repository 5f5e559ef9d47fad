"""Plans in the admin, and what they allow besides pace."""

import pytest
from django.test import Client

from accounts import plans
from accounts.models import Plan, User
from characters.services import create_character
from characters.services.quotas import QuotaReached, reserve
from chat.services.conversations import start_conversation
from chat.services.rooms.room import RoomsUsedUp, make_room
from inference.registry import window_for
from moderation.models import AuditEntry
from tests.factories import UserFactory


@pytest.fixture
def operator(db: None, signed_in) -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def form_of(plan: Plan, **changes: object) -> dict[str, object]:
    fields = {field.name: getattr(plan, field.name) for field in Plan._meta.fields}
    return {name: value for name, value in (fields | changes).items() if value is not None and value is not False}


def test_an_operator_makes_a_plan_and_changes_it_and_both_are_in_the_log(operator: Client) -> None:
    made = operator.post("/admin/accounts/plan/add/", form_of(Plan(), code="school", name="School", per_hour=200))
    assert made.status_code == 302
    plan = Plan.objects.get(code="school")
    assert (str(plan), plan.per_hour, plan.burst) == ("School", 200, None)
    changed = operator.post("/admin/accounts/plan/school/change/", form_of(plan, per_hour=300, rank=5))
    assert changed.status_code == 302
    log = AuditEntry.objects.filter(kind="plan").order_by("number")
    assert [(entry.action, entry.detail.get("per_hour")) for entry in log] == [
        ("plan_made", 200),
        ("plan_changed", 300),
    ]


@pytest.mark.parametrize("wrong", [{"burst": 3}, {"per_hour": 0}, {"yields": 91}, {"context_tokens": 10}])
def test_a_plan_that_would_let_nobody_speak_is_refused_with_its_reason(operator: Client, wrong: dict) -> None:
    answer = operator.post("/admin/accounts/plan/add/", form_of(Plan(), code="odd") | wrong)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not Plan.objects.filter(code="odd").exists()


def test_the_list_says_how_many_people_a_plan_has(operator: Client, alice: User) -> None:
    page = operator.get("/admin/accounts/plan/")
    assert "creator" in page.content.decode()
    counted = {plan.pk: plan.people_on for plan in page.context["cl"].result_list}
    assert (counted["free"], counted["premium"]) == (User.objects.filter(plan="free").count(), 0)


def test_the_plans_of_the_release_are_there_and_those_it_names_stay(operator: Client) -> None:
    codes = dict(Plan.objects.values_list("code", "per_hour"))
    assert codes.items() >= {"guest": 60, "free": 100, "premium": 1_000, "creator": 1_000, "unlimited": None}.items()
    assert operator.post("/admin/accounts/plan/free/delete/", {"post": "yes"}).status_code == 403


def test_a_plan_says_how_much_is_kept_and_the_house_where_it_is_silent(alice: User) -> None:
    Plan.objects.filter(pk="free").update(most_webhooks=1, most_picture_mb=2)
    with pytest.raises(QuotaReached) as refused:
        reserve(alice, webhooks=2)
    assert refused.value.extra["limit"] == 1
    with pytest.raises(QuotaReached) as refused:
        reserve(alice, picture_bytes=2 * 1024 * 1024 + 1)
    assert "2 MB" in str(refused.value.message)
    reserve(alice, drafts=150)


def test_a_plan_says_how_many_rooms_one_hosts(alice: User, talks: list) -> None:
    Plan.objects.filter(pk="free").update(most_rooms=1)
    first, second = talks
    make_room(user=alice, conversation_id=first.pk)
    make_room(user=alice, conversation_id=first.pk)  # it is one
    with pytest.raises(RoomsUsedUp) as refused:
        make_room(user=alice, conversation_id=second.pk)
    assert (refused.value.extra["field"], refused.value.extra["limit"]) == ("room", 1)


@pytest.fixture
def talks(alice: User) -> list:
    mira = create_character(owner=alice, editions={"en": {"name": "Mira", "greetings": ["Evening."]}})
    return [start_conversation(owner=alice, character=mira, version=mira.published) for _ in range(2)]


def test_a_plan_says_how_long_a_prompt_may_be(db: None, settings) -> None:
    settings.CONTEXT_TOKENS = 8_000
    Plan.objects.filter(pk="free").update(context_tokens=2_000)
    Plan.objects.filter(pk="premium").update(context_tokens=1_000_000)
    try:
        plans.windows.refresh()
        assert [window_for("", plan) for plan in ("free", "premium", "creator")] == [2_000, 8_000, 8_000]
    finally:
        plans.windows.forget()
