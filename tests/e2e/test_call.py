"""A call in a browser whose microphone says a sentence: it is heard, answered, and the answer is heard."""

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Page, expect

from accounts.consents.answers import answer, newest
from accounts.models import DataUse, User
from chat.models import Message
from inference.standin.behaviours import SCENE
from tests.e2e.axe import faults_and_width
from tests.e2e.pages import LONG, TalkPage
from tests.e2e.test_aloud import EAR, HEARD, PIECES, SILENCED
from tests.e2e.test_microphone import SAID, context

LONG_SCENE = SCENE * 20
__all__ = ["context"]  # the browser that says a sentence again and again


def test_a_call_hears_and_is_heard(page: Page, alice: User, open_talk: Callable[..., TalkPage]) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(EAR)
    talk = open_talk("scene-1-tps60")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    assert faults_and_width(page) == []
    expect(call.locator("[data-call-mine]")).to_have_text(SAID, timeout=LONG)
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    call.get_by_role("button", name="Mute").click()
    expect(call.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    expect(call.locator("[data-call-theirs]")).not_to_be_empty(timeout=LONG)
    assert sum(each["seconds"] for each in page.evaluate(PIECES)) > 0.2
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    assert any(SAID.search(source) for source in talk.sources)


def test_whoever_talks_while_the_character_speaks_is_listened_to(
    page: Page, alice: User, open_talk: Callable[..., TalkPage]
) -> None:
    """By voice alone: the sound ends at once, the reply with it, and what was said is the next line."""
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(EAR)
    talk = open_talk("scene-20-tps30")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    expect(call.locator("[data-call-mine]")).to_have_text(SAID, timeout=LONG)
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    expect(page.locator(SILENCED)).to_be_attached(timeout=2 * LONG)
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    # Seconds of sound were not heard, and minutes of the reply not written.
    roles, sources = talk.roles, talk.sources
    assert roles[:3] == ["character", "player", "character"]
    assert LONG_SCENE.startswith(sources[2].rstrip("…"))
    assert len(sources[2]) < len(LONG_SCENE) / 2
    told = Message.objects.filter(conversation=UUID(talk.path.split("/")[2]), role=Message.Role.CHARACTER).order_by(
        "id"
    )
    assert told[1].status == Message.Status.STOPPED
