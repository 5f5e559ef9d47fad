"""In which looks a page is shown to axe."""

from itertools import product
from typing import Literal

import pytest

from tests.numbers import LONG

Theme = Literal["light", "dark"]
ALL: list[tuple[str, int, Theme]] = list(product(("en-GB", "zh-CN"), (1280, 360), ("light", "dark")))
# Each language, width and theme once. What they have in common is not looked at twice: that takes minutes.
FEW: list[tuple[str, int, Theme]] = [("en-GB", 1280, "light"), ("zh-CN", 360, "dark")]

in_every_look = pytest.mark.parametrize(("language", "width", "theme"), ALL if LONG else FEW)
