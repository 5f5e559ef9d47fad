"""Plans that somebody has for a time, and the vouchers that give them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Voucher(models.Model):
    """A code that gives a plan for some days. It is shown to the operator once; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(_("what it is for"), max_length=80)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    ending = models.CharField(_("ends in"), max_length=4, editable=False)
    plan = models.ForeignKey("accounts.Plan", models.PROTECT, related_name="+", verbose_name=_("plan"))
    days = models.PositiveIntegerField(
        _("days"), default=30, validators=[MinValueValidator(1), MaxValueValidator(3_660)]
    )
    uses = models.PositiveIntegerField(
        _("people"), default=1, validators=[MinValueValidator(1)], help_text=_("How many may redeem it, each once.")
    )
    until = models.DateTimeField(_("to be redeemed until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    issued_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", editable=False)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="voucher_gives_something", condition=models.Q(days__gte=1, uses__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.label} (…{self.ending})"


class Subscription(models.Model):
    """A plan that somebody pays for, as the provider last told us. `seen_at`: the time of what it told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="subscriptions", verbose_name=_("user"))
    provider = models.CharField(_("provider"), max_length=20)
    reference = models.CharField(_("subscription"), max_length=120)
    customer = models.CharField(_("customer"), max_length=120, blank=True)
    plan = models.ForeignKey("accounts.Plan", models.PROTECT, related_name="+", verbose_name=_("plan"))
    status = models.CharField(_("status"), max_length=30)
    ending = models.BooleanField(_("ends with the period"), default=False)
    seen_at = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(name="subscription_once", fields=("provider", "reference")),)

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"


class CustomerErasure(models.Model):
    """A customer whom a provider is still to delete: of somebody who is gone here. The row goes when it is done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(_("provider"), max_length=20)
    customer = models.CharField(_("customer"), max_length=120)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)

    class Meta:
        verbose_name = _("customer to be deleted")
        verbose_name_plural = _("customers to be deleted")
        ordering = ("due_at",)
        constraints = (models.UniqueConstraint(name="customer_deleted_once", fields=("provider", "customer")),)

    def __str__(self) -> str:
        return f"{self.provider} {self.customer}"


class PaymentEvent(models.Model):
    """What a provider told us, by its own id: told twice, it counts once. Nothing of it is kept but this."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(_("provider"), max_length=20)
    reference = models.CharField(_("event"), max_length=120)
    kind = models.CharField(_("kind"), max_length=80)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a payment")
        verbose_name_plural = _("events of payments")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(name="paymentevent_once", fields=("provider", "reference")),)

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"


class Term(models.Model):
    """A plan for a time. While several run, the plan of the highest rank holds; `before` is what comes afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="terms", verbose_name=_("user"))
    plan = models.ForeignKey("accounts.Plan", models.PROTECT, related_name="+", verbose_name=_("plan"))
    before = models.ForeignKey("accounts.Plan", models.PROTECT, related_name="+", verbose_name=_("plan before"))
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    voucher = models.ForeignKey(
        Voucher, models.SET_NULL, null=True, blank=True, related_name="terms", verbose_name=_("voucher")
    )
    subscription = models.OneToOneField(
        Subscription, models.CASCADE, null=True, blank=True, related_name="term", verbose_name=_("subscription")
    )
    membership = models.OneToOneField(
        "accounts.Membership", models.SET_NULL, null=True, blank=True, related_name="term", verbose_name=_("membership")
    )

    class Meta:
        verbose_name = _("plan for a time")
        verbose_name_plural = _("plans for a time")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="voucher_once_a_person", fields=("user", "voucher")),
            models.CheckConstraint(name="term_has_length", condition=models.Q(ends_at__gt=models.F("begins_at"))),
        )
        indexes = (models.Index(name="terms_to_end", fields=("ends_at",), condition=models.Q(ended_at=None)),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.begins_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
