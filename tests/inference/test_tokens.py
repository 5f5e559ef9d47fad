import json
from pathlib import Path

import pytest

from inference.base import Line
from inference.tokens import LINE_OVERHEAD, estimate, estimate_lines

CASES = json.loads(Path(__file__).parents[1].joinpath("fixtures", "tokens.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_an_estimate_is_what_the_browser_says_too(case):
    assert estimate(case["text"]) == case["tokens"]


def test_a_line_costs_four_more():
    lines = [Line("user", case["text"]) for case in CASES]
    assert estimate_lines(lines) == sum(case["tokens"] for case in CASES) + LINE_OVERHEAD * len(CASES)
