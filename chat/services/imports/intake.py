"""Step three: the talks are taken in, each in one transaction. Cut short, it goes on behind the last settled one."""

import json
import time
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict
from accounts.models import User
from characters.models import Character, CharacterVersion
from characters.tasks import queue_on_commit
from chat import tasks
from chat.formats.archive import DAMAGED
from chat.formats.errors import BadFile
from chat.formats.neutral import Found, Talk
from chat.formats.reading import Refused, talks_in
from chat.models import Import, ImportedTalk
from chat.selectors.imports import (
    IMPORT_TABLE,
    TALK_TABLE,
    Looked,
    PieceFile,
    choices_of,
    get_import,
    looked_of,
    name_of,
    open_file,
)
from chat.services.imports.casting import character_for, plain_character, version_for
from chat.services.imports.look import Fingerprint
from chat.services.imports.report import Progress, drop_file, fail
from chat.services.imports.write import write_talk

RUN_SECONDS = 240  # then the rest goes back to the queue: others wait there too
# The weakest lock there is, and what the rows of a talk take when they are committed: before that of the import, as
# erasures do, or each would wait for the other.
HOLD_OWNER = "select 1 from accounts_user u join chat_import i on i.owner_id = u.id where i.id = %s for key share of u"


@transaction.atomic
def take(*, user: User, import_id: UUID, choices: dict[str, UUID | None]) -> None:
    """Take in what was looked through. `choices` says for a name whom it is here; None: a plain character.

    A name without a choice goes to `character_for` it, if there is one. Raises NotFound, Conflict (it is not
    waiting for this), Character.DoesNotExist for a choice that is not shown to the user.
    """
    get_import(user=user, import_id=import_id)
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != Import.State.LOOKED:
        raise Conflict
    chosen: dict[str, str] = {}
    for name in looked_of(row).names:
        choice = choices[name.name] if name.name in choices else character_for(user, name)
        if choice is not None:
            version_for(user, choice, name.language)
            chosen[name.name] = str(choice)
    _remember(row, user, chosen)
    row.state, row.touched_at = Import.State.RUNNING, timezone.now()
    row.save(update_fields=["state", "touched_at", "choices"])
    queue_on_commit(tasks.run_import, str(import_id))


def cancel(*, user: User, import_id: UUID) -> None:
    """The file is gone; what was taken of it stays. A report stays too."""
    get_import(user=user, import_id=import_id)
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=import_id)
        if row.state == Import.State.DONE:
            raise Conflict
        if row.talks.exists():
            row.state, row.ended_at = Import.State.DONE, timezone.now()
            row.save(update_fields=["state", "ended_at"])
            drop_file(import_id)
        else:
            row.delete()


def run(import_id: UUID) -> bool:
    """False when the time was up before the end: call it again. May run twice at once, and then does nothing twice."""
    brought = Import.objects.select_related("owner").filter(pk=import_id, state=Import.State.RUNNING).first()
    if brought is None:
        return True
    try:
        return _run(brought)
    except (BadFile, *DAMAGED) as error:
        fail(import_id, error.code if isinstance(error, BadFile) else "damaged")
        return True
    except Exception:
        if Import.objects.filter(pk=import_id).exists():
            raise
        return True  # its owner went, and the file with them


def _run(brought: Import) -> bool:
    file, raw = open_file(brought)
    work = _Work(brought, looked_of(brought), raw, Progress(brought.pk))
    until = time.monotonic() + RUN_SECONDS
    for position, found in enumerate(talks_in(file, name_of(brought))):
        if position < brought.settled:
            continue
        if not work.settle(position, found):
            return True
        if time.monotonic() > until:
            return False
    running = Import.objects.filter(pk=brought.pk, state=Import.State.RUNNING)
    if running.update(state=Import.State.DONE, ended_at=timezone.now()):
        drop_file(brought.pk)
    return True


class _NotTaken(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _reason(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if broken != "imported_talk_once":
            raise error
        return "already"
    return str(getattr(error, "code", "internal"))


@dataclass(slots=True)
class _Work:
    brought: Import
    looked: Looked
    raw: PieceFile
    progress: Progress

    def settle(self, position: int, found: Found | Refused) -> bool:
        """One talk, whole or not at all. False when the import was ended meanwhile."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(HOLD_OWNER, [self.brought.pk])
            row = Import.objects.select_for_update().filter(pk=self.brought.pk, state=Import.State.RUNNING).first()
            if row is None:
                return False
            if row.settled > position:
                return True  # somebody else is at it too
            outcome, choices = ImportedTalk(of=row, owner=self.brought.owner), row.choices
            try:
                with transaction.atomic():
                    self._take(row, position, found, outcome)
            except (_NotTaken, BadFile, IntegrityError) as error:
                outcome.refused = _reason(error)
                outcome.conversation = outcome.fingerprint = None
                outcome.save(force_insert=True)
                row.choices = choices  # a character that was made for it is gone with it
            row.settled, row.touched_at = position + 1, timezone.now()
            row.save(update_fields=["settled", "touched_at", "choices"])
        self._tell()
        return True

    def _take(self, row: Import, position: int, found: Found | Refused, outcome: ImportedTalk) -> None:
        owner = self.brought.owner
        cipher = cipher_of(owner)
        named = found.where if isinstance(found, Refused) else found.talk.title or found.talk.character
        outcome.title = cipher.seal(named[:200], Place(TALK_TABLE, outcome.pk)) if named else b""
        if isinstance(found, Refused):
            raise _NotTaken(found.code)
        if self._is_known(position):
            raise _NotTaken("already")
        fingerprint = Fingerprint(cipher)
        conversation, outcome.lines = write_talk(
            owner=owner,
            version=self._version(row, found.talk),
            talk=found.talk,
            lines=fingerprint.over(found.lines),
            without_times_from=int(self.brought.created_at.timestamp() * 1000) - self.looked.lines - 1,
            tell=self._tell,
        )
        outcome.conversation, outcome.fingerprint = conversation, fingerprint.digest()
        outcome.notes = {code: count for code, count in found.talk.notes.items() if count}
        outcome.save(force_insert=True)

    def _is_known(self, position: int) -> bool:
        """Sooner than the constraint says so: nothing has to be written and taken back."""
        known = self.looked.prints[position] if position < len(self.looked.prints) else ""
        mine = ImportedTalk.objects.filter(owner=self.brought.owner_id, conversation__isnull=False, refused="")
        return bool(known) and mine.filter(fingerprint=bytes.fromhex(known)).exists()

    def _version(self, row: Import, talk: Talk) -> CharacterVersion:
        owner, chosen = self.brought.owner, choices_of(row)
        language = next((each.language for each in self.looked.names if each.name == talk.character), "en")
        if talk.character not in chosen:
            made = plain_character(owner, talk.character, language)
            _remember(row, owner, chosen | {talk.character: str(made.pk)})
            return version_for(owner, made.pk, language)
        try:
            return version_for(owner, UUID(chosen[talk.character]), language)
        except (Character.DoesNotExist, CharacterVersion.DoesNotExist):
            raise _NotTaken("no_character") from None

    def _tell(self) -> None:
        self.progress.tell(self.raw.tell() / max(1, self.brought.size))


def _remember(row: Import, user: User, chosen: dict[str, str]) -> None:
    row.choices = cipher_of(user).seal(json.dumps(chosen), Place(f"{IMPORT_TABLE}.choices", row.pk))
