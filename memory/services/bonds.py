"""Steps that bring a player and a character nearer or apart: found in what was said, taken back by the player."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from accounts.encryption import Cipher, Place, cipher_of
from accounts.errors import NotFound
from accounts.ids import uuid7
from accounts.models import User
from memory.bonds.events import LATELY, Step, steps_of
from memory.bonds.hearing import what_happened
from memory.models import BondStep, Episode, Pair
from memory.places import STEP
from memory.services.lines import Line
from memory.services.pairs import writing

MOST_STEPS = 2_000  # of a pair; the oldest go


def move_bond(*, pair: Pair, conversation_id: UUID, lines: Sequence[Line]) -> int:
    """`lines` in the order they were said; how many steps are new. It may run twice: a line moves a thing once."""
    if not lines:
        return 0
    lately = _lately(pair, conversation_id, lines[0].message_id)
    found: list[BondStep] = []
    cipher = cipher_of(pair.owner)
    for line in lines:
        mine = line.role == "player"
        heard = what_happened(line.text if mine else "", "" if mine else line.text)
        found += [_row(pair, cipher, conversation_id, line, step) for step in steps_of(heard, lately)]
        if mine:
            lately = [[each.event.key for each in heard], *lately][:LATELY]
    if not found:
        return 0
    with writing(pair.pk):
        before = BondStep.objects.filter(pair=pair).count()
        BondStep.objects.bulk_create(found, ignore_conflicts=True)
        _let_go(pair)
        return BondStep.objects.filter(pair=pair).count() - before


def undo_step(*, user: User, step_id: UUID, undone: bool = True) -> BondStep:
    """It stays to be seen, and does not count until it is let stand again. NotFound for a stranger's."""
    step = BondStep.objects.filter(pk=step_id, pair__owner=user).first()
    if step is None:
        raise NotFound
    with writing(step.pair_id):
        step.undone_at = timezone.now() if undone else None
        step.save(update_fields=["undone_at"])
    return step


def _lately(pair: Pair, conversation_id: UUID, before: UUID) -> list[list[str]]:
    """What happened in the player's last lines, the newest first."""
    lines = Episode.objects.filter(
        pair=pair, conversation_id=conversation_id, role=Episode.Role.PLAYER, message_id__lt=before
    )
    newest = list(lines.order_by("-message_id").values_list("message_id", flat=True)[:LATELY])
    events = dict[UUID, list[str]]()
    for line, event in BondStep.objects.filter(pair=pair, message_id__in=newest).values_list("message_id", "event"):
        events.setdefault(line, []).append(event)
    return [events.get(line, []) for line in newest]


def _row(pair: Pair, cipher: Cipher, conversation_id: UUID, line: Line, step: Step) -> BondStep:
    row = BondStep(
        id=uuid7(),
        pair=pair,
        conversation_id=conversation_id,
        message_id=line.message_id,
        revision=line.revision,
        event=step.key,
        moves=dict(step.moves),
        mood=step.mood,
        happened_at=line.said_at,
    )
    if step.words:
        row.words = cipher.seal(step.words, Place(STEP, row.pk))
    return row


def _let_go(pair: Pair) -> None:
    steps = BondStep.objects.filter(pair=pair).order_by("-message_id")
    old: Iterable[UUID] = list(steps.values_list("pk", flat=True)[MOST_STEPS:])
    if old:
        BondStep.objects.filter(pk__in=old).delete()
