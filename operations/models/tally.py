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
        PEOPLE = "people", _("people")
        FRESH = "fresh", _("new people")
        TURNS = "turns", _("turns")
        LENGTHS = "lengths", _("lengths of talks")
        ACCOUNTS = "accounts", _("accounts")
        CAME_BACK = "came_back", _("came back")
        STORIES = "stories", _("stories")
        OUTCOMES = "outcomes", _("endings of plays")
        FAILURES = "failures", _("failures")
        CALLS = "calls", _("calls of models")
        TOKENS_IN = "tokens_in", _("tokens in")
        TOKENS_OUT = "tokens_out", _("tokens out")
        COST = "cost", _("cost")
        OPENED = "opened", _("cases opened")
        DECIDED = "decided", _("cases decided")
        WAITING = "waiting", _("time in the queue")
        APPEALS = "appeals", _("appeals")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    span = models.CharField(_("span"), max_length=5, choices=Span)
    since = models.DateField(_("since"))
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    part = models.CharField(_("part"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=3, blank=True)
    value = models.PositiveBigIntegerField(_("value"))
    people = models.PositiveBigIntegerField(_("people"), null=True)

    class Meta:
        verbose_name = _("figure of the site")
        verbose_name_plural = _("figures of the site")
        constraints = [
            models.UniqueConstraint(name="tally_once", fields=["span", "since", "measure", "part", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.since} {self.measure} {self.part}"
