"""Requests to show what somebody made, as its author and as moderators read them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet

from characters.models import Character, Publication, PublishingRequest, Visibility
from characters.selectors.stage import Unshown, unshown

State = Publication.State
LISTED = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is with showing a character or a story: what waits, and what was last decided by somebody."""

    waiting: PublishingRequest | None
    decided: PublishingRequest | None

    @property
    def refused(self) -> bool:
        return self.decided is not None and self.decided.state == State.REFUSED

    @property
    def hidden(self) -> bool:
        return self.decided is not None and self.decided.state == State.HIDDEN


@dataclass(frozen=True, slots=True)
class LoreStanding:
    """What others do not have yet of lore and knowledge; `waits`: a request is on its way, and carries it."""

    unshown: list[Unshown]
    waits: bool

    @property
    def first(self) -> list[Unshown]:
        return self.unshown[:LISTED]

    @property
    def more(self) -> int:
        return len(self.unshown) - len(self.first)

    @property
    def ids(self) -> set[object]:
        return {each.id for each in self.unshown}


def lore_standing_of(character: Character) -> LoreStanding | None:
    """None while nobody but its author sees the character. Seven queries."""
    if character.visibility == Visibility.PRIVATE:
        return None
    waits = Publication.objects.filter(character=character, state=State.WAITING).exists()
    return LoreStanding(unshown(character), waits)


def standing_of(work: Any) -> Standing:
    """One query."""
    asked = work.publications.exclude(state=State.WITHDRAWN)
    # What waits comes first; then what was decided last, which is not always what was asked last.
    newest = F("decided_at").desc(nulls_first=True)
    recent = list(asked.select_related("version").defer(*asked.model.heavy).order_by(newest, "-id")[:2])
    waiting = next((each for each in recent if each.state == State.WAITING), None)
    return Standing(waiting, next((each for each in recent if each.state != State.WAITING), None))


def last_decided(requests: type[PublishingRequest]) -> "QuerySet[PublishingRequest]":
    """For a subquery: the last decision on the work of the outer row, what its author withdrew aside."""
    decided = requests._default_manager.filter(**{requests.of: OuterRef(requests.of)}, decided_at__isnull=False)
    return decided.exclude(state=State.WITHDRAWN).order_by("-decided_at", "-id")
