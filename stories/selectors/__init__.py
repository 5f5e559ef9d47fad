"""Every read of stories. A stranger's story and a missing one look alike: DoesNotExist."""

from stories.selectors.library import (
    also_visible,
    behind_curtain,
    get_own,
    get_story,
    get_version,
    open_to_adults,
    parts_open_to,
    shown_version,
    stories_for,
    suits,
    versions_for,
)

__all__ = [
    "also_visible",
    "behind_curtain",
    "get_own",
    "get_story",
    "get_version",
    "open_to_adults",
    "parts_open_to",
    "shown_version",
    "stories_for",
    "suits",
    "versions_for",
]
