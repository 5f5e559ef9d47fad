from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Tally(models.Model):
    """One number of one day, week or month (UTC, as in `characters.spans`), for the operators' figures.

    Counted by `operations.analytics.counting` out of ids, times and numbers; nobody and no word is in it. `part` is
    what of the measure it is: a status, a model, a story, the Monday of a cohort. `people` is how many different people
    stand behind it; None where it counts what servers or the team did. What it may tell is decided when it is read
    (`operations.analytics.telling`).
    """

    class Span(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    class Measure(models.TextChoices):
        PEOPLE = "people"
        FRESH = "fresh"
        TURNS = "turns"
        LENGTHS = "lengths"
        ACCOUNTS = "accounts"
        CAME_BACK = "came_back"
        STORIES = "stories"
        OUTCOMES = "outcomes"
        FAILURES = "failures"
        CALLS = "calls"
        TOKENS_IN = "tokens_in"
        TOKENS_OUT = "tokens_out"
        COST = "cost"
        OPENED = "opened"
        DECIDED = "decided"
        WAITING = "waiting"
        APPEALS = "appeals"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    span = models.CharField(max_length=5, choices=Span)
    since = models.DateField()
    measure = models.CharField(max_length=10, choices=Measure)
    part = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=3, blank=True)
    value = models.PositiveBigIntegerField()
    people = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("figure of the site")
        verbose_name_plural = _("figures of the site")
        constraints = [
            models.UniqueConstraint(name="tally_once", fields=["span", "since", "measure", "part", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.since} {self.measure} {self.part}"
