import json
import os
import secrets
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import plans
from accounts.models import Age, User
from accounts.people import create_person

# What moderators may look at: who, when and how much, never what was said; what authors ask to show
# to others, and what was reported of that.
MODERATORS_SEE = {
    "accounts": ["user", "sanction", "agedeclaration"],
    "characters": ["character", "publication"],
    "moderation": ["report", "case", "reading", "reasontemplate", "rightsnotice", "ruleset", "appeal", "auditentry"],
    "chat": ["conversation", "participant", "castmember", "turn"],
}
MODERATORS_DECIDE = {
    "accounts": ["sanction", "agedeclaration"],
    "characters": ["publication"],
    "moderation": ["report", "case", "reading", "rightsnotice", "appeal"],
}
ROLES = ("player", "creator", "moderator", "operator")


class Command(BaseCommand):
    help = "Four accounts to look around with, one JSON object a line. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("demo accounts are for development")
        path = Path(settings.VAR_DIR) / "demo_accounts.json"
        passwords = _read(path)
        for role in ROLES:
            email, password = f"{role}@example.com", passwords.setdefault(role, secrets.token_urlsafe(9))
            make_demo_account(role=role, email=email, password=password)
            self.stdout.write(json.dumps({"role": role, "email": email, "password": password}))
        _write(path, passwords)


@transaction.atomic
def make_demo_account(*, role: str, email: str, password: str) -> User:
    """The account as described, whether it existed or not."""
    user = User.objects.filter(email=email).first() or create_person(
        email=email, password=password, plan=plans.UNLIMITED, name=role.capitalize(), age=Age.ADULT
    )
    if not user.check_password(password):
        user.set_password(password)
    user.is_staff = role in {"moderator", "operator"}
    user.is_superuser = role == "operator"
    user.save()
    if role == "moderator":
        user.groups.add(moderators())
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def moderators() -> Group:
    group = Group.objects.get_or_create(name="moderators")[0]
    for app, models in MODERATORS_SEE.items():
        wanted = [f"view_{model}" for model in models]
        wanted += [f"change_{model}" for model in MODERATORS_DECIDE.get(app, ())]
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=wanted))
    return group


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _write(path: Path, passwords: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file)
