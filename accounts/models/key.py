from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Purpose(models.TextChoices):
    USER = "user", _("what somebody wrote")
    CONVERSATION = "conversation", _("what a conversation told them")
    ADOPTED = "adopted", _("what somebody wrote as a guest, before they signed in")


class DataKey(models.Model):
    """A content key, wrapped by a master key for its owner. A destroyed one keeps its row alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="data_keys")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    kek_id = models.CharField(_("master key"), max_length=32)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        constraints = [
            models.UniqueConstraint(
                name="datakey_one_per_user",
                fields=["owner"],
                condition=models.Q(purpose="user", destroyed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="datakey_destroyed_is_empty",
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=b""),
            ),
        ]
        indexes = [
            models.Index(name="datakey_kek", fields=["kek_id"], condition=models.Q(destroyed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
