"""Requests to show a story, as its author reads them."""

from dataclasses import dataclass

from django.db.models import F

from stories.models import Story, StoryPublication
from stories.models.publication import State


@dataclass(frozen=True, slots=True)
class StoryStanding:
    """How it is with showing this story: what waits, and what was last decided by somebody."""

    waiting: StoryPublication | None
    decided: StoryPublication | None

    @property
    def refused(self) -> bool:
        return self.decided is not None and self.decided.state == State.REFUSED

    @property
    def hidden(self) -> bool:
        return self.decided is not None and self.decided.state == State.HIDDEN


def standing_of(story: Story) -> StoryStanding:
    """One query."""
    asked = StoryPublication.objects.filter(story=story).exclude(state=State.WITHDRAWN)
    newest = F("decided_at").desc(nulls_first=True)
    recent = list(asked.select_related("version").defer("version__source").order_by(newest, "-id")[:2])
    waiting = next((each for each in recent if each.state == State.WAITING), None)
    return StoryStanding(waiting, next((each for each in recent if each.state != State.WAITING), None))
