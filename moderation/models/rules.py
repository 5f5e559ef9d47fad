from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class RuleSet(models.Model):
    """A version of the terms, or of what is done about findings. Its content never changes; what is in force does.

    Where none is in force, what the release ships is. Of terms `content` is the whole list, of a policy what it changes
    in the shipped one (`moderation/overlay.py`).
    """

    class Kind(models.TextChoices):
        TERMS = "terms", _("terms")
        POLICY = "policy", _("policy")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("rules"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    in_force = models.BooleanField(_("in force"), default=False)

    class Meta:
        ordering = ("kind", "-number")
        verbose_name = _("version of the rules")
        verbose_name_plural = _("terms and policy")
        constraints = (
            models.UniqueConstraint(name="rules_numbered_once", fields=("kind", "number")),
            models.UniqueConstraint(name="rules_one_in_force", fields=("kind",), condition=Q(in_force=True)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
