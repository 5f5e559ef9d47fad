"""Personal keys for the REST API: made, found, revoked.

A key is `drm_`, twelve signs by which it is found and shown, `_`, and 32 random bytes in hex. Only the SHA-256 of the
whole is kept: that much randomness needs no slow hash. Everything is read from the row at each request, so that a
revoked key opens nothing from the next request on; what is open under it then is ended in every process (`on_end`).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict, Forbidden, Invalid, NotFound, ProductError
from accounts.limits import Rates, api_bucket, charge
from accounts.models import ApiKey, User

KEY = re.compile(r"(drm_[0-9a-z]{12})_[0-9a-f]{64}")
MAX_KEYS = 50
MAX_LABEL = 60
# `used_at` is written at most this often: a busy key must not write a row with every request.
NOTED_EVERY = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a key may do. `x:write` may also do what `x:read` may."""

    CHAT_READ = "chat:read", gettext_lazy("Read your talks")
    CHAT_WRITE = "chat:write", gettext_lazy("Talk in your name; change and delete your talks")
    MEMORY_READ = "memory:read", gettext_lazy("Read what characters know of you")
    MEMORY_WRITE = "memory:write", gettext_lazy("Add to it, correct it, have it forgotten")
    CHARACTERS_READ = "characters:read", gettext_lazy("Read your characters, drafts, pictures and knowledge")
    CHARACTERS_WRITE = "characters:write", gettext_lazy("Write, change and delete them")
    LORE_READ = "lore:read", gettext_lazy("Read your lorebooks")
    LORE_WRITE = "lore:write", gettext_lazy("Write, change and delete lorebooks")
    PUBLISH_WRITE = "publish:write", gettext_lazy("Ask for characters to be published, or take that back")
    FAVOURITES_READ = "favourites:read", gettext_lazy("See whom you love and follow")
    FAVOURITES_WRITE = "favourites:write", gettext_lazy("Love and follow in your name")
    REPORTS_WRITE = "reports:write", gettext_lazy("Report in your name, and see what became of it")
    STATISTICS_READ = "statistics:read", gettext_lazy("Read how your characters are received, and what they earned")
    USAGE_READ = "usage:read", gettext_lazy("See what models were used for you, and what it cost")
    BLOCKS_READ = "blocks:read", gettext_lazy("See which players you blocked")
    BLOCKS_WRITE = "blocks:write", gettext_lazy("Block players in your name, and lift that")
    ORGANISATION_READ = "organisation:read", gettext_lazy("See your organisation; what it used, where you run it")
    ORGANISATION_WRITE = "organisation:write", gettext_lazy("Invite, remove and change roles in your name; leave it")
    WEBHOOKS_READ = "webhooks:read", gettext_lazy("See your webhooks and what was sent to them")
    WEBHOOKS_WRITE = "webhooks:write", gettext_lazy("Set up webhooks and send again")


GRACES = {
    "none": timedelta(0),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}
"""How long the old secret still works after it was changed."""

Ender = Callable[[ApiKey], None]
_enders: list[Ender] = []


def on_end(ender: Ender) -> Ender:
    """For apps above, in their `apps.py`: what is open under this key, or under its old secret, may be open no more."""
    if ender not in _enders:
        _enders.append(ender)
    return ender


class KeyRefused(ProductError):
    """Unknown, expired and revoked keys look alike."""

    code = "key_refused"
    status = 401
    message = gettext_lazy("This key does not work: it is unknown, has expired or was revoked.")


class ScopeMissing(Forbidden):
    """`scope` names what the key would need."""

    code = "scope_missing"
    message = gettext_lazy("This key may not do that.")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """`secret` is the whole key. It is never shown again."""

    key: ApiKey
    secret: str


@transaction.atomic
def make_key(*, user: User, label: str, scopes: Iterable[str], expires_at: datetime | None = None) -> MadeKey:
    """Raises Invalid with the field."""
    label, chosen = label.strip(), list(dict.fromkeys(scopes))
    if not label or len(label) > MAX_LABEL or "\x00" in label:
        raise Invalid(_("A key needs a name of at most sixty characters."), field="label", limit=MAX_LABEL)
    if not chosen or not set(chosen) <= set(Scope.values):
        raise Invalid(_("Choose at least one thing that the key may do."), field="scopes")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid(_("That day has passed."), field="expires_at")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if live_keys(user).count() >= MAX_KEYS:
        raise Invalid(_("You have as many keys as one account can have."), field="label", limit=MAX_KEYS)
    prefix = "drm_" + "".join(secrets.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _sign in range(12))
    secret = _secret(prefix)
    key = ApiKey.objects.create(
        user=user, label=label, prefix=prefix, digest=_digest(secret), scopes=chosen, expires_at=expires_at
    )
    return MadeKey(key, secret)


def revoke_key(*, user: User, key_id: UUID) -> None:
    """Opens nothing from now on. Repeatable; NotFound for somebody else's."""
    key = get_key(user=user, key_id=key_id)
    now = timezone.now()
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        _end(key)


@transaction.atomic
def rotate_key(*, user: User, key_id: UUID, grace: str) -> MadeKey:
    """Another secret for the same key. The one before works for `grace` (GRACES) more, an older one no more.

    Raises Invalid, NotFound; Conflict for a key that opens nothing any more.
    """
    if grace not in GRACES:
        raise Invalid(_("Choose how long the old secret still works."), field="grace")
    found = ApiKey.objects.select_for_update().filter(user=user, pk=key_id).first()
    if found is None:
        raise NotFound
    now = timezone.now()
    if found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        raise Conflict(_("This key works no more. Make a new one."))
    ends = found.old_digest is not None or not GRACES[grace]
    kept = bytes(found.digest) if GRACES[grace] else None
    secret = _secret(found.prefix)
    found.digest, found.rotated_at = _digest(secret), now
    found.old_digest, found.old_until = kept, now + GRACES[grace] if kept else None
    found.save(update_fields=["digest", "old_digest", "old_until", "rotated_at"])
    if ends:
        _end(found)
    return MadeKey(found, secret)


def end_old_secret(*, user: User, key_id: UUID) -> None:
    """Every program has the new one. Repeatable; NotFound for somebody else's."""
    key = get_key(user=user, key_id=key_id)
    rows = ApiKey.objects.filter(pk=key.pk).exclude(old_digest=None)
    if rows.update(old_digest=None, old_until=None):
        _end(key)


def _end(key: ApiKey) -> None:
    for ender in _enders:
        transaction.on_commit(partial(ender, key))


def find_key(secret: str) -> ApiKey:
    """The key with its user and their plan. Raises KeyRefused."""
    if (shape := KEY.fullmatch(secret)) is None:
        raise KeyRefused
    key = ApiKey.objects.select_related("user__plan").filter(prefix=shape[1]).first()
    now, given = timezone.now(), _digest(secret)
    if key is None or not _opens(key, given, now):
        raise KeyRefused
    key.shown = given
    expired = key.expires_at is not None and key.expires_at <= now
    if key.revoked_at is not None or expired or not key.user.is_active:
        raise KeyRefused
    _note_use(key, now)
    return key


def allows(key: ApiKey, scope: str) -> bool:
    noun, _colon, verb = scope.partition(":")
    return scope in key.scopes or (verb == "read" and f"{noun}:write" in key.scopes)


def charge_request(*, user: User, key: ApiKey | None) -> Rates:
    """One request of this key, or of this person's browser: what is left. RateLimited when it is one too many.

    Without Redis a browser goes on, a key does not: Unavailable.
    """
    bucket = api_bucket(user.plan, user_id=user.pk, key_id=key.pk if key is not None else None)
    return charge([bucket], closed=key is not None) if bucket is not None else ()


def live_keys(user: User) -> "QuerySet[ApiKey]":
    """Neither revoked nor expired, newest first."""
    now = timezone.now()
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), user=user, revoked_at=None)


def keys_of(user: User) -> "QuerySet[ApiKey]":
    """What the settings list: revoked keys are gone, expired ones are shown as such."""
    return ApiKey.objects.filter(user=user, revoked_at=None)


def get_key(*, user: User, key_id: UUID) -> ApiKey:
    """NotFound for a stranger's key as for a missing one."""
    key = ApiKey.objects.filter(user=user, pk=key_id).first()
    if key is None:
        raise NotFound
    return key


def _opens(key: ApiKey, given: bytes, now: datetime) -> bool:
    if hmac.compare_digest(bytes(key.digest), given):
        return True
    if key.old_digest is None or key.old_until is None or key.old_until <= now:
        return False
    return hmac.compare_digest(bytes(key.old_digest), given)


def _secret(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(32)}"


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _note_use(key: ApiKey, now: datetime) -> None:
    if key.used_at is None or key.used_at <= now - NOTED_EVERY:
        # Many requests may get here at once; the row is written once.
        unnoted = Q(used_at=None) | Q(used_at__lte=now - NOTED_EVERY)
        ApiKey.objects.filter(unnoted, pk=key.pk).update(used_at=now)
        key.used_at = now
