"""A talk in which a story is played, and the log of what happened in it.

Entries hang on messages: the state of a branch is that of the last entry on its way from the root (docs/adr/0038). They
hold names and numbers of the story alone, no words of anybody's, so nothing in them is sealed.
"""

from django.conf import settings
from django.db import models

from accounts.ids import uuid7
from chat.models.conversation import Conversation


class Play(models.Model):
    """`parts` says which character plays whom: {name in the story: character id}."""

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="play")
    version = models.ForeignKey("stories.StoryVersion", on_delete=models.PROTECT, related_name="plays")
    parts = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    # Dice come of it, and of the action's place in the play.
    seed = models.CharField(max_length=64)
    # How many entries there are on all branches; the last one's number.
    count = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)


class PlayEntry(models.Model):
    """What happened at a message: `stories.rules.Entry`; and the state that it left, so that nobody replays the log."""

    # No constraint, as with all that names a message. Of its month, an entry outlives the words.
    message_id = models.UUIDField(primary_key=True)
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="entries", db_index=False)
    # The message of the entry that this one goes on from.
    before_id = models.UUIDField(null=True)
    seq = models.PositiveIntegerField()
    # JSON as it was written: what rules do goes by the order of the story, which `jsonb` does not keep.
    entry = models.TextField()
    state = models.TextField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["play", "seq"], name="play_entry_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Feedback(models.Model):
    """How somebody did in a practice story, by its rubric: written once its ending is reached."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="feedback", db_index=False)
    # Where the ending was reached; on another branch there is another one.
    message_id = models.UUIDField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    # Sealed under the talk's key: it speaks of what was said.
    body = models.BinaryField(default=bytes, blank=True)
    model = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["play", "message_id"], name="feedback_once")]

    def __str__(self) -> str:
        return str(self.pk)


class EndingMet(models.Model):
    """A page of somebody's album: an ending that they have seen, and where for the first time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="endings_met")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    ending = models.CharField(max_length=40)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    message_id = models.UUIDField(null=True)
    times = models.PositiveIntegerField(default=1)
    met_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "story", "ending"], name="ending_met_once")]

    def __str__(self) -> str:
        return self.ending
