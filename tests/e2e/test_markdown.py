"""The browser's markdown gives what the server's gives, at every moment of a stream, and runs nothing."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page

CASES = json.loads(Path(__file__).parents[1].joinpath("fixtures", "markdown.json").read_text())

COMPARE = """
async (cases) => {
  const { render } = await import("/static/js/chat/markdown.js");
  const wrong = [];
  for (const { name, text, html } of cases) {
    const wanted = document.createElement("div");
    wanted.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    const shown = document.createElement("div");
    shown.append(render(text));
    wanted.normalize();
    shown.normalize();
    if (!wanted.isEqualNode(shown)) wrong.push({ name, wanted: wanted.innerHTML, shown: shown.innerHTML });
  }
  return wrong;
}
"""

CUT = """
async (cases) => {
  const { renderOpen } = await import("/static/js/chat/markdown.js");
  const known = new Set(("A BLOCKQUOTE BR CODE EM H3 H4 H5 H6 HR LI OL P PRE S STRONG TABLE TBODY TD TH THEAD TR UL"
    ).split(" "));
  const wrong = [];
  const stage = document.body.appendChild(document.createElement("div"));
  for (const { name, text } of cases) {
    const step = Math.max(1, Math.floor(text.length / 120));
    for (let end = 0; end <= text.length; end += step) {
      stage.replaceChildren(renderOpen(text.slice(0, end)));
      for (const element of stage.querySelectorAll("*")) {
        const odd = [...element.attributes].filter(({ name }) =>
          !["class", "href", "title", "target", "rel", "start", "align"].includes(name));
        const link = element.getAttribute("href");
        if (!known.has(element.tagName) || odd.length || (link !== null && !link.startsWith("/leave/?to=")))
          wrong.push(`${name} at ${end}: ${element.outerHTML}`);
      }
    }
  }
  stage.remove();
  return wrong;
}
"""

OPEN = """
async (texts) => {
  const { renderOpen } = await import("/static/js/chat/markdown.js");
  return texts.map((text) => {
    const shown = document.createElement("div");
    shown.append(renderOpen(text));
    return shown.innerHTML.trim();
  });
}
"""


@pytest.fixture
def stage(page: Page) -> Page:
    page.goto("/account/login/")
    return page


def test_browser_and_server_agree(stage: Page) -> None:
    assert stage.evaluate(COMPARE, CASES) == []


def test_cut_anywhere_the_page_is_harmless(stage: Page) -> None:
    happened: list[str] = []
    stage.on("console", lambda message: happened.append(message.text))
    stage.on("pageerror", lambda error: happened.append(str(error)))

    def note(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    stage.on("dialog", note)
    assert stage.evaluate(CUT, CASES) == []
    assert happened == []


def test_what_is_still_being_said_is_set_as_if_it_were_whole(stage: Page) -> None:
    wanted = {
        "*She looks": '<p><em class="act">She looks</em></p>',
        "*": "",
        "“Sit.” *": "<p>“Sit.”</p>",
        "“Sit.” *She": '<p>“Sit.” <em class="act">She</em></p>',
        "*她停下。": '<p><em class="act">她停下。</em></p>',
        "**Nev": "<p><strong>Nev</strong></p>",
        "*She **nev": '<p><em class="act">She <strong>nev</strong></em></p>',
        "*She nods.*": '<p><em class="act">She nods.</em></p>',
        "* one": "<ul>\n<li>one</li>\n</ul>",
        "2 * 3": "<p>2 * 3</p>",
    }
    assert dict(zip(wanted, stage.evaluate(OPEN, list(wanted)), strict=True)) == wanted
