from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from characters.models.reading import Readable
from characters.models.sealed import Sealable


class Scope(models.TextChoices):
    CHARACTER = "character", _("one character, in every talk")
    PERSONA = "persona", _("one of my personas")
    CONVERSATION = "conversation", _("one talk")
    ACCOUNT = "account", _("everything I play")


class Logic(models.TextChoices):
    """How secondary keys count, besides a key."""

    AND_ANY = "and_any", _("and any of these")
    AND_ALL = "and_all", _("and all of these")
    NOT_ANY = "not_any", _("and none of these")
    NOT_ALL = "not_all", _("and not all of these")


class Place(models.TextChoices):
    BEFORE_CHARACTER = "before_char", _("before the character")
    AFTER_CHARACTER = "after_char", _("after the character")
    BEFORE_EXAMPLES = "before_examples", _("before the examples")
    AFTER_EXAMPLES = "after_examples", _("after the examples")
    NOTE_TOP = "note_top", _("above the author's note")
    NOTE_BOTTOM = "note_bottom", _("below the author's note")
    AT_DEPTH = "at_depth", _("at a depth in the talk")


class Role(models.TextChoices):
    SYSTEM = "system", _("stage direction")
    USER = "user", _("player")
    ASSISTANT = "assistant", _("character")


class Lorebook(Readable, Sealable):
    """Facts that enter a prompt when their keys come up. A character's is its author's, the others the player's."""

    PRIVATE = ("description", "source")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lorebooks", null=True, blank=True)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope.choices)
    character = models.ForeignKey(
        "characters.Character", models.CASCADE, related_name="lorebooks", null=True, blank=True
    )
    persona = models.ForeignKey("accounts.Persona", models.CASCADE, related_name="lorebooks", null=True, blank=True)
    conversation = models.ForeignKey(
        "chat.Conversation", models.CASCADE, related_name="lorebooks", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    description = models.TextField(_("description"), max_length=4_000, blank=True, default="")
    enabled = models.BooleanField(_("in use"), default=True)
    scan_depth = models.PositiveSmallIntegerField(_("messages to look at"), null=True, blank=True)
    token_budget = models.PositiveIntegerField(_("tokens at most"), null=True, blank=True)
    recursive = models.BooleanField(_("entries may call entries"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # The book as it came in a card, less its entries, as text (order of keys): what we do not model goes out again.
    source = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("lorebook")
        verbose_name_plural = _("lorebooks")
        indexes = (models.Index(fields=("try_at",), name="lorebook_to_read", condition=models.Q(try_at__isnull=False)),)
        constraints = (
            models.CheckConstraint(
                name="lorebook_belongs_to_its_scope",
                condition=models.Q(
                    scope="character", character__isnull=False, persona__isnull=True, conversation__isnull=True
                )
                | models.Q(scope="persona", character__isnull=True, persona__isnull=False, conversation__isnull=True)
                | models.Q(
                    scope="conversation", character__isnull=True, persona__isnull=True, conversation__isnull=False
                )
                | models.Q(scope="account", character__isnull=True, persona__isnull=True, conversation__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def state(self) -> str:
        """How far its entries by meaning are read, in the words of `Knowledge.State`."""
        return "failed" if self.failure else "waiting" if self.try_at else "ready"


class Removal(models.Model):
    """Entries that were taken out of a book together. They stand in no book, and for a while can be put back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Lorebook, models.CASCADE, related_name="removals")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("removal of lore entries")
        verbose_name_plural = _("removals of lore entries")

    def __str__(self) -> str:
        return str(self.pk)


class LoreEntry(Sealable):
    """One fact. Depth and delays are counted in messages, probability in per cent, a null takes what the book says."""

    PRIVATE = ("name", "content", "keys", "secondary_keys", "group", "source")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # One of the two: whoever looks through the entries of a book does not meet those that were taken out of it.
    book = models.ForeignKey(Lorebook, models.CASCADE, related_name="entries", null=True, blank=True)
    removal = models.ForeignKey(Removal, models.CASCADE, related_name="entries", null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    content = models.TextField(_("text"), blank=True, default="")
    enabled = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("place in the table"), default=0)

    sealed_letters = models.PositiveIntegerField(default=0, editable=False)

    # When it comes up
    keys = models.JSONField(_("keys"), default=list)
    secondary_keys = models.JSONField(_("secondary keys"), default=list)
    logic = models.CharField(max_length=8, choices=Logic.choices, default=Logic.AND_ANY)
    selective = models.BooleanField(_("secondary keys count"), default=False)
    use_regex = models.BooleanField(_("keys may be /patterns/"), default=False)
    case_sensitive = models.BooleanField(null=True, blank=True)
    whole_words = models.BooleanField(null=True, blank=True)
    constant = models.BooleanField(_("always"), default=False)
    by_meaning = models.BooleanField(_("by meaning too"), default=False)
    scan_depth = models.PositiveSmallIntegerField(null=True, blank=True)
    probability = models.PositiveSmallIntegerField(_("chance in per cent"), default=100)
    sticky = models.PositiveIntegerField(_("stays for"), default=0)
    cooldown = models.PositiveIntegerField(_("rests for"), default=0)
    delay = models.PositiveIntegerField(_("not before message"), default=0)
    group = models.CharField(_("group: only one of it"), max_length=200, blank=True, default="")
    group_weight = models.PositiveIntegerField(default=100)
    group_override = models.BooleanField(default=False)
    exclude_recursion = models.BooleanField(_("other entries do not call it"), default=False)
    prevent_recursion = models.BooleanField(_("it calls no other"), default=False)
    delay_until_recursion = models.PositiveSmallIntegerField(_("only called by entries, from round"), default=0)

    # Where it goes
    place = models.CharField(max_length=15, choices=Place.choices, default=Place.BEFORE_CHARACTER)
    depth = models.PositiveSmallIntegerField(default=4)
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.SYSTEM)
    order = models.IntegerField(_("order: lower stands higher"), default=100)
    priority = models.IntegerField(_("priority: lower is cut first"), default=10)

    # The entry as it came, as text (order of keys): what we do not model goes out again.
    source = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("lore entry")
        verbose_name_plural = _("lore entries")
        constraints = (
            models.CheckConstraint(name="lore_probability_per_cent", condition=models.Q(probability__lte=100)),
            models.CheckConstraint(
                name="lore_entry_stands_or_is_removed",
                condition=models.Q(book__isnull=False, removal__isnull=True)
                | models.Q(book__isnull=True, removal__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def sizes(self) -> dict[str, int]:
        return {"sealed_letters": len(self.content)}
