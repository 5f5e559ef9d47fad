"""The builder counts tokens as the server does, for any text at all."""

import json
import random
from pathlib import Path

from playwright.sync_api import Page

from inference.tokens import estimate

CASES = json.loads(Path(__file__).parents[1].joinpath("fixtures", "tokens.json").read_text())
ALPHABETS = ("abc XYZ 123 {}\n", "éüñßЖдλω", "剧中人她说，。：", "🎭🌙👩‍🚀", "a剧é🎭 \n")

COUNT = """
async (texts) => {
  const { estimate } = await import("/static/js/shared/tokens.js");
  return texts.map(estimate);
}
"""


def test_the_browser_counts_what_the_server_counts(page: Page) -> None:
    chance = random.Random(3)
    texts = [case["text"] for case in CASES]
    texts += ["".join(chance.choices(letters, k=chance.randrange(400))) for letters in ALPHABETS for _ in range(60)]
    page.goto("/help/connect-model/")
    assert page.evaluate(COUNT, texts) == [estimate(text) for text in texts]
