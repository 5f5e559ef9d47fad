"""What operators see of their site, in every look."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from accounts.models import User
from characters.models import CharacterSpan
from characters.spans import MONTH, WEEK, beginning, week_of
from operations.models import IncidentNote, Lookout, Outage, Tally
from tests.characters.factories import a_character
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.tours import Look
from tests.factories import UserFactory
from tests.stack import Server


def had_people(author: User) -> None:
    """Two months of a site with some hundreds of people, a few quiet days among them."""
    today = timezone.now().date()
    rows: dict[tuple[str, date, str, str, str], tuple[int, int | None]] = {}

    def add(
        span: str, since: date, measure: str, value: int, *, exact: bool = False, part: str = "", unit: str = ""
    ) -> None:
        before = rows.get((span, since, measure, part, unit), (0, 0))[0]
        rows[span, since, measure, part, unit] = before + value, None if exact else before + value

    for ago in range(70):
        day = today - timedelta(days=ago)
        people = 4 if ago % 13 == 5 else 60 + 17 * (ago % 7)
        for span, since in (("day", day), ("week", week_of(day)), ("month", beginning(MONTH, day))):
            add(span, since, "people", people)
            add(span, since, "fresh", people // 3)
            add(span, since, "turns", people * 9)
        for status, count in (("complete", people * 8), ("stopped", 12), ("failed", 3 + ago % 5), ("interrupted", 1)):
            add("day", day, "outcomes", count, exact=True, part=status)
        add("day", day, "failures", 3, exact=True, part="model_too_slow")
        for model, factor in (("gpt-5-mini", 3), ("a-rather-long-name-of-a-model-at-a-provider/instruct-2026", 1)):
            for measure, value in (("calls", 9), ("tokens_in", 31_000), ("tokens_out", 2_900), ("cost", 73_000)):
                unit = "USD" if measure == "cost" else ""
                add("day", day, measure, value * people * factor, exact=True, part=model, unit=unit)
        add("day", day, "opened", 3 + ago % 4, exact=True, part="2")
        add("day", day, "decided", 2 + ago % 5, exact=True, part="warned")
        add("day", day, "waiting", 5 + ago % 9, exact=True)
    for ago in range(1, 12):
        week = week_of(today) - timedelta(weeks=ago)
        add("week", week, "accounts", 80 + ago)
        for later in range(ago):
            add("week", week + timedelta(weeks=later), "came_back", 70 // (1 + later), part=week.isoformat())
        for step in (1, 2, 4, 8, 16, 32, 64):
            add("week", week, "lengths", 140 // step + 8, part=str(step))
    Tally.objects.bulk_create(
        Tally(span=span, since=since, measure=measure, part=part, unit=unit, value=value, people=people)
        for (span, since, measure, part, unit), (value, people) in rows.items()
    )
    for number in range(4):
        character = a_character(author, name=f"Mira of the Lantern, the {number + 1}. of that name")
        CharacterSpan.objects.create(
            character=character, kind=WEEK, since=week_of(today) - timedelta(weeks=2), players=30, replies=900 - number
        )


@pytest.mark.timeout(300)
@in_every_look
def test_the_figures_of_the_site(
    browser: Browser, server: Server, fresh_limits: None, language: str, width: int, theme: Theme
) -> None:
    Tally.objects.all().delete()
    operator = UserFactory(is_staff=True, is_superuser=True)
    User.objects.filter(pk=operator.pk).update(language="", is_staff=True, is_superuser=True)
    look = Look(browser, server, language, width, theme, "operations")
    wrong = look.tour(operator, {"no-figures": "/admin/operations/tally/"})
    had_people(UserFactory())
    wrong |= look.tour(operator, {
        "figures": "/admin/operations/tally/",
        "figures-by-week": "/admin/operations/tally/?by=week",
    })  # fmt: skip
    assert wrong == {}


@pytest.mark.timeout(300)
@in_every_look
def test_how_the_services_are(
    browser: Browser, server: Server, fresh_limits: None, language: str, width: int, theme: Theme
) -> None:
    now = timezone.now()
    Lookout.objects.update_or_create(pk=1, defaults={"looked_at": now, "states": {"models": "slow", "queue": "ok"}})
    Lookout.objects.update(first_at=now - timedelta(days=80))
    Outage.objects.all().delete()
    for number, (service, state) in enumerate((("redis", "down"), ("models", "slow"), ("web", "down"))):
        began = now - timedelta(days=9 * number + 1)
        Outage.objects.create(
            service=service, state=state, began_at=began, ended_at=began + timedelta(minutes=35 * (number + 1))
        )
    Outage.objects.create(service="queue", state="slow", began_at=now - timedelta(minutes=20))
    IncidentNote.objects.all().delete()
    IncidentNote.objects.create(
        began_at=now - timedelta(days=1),
        title_en="The cache was moved to another machine", title_zh="缓存迁移到另一台机器",
        text_en="For half an hour replies came late. No word was lost.", text_zh="半小时内回复较慢，没有丢失任何内容。",
    )  # fmt: skip
    wrong = Look(browser, server, language, width, theme, "operations").tour(None, {"status": "/status/"})
    assert wrong == {}
