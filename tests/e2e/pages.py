"""The pages as a visitor sees them. What a test waits for is something on the page, never a time."""

from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, Route, expect

from characters.models import Character, Draft

LONG = 20_000


class TalkPage:
    """The chat page of one talk."""

    def __init__(self, page: Page, talk: UUID | str) -> None:
        self.page = page
        self.path = f"/talks/{talk}/"
        self.say_field = page.locator("#say")
        self.speak = page.locator("[data-speak]")
        self.stop = page.locator("[data-stop]")
        self.note = page.locator("[data-note]")
        self.lines = page.locator("#lines > article")
        self.last = page.locator("#lines > article").last
        self.line_banner = page.locator("[data-line]")
        self.toast = page.locator("[data-toast]").last
        self.menu = page.locator("#message-menu")

    def open(self) -> "TalkPage":
        self.page.goto(self.path)
        return self.ready()

    def ready(self) -> "TalkPage":
        """The scripts run and the line is up."""
        expect(self.page.locator("html[data-line-open]")).to_be_attached(timeout=LONG)
        return self

    def say(self, text: str) -> "TalkPage":
        self.say_field.fill(text)
        self.say_field.press("Enter")
        return self

    def wait_until_running(self) -> "TalkPage":
        expect(self.stop).to_be_visible(timeout=LONG)
        return self

    def wait_until_said(self, beginning: str = "") -> "TalkPage":
        """Some words of the running reply are on the page."""
        expect(self.reply_text).not_to_be_empty(timeout=LONG)
        if beginning:
            expect(self.reply_text).to_contain_text(beginning, timeout=LONG)
        return self

    def wait_until_idle(self) -> "TalkPage":
        expect(self.speak).to_be_visible(timeout=LONG)
        return self

    def play(self, text: str = "Hello.") -> "TalkPage":
        """One line and its whole answer."""
        before = self.lines.count()
        self.say(text)
        expect(self.lines).to_have_count(before + 2, timeout=LONG)
        return self.wait_until_idle()

    @property
    def reply_text(self) -> Locator:
        return self.page.locator("#lines > article[data-role=character].msg--last .msg__text")

    @property
    def sources(self) -> list[str]:
        """The lines as they were written, oldest first."""
        found: list[str] = self.lines.evaluate_all("lines => lines.map(line => line.dataset.source)")
        return found

    @property
    def roles(self) -> list[str]:
        found: list[str] = self.lines.evaluate_all("lines => lines.map(line => line.dataset.role)")
        return found

    def do(self, line: Locator, act: str) -> None:
        """Choose something from the menu of a line."""
        line.hover()
        line.locator("[data-act=more]").click()
        self.menu.locator(f"[data-act={act}]").click()

    def focused(self) -> str:
        found: str = self.page.evaluate("document.activeElement.id || document.activeElement.dataset.act || ''")
        return found


class BuilderPage:
    """A step of one draft."""

    def __init__(self, page: Page, draft: Draft) -> None:
        self.page, self.draft = page, draft
        self.saved = page.locator("[data-saved][data-state=saved]")
        self.conflict = page.locator("[data-conflict]")

    def open(self, step: str) -> "BuilderPage":
        self.page.goto(f"/create/{self.draft.pk}/{step}/")
        return self

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[data-field='{name}']")

    def write(self, name: str, text: str) -> "BuilderPage":
        self.field(name).fill(text)
        expect(self.saved).to_be_visible(timeout=LONG)
        return self

    def stored(self) -> dict[str, object]:
        self.draft.refresh_from_db()
        content: dict[str, object] = self.draft.content
        return content


class Held:
    """Requests that leave when a test says so, one after the other."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.routes = page, list[Route]()
        page.route(url, lambda route: self.routes.append(route))

    def wait(self) -> None:
        """Until there is one."""
        while not self.routes:
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        self.wait()
        self.routes.pop(0).continue_()


def bill_of(page: Page, slug: str) -> Locator:
    """The name of one of the house in a list. Others may stand before them: what tests make stays."""
    return page.locator(f".bill__name a[href*='{Character.objects.get(slug=slug).pk}']")


def numbered(count: int) -> str:
    """What the behaviour script-<count> says."""
    return "".join(f"[{i}]" + (" 剧🎭 " if i % 7 == 0 else " ") for i in range(1, count + 1))


def sideways(page: Page) -> int:
    """How many pixels a page can be scrolled sideways; none is right."""
    found: Any = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(found)
