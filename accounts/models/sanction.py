from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Sanction(models.Model):
    """What somebody may not do for a while, or for good. Whatever asks, asks `accounts.sanctions`.

    `until` is when it ends by itself. A ban has the end of a suspension until a second moderator confirmed it.
    """

    class Kind(models.TextChoices):
        WARNED = "warned", _("warned")
        NO_PUBLISHING = "publishing", _("may not show others what they make")
        NO_ROOMS = "rooms", _("may not be in rooms with others")
        SUSPENDED = "suspended", _("suspended")
        BANNED = "banned", _("banned")

    KEEPS_OUT: ClassVar[tuple[str, ...]] = (Kind.SUSPENDED, Kind.BANNED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sanctions", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    rule = models.CharField(_("rule"), max_length=20)  # what was broken, in the words of moderation
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    imposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, verbose_name=_("imposed by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        constraints = (
            models.CheckConstraint(
                name="sanction_ends_after_it_began", condition=Q(until=None) | Q(until__gt=models.F("since"))
            ),
            # One at a time of each kind: two moderators at once are one.
            models.UniqueConstraint(
                name="sanction_one_of_a_kind", fields=("user", "kind"), condition=Q(lifted_at=None) & ~Q(kind="warned")
            ),
        )
        indexes = (
            models.Index(name="sanction_ends", fields=("until",), condition=Q(lifted_at=None, until__isnull=False)),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def waits_for_a_second(self) -> bool:
        """A ban that nobody else has confirmed yet."""
        return self.kind == self.Kind.BANNED and self.confirmed_at is None and self.lifted_at is None
