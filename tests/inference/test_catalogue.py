"""What the catalogue offers to whom, and that whoever changes it need not restart anything."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import scripts
from accounts.models import Plan
from inference import catalogue, registry
from inference.base import ModelUnavailable
from inference.breaker import MOST, Breaker
from inference.models import Endpoint, Model
from inference.providers import kinds
from inference.providers.lanes import Endpoint as Address
from tests.factories import UserFactory
from tests.inference.support import StandinProcess, ask, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_known_before_or_after() -> Iterator[None]:
    catalogue.known.forget()
    yield
    catalogue.known.forget()


def endpoint(url: str = "http://127.0.0.1:9/v1", **more: Any) -> Endpoint:
    return Endpoint.objects.create(name=more.pop("name", uuid4().hex), base_url=url, **more)


def offer(name: str, *, at: Endpoint | None = None, plans: str = "", **more: Any) -> Model:
    model = Model.objects.create(name=name, endpoint=at or endpoint(), **more)
    model.plans.set(Plan.objects.filter(pk__in=plans.split()))
    return model


def test_without_offers_the_environment_says_who_answers(settings: Any):
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", ["dear"]
    offer("hidden", enabled=False)
    offer("unreachable", at=endpoint(enabled=False))
    catalogue.known.refresh()
    assert registry.chat_models() == ("house", "dear")
    assert registry.model_for("dear") == "dear"
    assert registry.chat_model() is registry.provider()


def test_a_plan_has_what_it_may_use_and_the_first_of_that_where_it_may_not(settings: Any):
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", ["*"]
    offer("dear", order=1, plans="unlimited")
    offer("plain", order=2)
    offer("small", order=3, plans="guest free")
    catalogue.known.refresh()
    assert registry.chat_models() == ("dear", "plain", "small")
    assert registry.chat_models("free") == ("plain", "small")
    for asked, plan, answers in (
        ("dear", "unlimited", "dear"), ("", "unlimited", "dear"), ("dear", "free", "plain"), ("small", "free", "small"),
        ("small", "unlimited", "dear"), ("never heard of", "guest", "plain"),
    ):  # fmt: skip
        assert registry.model_for(asked, plan) == answers
    assert not registry.any_may_answer()
    assert not registry.may_answer("house")


def test_who_steps_in_does_so_in_order_for_whom_it_may_and_once():
    last = offer("last")
    dear = offer("dear", fallback=last, plans="unlimited")
    first = offer("first", order=1, fallback=dear)
    last.fallback = first
    last.save()
    offers = catalogue.known.refresh()
    assert [each.name for each in offers.chain("first", "unlimited")] == ["first", "dear", "last"]
    assert [each.name for each in offers.chain("first", "free")] == ["first", "last"]


def test_an_author_s_choices_come_in_their_order_and_before_who_steps_in():
    cheap = offer("cheap", order=3)
    house = offer("house", order=1, fallback=cheap)
    offer("second", order=2, fallback=house)
    offer("dear", order=4, plans="unlimited", fallback=cheap)
    offers = catalogue.known.refresh()

    def asked(name: str, plan: str, *then: str) -> list[str]:
        return [each.name for each in offers.chain(name, plan, then)]

    assert asked("dear", "unlimited", "second", "gone") == ["dear", "second", "cheap", "house"]
    # Whoever may not use the first has the second, and only then what the house decides.
    assert asked("dear", "free", "second") == ["second", "house", "cheap"]
    assert asked("dear", "free", "gone") == ["house", "cheap"]
    assert asked("", "free", "second") == ["house", "second", "cheap"]
    assert registry.model_for("dear", "free", ("second",)) == "second"
    assert registry.model_for("", "free", ("second",)) == "house"


def test_without_a_catalogue_an_author_s_second_choice_answers_where_the_first_is_not_offered(settings: Any):
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", ["dear"]
    assert registry.model_for("gone", "", ("dear",)) == "dear"
    assert registry.model_for("", "", ("dear",)) == "house"
    assert registry.model_for("gone", "", ("gone too",)) == "house"


def test_a_prompt_fits_whoever_may_answer_it(settings: Any):
    settings.CONTEXT_TOKENS = 8_192
    assert registry.window_for("anybody") == 8_192
    last = offer("last", context_window=4_000)
    offer("large", context_window=200_000)
    offer("first", context_window=6_000, fallback=last)
    catalogue.known.refresh()
    assert [registry.window_for(name) for name in ("large", "first", "last")] == [8_192, 4_000, 4_000]
    assert registry.window_for("large", "", ("last",)) == 4_000


def test_a_change_is_seen_and_looking_costs_one_query(django_assert_num_queries: Any):
    model = offer("one")
    catalogue.known.refresh()
    with django_assert_num_queries(1):
        catalogue.known.refresh()
    with django_assert_num_queries(0):
        catalogue.known.refresh(older_than=60)
    offer("two")
    assert set(catalogue.known.refresh().offers) == {"one", "two"}
    model.endpoint.enabled = False
    model.endpoint.save()
    assert set(catalogue.known.refresh().offers) == {"two"}
    Model.objects.all().delete()
    assert not catalogue.known.refresh().offers


def test_a_change_that_was_begun_earlier_and_came_later_is_seen():
    one, other = offer("one", at=endpoint()), offer("other", at=endpoint())
    catalogue.known.refresh()
    Model.objects.filter(pk=other.pk).update(name="another", changed=one.changed + timedelta(hours=1))
    catalogue.known.refresh()
    Model.objects.filter(pk=one.pk).update(name="once more", changed=one.changed + timedelta(minutes=1))
    assert set(catalogue.known.refresh().offers) == {"once more", "another"}
    other.plans.set(Plan.objects.filter(pk="free"))
    assert catalogue.known.refresh().offers["another"].plans == {"free"}


def test_an_endpoint_that_cannot_be_asked_is_left_out():
    at = endpoint()
    offer("lost", at=at)
    Endpoint.objects.filter(pk=at.pk).update(base_url="ftp://nowhere")
    offer("found")
    assert set(catalogue.known.refresh().offers) == {"found"}


def test_each_kind_is_asked_in_its_own_way_with_its_own_key(standin: StandinProcess, monkeypatch: pytest.MonkeyPatch):
    root = f"http://127.0.0.1:{standin.port}"
    monkeypatch.setenv("CLAUDE_API_KEY", "key-of-one")
    monkeypatch.setenv("GEMINI_API_KEY", "key-of-two")

    one = endpoint(f"{root}/anthropic/v1", kind="anthropic", key_variable="CLAUDE_API_KEY")
    two = endpoint(f"{root}/gemini/v1beta", kind="gemini", key_variable="GEMINI_API_KEY")
    offer("claude", at=one, served_as="ok-300tps-n2", sampling=False, most_reply=50)
    offer("gemini", at=two, served_as="ok-300tps-n3")
    catalogue.known.refresh()
    mark = uuid4().hex

    async def both() -> tuple[str, str, list[dict[str, Any]]]:
        said = [await read(registry.chat_model(), ask(name, mark, temperature=1.0)) for name in ("claude", "gemini")]
        await registry.aclose_all()
        return said[0], said[1], await standin.requests(contains=mark)

    by_claude, by_gemini, (claude, gemini) = asyncio.run(both())
    assert (by_claude, by_gemini) == (" the a", " the a rain")
    assert claude["headers"]["x-api-key"] == "key-of-one"
    assert claude["body"]["max_tokens"] == 50
    assert "temperature" not in claude["body"]
    assert gemini["headers"]["x-goog-api-key"] == "key-of-two"
    assert gemini["body"]["generationConfig"]["temperature"] == 1.0


def test_what_a_changed_endpoint_had_is_let_go_and_what_others_have_is_kept():
    at, other = endpoint(), endpoint("http://127.0.0.1:19/v1")
    offer("changed", at=at)
    offer("kept", at=other)
    before = {name: each.provider for name, each in catalogue.known.refresh().offers.items()}
    Endpoint.objects.filter(pk=at.pk).update(total_seconds=7)
    after = {name: each.provider for name, each in catalogue.known.refresh().offers.items()}
    known = set(kinds._providers.values())
    assert before["kept"] is after["kept"]
    assert before["changed"] not in known
    assert {after["changed"], after["kept"]} <= known


def test_replies_of_a_provider_that_is_let_go_come_to_their_end(standin: StandinProcess):
    provider = kinds.provider_of("openai", Address(f"http://127.0.0.1:{standin.port}/v1"))

    async def talk() -> str:
        async with provider.stream(ask("ok-300tps-n2")) as whole:
            [piece async for piece in whole]
        server = provider._lane().server
        async with provider.stream(ask("ok-300tps-n5")) as reply:
            pieces = [await anext(reply)]
            await asyncio.to_thread(kinds.let_go, [provider])
            assert server.closed
            pieces += [piece async for piece in reply]
        assert server._idle == []
        return "".join(pieces)

    assert asyncio.run(talk()) == " the a rain light over"
    assert provider not in kinds._providers.values()


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "MASTER_KEYS", "DATABASE_URL", "sk-live-4242", "OPENAI_API_KEY\n", "X_API_KEY2"]
)
def test_a_key_is_named_and_no_secret_of_ours_can_be(name: str):
    row = Endpoint(name="x", base_url="https://api.example.com/v1", key_variable=name)
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert set(caught.value.message_dict) == {"key_variable"}


@pytest.mark.parametrize("url", ["ftp://host/v1", "http://me:secret@host/v1", "https://host/v1?key=1", "host"])
def test_an_address_is_checked_and_not_repeated(url: str):
    with pytest.raises(ValidationError) as caught:
        Endpoint(name="x", base_url=url).full_clean()
    assert set(caught.value.message_dict) == {"base_url"}
    assert "secret" not in str(caught.value)


def test_a_circle_of_stand_ins_is_refused():
    one = offer("one")
    two = offer("two", fallback=one)
    one.fallback = two
    with pytest.raises(ValidationError):
        one.full_clean()


# ------------------------------------------------------------ the admin


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def form(model: Model, **more: Any) -> dict[str, Any]:
    able = {name: "on" for name in ("json", "prefill", "sampling", "seed", "enabled") if getattr(model, name)}
    return {
        "name": model.name, "endpoint": model.endpoint_id, "served_as": model.served_as, "order": model.order,
        "currency": "USD", **able, **more,
    }  # fmt: skip


def test_the_operator_writes_the_catalogue(operator: Client):
    answer = operator.post(
        reverse("admin:inference_endpoint_add"),
        {"name": "House", "kind": "gemini", "base_url": "https://api.example.com/v1beta", "enabled": "on"},
    )
    assert answer.status_code == 302
    model = Model(name="fine", endpoint=Endpoint.objects.get())
    asked = form(model, price_in="2.5", price_cached="0.25", price_out="10", plans=["free"])
    assert operator.post(reverse("admin:inference_model_add"), asked).status_code == 302
    row = Model.objects.get()
    assert (row.price_in, row.price_cached, row.price_out) == (Decimal("2.5"), Decimal("0.25"), Decimal(10))
    assert [plan.pk for plan in row.plans.all()] == ["free"]
    assert list(catalogue.known.refresh().offers) == ["fine"]
    # Plans are kept apart from the row; to change them alone is a change too.
    assert operator.post(reverse("admin:inference_model_change", args=[row.pk]), form(row)).status_code == 302
    assert not catalogue.known.refresh().offers["fine"].plans
    for name in ("endpoint", "model"):
        assert operator.get(reverse(f"admin:inference_{name}_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ok-300tps-n5", "It answers"),
        ("401", "the key is wrong"),
        ("missing-model", "no such model"),
        ("500", "failed on its side"),
        ("declined-after-0", "its safety rules refused"),
        ("html", "what answers there is no model"),
    ],
)
def test_a_button_asks_the_model_one_line(
    operator: Client, standin: StandinProcess, name: str, says: str, django_capture_on_commit_callbacks: Any
):
    model = offer(
        "mine", at=endpoint(f"http://127.0.0.1:{standin.port}/anthropic/v1", kind="anthropic"), served_as=name
    )
    path = reverse("admin:inference_model_change", args=[model.pk])
    with django_capture_on_commit_callbacks() as asked:
        answer = operator.post(path, form(model, _try="Save and test"))
    assert answer["Location"] == path
    # Nobody waits for a model with a row locked.
    [ask_model] = asked
    ask_model()
    [message] = [str(each) for each in get_messages(answer.wsgi_request)]
    assert says in message


def test_the_page_tells_who_is_left_alone(operator: Client):
    fails, works = endpoint(name="fails"), endpoint(name="works")

    async def fail() -> None:
        for _ in range(MOST):
            await Breaker(fails.pk.hex).failed(ModelUnavailable())
        await scripts.aclose()

    asyncio.run(fail())
    page = operator.get(reverse("admin:inference_endpoint_changelist"))
    told = {row.name: page.context["cl"].model_admin.answers(row) for row in (fails, works)}
    assert told["fails"].startswith("left alone for 1")
    assert told["works"] == "yes"


def test_the_page_tells_whether_a_key_is_there_and_never_which(operator: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOUSE_API_KEY", "the-key-itself")
    endpoint(name="with", key_variable="HOUSE_API_KEY")
    endpoint(name="without", key_variable="OTHER_API_KEY")
    page = operator.get(reverse("admin:inference_endpoint_changelist")).content.decode()
    assert "OTHER_API_KEY is not set" in page
    assert "the-key-itself" not in page
