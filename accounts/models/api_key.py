from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class ApiKey(models.Model):
    """A personal key for the REST API. It is shown once; only its hash is kept.

    `prefix` is the part that may be shown, and by which a key is found; it stays when the secret is changed. The old
    secret still works until `old_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="api_keys")
    label = models.CharField(_("label"), max_length=60)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField()
    old_digest = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    rotated_at = models.DateTimeField(_("secret changed"), null=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = (
            models.CheckConstraint(
                name="apikey_old_secret_ends",
                condition=models.Q(old_digest__isnull=True, old_until__isnull=True)
                | models.Q(old_digest__isnull=False, old_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.prefix}…"

    # Of the secret by which it was found just now; not stored.
    shown: bytes = b""


class IdempotentRequest(models.Model):
    """The answer to a request that carried an Idempotency-Key, kept for a day so that a repeat gets the same."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(
        max_length=64, help_text=_("Of method, path and body: a key is not reused for others.")
    )
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="idempotent_once", fields=("user", "key")),)

    def __str__(self) -> str:
        return str(self.pk)
