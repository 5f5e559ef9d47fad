"""Whoever opens the page has to learn who this is, and the model too."""

from collections.abc import Iterator

from characters.checks.work import Finding, Work

RULE = "empty_essentials"


def find(work: Work) -> Iterator[Finding]:
    for field in work.missing:
        yield Finding(RULE, field)
