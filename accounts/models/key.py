from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Purpose(models.TextChoices):
    USER = "user", _("what somebody wrote")
    CONVERSATION = "conversation", _("what a conversation told them")
    ADOPTED = "adopted", _("what somebody wrote as a guest, before they signed in")
    SEALED = "sealed", _("what a sealed talk told them")
    RETIRED = "retired", _("what was written before the key was changed")


class DataKey(models.Model):
    """A content key, wrapped by a master key for its owner. A destroyed one keeps its row alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="data_keys", verbose_name=_("owner"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    kek_id = models.CharField(_("master key"), max_length=32)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    destroyed_at = models.DateTimeField(_("destroyed"), null=True, blank=True)
    # Of a retired one: the key that writes in its place, and since when. What it sealed is sealed anew under that.
    successor = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="predecessors")
    retired_at = models.DateTimeField(null=True, blank=True)
    # When the last walk that found something under it began.
    found_at = models.DateTimeField(null=True, blank=True)

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
            models.CheckConstraint(
                name="datakey_retired_has_a_successor",
                condition=models.Q(purpose="retired", successor__isnull=False, retired_at__isnull=False)
                | ~models.Q(purpose="retired") & models.Q(successor__isnull=True, retired_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="datakey_retired",
                fields=["retired_at"],
                condition=models.Q(purpose="retired", destroyed_at__isnull=True),
            ),
            models.Index(name="datakey_kek", fields=["kek_id"], condition=models.Q(destroyed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class KeyRotation(models.Model):
    """Keys made before a day are exchanged: figures of how far that is. See `accounts.rotation`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField(_("begun"), auto_now_add=True)
    made_before = models.DateTimeField(_("keys made before"))
    retired = models.PositiveIntegerField(_("keys exchanged"), default=0)
    resealed = models.PositiveBigIntegerField(_("texts sealed anew"), default=0)
    unreadable = models.PositiveIntegerField(_("texts that do not open"), default=0)
    destroyed = models.PositiveIntegerField(_("keys destroyed"), default=0)
    # Where the walk through the tables is: a digest of its columns, how many of them are done, the last row of the
    # next, since when, and how much it sealed anew.
    course = models.CharField(max_length=64, default="", db_default="")
    columns_done = models.PositiveSmallIntegerField(_("columns done"), default=0)
    last_row = models.UUIDField(null=True)
    walk_began_at = models.DateTimeField(_("walk began"), null=True)
    resealed_in_walk = models.PositiveBigIntegerField(default=0, db_default=0)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("exchange of keys")
        verbose_name_plural = _("exchanges of keys")
        constraints = (
            models.UniqueConstraint(
                models.Value(1), name="one_exchange_of_keys_at_a_time", condition=models.Q(ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.made_before:%Y-%m-%d}"
