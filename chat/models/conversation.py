"""A conversation: one owner, the people in it, the characters in it, and where its tree stands."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Voice(models.TextChoices):
    """Who says a note: the stage, or somebody in the talk."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations", verbose_name=_("owner")
    )
    # Replies, the title and the turn's stream are sealed under this key; handing over re-wraps it, nothing else.
    key = models.OneToOneField("accounts.DataKey", on_delete=models.PROTECT, related_name="+")
    title = models.BinaryField(default=bytes, blank=True)
    # The leaf that the next input answers. Not a constraint: a month of messages may be dropped beneath it.
    head = models.ForeignKey(
        "chat.Message", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    # The opening it began with, counted from 0; the player may have gone to another since.
    greeting = models.PositiveSmallIntegerField(default=0)
    # The author's note of this talk: sealed; so many messages from the end of the prompt, at every so many lines.
    note = models.BinaryField(default=bytes, db_default=b"", blank=True)
    note_depth = models.PositiveSmallIntegerField(default=4, db_default=4)
    note_role = models.CharField(max_length=9, choices=Voice.choices, default=Voice.SYSTEM, db_default=Voice.SYSTEM)
    note_every = models.PositiveSmallIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last line"), auto_now_add=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    # How often older lines were changed: taken out or put back, reworded, muted. What is kept of a branch goes by it.
    changes = models.PositiveIntegerField(default=0, db_default=0)
    # When memories are looked for in what was said last; None: all of it was looked at.
    remember_at = models.DateTimeField(null=True, blank=True)
    # Of a temporary talk: when it is gone, unless somebody has it open. Null for one that is kept.
    expires_at = models.DateTimeField(null=True, blank=True)
    # How many days its lines are kept; null: as the owner's account says (selectors/retention.py).
    keep_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # When its owner was told that its lines go; none goes for a week after that.
    going_told_at = models.DateTimeField(null=True, blank=True)
    # Of a talk from elsewhere, whose lines are older than it is here.
    brought_at = models.DateTimeField(null=True, blank=True)

    # Since then its key is locked by a passphrase (accounts.passphrases), and all of it lies under that key.
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="conversation_recent"),
            models.Index(
                fields=["expires_at"], condition=models.Q(expires_at__isnull=False), name="conversation_temporary"
            ),
            models.Index(
                fields=["remember_at"], condition=models.Q(remember_at__isnull=False), name="conversation_to_remember"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="conversation_note_in_bounds",
                condition=models.Q(note_depth__lte=20, note_every__gte=1, note_every__lte=20),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Participant(models.Model):
    """A person in a conversation, and who they are in it."""

    class Role(models.TextChoices):
        HOST = "host", _("host")
        PLAYER = "player", _("player")
        SPECTATOR = "spectator", _("spectator")

    class Departure(models.TextChoices):
        LEFT = "left"
        REMOVED = "removed"
        BANNED = "banned"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations", verbose_name=_("person")
    )
    persona = models.ForeignKey("accounts.Persona", null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(_("part in it"), max_length=12, choices=Role.choices, default=Role.PLAYER)
    joined_at = models.DateTimeField(_("came in"), auto_now_add=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    # How they left; somebody banned does not come back by a link.
    departure = models.CharField(max_length=7, choices=Departure.choices, blank=True, default="")
    muted = models.BooleanField(default=False)
    # The tone that this person asks for: from -2, dark, to 2, exuberant; 0 as it comes.
    tone = models.SmallIntegerField(default=0, db_default=0)
    # Where the talk stands in this person's library.
    folder = models.ForeignKey("chat.Folder", null=True, blank=True, on_delete=models.SET_NULL, related_name="talks")
    pinned_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
            models.CheckConstraint(name="participant_tone_in_bounds", condition=models.Q(tone__gte=-2, tone__lte=2)),
        ]


class SessionName(models.Model):
    """What a program calls a conversation. Only a keyed digest is kept: the name may be a telephone number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="session_named_once")]


class CastMember(models.Model):
    """A character in a conversation, in the version it entered with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="cast")
    character = models.ForeignKey(
        "characters.Character", on_delete=models.PROTECT, related_name="+", verbose_name=_("character")
    )
    version = models.ForeignKey(
        "characters.CharacterVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Of use in rooms alone. Off stage, a character hears nothing; muted, it says nothing of itself.
    talkativeness = models.PositiveSmallIntegerField(default=50, validators=[MaxValueValidator(100)])
    muted = models.BooleanField(default=False)
    on_stage = models.BooleanField(default=True)
    # Who came later has heard nothing up to here: an id between two messages. None for who was there from the start.
    heard_since = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("member of the cast")
        verbose_name_plural = _("members of the cast")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["conversation", "character"], name="cast_once")]


class FormerMember(models.Model):
    """A character that was taken out of the cast, in the version it had: its lines keep their face."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="former_cast")
    character = models.ForeignKey("characters.Character", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("characters.CharacterVersion", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "character"], name="former_member_once")]
