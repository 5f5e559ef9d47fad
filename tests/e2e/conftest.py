from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts import plans
from accounts.models import User
from characters.models import Character, Draft
from characters.services.drafts import open_draft, save_draft
from chat.services.conversations import start_conversation
from tests.chat.stage import mira, sign_in
from tests.e2e.pages import LONG, BuilderPage, TalkPage
from tests.factories import UserFactory
from tests.stack import Server

# Five seconds are not enough where three browsers share two cores; what is there at once waits for nothing.
expect.set_options(timeout=LONG)


@pytest.fixture
def alice(server: Server, context: BrowserContext) -> User:
    """A player without limits, signed in in the browser."""
    user = UserFactory(plan=plans.UNLIMITED)
    context.add_cookies([{"name": "sessionid", "value": sign_in(user).cookie, "url": server.base_url}])
    return user


@pytest.fixture
def open_talk(page: Page, alice: User) -> Callable[..., TalkPage]:
    """open_talk("ok-30tps"): a talk with Mira, who is answered for by that behaviour of the stand-in."""

    def open_(model: str = "script-30", **content: object) -> TalkPage:
        character = mira(model, **content)
        fresh = Character.objects.select_related("published").get(pk=character.pk)
        assert fresh.published is not None
        talk = start_conversation(owner=alice, character=fresh, version=fresh.published)
        return TalkPage(page, talk.pk).open()

    return open_


@pytest.fixture
def draft(alice: User) -> Draft:
    made = open_draft(owner=alice, language="en", archetype="innkeeper")
    return save_draft(draft=made, revision=1, changes={"name": "Mira"})


@pytest.fixture
def builder(page: Page, draft: Draft) -> BuilderPage:
    return BuilderPage(page, draft)
