"""What people and models write reaches the page by an allow-list. The browser's half: tests/e2e/test_markdown.py."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chat.markdown import ATTRIBUTES, CLASSES, LEAVE, TAGS, render

CASES = json.loads(Path(__file__).parents[1].joinpath("fixtures", "markdown.json").read_text())

PATHOLOGICAL = {
    "quotes": ">" * 32_000,
    "quotes with spaces": "> " * 16_000,
    "brackets": "[" * 32_000,
    "links": "[a](https://b.example) " * 399 + "x" * 20_000,
    "open links": "[a](" * 399 + "x" * 20_000,
    "link floods": "[a]: https://b.example\n" * 1_400,
    "stars": "*a " * 10_000,
    "stars before words": "*a" * 5_999,
    "stars after words": "a*" * 5_999,
    "mixed marks": "*_" * 2_990,
    "backticks": "".join("`" * length + " " for length in range(1, 108)),
    "wide table": "|a" * 60 + "\n" + "|-" * 60 + "\n" + ("|b" * 60 + "\n") * 48,
    "long table": "a|b\n-|-\n" + "x\n" * 15_000,
    "flat list": "- a\n" * 8_000,
    "list under the cap": "- a\n" * 1_450 + "a" * 20_000,
    "table under the cap": "a|b\n-|-\n" + "x\n" * 1_450,
    "lines under the cap": "a\n" * 1_450 + "b" * 20_000,
    "headings": "# a\n" * 8_000,
    "headings under the cap": "# a\n" * 1_450,
    "entities": "&amp;" * 5_900,
    "escapes": "\\*" * 1_450,
    "angles": "<a " * 5_999,
    "autolinks": "<https://a.example/b " * 1_500,
    "quotation marks": "“" * 32_000,
    "parentheses": "(" * 32_000,
    "address": "[a](https://x.example/" + "(" * 30_000 + ")",
    "spaces": " " * 32_000,
    "lines": "\n" * 32_000,
    "plain text": "The rain fell. “Yes,” she said. *She nods.* " * 700,
    "Chinese": "她停下。“坐吧。”*点头* " * 2_200,
}


class Elements(HTMLParser):
    """Every start tag with its attributes; also checks that each is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).seen:
        assert tag in TAGS
        classes = attributes.pop("class", None)
        assert classes is None or classes in CLASSES[tag]
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        if tag == "a":
            assert str(attributes["href"]).startswith(LEAVE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_was_written_becomes_this(case: dict[str, str]) -> None:
    assert render(case["text"]) == case["html"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cut_anywhere_it_is_harmless(case: dict[str, str]) -> None:
    text = case["text"]
    step = max(1, len(text) // 150)
    for end in range(0, len(text), step):
        assert_harmless(render(text[:end]))


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_nothing_takes_long_or_grows_without_bound(text: str) -> None:
    text = text[:32_768]
    render("warm")
    # A deadline, not a speed: the aim is 0.2 s, and what grows without bound takes minutes. Of the processor, not of
    # the clock, because the machine has other things to do.
    began = time.process_time()
    html = render(text)
    assert time.process_time() - began < 1
    assert len(html) < 40 * len(text) + 1_000
    assert_harmless(html)


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_no_word_is_dropped(text: str) -> None:
    words = re.compile(r"[a-zA-Z一-鿿]+")
    shown = re.sub(r"<[^>]*>", " ", re.sub(r'title="([^"]*)"[^>]*>', r">\1 ", render(text))).replace("&amp;", "amp")
    assert set(words.findall(text)) <= set(words.findall(shown)) | {"https", "amp", "example"}


def test_no_address_outside_is_ever_loaded() -> None:
    html = render("![x](https://evil.example/a.png) <img src=https://evil.example/b> [x](https://evil.example/c)")
    for tag, attributes in Elements(html).seen:
        assert tag not in ("img", "link", "script", "iframe")
        assert not str(attributes.get("href", LEAVE)).startswith("http")
