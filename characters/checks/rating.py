"""What is said of the content has to fit the content, or people see what they chose not to see."""

from collections.abc import Iterator

from characters.checks.wording import GORE, SEXUAL
from characters.checks.work import Finding, Work, hits

RULE = "rating_mismatch"


def find(work: Work) -> Iterator[Finding]:
    if work.rating != "explicit":
        yield from hits(RULE, SEXUAL, work)
    if work.rating == "general":
        yield from hits(RULE, GORE, work)
