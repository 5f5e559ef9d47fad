"""What brought a player and a character nearer, or apart: step by step. Where they stand is their sum
(`memory.bonds.standing`), and is kept nowhere.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from memory.models.pair import Pair


class BondStep(models.Model):
    """One thing that happened in a line. Like a memory it counts only where that line does (`memory.told`)."""

    class Event(models.TextChoices):
        """Those of `memory.bonds.events`, as their reasons read."""

        THANKED = "thanked", _("You gave thanks")
        PRAISED = "praised", _("You praised them")
        AFFECTION = "affection", _("You showed affection")
        CONFIDED = "confided", _("You confided in them")
        APOLOGISED = "apologised", _("You apologised")
        PROMISE_KEPT = "promise_kept", _("You kept a promise")
        PROMISE_BROKEN = "promise_broken", _("You broke a promise")
        LIED = "lied", _("You owned up to a lie")
        INSULTED = "insulted", _("You insulted them")
        THREATENED = "threatened", _("You threatened them")
        LAUGHED = "laughed", _("You laughed together")
        GAVE = "gave", _("You gave them something")
        ASKED_AFTER = "asked_after", _("You asked after them")
        GAVE_TIME = "gave_time", _("You gave them time")
        ASKED_FRANKNESS = "asked_frankness", _("You asked for frankness")
        NAMED_PLAYER = "named_player", _("They have a name for you")
        NAMED_CHARACTER = "named_character", _("You have a name for them")
        SHARED_WORD = "shared_word", _("A word of your own")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="steps", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="+")
    # As in MemorySource.
    message_id = models.UUIDField(db_index=True)
    revision = models.BigIntegerField(default=0)
    event = models.CharField(max_length=20, choices=Event.choices)
    # Slider, or closeness, and by how much.
    moves = models.JSONField(default=dict)
    mood = models.CharField(max_length=12, blank=True, default="")
    # A name or a running joke, sealed under the owner's data key (place "bond_step").
    words = models.BinaryField(default=bytes, db_default=b"", blank=True)
    happened_at = models.DateTimeField(default=timezone.now)
    # The player took it back: it stays to be seen, and no longer counts.
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step of a bond")
        verbose_name_plural = _("steps of bonds")
        constraints = [
            models.UniqueConstraint(fields=["pair", "message_id", "revision", "event"], name="bond_step_once"),
        ]
        indexes = [
            models.Index(fields=["pair", "happened_at"], condition=Q(undone_at=None), name="bond_step_of_pair"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
