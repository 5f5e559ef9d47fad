from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class CharacterDay(models.Model):
    """What happened with a character on one day (UTC): counts alone, filled in by `chat`, which knows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="days")
    day = models.DateField()
    talks = models.PositiveIntegerField(default=0)
    players = models.PositiveIntegerField(default=0)
    returning = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    takes = models.PositiveIntegerField(default=0, help_text=_("replies asked for again"))
    premium_tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="characterday_once", fields=("character", "day")),)
        indexes = (models.Index(fields=("day",), name="characterday_by_day"),)

    def __str__(self) -> str:
        return f"{self.character_id} {self.day}"


class CharacterSpan(models.Model):
    """The same for a week or a month, since days cannot be added up: who comes twice is one player.

    Weeks begin on Monday. A month is made of whole weeks, those whose Thursday lies in it, so that parts are exact.
    """

    class Kind(models.TextChoices):
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="spans")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    since = models.DateField()
    talks = models.PositiveIntegerField(default=0)
    players = models.PositiveIntegerField(default=0)
    returning = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    takes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="characterspan_once", fields=("character", "kind", "since")),)

    def __str__(self) -> str:
        return f"{self.character_id} {self.kind} {self.since}"


class TalkLength(models.Model):
    """Of the talks lately begun with a character, how many ended after `replies` and before the next step."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="lengths")
    replies = models.PositiveSmallIntegerField()
    talks = models.PositiveIntegerField(default=0)
    players = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="talklength_once", fields=("character", "replies")),)

    def __str__(self) -> str:
        return f"{self.character_id} {self.replies}"


class Milestone(models.Model):
    """A round number of talks that a character reached. It is told once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="milestones")
    talks = models.PositiveIntegerField()
    reached_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="milestone_once", fields=("character", "talks")),)

    def __str__(self) -> str:
        return f"{self.character_id} {self.talks}"


class RollUp(models.Model):
    """How far a count has come: everything before this day is final."""

    name = models.SlugField(primary_key=True, max_length=30)
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.until}"


class GreetingStat(models.Model):
    """How an opening was lately received: talks begun with it, how many of them went on, and were swiped away."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("characters.CharacterVersion", models.CASCADE, related_name="+")
    greeting = models.PositiveSmallIntegerField()
    talks = models.PositiveIntegerField(default=0)
    players = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    swiped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="greetingstat_once", fields=("version", "greeting")),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.greeting}"


class LoreStat(models.Model):
    """How often an entry lately came up or was cut, for how many players, and when last."""

    entry = models.OneToOneField("characters.LoreEntry", models.CASCADE, primary_key=True, related_name="stat")
    fired = models.PositiveIntegerField(default=0)
    cut = models.PositiveIntegerField(default=0)
    players = models.PositiveIntegerField(default=0)
    last_fired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class RevenueShare(models.Model):
    """What an operator pays creators for a million premium tokens from a month on, in millionths of a currency unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    since = models.DateField(_("from the month of"), unique=True)
    micros_per_million_tokens = models.PositiveBigIntegerField(_("share for a million tokens, in millionths"))
    currency = models.CharField(_("currency"), max_length=3, default="USD")

    class Meta:
        ordering = ("-since",)
        verbose_name = _("revenue share")
        verbose_name_plural = _("revenue shares")

    def __str__(self) -> str:
        return f"{self.since}: {self.micros_per_million_tokens} {self.currency}"


class Earning(models.Model):
    """One line of the ledger: what a character earned its creator in one month. A closed line does not change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="earnings", verbose_name=_("creator")
    )
    character = models.ForeignKey(
        "characters.Character", models.SET_NULL, related_name="+", null=True, verbose_name=_("character")
    )
    name = models.CharField(_("character"), max_length=100)
    month = models.DateField(_("month"))
    tokens = models.PositiveBigIntegerField(_("tokens"), default=0)
    micros = models.PositiveBigIntegerField(_("millionths of it"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        ordering = ("-month", "name")
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        constraints = (models.UniqueConstraint(name="earning_once", fields=("character", "month")),)

    def __str__(self) -> str:
        return f"{self.month} {self.name}"
