"""What is said moves a bond: once, within bounds, its line the reason; it can be undone, and follows the branch."""

import pytest

from accounts.encryption import ciphers
from accounts.erasure import erase
from accounts.errors import NotFound
from accounts.guests import adopt
from chat.selectors.bonds import bond_in
from chat.services.edits import select_alternative
from chat.services.ratings import rate_reply
from chat.services.remembering import remember_talk
from chat.services.removals import delete_from
from chat.services.undo import undo
from chat.services.voices import choose
from memory.models import BondStep, Pair, StyleSample
from memory.services.bonds import undo_step
from memory.services.wishes import pause
from tests.factories import GuestFactory, UserFactory
from tests.memory.known import Acquainted

pytestmark = pytest.mark.django_db
TRAITS = {
    "trust": {"value": 35, "pinned": False, "low": 20, "high": 40},
    "manner": {"value": 50, "pinned": True, "low": 50, "high": 50},
}


@pytest.fixture
def talk() -> Acquainted:
    return Acquainted(traits=TRAITS)


def bond(talk: Acquainted):
    return bond_in(talk.mind, "en")


def trust(talk: Acquainted) -> int:
    [(scale, _began)] = bond(talk).scales
    return scale.value


def events(talk: Acquainted) -> list[str]:
    return [each.step.event for each in bond(talk).steps if each.step.counts]


def test_what_was_said_moves_it_once_with_its_line_as_the_reason(talk: Acquainted) -> None:
    line, _reply = talk.script("I've never told anyone this.", "I will keep it.")
    remember_talk(talk.id)
    remember_talk(talk.id)
    [step] = bond(talk).steps
    assert (step.step.event, step.step.message_id, step.step.reason) == ("confided", line, "You confided in them")
    assert trust(talk) == 38
    assert step.moves == ["Trust +3", "Closeness +3"], "what the author pinned, or did not set, does not move"
    assert bond(talk).mood == "moved"
    assert Pair.objects.get().bond_talks == [talk.id]


def test_bounds_hold_and_what_is_pinned_stays(talk: Acquainted) -> None:
    talk.script("I kept my word.", "So you did.", "I trust you.", "Good.", "You are kind. As I promised.", "Ah.")
    remember_talk(talk.id)
    assert trust(talk) == 40, "no further than the author allows"
    assert [scale.key for scale, _ in bond(talk).scales] == ["trust"]


def test_a_step_is_taken_back_and_let_stand_again(talk: Acquainted) -> None:
    talk.script("I lied to you.", "I see.")
    remember_talk(talk.id)
    assert trust(talk) == 29
    [step] = bond(talk).steps
    undo_step(user=talk.owner, step_id=step.step.id)
    assert (trust(talk), events(talk), Pair.objects.get().bond_talks) == (35, [], [])
    remember_talk(talk.id)
    assert trust(talk) == 35, "it is not found anew"
    undo_step(user=talk.owner, step_id=step.step.id, undone=False)
    assert trust(talk) == 29
    with pytest.raises(NotFound):
        undo_step(user=UserFactory(), step_id=step.step.id)


def test_a_bond_follows_the_branch(talk: Acquainted) -> None:
    kind, reply = talk.script("Thank you.", "Not at all.")
    remember_talk(talk.id)
    [cruel] = [talk.say("You're an idiot.", below=talk.opening, role="player")]
    remember_talk(talk.id)
    assert events(talk) == ["insulted"]
    select_alternative(**talk.who, message_id=kind)
    assert events(talk) == ["thanked"]
    token = delete_from(**talk.who, message_id=kind)
    assert "thanked" not in events(talk)
    undo(**talk.who, token=token)
    select_alternative(**talk.who, message_id=reply)
    assert events(talk) == ["thanked"]
    assert BondStep.objects.filter(message_id=cruel).exists()


def test_kindness_wears_off_across_batches_too(talk: Acquainted) -> None:
    for _ in range(4):
        talk.script("You are so kind.", "Am I?")
        remember_talk(talk.id)
    assert [each.step.moves.get("closeness") for each in bond(talk).steps][::-1] == [2, 1]


def test_names_and_jokes_are_kept_sealed_and_shown(talk: Acquainted) -> None:
    talk.script(
        "Call me Bird.", "Bird, then.", "Can I call you Captain?", "If you must.", "Let's call it “the embassy”.", "Ha."
    )
    remember_talk(talk.id)
    standing = bond(talk).standing
    assert (standing.calls_player, standing.calls_character, standing.shared) == (
        ("Bird",),
        ("Captain",),
        ("the embassy",),
    )
    assert all(b"Bird" not in bytes(step.words) for step in BondStep.objects.all())


def test_nothing_moves_while_memory_is_paused(talk: Acquainted) -> None:
    pause(**talk.whose, paused=True)
    talk.script("Thank you.", "Not at all.")
    remember_talk(talk.id)
    assert bond(talk).steps == []


def test_the_first_sound_reply_is_the_sample(talk: Acquainted) -> None:
    sound = '*I set the cup down.* "You\'re late again, and it has rained. Sit by the stove and tell me what kept you."'
    talk.script("Evening.", "Hm.", "How are you?", sound, "Well?", sound.replace("late", "early"))
    remember_talk(talk.id)
    sample = StyleSample.objects.get()
    assert sample.message_id == talk.lines()[4].id
    assert b"stove" not in bytes(sample.text)


def test_a_reply_that_the_player_likes_takes_its_place_and_keeps_it(talk: Acquainted) -> None:
    sound = '*I set the cup down.* "You\'re late again, and it has rained. Sit by the stove and tell me what kept you."'
    _, first, line, liked, _, later = talk.script("Evening.", sound, "Well?", "*I nod.*", "And?", f"{sound} Now.")
    remember_talk(talk.id)
    assert StyleSample.objects.get().message_id == first
    assert not choose(**talk.who, liked=[line, talk.opening]), "neither the player's own line nor the author's opening"
    rate_reply(**talk.who, message_id=liked, rating="up")
    sample = StyleSample.objects.get()
    assert (sample.message_id, sample.liked) == (liked, True)
    assert not choose(**talk.who, liked=[later]), "the first that was liked stays"
    with pytest.raises(NotFound):
        choose(user=UserFactory(), conversation_id=talk.id, liked=[liked])


def test_a_bond_goes_with_its_player_and_comes_along_with_a_guest() -> None:
    guest = GuestFactory()
    talk = Acquainted(owner=guest, traits=TRAITS)
    talk.script(
        "Thank you. Call me Bird.", "Not at all, and I say so with all the dignity that an old innkeeper has left."
    )
    remember_talk(talk.id)
    player = UserFactory()
    adopt(guest, player)
    ciphers.clear()
    talk.owner = player
    assert bond(talk).standing.calls_player == ("Bird",)
    erase(player)
    assert not BondStep.objects.exists()
    assert not StyleSample.objects.exists()
