"""Folders of a library. A folder in a folder holds no folders; a deleted one comes back with what was in it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Invalid, NotFound
from accounts.holds import held_people
from accounts.judging import Place as Judged
from accounts.judging import judged
from accounts.models import User
from accounts.one_by_one import one_by_one
from chat.models import Folder
from chat.selectors.library import FOLDER_TABLE, get_folder
from chat.texts import Empty, check_text

MAX_FOLDERS = 100
MAX_NAME = 60


@transaction.atomic
def add_folder(*, user: User, name: str, colour: str = "", parent_id: UUID | None = None) -> Folder:
    """Behind the others. Raises Empty, TooLong, Invalid (colour, parent, too many), NotFound (parent)."""
    _lock(user)
    there = Folder.objects.filter(owner=user, deleted_at=None)
    if there.count() >= MAX_FOLDERS:
        raise Invalid(
            _("There are %(limit)d folders, and no more fit.") % {"limit": MAX_FOLDERS}, field="name", limit=MAX_FOLDERS
        )
    folder = Folder(owner=user, colour=_colour(colour), parent=_parent(user, parent_id))
    folder.name = _sealed(user, folder, name)
    folder.position = 1 + max(there.values_list("position", flat=True), default=0)
    folder.save(force_insert=True)
    return folder


@transaction.atomic
def change_folder(*, user: User, folder_id: UUID, name: str, colour: str = "", parent_id: UUID | None = None) -> Folder:
    """Raises as `add_folder` does, and Invalid when it would stand in itself, or with its own folders in another."""
    _lock(user)
    folder = get_folder(user=user, folder_id=folder_id)
    parent = _parent(user, parent_id)
    if parent is not None and (parent == folder or folder.folders.filter(deleted_at=None).exists()):
        raise Invalid(_("A folder that holds folders cannot stand in another one."), field="parent")
    folder.name, folder.colour, folder.parent = _sealed(user, folder, name), _colour(colour), parent
    folder.save(update_fields=["name", "colour", "parent"])
    return folder


@transaction.atomic
def move_folder(*, user: User, folder_id: UUID, down: bool) -> None:
    """Past its neighbour in the same place; at the end it stays."""
    _lock(user)
    folder = get_folder(user=user, folder_id=folder_id)
    beside = list(Folder.objects.filter(owner=user, parent=folder.parent_id, deleted_at=None))
    at = beside.index(folder)
    to = at + (1 if down else -1)
    if 0 <= to < len(beside):
        beside[at], beside[to] = beside[to], beside[at]
    for position, each in enumerate(beside):
        each.position = position
    Folder.objects.bulk_update(beside, ["position"])


def delete_folder(*, user: User, folder_id: UUID) -> None:
    """Its talks stay, outside; `restore_folder` puts everything back for thirty days."""
    folder = get_folder(user=user, folder_id=folder_id)
    folder.deleted_at = timezone.now()
    folder.save(update_fields=["deleted_at"])


def restore_folder(*, user: User, folder_id: UUID) -> None:
    if not Folder.objects.filter(pk=folder_id, owner=user).update(deleted_at=None):
        raise NotFound


def forget_folders(*, deleted_before: datetime) -> int:
    gone = Folder.objects.filter(deleted_at__lt=deleted_before).exclude(owner__in=held_people()).delete()[1]
    return gone.get("chat.Folder", 0)


def _lock(user: User) -> None:
    """Folders of one person change one after the other: what holds between them is checked here."""
    one_by_one(user.pk)


def _sealed(user: User, folder: Folder, name: str) -> bytes:
    name = " ".join(name.split())
    if not name:
        raise Empty(_("A folder needs a name."), field="name")
    # Its owner alone reads it.
    name = judged(
        check_text(name, field="name", limit=MAX_NAME), Judged("input", rating="explicit"), field="name", user=user
    )
    return cipher_of(user).seal(name, Place(FOLDER_TABLE, folder.pk))


def _colour(colour: str) -> str:
    if colour not in Folder.Colour.values:
        raise Invalid(field="colour")
    return colour


def _parent(user: User, parent_id: UUID | None) -> Folder | None:
    if parent_id is None:
        return None
    parent = get_folder(user=user, folder_id=parent_id)
    if parent.parent is not None and parent.parent.deleted_at is None:
        raise Invalid(_("Folders stand in folders one level deep."), field="parent")
    return parent
