"""What a character knows of a player, fact by fact, and the lines it has each from."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.ids import uuid7
from memory.models.pair import Pair


class Kind(models.TextChoices):
    ABOUT_PLAYER = "about_player", _("About you")
    ABOUT_CHARACTER = "about_character", _("About the character")
    EVENT = "event", _("Event")
    PROMISE = "promise", _("Promise")
    PREFERENCE = "preference", _("Preference")
    RELATIONSHIP = "relationship", _("Relationship")


class Provenance(models.TextChoices):
    MODEL = "model", _("found by a model")
    RULES = "rules", _("found by rules")
    ASKED = "asked", _("you asked for it")
    BY_HAND = "by_hand", _("written by you")


class State(models.TextChoices):
    ACTIVE = "active", _("Remembered")
    # Whether a memory really gives way is looked up when it is read: the later one may be of another branch.
    SUPERSEDED = "superseded", _("Superseded")
    FADED = "faded", _("Faded")
    FORGOTTEN = "forgotten", _("Forgotten")


class Memory(models.Model):
    """One statement, with names resolved and dates absolute, sealed under the owner's data key (place "memory").

    It counts where one of its sources does (`memory.told`); what was written by hand has none, and always counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="memories", db_index=False)
    # Where it was first learnt; None for what was written by hand, and once that talk is gone.
    conversation = models.ForeignKey("chat.Conversation", models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    text = models.BinaryField()
    # Of what it says one thing (where somebody lives, what they are called): a keyed hash. A later memory of the same
    # slot contradicts an earlier one.
    slot = models.IntegerField(null=True, blank=True)
    # Of its words in any order, keyed: what is learnt twice is kept once.
    digest = models.BinaryField(max_length=16, default=bytes)
    importance = models.PositiveSmallIntegerField(default=50, validators=[MaxValueValidator(100)])
    confidence = models.PositiveSmallIntegerField(default=100, validators=[MaxValueValidator(100)])
    # When it was said, or happened.
    said_at = models.DateTimeField(default=timezone.now)
    pinned = models.BooleanField(default=False)
    provenance = models.CharField(max_length=7, choices=Provenance.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="supersedes")
    # In a room: who may be told of it, as of its line; None: whoever is there.
    seen_by = ArrayField(models.UUIDField(), null=True, blank=True)
    # The label of the vector, model and dimensions (characters.recall.label); only vectors of one label are compared.
    model = models.CharField(max_length=200, blank=True, default="")
    embedding = VectorField(null=True, blank=True)
    recalled = models.PositiveIntegerField(default=0, db_default=0)
    recalled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("memory")
        verbose_name_plural = _("memories")
        indexes = [
            models.Index(fields=["pair", "said_at"], name="memory_of_pair"),
        ]
        constraints = [
            models.CheckConstraint(name="memory_in_bounds", condition=Q(importance__lte=100, confidence__lte=100)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MemorySource(models.Model):
    """A line that says it, as it was worded then. By id only: the table of messages takes no constraints."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    memory = models.ForeignKey(Memory, models.CASCADE, related_name="sources", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="+")
    message_id = models.UUIDField(db_index=True)
    # When the line's words were last changed, in microseconds; 0 for its first words (memory.told.revision_of).
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["memory", "message_id", "revision"], name="memory_source_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
