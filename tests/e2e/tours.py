"""Many pages in one look: what axe finds on each, whether it is too wide, and a picture where SHOTS names a folder."""

import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from playwright.sync_api import Browser

from accounts.models import User
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme
from tests.numbers import LONG
from tests.stack import Server

# Around pages of the admin stands a frame that is Django's own: of it counts what names a part of ours.
OF_THE_ADMIN = ("rules", "figures", "queue", "report", "desk", "too wide")


T = TypeVar("T")


def beside(work: Callable[[], T]) -> T:
    """In a thread of its own: the browser's event loop runs in this one."""

    def run() -> T:
        with closing(connection):
            return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@dataclass(frozen=True, slots=True)
class Look:
    browser: Browser
    server: Server
    language: str
    width: int
    theme: Theme
    called: str
    seldom: Collection[str] = ()

    def tour(self, who: User | None, pages: Mapping[str, str]) -> dict[str, list[str]]:
        """What is wrong, by the name of the page."""
        context = self.browser.new_context(
            base_url=self.server.base_url, locale=self.language, color_scheme=self.theme, reduced_motion="reduce",
            viewport={"width": self.width, "height": 800},
        )  # fmt: skip
        if who is not None:
            cookie = sign_in(who).cookie
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.server.base_url}])
        page, wrong = context.new_page(), {}
        for name, path in pages.items():
            if name in self.seldom and not LONG:
                continue
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, (name, answer.status)
            found = faults_and_width(page)
            if path.startswith("/admin/"):
                found = [each for each in found if any(part in each for part in OF_THE_ADMIN)]
            if found:
                wrong[name] = found
            if folder := os.environ.get("SHOTS"):
                shot = f"{folder}/{self.called}-{name}-{self.language}-{self.width}-{self.theme}.png"
                page.screenshot(path=shot, full_page=True)
        context.close()
        return wrong
