"""Pages of stories in the looks that tours leave out: loaded once a language, then crossed with width and theme."""

from itertools import product
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from accounts import plans
from stories.models import Story
from stories.services.drafts import open_draft
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import FEW
from tests.e2e.test_story_pages import LONG_NAME, played
from tests.factories import UserFactory
from tests.stack import Server
from tests.stories.conftest import SMALL

# Colours go over into each other: axe would measure one in between.
END_TRANSITIONS = "document.getAnimations().forEach((one) => one instanceof CSSTransition && one.finish())"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("zh-CN", "zh-hans")])
def test_every_look_of_a_page_that_was_loaded_once(
    browser: Browser, server: Server, committed: None, locale: str, language: str
) -> None:
    alice = UserFactory(plan=plans.UNLIMITED, name=LONG_NAME)
    midway = played(alice, language)
    sketch = open_draft(owner=alice, source=SMALL.replace("to: sea", "to: see"))
    house = Story.objects.get(slug="bell-under-the-lake")
    context = browser.new_context(base_url=server.base_url, locale=locale, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page, wrong = context.new_page(), {}
    for name, path in {
        "play": f"/talks/{midway.pk}/",
        "result": reverse("play-results", args=[midway.pk]),
        "story": f"/stories/{house.pk}/",
        "editor": f"/create/stories/{sketch.pk}/",
    }.items():
        page.goto(path)
        for width, theme in product((360, 1280), THEMES):
            page.set_viewport_size({"width": width, "height": 780})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.evaluate(END_TRANSITIONS)
            if (locale, width, theme) in FEW:
                continue
            if found := faults_and_width(page):
                wrong[name, width, theme] = found
    assert wrong == {}
    context.close()
