from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Persona(models.Model):
    """Who somebody plays. The description is sealed under their data key; empty bytes mean no description."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="personas", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=60)
    description = models.BinaryField(default=bytes)
    is_default = models.BooleanField(_("by default"), default=False)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["-is_default", "id"]
        constraints = [
            models.UniqueConstraint(name="persona_one_default", fields=["user"], condition=models.Q(is_default=True)),
            models.CheckConstraint(name="persona_named", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)
