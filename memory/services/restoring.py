"""What characters remembered elsewhere, taken in: each text judged as if it were written by hand."""

from typing import Any

from accounts.encryption import Place, cipher_of
from accounts.judging import Place as JudgedPlace
from accounts.judging import judged
from accounts.privacy.holdings import Holding
from accounts.restore.work import Raw, Refused, Work, built, wait_for
from characters.traits import TRAITS
from memory.bonds.events import CLOSENESS, MOST_A_TURN
from memory.models import BondStep, Pair, State
from memory.places import MEMORY, STEP
from memory.services.limits import make_room
from memory.services.memories import checked_text, digest_of, judged_text
from memory.services.pairs import pair_of, writing

MAX_WORDS = 200
MOST_STEPS = 20_000
_SLIDERS = {CLOSENESS, *TRAITS}


def take_pair(work: Work, holding: Holding, raw: Raw) -> Any:
    """Whoever said no to being remembered here stays forgotten; what was chosen there holds once they say yes."""
    row, _texts = built(work, holding, raw)
    pair = pair_of(owner_id=work.user.pk, character_id=row.character_id)
    mode = row.mode if row.mode_before is None else row.mode_before
    if pair.mode_before is not None:
        pair.mode_before = mode
    elif not pair.mode:
        pair.mode = mode
    pair.paused_at = pair.paused_at or row.paused_at
    pair.save(update_fields=["mode", "mode_before", "paused_at"])
    return pair.pk


def take_memory(work: Work, holding: Holding, raw: Raw) -> Any:
    row, texts = built(work, holding, raw)
    pair = Pair.objects.select_related("owner__plan").get(pk=row.pair_id)
    text = judged_text(checked_text(texts.get("text", "")), work.user, pair.character_id)
    if row.importance > 100 or row.confidence > 100:
        raise Refused("does_not_fit", "importance")
    if row.state == State.ACTIVE:
        make_room(pair, 1)
    cipher = cipher_of(work.user)
    row.digest, row.text = digest_of(text, cipher), cipher.seal(text, Place(MEMORY, row.pk))
    row.save(force_insert=True)
    wait_for(work, holding, raw, row)
    return row.pk


def take_source(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    row.message_id = work.found("chat.Message", raw.get("message_id"), "message_id")
    if row.revision < 0:
        raise Refused("does_not_fit", "revision")
    row.save(force_insert=True)
    return row.pk


def take_step(work: Work, holding: Holding, raw: Raw) -> Any:
    row, texts = built(work, holding, raw)
    row.message_id = work.found("chat.Message", raw.get("message_id"), "message_id")
    moves = row.moves
    if not isinstance(moves, dict) or not all(
        name in _SLIDERS and isinstance(by, int) and abs(by) <= MOST_A_TURN for name, by in moves.items()
    ):
        raise Refused("does_not_fit", "moves")
    if BondStep.objects.filter(pair=row.pair_id).count() >= MOST_STEPS:
        raise Refused("too_many")
    words = texts.get("words", "")
    if len(words) > MAX_WORDS:
        raise Refused("does_not_fit", "words")
    if words:
        words = judged(words, JudgedPlace("memory", rating="general"), field="words", user=work.user)
        row.words = cipher_of(work.user).seal(words, Place(STEP, row.pk))
    row.save(force_insert=True)
    return row.pk


def count_anew(work: Work) -> None:
    """Every pair knows how much there is of it."""
    for pk in {pk for (model, _old), pk in work.made.items() if model == "memory.Pair"}:
        with writing(pk):
            pass
