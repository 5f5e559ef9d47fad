"""A talk of five thousand lines: the page holds a few pages of it, wherever one reads."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.chat.library import pour, talk_of
from tests.e2e.pages import TalkPage

LINES = 5_000
NODES = 300

# Scrolls to the top of what is loaded; resolves once an older line is the first one, with the most articles seen.
CLIMB = """async (times) => {
  const stream = document.querySelector(".stream"), lines = document.getElementById("lines");
  const first = () => lines.querySelector("article").dataset.message;
  let most = 0;
  for (let time = 0; time < times; time += 1) {
    const before = first();
    await new Promise((resolve) => {
      const watch = new MutationObserver(() => {
        most = Math.max(most, lines.querySelectorAll("article").length);
        if (first() === before) return;
        watch.disconnect();
        resolve();
      });
      watch.observe(lines, { childList: true });
      stream.scrollTop = -stream.scrollHeight;
    });
  }
  return most;
}"""


def test_five_thousand_lines_stay_few_nodes(page: Page, alice: User) -> None:
    talk = talk_of(alice)
    pour(talk, [f"Message {number}" for number in range(LINES)])
    opened = TalkPage(page, talk.pk).open()
    expect(opened.last).to_contain_text(f"Message {LINES - 1}")
    assert opened.lines.count() <= NODES
    assert opened.page.evaluate(CLIMB, 12) <= NODES
    assert int(opened.sources[0].removeprefix("Message ")) < LINES - 400
    page.locator("[data-newest]").click()
    expect(opened.last).to_contain_text(f"Message {LINES - 1}")
    assert opened.lines.count() <= NODES


def test_the_list_beside_the_talk_comes_when_there_is_room_for_it(
    page: Page, alice: User, open_talk: Callable[..., TalkPage]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    talk = open_talk()
    assert not [url for url in asked if "/talks/beside/" in url]
    with page.expect_response("**/talks/beside/**"):
        page.set_viewport_size({"width": 1280, "height": 800})
    row = page.locator(".talklist [aria-current]")
    expect(row).to_contain_text("Mira")
    talk.play("Good evening.")
    expect(row.locator("[data-preview]")).to_contain_text("[1] [2] [3]")


def test_a_list_that_does_not_come_can_be_asked_for_again(page: Page, open_talk: Callable[..., TalkPage]) -> None:
    page.route("**/talks/beside/**", lambda route: route.abort())
    open_talk()
    again = page.locator(".beside [data-again]")
    expect(again).to_be_visible()
    page.unroute("**/talks/beside/**")
    again.click()
    expect(page.locator(".talklist [aria-current]")).to_contain_text("Mira")
