"""What of stories comes in with a take-out: told to `accounts` once, in `apps.py`."""

from accounts.restore.work import after_all, restores
from stories.services import restoring


def register() -> None:
    restores("stories.Story", restoring.take_story)
    restores("stories.StoryVersion", restoring.take_version)
    restores("stories.StoryDraft", restoring.take_draft)
    after_all(restoring.put_in_order)
