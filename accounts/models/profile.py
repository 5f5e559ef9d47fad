from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    SYSTEM = "", _("As my device is set")
    LIGHT = "light", _("Matinee (light)")
    DARK = "dark", _("Evening (dark)")


class Profile(models.Model):
    """What others may see of somebody, and how the pages look to them."""

    user = models.OneToOneField(
        "accounts.User", models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("person")
    )
    name = models.CharField(_("display name"), max_length=60, blank=True, default="")
    bio = models.TextField(_("about you"), max_length=1000, blank=True, default="")
    theme = models.CharField(_("lights"), max_length=10, choices=Theme.choices, blank=True, default="")

    # A name of the IANA database; empty: not known.
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, default="", db_default="")
    # How strongly what they are shown may be rated, in the words of `characters`; empty: nothing chosen.
    rating = models.CharField(_("rating"), max_length=10, blank=True, default="", db_default="")
    # What moderators decided about somebody is told in any case.
    mail_decisions = models.BooleanField(_("mail about their characters"), default=True, db_default=True)
    mail_reports = models.BooleanField(_("mail about their reports"), default=False, db_default=False)
    mail_alarms = models.BooleanField(_("mail about caps"), default=True, db_default=True)

    # Where help lines are looked for: two capital letters; empty: as the time zone or the language says.
    country = models.CharField(_("country"), max_length=2, blank=True, default="", db_default="")
    break_minutes = models.PositiveSmallIntegerField(_("break reminder"), default=0, db_default=0)

    # How many days their talks are kept; null: as long as the house keeps any (chat/selectors/retention.py).
    keep_days = models.PositiveSmallIntegerField(_("talks are kept for"), null=True, blank=True)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.pk)
