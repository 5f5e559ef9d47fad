from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.ids import uuid7
from characters.models.reading import Readable


class Knowledge(Readable):
    """Text or Markdown that a creator gave a character: background, plot, rules. Recalled by meaning, in passages."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being read")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="knowledge")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    enabled = models.BooleanField(_("in use"), default=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("knowledge")
        verbose_name_plural = _("knowledge")
        indexes = (
            models.Index(fields=("try_at",), name="knowledge_to_read", condition=models.Q(try_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def stamp(self) -> str:
        """Which state of the text this is; another one once it is saved."""
        return self.updated_at.isoformat()


class Passage(models.Model):
    """A piece that can be recalled: of a knowledge text, or a lore entry that also comes up by meaning.

    `embedding` has the length of the model that made it; only vectors of one `model` are compared. What was changed
    since it was granted has passages of both: those that are `live` for its author, those `staged` for all others.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="passages", null=True, blank=True)
    entry = models.ForeignKey("characters.LoreEntry", models.CASCADE, related_name="passages", null=True, blank=True)
    live = models.BooleanField(default=True)
    staged = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    text = models.TextField()
    digest = models.CharField(max_length=64, help_text=_("Of the text; an unchanged passage is not embedded again."))
    model = models.CharField(max_length=100, blank=True, default="")
    embedding = VectorField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = (
            models.CheckConstraint(
                name="passage_of_one_thing",
                condition=models.Q(knowledge__isnull=False, entry__isnull=True)
                | models.Q(knowledge__isnull=True, entry__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
