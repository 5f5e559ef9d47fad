from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models.version import Language


class Draft(models.Model):
    """A character being written: the builder's form as it stands, valid or not. Several may lie open at once.

    `content` holds the fields of `characters.content` as far as they are filled in. `revision` grows with every save;
    a save that names an older one is refused, so two tabs never overwrite each other silently.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    # None until the first version is written: then the character begins.
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="drafts", null=True, blank=True)
    # What the draft began from: a version to compare with, and whose card it carries on.
    base = models.ForeignKey("characters.CharacterVersion", models.SET_NULL, related_name="+", null=True, blank=True)
    title = models.CharField(_("name of the draft"), max_length=100, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=Language.choices)
    archetype = models.SlugField(_("archetype"), max_length=40, blank=True, default="")
    content = models.JSONField(_("content"), default=dict)
    tags = models.JSONField(_("tags"), default=list)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (
            models.CheckConstraint(name="draft_language_known", condition=models.Q(language__in=("en", "zh-hans"))),
        )
        indexes = (models.Index(fields=("owner", "-updated_at"), name="draft_recent"),)

    def __str__(self) -> str:
        return str(self.pk)
