from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Age(models.TextChoices):
    """Of somebody's age no more is kept than this; "" on an account: nobody has said yet."""

    ADULT = "adult", _("18 or older")
    MINOR = "minor", _("younger than 18")
    CHILD = "child", _("younger than this site takes")


class AgeDeclaration(models.Model):
    """What somebody said of their age, where, and which question they answered; the newest one counts.

    `User.age` repeats it. `said_as` is the wording of the question: its language and the least age it named.
    """

    class Where(models.TextChoices):
        SIGN_UP = "sign-up", _("when signing up")
        PAGE = "page", _("on the page that asks")
        DEVICE = "device", _("earlier, on the same device")
        GUEST = "guest", _("as a guest, before this account")
        SUPPORT = "support", _("corrected by support")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="age_declarations", verbose_name=_("person")
    )
    age = models.CharField(_("age"), max_length=5, choices=Age.choices)
    where = models.CharField(_("where"), max_length=7, choices=Where.choices)
    said_as = models.CharField(_("question"), max_length=20, blank=True, default="")
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("declaration of age")
        verbose_name_plural = _("declarations of age")

    def __str__(self) -> str:
        return str(self.pk)
