"""What is wrong with a page as it looks now."""

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.e2e.pages import sideways

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SOURCE = AXE_FILE_PATH.read_text("utf-8")
# Of what is in order nothing is handed over, and of the rest no selectors: both take as long as looking does.
RUN = "(options) => axe.run(document, options).then(({ violations }) => violations)"
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"], "selectors": False, "elementRef": False}


def faults(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    found: list[dict[str, Any]] = page.evaluate(RUN, OPTIONS)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def faults_and_width(page: Page) -> list[str]:
    """The same, and whether it is too wide."""
    return faults(page) + ([f"{sideways(page)} px too wide"] if sideways(page) > 0 else [])
