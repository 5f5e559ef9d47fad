from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Case(models.Model):
    """Something that wants a decision: what people reported of one thing, and what filters found in it, together.

    `subject` is a bare id: a case outlives what it is about, and what it is about may stand in an app above. `about` is
    whose conduct or work it is; nobody, for the line of a character. At most one case of a thing is open.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        CHARACTER = "character", _("character")
        STORY = "story", _("story")
        PLAYER = "player", _("player")
        ROOM = "room", _("room")

    class Severity(models.IntegerChoices):
        LOW = 1, _("low")
        MEDIUM = 2, _("medium")
        HIGH = 3, _("high")
        URGENT = 4, _("urgent")

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        DISMISSED = "dismissed", _("unfounded")
        LABELLED = "labelled", _("labelled")
        REMOVED = "removed", _("removed")
        WARNED = "warned", _("warned")
        RESTRICTED = "restricted", _("restricted")
        SUSPENDED = "suspended", _("suspended")
        BANNED = "banned", _("banned")

    MADE: ClassVar[tuple[str, ...]] = (Kind.CHARACTER, Kind.STORY)
    """What people make and show to others."""
    FOUNDED: ClassVar[tuple[str, ...]] = tuple(each for each in Outcome.values if each not in ("", "dismissed"))

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    subject = models.UUIDField(_("what"))
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("whom it is about"),
    )
    conversation = models.UUIDField(_("conversation"), null=True, blank=True)
    rule = models.CharField(_("rule"), max_length=40)  # the gravest that was named: of a report, or of a filter
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    told = models.PositiveIntegerField(_("reports"), default=0)
    found = models.PositiveIntegerField(_("findings"), default=0)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    last_at = models.DateTimeField(_("last news"), default=timezone.now, editable=False)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    # Who works on it, and until when nobody else is given it.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("claimed by")
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default="", blank=True)
    labels = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("labels"))
    note = models.TextField(_("note"), blank=True, default="")  # for moderators
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # How what was removed stood before, for whoever puts it back: ids and codes.
    stood = models.JSONField(_("stood before"), default=dict, blank=True)

    class Meta:
        ordering = ("-severity", "id")
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = (("decide_escalated", "Can decide cases that were escalated"),)
        constraints = (
            models.UniqueConstraint(name="case_one_open", fields=("kind", "subject"), condition=Q(outcome="")),
            models.CheckConstraint(
                name="case_closed_when_decided",
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(name="case_queue", fields=("-severity", "id"), condition=Q(outcome="")),
            models.Index(name="case_decided", fields=("-decided_at",), condition=~Q(outcome="")),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def open(self) -> bool:
        return self.outcome == ""


class Exhibit(models.Model):
    """A text that is kept for a case: the reported line, or the one in which filters found something.

    Sealed under the key of whoever said it, or of the talk; it goes with that. `findings` are codes, scores and places
    in the text. `message` is null for what was stopped and never stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="exhibits")
    at = models.DateTimeField(default=timezone.now)
    stage = models.CharField(max_length=8, blank=True, default="")  # empty: somebody reported it
    surface = models.CharField(max_length=8, blank=True, default="")
    message = models.UUIDField(null=True, blank=True)
    conversation = models.UUIDField(null=True, blank=True)
    findings = models.JSONField(default=list)
    text = models.BinaryField(default=bytes)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.pk)
