"""What stands against showing a work to others: one file for each rule, each a plain function of the texts.

The rules are simple so that they can be explained: each names itself, the field and the words it stumbled over. They
decide nothing. A finding is for the author, who may be right, and for the moderator who decides.
"""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from characters.checks import essentials, minors, personal, rating, slurs
from characters.checks.work import Finding, Passage, Work

__all__ = ["RULES", "Finding", "Passage", "Work", "findings_of", "says"]

Rule = Callable[[Work], Iterable[Finding]]

# A finding by one of these leaves nothing to decide: the author has to mend it first.
BLOCKING = frozenset({essentials.RULE})
RULES: dict[str, tuple[Rule, object]] = {
    essentials.RULE: (essentials.find, _("Something that everybody needs to see is missing.")),
    personal.RULE: (personal.find, _("This looks like somebody’s address or number.")),
    minors.RULE: (minors.find, _("Sexual content about somebody who is, or seems, under age.")),
    slurs.RULE: (slurs.find, _("A word that is used to degrade people.")),
    rating.RULE: (rating.find, _("This does not fit the content rating.")),
}
MOST = 50


def findings_of(work: Work) -> list[Finding]:
    """By rule, then in the order of the fields; the same words in one field once."""
    found = (finding for find, _sentence in RULES.values() for finding in find(work))
    return list(_once(found))[:MOST]


def says(rule: str) -> str:
    """The sentence of a rule; for one that is gone, or a moderator's own, its name."""
    return str(RULES[rule][1]) if rule in RULES else rule


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    yield from dict.fromkeys(found)
