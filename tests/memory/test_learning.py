"""What lines say becomes memories, once; the later of two that contradict holds."""

import pytest

from chat.models import Message
from chat.services.remembering import remember_talk
from memory.models import Episode, Memory, Provenance, State
from memory.services.corrections import forget
from tests.chat.grown import Talk
from tests.memory.remembered import remember, statements

pytestmark = pytest.mark.django_db


def test_what_the_player_says_of_themselves_is_learnt_from_their_line():
    talk = Talk()
    line, _ = talk.script("My sister is called Nora.", "A lovely name.")
    remember(talk)
    memory = Memory.objects.get()
    assert statements(talk.owner) == ["The player's sister is called Nora."]
    assert (memory.kind, memory.provenance, memory.state) == ("about_player", Provenance.RULES, State.ACTIVE)
    assert list(memory.sources.values_list("message_id", "revision")) == [(line, 0)]
    assert memory.conversation_id == talk.id


def test_what_is_said_twice_is_known_once_from_both_lines():
    talk = Talk()
    first, _, again = talk.script("I live in Lisbon.", "Do you?", "As I said: I live in Lisbon!")
    remember(talk)
    memory = Memory.objects.get()
    assert set(memory.sources.values_list("message_id", flat=True)) == {first, again}
    assert memory.said_at == Episode.objects.get(message_id=first).said_at


def test_the_later_of_two_that_contradict_holds_and_the_earlier_is_history():
    talk = Talk()
    talk.script("I live in Lisbon.", "Ah.", "I moved to Oslo.", "Cold!", "I live in Lisbon.", "Again?")
    remember(talk)
    lisbon, oslo, again = Memory.objects.order_by("said_at")
    assert [each.state for each in (lisbon, oslo, again)] == [State.SUPERSEDED, State.SUPERSEDED, State.ACTIVE]
    assert (lisbon.superseded_by, oslo.superseded_by, again.superseded_by) == (oslo, again, None)


def test_an_old_line_that_is_read_late_does_not_win():
    talk = Talk()
    old, _, new = talk.script("I live in Lisbon.", "Ah.", "I moved to Oslo.")
    remember(talk)
    Memory.objects.filter(sources__message_id=old).delete()
    Episode.objects.filter(message_id=old).update(read_at=None)
    remember(talk)
    assert list(Memory.objects.order_by("said_at").values_list("state", "sources__message_id")) == [
        (State.SUPERSEDED, old),
        (State.ACTIVE, new),
    ]


def test_a_task_that_breaks_off_leaves_nothing_and_does_it_all_the_next_time(monkeypatch):
    from memory.services import reading

    talk = Talk()
    talk.script("My name is Ines.", "Hello.", "I promise to come back tomorrow.")
    learn = reading.learn

    def broken(*args):
        learn(*args)
        raise RuntimeError("the worker is killed here")

    monkeypatch.setattr(reading, "learn", broken)
    with pytest.raises(RuntimeError):
        remember_talk(talk.id)
    assert not Memory.objects.exists()
    monkeypatch.setattr(reading, "learn", learn)
    remember(talk)
    once = statements(talk.owner)
    remember(talk)
    assert statements(talk.owner) == once
    assert len(once) == 2


def test_on_request_only_what_is_asked_for_is_remembered_and_no_line_is_kept():
    talk = Talk(memory_policy={"mode": "on_request"})
    talk.script("I live in Lisbon.", "Ah.", "Remember that my sister is called Nora.", "I will.")
    remember(talk)
    remember(talk)
    memory = Memory.objects.get()
    assert statements(talk.owner) == ["The player's sister is called Nora."]
    assert memory.provenance == Provenance.ASKED
    assert not Episode.objects.exists()


def test_kinds_that_the_character_leaves_out_are_not_learnt_unless_asked_for():
    talk = Talk(memory_policy={"kinds": ["promise"]})
    talk.script("I live in Lisbon.", "Ah.", "记住，我住在里斯本。", "Hm.", "I promise to write.")
    remember(talk)
    assert set(Memory.objects.values_list("kind", flat=True)) == {"about_player", "promise"}


def test_more_than_the_limit_lets_the_least_important_fade():
    talk = Talk(memory_policy={"limit": 2})
    talk.script("I like tea.", "Ah.", "I live in Lisbon.", "Hm.", "My name is Ines.")
    remember(talk)
    assert dict(Memory.objects.values_list("slot", "state")).values()
    assert statements(talk.owner, state=State.FADED) == ["The player likes tea."]
    assert Memory.objects.filter(state=State.ACTIVE).count() == 2


def test_what_was_forgotten_is_not_learnt_again_from_what_was_said_before():
    talk = Talk()
    talk.script("I live in Lisbon.", "Ah.")
    remember(talk)
    forget(user=talk.owner, memory_id=Memory.objects.get().pk)
    Episode.objects.update(read_at=None)
    remember(talk)
    assert Memory.objects.get().state == State.FORGOTTEN
    talk.script("I live in Lisbon.", "So you said.")
    remember(talk)
    assert list(Memory.objects.order_by("said_at").values_list("state", flat=True)) == [
        State.FORGOTTEN,
        State.ACTIVE,
    ]


def test_what_characters_promise_is_kept_with_the_day_on_which_they_did():
    talk = Talk()
    asked, promised = talk.script("Will you wait?", "I promise I will wait for you.")
    remember(talk)
    [statement] = statements(talk.owner, kind="promise")
    assert statement.startswith("On ")
    assert "Mira promised The player" in statement
    assert Memory.objects.get().sources.get().message_id == promised
    assert Message.objects.filter(pk=asked).exists()
