"""Step two: what is in the file, how much of it, with whom, and what is here already. Nothing is written of it yet."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from uuid import UUID

from django.utils import timezone

from accounts.encryption import Cipher, Place, cipher_of
from chat.formats.archive import DAMAGED
from chat.formats.errors import BadFile
from chat.formats.limits import MAX_LINES
from chat.formats.neutral import Line
from chat.formats.reading import Refused, talks_in
from chat.models import Import, ImportedTalk
from chat.selectors.imports import IMPORT_TABLE, Looked, Name, name_of, open_file
from chat.services.imports.report import Progress, fail
from chat.services.imports.upload import keyed

SAMPLE = 20  # lines by which the language of a talk is told


def look(import_id: UUID) -> None:
    """May run twice: the second time finds the same."""
    brought = Import.objects.select_related("owner").filter(pk=import_id, state=Import.State.WAITING).first()
    if brought is None:
        return
    try:
        found = _look(brought)
    except (BadFile, *DAMAGED) as error:
        fail(import_id, error.code if isinstance(error, BadFile) else "damaged")
        return
    if not found.talks:
        fail(import_id, "no_talks")
        return
    sealed = cipher_of(brought.owner).seal(json.dumps(asdict(found)), Place(f"{IMPORT_TABLE}.found", import_id))
    waiting = Import.objects.filter(pk=import_id, state=Import.State.WAITING)
    waiting.update(state=Import.State.LOOKED, found=sealed, touched_at=timezone.now())
    Progress(import_id).end()


def _look(brought: Import) -> Looked:
    file, raw = open_file(brought)
    progress, cipher = Progress(brought.pk), cipher_of(brought.owner)
    found, names = Looked(), dict[str, Name]()
    for each in talks_in(file, name_of(brought)):
        if isinstance(each, Refused):
            found.refused += 1
            found.prints.append("")
            continue
        fingerprint, sample = Fingerprint(cipher), list[str]()
        for line in fingerprint.over(each.lines):
            if len(sample) < SAMPLE:
                sample.append(line.text)
            if fingerprint.lines > MAX_LINES:
                break
            progress.tell(raw.tell() / brought.size)
        found.prints.append(fingerprint.hexdigest())
        if fingerprint.lines:
            found.talks += 1
            found.lines += fingerprint.lines
            name = each.talk.character
            met = names.setdefault(name, Name(name, 0, language_of(sample), each.talk.character_id))
            names[name] = replace(met, talks=met.talks + 1)
    found.names = sorted(names.values(), key=lambda each: -each.talks)
    found.known = _known(brought, found.prints)
    return found


class Fingerprint:
    """What a talk says, by whom and in which order: the same talk of two exports has the same."""

    def __init__(self, cipher: Cipher) -> None:
        self._hash = keyed(cipher)
        self._numbers: dict[str, int] = {}
        self.lines = 0

    def over(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            above = self._numbers.get(line.parent, -1) if line.parent else -1
            self._numbers[line.key] = self.lines
            self.lines += 1
            said = line.text.encode("utf-8", "replace")
            self._hash.update(f"{above} {line.role} {len(said)} ".encode() + said)
            yield line

    def digest(self) -> bytes:
        return self._hash.digest()

    def hexdigest(self) -> str:
        return self._hash.hexdigest() if self.lines else ""


def language_of(texts: Iterable[str]) -> str:
    """Chinese where it is more than here and there."""
    text = "".join(texts)
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    return "zh-hans" if han * 5 > len(text) else "en"


def _known(brought: Import, prints: list[str]) -> int:
    mine = ImportedTalk.objects.filter(owner=brought.owner_id, conversation__isnull=False, refused="")
    known = {bytes(each).hex() for each in mine.values_list("fingerprint", flat=True) if each is not None}
    return sum(each in known for each in prints if each)
