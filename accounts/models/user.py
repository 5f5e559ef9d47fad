from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from accounts.models.age import Age


class Language(models.TextChoices):
    BROWSER = "", _("As my browser asks")
    EN = "en", "English"
    ZH_HANS = "zh-hans", "简体中文"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """The bare row. `accounts.people` makes the key, profile and persona that belong to it."""
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """What `manage.py createsuperuser` asks for: an operator who can play, too."""
        from accounts.people import create_person  # back up once: Django's command knows no other door

        wanted = {"is_staff": True, "is_superuser": True, "plan": "unlimited", "age": Age.ADULT, **fields}
        return create_person(email=email, password=password, **wanted)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who plays. A guest has no verified address and no password that works.

    A guest who signed up keeps `is_guest` until the address is verified, so that a sign-up with a taken
    address and one with a free address leave the same traces.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    is_guest = models.BooleanField(_("guest"), default=False)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    # Written with the first page of a day; talk over an open socket is counted in UsageDay.
    seen_on = models.DateField(_("last seen on"), null=True, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True, default="")
    # As the newest AgeDeclaration says: every read asks it.
    age = models.CharField(
        _("age"), max_length=5, choices=Age.choices, blank=True, default="", db_default="", editable=False
    )
    # Something waits to be read in the settings: `moderation.services.news` says so.
    has_news = models.BooleanField(default=False, db_default=False, editable=False)
    plan = models.ForeignKey("accounts.Plan", models.PROTECT, default="free", related_name="+", verbose_name=_("plan"))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(name="user_email_lower", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(
                name="user_has_email_or_is_guest",
                condition=models.Q(email__isnull=False) | models.Q(is_guest=True),
            ),
        ]
        indexes = [
            models.Index(name="user_guests", fields=["date_joined"], condition=models.Q(is_guest=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None
