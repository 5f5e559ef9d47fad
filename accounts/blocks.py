"""Players who want nothing to do with each other: who blocked whom, and what asks before it brings two together.

Whoever was blocked is not told, and cannot tell it from other refusals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import Block, User
from accounts.selectors import display_name

MAX_BLOCKS = 1_000


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody on a list of blocked people."""

    id: UUID
    name: str
    hides_lines: bool
    since: datetime


@transaction.atomic
def block(*, user: User, person_id: UUID, hides_lines: bool = True) -> None:
    """Blocked twice is blocked once, as the second time says. NotFound, Invalid for oneself and for one too many."""
    if person_id == user.pk:
        raise Invalid(_("You cannot block yourself."), field="person")
    person = get_person(user=user, person_id=person_id)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    others = Block.objects.filter(user=user).exclude(blocked=person)
    if others.count() >= MAX_BLOCKS:
        raise Invalid(_("You have blocked as many people as one player can."), limit=MAX_BLOCKS)
    Block.objects.update_or_create(user=user, blocked=person, defaults={"hides_lines": hides_lines})


def unblock(*, user: User, person_id: UUID) -> None:
    """Repeatable."""
    Block.objects.filter(user=user, blocked=person_id).delete()


def get_person(*, user: User, person_id: UUID) -> User:
    """Somebody else. NotFound for nobody, and for oneself."""
    person = User.objects.select_related("profile").filter(pk=person_id).exclude(pk=user.pk).first()
    if person is None:
        raise NotFound
    return person


def blocked_by(user: User) -> list[Blocked]:
    """The last one first."""
    rows = Block.objects.filter(user=user).select_related("blocked__profile")
    return [Blocked(row.blocked_id, display_name(row.blocked), row.hides_lines, row.created_at) for row in rows]


def has_blocked(*, user: User, person_id: UUID) -> bool:
    return Block.objects.filter(user=user, blocked=person_id).exists()


def unwanted_lines(user: User) -> set[UUID]:
    """Whose lines are folded for somebody."""
    return set(Block.objects.filter(user=user, hides_lines=True).values_list("blocked_id", flat=True))


def apart(user: User, others: Iterable[UUID]) -> tuple[bool, bool]:
    """Whether they blocked any of these, and whether any of these blocked them. One query."""
    ids = list(others)
    either = Q(user=user, blocked__in=ids) | Q(user__in=ids, blocked=user)
    authors = set(Block.objects.filter(either).values_list("user_id", flat=True))
    return user.pk in authors, bool(authors - {user.pk})


def move_blocks(guest: User, user: User) -> None:
    """A guest who became an account: what they blocked, and who blocked them. Two become one."""
    for row in Block.objects.filter(Q(user=guest) | Q(blocked=guest)):
        who, whom = (user.pk if each == guest.pk else each for each in (row.user_id, row.blocked_id))
        if who != whom:
            Block.objects.get_or_create(user_id=who, blocked_id=whom, defaults={"hides_lines": row.hides_lines})
