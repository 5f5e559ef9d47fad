"""What is taken back, as a page shows it; and a page full of what wants to run or to ask somebody else."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Dialog, Page, Request, expect

from stories.services.drafts import open_draft
from tests.chat.plays.stage import begun, small_story
from tests.chat.stage import sign_in
from tests.chat.test_filters import BEFORE, NEVER, says
from tests.e2e.pages import LONG, TalkPage
from tests.factories import UserFactory
from tests.payloads import PAYLOADS
from tests.stack import Server
from tests.stories.armed import armed

Open = Callable[..., TalkPage]
INSTEAD = "Mira leaves that unsaid, and looks for other words."


def test_a_reply_is_taken_back_before_the_readers_eyes_and_stays_so(open_talk: Open) -> None:
    talk = open_talk(says(f"{BEFORE}{NEVER}. More.", size=1) + "-tps40").say("Good evening.")
    talk.wait_until_said("She")
    talk.wait_until_idle()
    expect(talk.reply_text).to_have_text(INSTEAD)
    expect(talk.last.locator(".msg__state")).to_contain_text("taken back. A rule of the house stands against this")
    expect(talk.last.locator(".msg__state [data-act=continue]")).to_be_hidden()
    expect(talk.page.locator("#announcer")).to_contain_text("list of this house")
    talk.page.reload()
    talk.ready()
    expect(talk.reply_text).to_have_text(INSTEAD)
    expect(talk.last.locator(".msg__state")).to_contain_text("These words were taken back.")
    expect(talk.last.locator(".msg__state [data-act=continue]")).to_be_hidden()
    assert "pizza" not in talk.page.content()


def test_a_line_that_is_refused_stays_in_the_composer(open_talk: Open) -> None:
    talk = open_talk().say(f"Is this the {NEVER}?")
    expect(talk.note).to_contain_text("words that are on the list of this house", timeout=LONG)
    expect(talk.note).to_contain_text("Your line is kept.")
    expect(talk.say_field).to_have_value(f"Is this the {NEVER}?")


class Watched:
    """A page of which is kept what it asked of others, and what ran or was kept from running."""

    def __init__(self, page: Page, server: Server) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self._ours = (server.base_url, server.ws_url, "data:", "blob:")
        page.on("request", self._request)
        page.on("dialog", self._dialog)
        page.on("console", lambda told: self.said.append(told.text) if "Content Security" in told.text else None)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._ours):
            self.asked.append(request.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()


def test_nothing_that_is_written_runs_or_asks_outside(page: Page, open_talk: Open, server: Server) -> None:
    watched = Watched(page, server)
    texts = ["\n\n".join(PAYLOADS[number::8]) for number in range(8)]
    talk = open_talk("inject-image", name=PAYLOADS[0][:100], greetings=texts)
    talk.play("Look at this. " + "\n\n".join(PAYLOADS[:200]))
    talk.page.reload()
    talk.ready()
    assert talk.page.locator(".msg__text").count() >= 3
    assert talk.page.locator(".msg__text :is(script, img, iframe, object, embed, form, svg)").count() == 0
    assert (watched.asked, watched.said) == ([], [])


def test_nor_does_what_the_author_of_a_story_wrote(page: Page, server: Server) -> None:
    """The editor and the stage draw from data, in the browser."""
    author = UserFactory()
    story = small_story(author, armed("\n\n".join(PAYLOADS[::12])))
    played, draft = begun(author, story), open_draft(owner=author, source=armed("\n\n".join(PAYLOADS[1::12])))
    watched = Watched(page, server)
    page.context.add_cookies([{"name": "sessionid", "value": sign_in(author).cookie, "url": server.base_url}])
    page.goto(f"{server.base_url}{reverse('story-draft', args=[draft.pk])}")
    expect(page.locator("main")).to_contain_text("alert(1)", timeout=LONG)
    talk = TalkPage(page, played.pk).open()
    talk.page.locator("#play button").first.click()
    talk.wait_until_idle()
    expect(page.locator("#play")).to_contain_text("alert(1)")
    foreign = ":is(script:not([src]):not([type$=json]), iframe, object, embed, base, [onerror], [onload], [onfocus])"
    assert page.locator(foreign).count() == 0
    assert (watched.asked, watched.said) == ([], [])
