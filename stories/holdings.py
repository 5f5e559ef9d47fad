"""What this app holds of people: the stories they write."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding

PLAY = "to play what somebody made"
STAGED = "deleted; stays without an author where others play it"

HOLDINGS = (
    Holding(
        model="stories.Story",
        called=_("stories"),
        what="stories one made",
        why=PLAY,
        whose="owner",
        taken="stories",
        restored=("published", "tags", "rating", "created_at"),
        erased="as its author chose: deleted, handed over, or left without an author",
    ),
    Holding(
        model="stories.StoryVersion",
        what="what they say, version by version",
        why=PLAY,
        whose="story__owner",
        taken="story_versions",
        hidden=("digest", "report"),
        restored=("story", "number", "source", "created_at"),
        erased=STAGED,
    ),
    Holding(
        model="stories.Part",
        what="who plays their cast",
        why=PLAY,
        whose="version__story__owner",
        left="made from the versions, which are taken",
        erased=STAGED,
    ),
    Holding(
        model="stories.StoryDraft",
        called=_("drafts of stories"),
        what="drafts of stories",
        why=PLAY,
        whose="owner",
        taken="story_drafts",
        restored=("story", "title", "source", "layout", "created_at"),
    ),
    Holding(
        model="stories.StoryPublication",
        what="requests to publish stories, and decisions",
        why="to keep the rules",
        whose="asked_by",
        taken="story_publications",
    ),
)
