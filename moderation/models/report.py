from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Reason(models.TextChoices):
    MINORS = "minors", _("Sexual content that involves minors")
    HATE = "hate", _("Hatred or harassment")
    HARM = "harm", _("It encourages violence or self-harm")
    RATING = "rating", _("It is rated too mildly")
    PERSON = "person", _("A real person, or somebody’s personal data")
    RIGHTS = "rights", _("Somebody else’s work, taken without leave")
    SPAM = "spam", _("Spam or fraud")
    OTHER = "other", _("Something else")


class Report(models.Model):
    """Somebody tells moderators of something. `text` is sealed under the reporter's data key; empty bytes: no text.

    Who reported, and what they wrote, goes with their account; what the report is about stays until it is decided.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DISMISSED = "dismissed", _("closed as unfounded")
        UPHELD = "upheld", _("closed, and something was done")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # What it is about, together with what others say of the same. Null for what was decided before there were cases.
    case = models.ForeignKey("moderation.Case", models.CASCADE, related_name="reports", null=True)
    # Of a character, and what was on stage when it was reported.
    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="+", null=True)
    version = models.ForeignKey("characters.CharacterVersion", models.CASCADE, related_name="+", null=True)
    # The same, of a story.
    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="+", null=True)
    story_version = models.ForeignKey("stories.StoryVersion", models.CASCADE, related_name="+", null=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    text = models.BinaryField(default=bytes)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    note = models.TextField(_("note on the decision"), blank=True, default="")
    created_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # When the reporter has read what became of it.
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = (
            models.UniqueConstraint(
                name="report_one_open_each", fields=("reporter", "case"), condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="report_closed_when_decided",
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
            ),
        )
        indexes = (models.Index(name="report_of_reporter", fields=("reporter", "-id")),)

    def __str__(self) -> str:
        return str(self.pk)
