from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from moderation.models.report import Reason


class Notice(models.Model):
    """What somebody is told of a decision about them: which rule, why, until when they may appeal.

    `text` is sealed under the data key of whom it is for. `sanction` is what was decided, where it was one, `case` what
    it was decided on.
    """

    class Kind(models.TextChoices):
        SANCTION = "sanction", _("decision about you")
        REMOVED = "removed", _("something of yours was removed")
        READ = "read", _("a talk of yours was read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rule = models.CharField(_("rule"), max_length=8, choices=Reason.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SANCTION)
    case = models.ForeignKey("moderation.Case", models.SET_NULL, related_name="notices", null=True, blank=True)
    sanction = models.OneToOneField("accounts.Sanction", models.CASCADE, related_name="notice", null=True)
    text = models.BinaryField(default=bytes)
    appeal_until = models.DateTimeField(_("appeal possible until"))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = (models.Index(name="notice_unread", fields=("user",), condition=models.Q(read_at=None)),)

    def __str__(self) -> str:
        return str(self.pk)


class Appeal(models.Model):
    """Somebody says that a decision was wrong. Another moderator decides. Texts are sealed under their key."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        DENIED = "denied", _("denied")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.OneToOneField(Notice, models.CASCADE, related_name="appeal", verbose_name=_("notice"))
    text = models.BinaryField()
    answer = models.BinaryField(default=bytes)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (
            models.CheckConstraint(
                name="appeal_closed_when_decided",
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
