"""A form that was refused, and the way back to it."""

import re

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.characters.factories import a_character
from tests.e2e.pages import LONG

# Hidden: a text as long as this takes the browser minutes to lay out.
FIVE_MEGABYTES = """
form => {
  const ballast = document.createElement("input");
  Object.assign(ballast, { type: "hidden", name: "ballast", value: "x".repeat(5_000_000) });
  form.append(ballast);
  form.requestSubmit();
}
"""


def test_the_way_back_leads_to_the_form_with_what_was_written(page: Page, alice: User) -> None:
    mira = a_character(alice, visibility="private")
    page.goto(f"/create/knowledge/{mira.pk}/")
    form = page.locator("form:has([name=text])")
    text = form.locator("[name=text]")
    text.fill("The tide comes twice a day.")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        form.evaluate(FIVE_MEGABYTES)
    assert answered.value.status == 413
    expect(page.get_by_role("heading", level=1)).to_have_text("At most 2 MB can be sent at once.", timeout=LONG)
    page.wait_for_load_state()  # before its script has run the link leads to a new form
    page.get_by_role("link", name="Back").click()
    expect(text).to_have_value("The tide comes twice a day.", timeout=LONG)
    expect(page).to_have_url(re.compile("/create/knowledge/"))
