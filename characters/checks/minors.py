"""Sexual content about somebody under age: no rating makes it right.

Two ways to be found: words of both kinds close to each other, or a character said to be under age in a work that is
rated for adults only.
"""

import re
from collections.abc import Iterator

from characters.checks.wording import SEXUAL, UNDER_AGE
from characters.checks.work import Finding, Work, excerpt

RULE = "sexual_minors"
NEAR = 300  # characters
AGE = re.compile(
    r"(?<![\d.])(?:1[0-7]|[1-9])[-\s]?(?:years?[-\s]?old|yo|y/o)\b|\bage[:\s]{1,3}(?:1[0-7]|[1-9])\b"
    r"|(?<!\d)(?:1[0-7]|[1-9])\s?岁(?!以上)|未成年",
    re.IGNORECASE,
)


def find(work: Work) -> Iterator[Finding]:
    for passage in work.passages:
        sexual = [found.span() for found in SEXUAL.finditer(passage.text)]
        for young in (*UNDER_AGE.finditer(passage.text), *AGE.finditer(passage.text)):
            near = next((s for s in sexual if s[0] - NEAR < young.end() and young.start() < s[1] + NEAR), None)
            if near:
                start, end = min(near[0], young.start()), max(near[1], young.end())
                yield Finding(RULE, passage.field, excerpt(passage.text, start, end))
                break
        else:
            if work.rating == "explicit" and (said := AGE.search(passage.text)):
                yield Finding(RULE, passage.field, excerpt(passage.text, said.start(), said.end()))
