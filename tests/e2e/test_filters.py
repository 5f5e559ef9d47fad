"""What is taken back, as a page shows it; and a page full of what wants to run or to ask somebody else."""

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, Request, expect

from tests.chat.test_filters import BEFORE, NEVER, says
from tests.e2e.pages import LONG, TalkPage
from tests.payloads import PAYLOADS
from tests.stack import Server

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


def test_nothing_that_is_written_runs_or_asks_outside(page: Page, open_talk: Open, server: Server) -> None:
    asked: list[str] = []
    said: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((server.base_url, server.ws_url, "data:", "blob:")):
            asked.append(request.url)

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("request", note)
    page.on("dialog", dismiss)
    page.on("console", lambda told: said.append(told.text) if "Content Security" in told.text else None)
    texts = ["\n\n".join(PAYLOADS[number::8]) for number in range(8)]
    talk = open_talk("inject-image", name=PAYLOADS[0][:100], greetings=texts)
    talk.play("Look at this. " + "\n\n".join(PAYLOADS[:200]))
    talk.page.reload()
    talk.ready()
    assert talk.page.locator(".msg__text").count() >= 3
    assert talk.page.locator(".msg__text :is(script, img, iframe, object, embed, form, svg)").count() == 0
    assert (asked, said) == ([], [])
