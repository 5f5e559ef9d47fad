from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Calibration(models.Model):
    """How many tokens a model counts where we count one. Written by `inference.calibration`."""

    class Script(models.TextChoices):
        PLAIN = "plain", _("mostly ASCII")
        MIXED = "mixed", _("mixed")
        WIDE = "wide", _("mostly other letters")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    model = models.CharField(_("model"), max_length=200)
    script = models.CharField(_("script"), max_length=5, choices=Script)
    ratio = models.FloatField(_("ratio"))
    weight = models.FloatField(_("replies"), help_text=_("Those that still weigh; old ones are forgotten."))
    changed = models.DateTimeField(_("changed at"), auto_now=True, editable=False)

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ["model", "script"]
        constraints = [models.UniqueConstraint(name="calibration_once", fields=["model", "script"])]

    def __str__(self) -> str:
        return f"{self.model} {self.script} {self.ratio:.2f}"
