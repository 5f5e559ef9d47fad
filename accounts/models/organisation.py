"""People who share seats, an allowance and characters."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7

MAX_NAME = 80


class Organisation(models.Model):
    """`seats`, `plan` and `requests_per_hour` are the operator's to give; null: nothing is pooled."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])
    plan = models.ForeignKey(
        "accounts.Plan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan"),
        help_text=_("Its members have it for as long as they belong to it. Empty: each keeps their own."),
    )
    requests_per_hour = models.PositiveIntegerField(
        _("requests an hour, together"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("One allowance for all members, instead of each one's own of their plan. Empty: each their own."),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(name="organisation_seats_one", condition=models.Q(seats__gte=1)),
            models.CheckConstraint(
                name="organisation_pool_holds_one",
                condition=models.Q(requests_per_hour__isnull=True) | models.Q(requests_per_hour__gte=1),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")


class Membership(models.Model):
    """Somebody belongs to one organisation at most; each has one owner."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="membership", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="members", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("joined_at", "id")
        constraints = (
            models.UniqueConstraint(
                name="organisation_one_owner", fields=("organisation",), condition=models.Q(role="owner")
            ),
            models.CheckConstraint(
                name="membership_role_known", condition=models.Q(role__in=("owner", "admin", "member"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def runs_it(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMIN)

    @property
    def owns_it(self) -> bool:
        return self.role == Role.OWNER


class OrganisationInvitation(models.Model):
    """A link into an organisation. With an address it is good once, else for whoever has it while seats are left.

    `address` is sealed for the site: it is nobody's here yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    address = models.CharField(max_length=600, blank=True)
    role = models.CharField(max_length=6, choices=Role, default=Role.MEMBER)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="invitation_not_to_own", condition=models.Q(role__in=("admin", "member"))),
        )

    def __str__(self) -> str:
        return str(self.pk)


class OrganisationDomain(models.Model):
    """A domain of e-mail addresses whose people an organisation vouches for, once it has shown that it is its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="domains", verbose_name=_("organisation")
    )
    domain = models.CharField(_("domain"), max_length=253)
    token = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("domain of an organisation")
        verbose_name_plural = _("domains of organisations")
        ordering = ("domain",)
        constraints = (
            models.UniqueConstraint(name="domain_once_each", fields=("organisation", "domain")),
            models.UniqueConstraint(
                name="domain_of_one", fields=("domain",), condition=models.Q(confirmed_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.domain


class OrganisationProvider(models.Model):
    """Where its people sign in: an OpenID Connect provider. The secret is sealed for the site and never shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="provider")
    server_url = models.CharField(max_length=500)
    client_id = models.CharField(max_length=200)
    secret = models.CharField(max_length=2_000)

    def __str__(self) -> str:
        return str(self.pk)
