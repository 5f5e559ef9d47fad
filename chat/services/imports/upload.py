"""Step one: the file is stored as it came, sealed piece by piece, where every worker can reach it."""

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Cipher, Place, cipher_of
from accounts.errors import Conflict, Invalid
from accounts.models import User
from characters.tasks import queue_on_commit
from chat import tasks
from chat.formats.limits import MAX_FILE, MB
from chat.models import Import, ImportPiece
from chat.selectors.imports import IMPORT_TABLE, PIECE_TABLE

PIECE = 1 * MB
MAX_OPEN = 20
OPEN = (Import.State.WAITING, Import.State.LOOKED, Import.State.RUNNING)


class BroughtBefore(Conflict):
    """`import_id` is the earlier one."""

    code = "brought_before"
    message = _("You have brought this very file before.")


@transaction.atomic
def bring(*, user: User, name: str, chunks: Iterable[bytes]) -> Import:
    """Raises Invalid (empty, too large, too many at once) and BroughtBefore."""
    cipher = cipher_of(user)
    brought = Import(owner=user, size=0)
    brought.filename = cipher.seal(" ".join(name.split())[-200:], Place(IMPORT_TABLE, brought.pk))
    if Import.objects.filter(owner=user, state__in=OPEN).count() >= MAX_OPEN:
        said = _("There are %(limit)d files under way. Finish or cancel one of them first.")
        raise Invalid(said % {"limit": MAX_OPEN}, field="file", limit=MAX_OPEN)
    brought.digest = b""
    brought.save(force_insert=True)
    digest = keyed(cipher)
    for position, piece in enumerate(_pieces(chunks)):
        brought.size += len(piece)
        if brought.size > MAX_FILE:
            said = _("A file may have %(limit)d MB at most.")
            raise Invalid(said % {"limit": MAX_FILE // MB}, field="file", limit=MAX_FILE)
        digest.update(piece)
        row = ImportPiece(of=brought, position=position)
        row.body = cipher.seal_bytes(piece, Place(PIECE_TABLE, row.pk))
        row.save(force_insert=True)
    if not brought.size:
        raise Invalid(_("The file is empty."), field="file")
    brought.digest = digest.digest()
    if (earlier := _earlier(brought)) is not None:
        raise BroughtBefore(import_id=str(earlier.pk))
    brought.save(update_fields=["size", "digest"])
    queue_on_commit(tasks.look_at_import, str(brought.pk))
    return brought


def keyed(cipher: Cipher) -> "hashlib.blake2b":
    """A hash that says nothing to whoever has not the key."""
    return hashlib.blake2b(key=cipher.derive("import 1"), digest_size=32)


def _pieces(chunks: Iterable[bytes]) -> Iterable[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _earlier(brought: Import) -> Import | None:
    """The same file, under way or with something of it still here."""
    same = Import.objects.filter(owner=brought.owner_id, digest=brought.digest).exclude(pk=brought.pk)
    for each in same.exclude(state=Import.State.FAILED).order_by("-created_at"):
        if each.state in OPEN or each.talks.filter(conversation__isnull=False).exists():
            return each
    return None
