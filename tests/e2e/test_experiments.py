"""An experiment in the admin, in the browser: put together, started, read, stopped; both looks, both languages."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from chat.models import Rating
from inference.experiments.running import known
from inference.models import Experiment, PromptVersion
from tests.chat.stage import sign_in
from tests.chat.test_outcomes import BEGAN, Played
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import sideways
from tests.factories import UserFactory
from tests.inference.experiments.made import NAME, as_shipped, version
from tests.stack import Server


@pytest.fixture
def drafted(committed: None) -> Iterator[PromptVersion]:
    yield version("8.0.0")
    Experiment.objects.filter(name="Gentler rules").delete()
    PromptVersion.objects.filter(name=NAME, shipped=False).delete()
    known.forget()


def people_talk(experiment: Experiment) -> None:
    """Twelve people in each arm, ten days ago; with the second they ask for another take more often."""
    since = timezone.now() - timedelta(days=10) - BEGAN
    for place, arm in enumerate(experiment.arms.order_by("label")):
        for number in range(12):
            talk = Played(UserFactory(), arm.pk)
            for each in range(2 + number % 3):
                usage = {"micros": 900 + 60 * number + 300 * place, "currency": "USD"}
                turn = talk.turn(since + timedelta(days=each * (number % 2)), usage=usage)
                if each < place or (number + each) % 5 == 0:
                    talk.again(turn)
                if place == 0:
                    Rating.objects.create(
                        user=talk.row.owner, message_id=turn.reply_id, conversation=talk.row, good=number % 4 > 0,
                        rated_at=timezone.now(),
                    )  # fmt: skip


@in_every_look
def test_an_experiment_from_its_form_to_its_end(
    browser: Browser, server: Server, drafted: PromptVersion, language: str, width: int, theme: Theme
) -> None:
    operator: User = UserFactory()
    operator.is_staff = operator.is_superuser = True
    operator.language = ""
    operator.save()
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(operator).cookie, "url": server.base_url}])
    page = context.new_page()

    def look(name: str) -> None:
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{language}-{width}-{theme}.png", full_page=True)
        assert sideways(page) <= 0, name
        found = [fault for fault in faults(page) if "trial" in str(fault)]
        assert found == [], name

    page.goto("/admin/inference/experiment/add/")
    page.locator("#id_name").fill("Gentler rules")
    page.locator("#id_note").fill("Fewer other takes.")
    for number, prompt in enumerate((as_shipped(), drafted)):
        page.locator(f"#id_arms-{number}-prompt").select_option(str(prompt.pk))
    look("experiment-form")
    page.locator("[name=_save]").press("Enter")
    start = page.locator("button[value=start]")
    expect(start).to_be_visible()
    look("experiment-new")
    start.press("Enter")
    expect(page.locator("button[value=stop]")).to_be_visible()
    experiment = Experiment.objects.get(name="Gentler rules")
    people_talk(experiment)
    page.reload()
    expect(page.locator(".trial__plot")).to_have_count(5)
    expect(page.locator(".trial__sure").first).to_be_visible()
    look("experiment-outcome")
    page.locator("button[value=stop]").press("Enter")
    expect(page.locator("button[value=stop]")).to_have_count(0)
    look("experiment-stopped")
    page.goto("/admin/inference/experiment/")
    look("experiment-list")
    experiment.refresh_from_db()
    assert experiment.stopped_by == operator
    context.close()
