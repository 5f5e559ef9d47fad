"""What is known is put right by whose it is: every step has a way back, and nothing is overwritten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, Invalid, NotFound, TooLong
from accounts.ids import uuid7
from chat.selectors.memories import Wish, mind_of_talk, rules_of, wished
from chat.services.edits import edit_in_place, select_alternative
from chat.services.keeping import keep_line
from chat.services.removals import delete_from
from chat.services.undo import undo
from memory.models import Memory, MemorySource, Mode, State
from memory.services.corrections import bring_back, correct, forget, put_together, set_pinned, take_back
from memory.services.memories import MAX_TEXT
from memory.services.wishes import choose_mode, pause
from tests.factories import UserFactory
from tests.memory.known import Acquainted

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Acquainted:
    return Acquainted()


def back(talk: Acquainted, token: str) -> None:
    take_back(**talk.whose, token=token)


def test_what_is_written_by_hand_is_known_in_every_talk_and_sealed(talk: Acquainted) -> None:
    added = talk.write("Ada is afraid of deep water.")
    [known] = talk.mind.believed
    assert (known.text, known.provenance, known.sources) == ("Ada is afraid of deep water.", "by_hand", ())
    assert b"deep water" not in bytes(Memory.objects.get(pk=added.memory_id).text)
    assert talk.write("Ada is afraid of deep water.").undo == "", "said twice it is known once"
    back(talk, added.undo)
    assert talk.believed == []


def test_other_words_stand_before_the_old_ones_and_come_from_the_same_lines(talk: Acquainted) -> None:
    [line] = talk.script("I live in York.")
    kept = talk.keep(line, text="Ada lives in York.")
    changed = correct(user=talk.owner, memory_id=kept.memory_id, text="Ada lives in Ghent.")
    assert talk.standing() == {"Ada lives in Ghent.": "believed", "Ada lives in York.": "superseded"}
    [known] = talk.mind.believed
    assert [each.text for each in known.earlier] == ["Ada lives in York."]
    assert [each.message_id for each in known.sources] == [line]
    back(talk, changed.undo)
    assert talk.standing() == {"Ada lives in York.": "believed"}


def test_two_windows_that_change_the_same_do_not_lose_anything(talk: Acquainted) -> None:
    first = talk.write("Ada has a brother.")
    correct(user=talk.owner, memory_id=first.memory_id, text="Ada has two brothers.")
    with pytest.raises(Conflict):
        correct(user=talk.owner, memory_id=first.memory_id, text="Ada has no brother.")
    assert talk.believed == ["Ada has two brothers."]


def test_a_later_change_is_undone_first(talk: Acquainted) -> None:
    one = talk.write("One")
    two = correct(user=talk.owner, memory_id=one.memory_id, text="Two")
    three = correct(user=talk.owner, memory_id=two.memory_id, text="Three")
    with pytest.raises(Conflict):
        back(talk, two.undo)
    back(talk, three.undo)
    back(talk, two.undo)
    assert talk.believed == ["One"]
    with pytest.raises(Invalid):
        back(talk, two.undo)


def test_kind_and_weight_change_in_place(talk: Acquainted) -> None:
    added = talk.write("Ada likes plums.")
    changed = correct(user=talk.owner, memory_id=added.memory_id, kind="preference", importance=100)
    [known] = talk.mind.known
    assert (known.id, known.kind, known.weight) == (added.memory_id, "preference", 5)
    back(talk, changed.undo)
    assert talk.mind.known[0].kind == "about_player"


def test_forgotten_is_forgotten_with_all_that_stood_behind_it_until_undone(talk: Acquainted) -> None:
    one = talk.write("Ada owns a boat.")
    two = correct(user=talk.owner, memory_id=one.memory_id, text="Ada owns two boats.")
    set_pinned(user=talk.owner, memory_id=two.memory_id, pinned=True)
    gone = forget(user=talk.owner, memory_id=two.memory_id)
    assert set(talk.standing().values()) == {"forgotten"}, "what was corrected does not come back by forgetting"
    back(talk, gone.undo)
    [known] = talk.mind.believed
    assert (known.text, known.pinned) == ("Ada owns two boats.", True)
    assert talk.standing()["Ada owns a boat."] == "superseded"


def test_what_is_forgotten_or_faded_can_be_brought_back(talk: Acquainted) -> None:
    added = talk.write("Ada sings.")
    forget(user=talk.owner, memory_id=added.memory_id)
    again = bring_back(user=talk.owner, memory_id=added.memory_id)
    assert talk.believed == ["Ada sings."]
    back(talk, again.undo)
    assert talk.believed == []
    Memory.objects.update(state=State.FADED)
    set_pinned(user=talk.owner, memory_id=added.memory_id, pinned=True)
    assert talk.believed == ["Ada sings."], "what is pinned has not faded"
    with pytest.raises(Conflict):
        bring_back(user=talk.owner, memory_id=added.memory_id)


def test_several_become_one_with_all_their_lines(talk: Acquainted) -> None:
    one, two = talk.script("I take my tea black.", "Black it is.")
    first, second = talk.keep(one, text="Ada drinks tea."), talk.keep(two, text="Ada takes it black.")
    set_pinned(user=talk.owner, memory_id=second.memory_id, pinned=True)
    ids = [first.memory_id, second.memory_id]
    merged = put_together(user=talk.owner, memory_ids=ids, text="Ada takes her tea black.")
    [known] = talk.mind.believed
    assert {each.message_id for each in known.sources} == {one, two}
    assert known.pinned
    assert len(known.earlier) == 2
    back(talk, merged.undo)
    assert talk.believed == ["Ada drinks tea.", "Ada takes it black."]
    with pytest.raises(Invalid):
        put_together(user=talk.owner, memory_ids=[first.memory_id] * 2, text="Once")


def test_a_memory_goes_and_comes_with_its_line(talk: Acquainted) -> None:
    [line] = talk.script("I live in York.")
    talk.keep(line)
    assert talk.standing() == {"You: I live in York.": "believed"}
    token = delete_from(**talk.who, message_id=line)
    assert talk.standing() == {"You: I live in York.": "elsewhere"}
    undo(**talk.who, token=token)
    assert talk.believed == ["You: I live in York."]
    edit_in_place(**talk.who, message_id=line, content="I live in Ghent.")
    assert talk.believed == []


def test_another_branch_does_not_know_it_and_what_it_replaced_stands_there(talk: Acquainted) -> None:
    [line] = talk.script("I live in York.")
    first = talk.keep(line, text="Ada lives in York.")
    here = talk.say("A fine town.")
    there = talk.say("Is it?", below=line, role="character")
    moved = talk.say("I have moved to Ghent.", below=there)
    second = talk.keep(moved, text="Ada lives in Ghent.")
    Memory.objects.filter(pk=first.memory_id).update(state=State.SUPERSEDED, superseded_by=second.memory_id)
    assert talk.standing() == {"Ada lives in Ghent.": "believed", "Ada lives in York.": "superseded"}
    select_alternative(**talk.who, message_id=here)
    assert talk.standing() == {"Ada lives in Ghent.": "elsewhere", "Ada lives in York.": "believed"}


def test_remember_this_keeps_what_a_line_says_once_and_can_be_undone(talk: Acquainted) -> None:
    line, reply = talk.script("*I sit down.* My brother is Jonas.", "A sailor's name.")
    kept = talk.keep(line)
    assert talk.keep(line).undo == ""
    talk.keep(reply)
    assert talk.believed == ["Mira: A sailor's name.", "You: I sit down. My brother is Jonas."]
    kinds = {each.text[:4]: each.kind for each in talk.mind.believed}
    assert kinds == {"You:": "about_player", "Mira": "event"}
    back(talk, kept.undo)
    assert talk.believed == ["Mira: A sailor's name."]
    assert not MemorySource.objects.filter(message_id=line).exists()


def test_a_line_longer_than_a_memory_is_kept_as_far_as_it_goes(talk: Acquainted) -> None:
    [line] = talk.script("word " * 800)
    talk.keep(line)
    assert len(talk.believed[0]) <= MAX_TEXT
    assert talk.believed[0].endswith("…")


@pytest.mark.parametrize("mode", ["off", "paused"])
def test_where_nothing_is_kept_nothing_is_kept_on_request_either(talk: Acquainted, mode: str) -> None:
    [line] = talk.script("My brother is Jonas.")
    if mode == "paused":
        pause(**talk.whose, paused=True)
    else:
        choose_mode(**talk.whose, mode=mode)
    with pytest.raises(Forbidden):
        talk.keep(line)
    pause(**talk.whose, paused=False)
    choose_mode(**talk.whose, mode="on_request")
    talk.keep(line)
    assert len(talk.believed) == 1


def test_the_strictest_of_the_three_holds(settings) -> None:
    talk = Acquainted(memory_policy={"mode": "on_request", "kinds": ["fact"], "limit": 5})
    rules = rules_of(user=talk.owner, found=talk.mind)
    assert (rules.mode, rules.character, rules.house, rules.player) == (
        Mode.ON_REQUEST,
        Mode.ON_REQUEST,
        Mode.AUTOMATIC,
        "",
    )
    choose_mode(**talk.whose, mode="automatic")
    assert rules_of(user=talk.owner, found=talk.mind).mode == Mode.ON_REQUEST
    settings.MEMORY = "off"
    assert rules_of(user=talk.owner, found=talk.mind).mode == Mode.OFF
    with pytest.raises(Invalid):
        choose_mode(**talk.whose, mode="sometimes")


def test_a_temporary_talk_leaves_nothing(talk: Acquainted) -> None:
    [line] = talk.script("My brother is Jonas.")
    type(talk.row).objects.filter(pk=talk.id).update(expires_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(Conflict):
        talk.keep(line)


@pytest.mark.parametrize(("text", "error"), [("", Invalid), (" \n ", Invalid), ("x" * (MAX_TEXT + 1), TooLong)])
def test_what_cannot_be_remembered(talk: Acquainted, text: str, error: type[Invalid]) -> None:
    with pytest.raises(error) as refused:
        talk.write(text)
    assert refused.value.extra["field"] == "text"


def test_what_is_looked_for_is_found_by_every_word_and_by_kind(talk: Acquainted) -> None:
    york = talk.write("Ada lives in York, by the river.")
    talk.write("Ada likes plums.", kind="preference")
    correct(user=talk.owner, memory_id=york.memory_id, text="Ada lives in Ghent, by the river.")

    def found(**wish: str) -> list[str]:
        return sorted(each.text[:16] for each in wished(talk.mind.believed, Wish(**wish)))

    assert found(words="RIVER ada") == ["Ada lives in Ghe"]
    assert found(words="york") == ["Ada lives in Ghe"], "what was there before is found too"
    assert found(kind="preference") == ["Ada likes plums."]
    assert found(words="sea") == []


def test_a_stranger_can_neither_read_nor_change_nor_undo(talk: Acquainted) -> None:
    bob = UserFactory()
    [line] = talk.script("My brother is Jonas.")
    kept = talk.keep(line)
    for work in (
        lambda: mind_of_talk(user=bob, conversation_id=talk.id),
        lambda: keep_line(user=bob, conversation_id=talk.id, message_id=line),
        lambda: correct(user=bob, memory_id=kept.memory_id, text="Mine"),
        lambda: forget(user=bob, memory_id=kept.memory_id),
        lambda: set_pinned(user=bob, memory_id=kept.memory_id, pinned=True),
        lambda: take_back(user=bob, character_id=talk.character_id, token=kept.undo),
        lambda: correct(user=talk.owner, memory_id=uuid7(), text="Nobody's"),
        lambda: keep_line(**talk.who, message_id=uuid7()),
    ):
        with pytest.raises(NotFound):
            work()
    assert len(talk.believed) == 1
