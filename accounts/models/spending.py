"""What models were asked for, and how much of it there may be."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Operation(models.TextChoices):
    """What a model was asked for."""

    REPLY = "reply", _("Replies")
    SUGGESTION = "suggestion", _("Suggested lines")
    TRYOUT = "tryout", _("Test talks")
    STATELESS = "stateless", _("Replies to programs")
    SHEET = "sheet", _("Drafted characters")
    PICTURE = "picture", _("Painted pictures")
    READING = "reading", _("Reading of texts")
    RECALL = "recall", _("Recall by meaning")
    MEMORY = "memory", _("Memories and notes")
    SPEECH = "speech", _("Spoken replies")
    HEARING = "hearing", _("Speech to text")
    JUDGE = "judge", _("Judging of texts")
    HEDGE = "hedge", _("Second models, asked in vain")


class ModelUse(models.Model):
    """One line of the ledger: what was used on one day, or in one month that is over (UTC).

    Written by the statements of `accounts.spending.ledger` alone. People, keys and characters by id only: who is
    deleted leaves lines without any of them.
    """

    class Span(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    span = models.CharField(_("span"), max_length=5, choices=Span, default=Span.DAY)
    since = models.DateField(_("since"))
    user_id = models.UUIDField(_("user"), null=True)
    organisation_id = models.UUIDField(_("organisation"), null=True)
    plan = models.CharField(_("plan"), max_length=30, blank=True)
    key_id = models.UUIDField(_("key"), null=True)
    character_id = models.UUIDField(_("character"), null=True)
    model = models.CharField(_("model"), max_length=200, blank=True)
    operation = models.CharField(_("operation"), max_length=12, choices=Operation)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    calls = models.PositiveBigIntegerField(_("calls"), default=0)
    again = models.PositiveBigIntegerField(_("answers kept"), default=0)
    prompt = models.PositiveBigIntegerField(_("tokens in"), default=0)
    cached = models.PositiveBigIntegerField(_("of these from the cache"), default=0)
    written = models.PositiveBigIntegerField(_("of these into the cache"), default=0)
    completion = models.PositiveBigIntegerField(_("tokens out"), default=0)
    micros = models.PositiveBigIntegerField(_("millionths of the currency"), default=0)

    class Meta:
        verbose_name = _("use of models")
        verbose_name_plural = _("use of models")
        constraints = [
            models.UniqueConstraint(
                name="modeluse_line",
                fields=[
                    "since", "user_id", "span", "organisation_id", "plan", "key_id", "character_id", "model",
                    "operation", "currency",
                ],
                nulls_distinct=False,
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user_id", "since"], name="modeluse_of_user"),
            models.Index(
                fields=["organisation_id", "since"],
                name="modeluse_of_organisation",
                condition=models.Q(organisation_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since} {self.operation} {self.model}"


class Cap(models.Model):
    """How much models may be used, in tokens, in money or both. Stops before the call."""

    class Scope(models.TextChoices):
        PLATFORM = "platform", _("everybody together")
        PLAN = "plan", _("all of a plan together")
        EACH = "each", _("each person of a plan")
        PERSON = "person", _("one person")
        POOL = "pool", _("all of an organisation together")

    class Span(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(_("for"), max_length=8, choices=Scope)
    plan = models.ForeignKey(
        "accounts.Plan", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("plan")
    )
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="caps",
        verbose_name=_("organisation"),
    )
    span = models.CharField(_("in"), max_length=5, choices=Span, default=Span.MONTH)
    tokens = models.PositiveBigIntegerField(
        _("tokens"), null=True, blank=True, help_text=_("In and out together, cached ones too.")
    )
    money = models.DecimalField(
        _("money"), max_digits=12, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters."))],
        help_text=_("Only what has a price in this currency counts towards the money."),
    )
    enabled = models.BooleanField(_("in force"), default=True)
    changed = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("spending cap")
        verbose_name_plural = _("spending caps")
        ordering = ["scope", "plan", "user", "span"]
        constraints = [
            models.UniqueConstraint(
                name="cap_once",
                fields=["scope", "plan", "user", "organisation", "span", "currency"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="cap_whose",
                condition=models.Q(scope="platform", plan__isnull=True, user__isnull=True, organisation__isnull=True)
                | models.Q(scope__in=["plan", "each"], plan__isnull=False, user__isnull=True, organisation__isnull=True)
                | models.Q(scope="person", plan__isnull=True, user__isnull=False, organisation__isnull=True)
                | models.Q(scope="pool", plan__isnull=True, user__isnull=True, organisation__isnull=False),
                violation_error_message=_(
                    "Name the plan, the person or the organisation that it is for, and nothing else."
                ),
            ),
            models.CheckConstraint(
                name="cap_of_something",
                condition=models.Q(tokens__isnull=False) | models.Q(money__isnull=False),
                violation_error_message=_("Set tokens, money or both."),
            ),
        ]

    def __str__(self) -> str:
        whose = str(self.plan_id or self.user_id or self.organisation or "")
        return ", ".join(filter(None, (str(self.get_scope_display()), whose, str(self.get_span_display()))))


class CapAlarm(models.Model):
    """A cap was used so far (50, 80 or 100 per cent) in this period: told once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cap = models.ForeignKey(Cap, models.CASCADE, related_name="alarms", verbose_name=_("spending cap"))
    # Whose use it was, where each person of a plan has their own.
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+", verbose_name=_("person"))
    since = models.DateField(_("since"))
    measure = models.CharField(_("of"), max_length=6, choices=[("tokens", _("tokens")), ("money", _("money"))])
    percent = models.PositiveSmallIntegerField(_("per cent"))
    raised_at = models.DateTimeField(_("raised"), auto_now_add=True)

    class Meta:
        verbose_name = _("spending alarm")
        verbose_name_plural = _("spending alarms")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                name="capalarm_once", fields=["cap", "user", "since", "measure", "percent"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.since}"
