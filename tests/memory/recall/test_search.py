"""What comes up out of Postgres: all that counts, nothing that does not, at once, and in time."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import override_settings

from accounts.encryption import cipher_of
from chat.services.edits import edit_in_place
from chat.services.removals import delete_lines
from inference import questions
from memory.models import Episode, Memory, Pair, Recipe, State
from memory.recall import search
from memory.recall.ranking import Bounds
from memory.recall.search import store
from memory.recall.statements import LIKENESS
from memory.services.corrections import correct, forget, set_pinned, take_back
from memory.services.embedding import embed_pair, reembed, waiting
from memory.services.memories import add_sources, create_memory
from memory.services.pairs import writing
from tests.chat.grown import Talk
from tests.memory.recall.conftest import Ask, scope_of, texts, told_talk
from tests.memory.remembered import remember

pytestmark = pytest.mark.django_db
MODEL = "text-embedding-3-small"
embedded = override_settings(MEMORY_EMBEDDING_MODEL=MODEL)


def learnt(talk: Talk, text: str, *, said_in: UUID | None = None, **fields: Any) -> Memory:
    pair = Pair.objects.get(owner=talk.owner)
    with writing(pair.pk):
        given = {"kind": "event", "conversation_id": talk.id, "importance": 50, "provenance": "by_hand"} | fields
        memory = create_memory(pair, cipher_of(talk.owner), text, **given)
        if said_in is not None:
            add_sources(memory, talk.id, [(said_in, 0)])
    return memory


def test_a_line_comes_up_with_what_it_answers(ask: Ask) -> None:
    talk = told_talk("Which instrument do you play?", "The cello, since I was six.", "And the weather?", "Fine.")
    found = ask("What instrument was it?", talk)
    assert found.state == "done"
    assert [each.answers for each in found.found if each.text.startswith("The cello")] == [
        "Which instrument do you play?"
    ]


def test_what_is_said_later_is_found_without_reading_the_rest_again(ask: Ask) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    ask("Bees?", talk)
    [kept] = store._kept.values()
    before = list(kept.episodes)
    talk.script("The bees sleep in winter.", "I see.")
    remember(talk)
    assert {"I keep bees.", "The bees sleep in winter."} <= set(texts(ask("Bees?", talk)))
    assert all(one is other for one, other in zip(before, kept.episodes, strict=False))


def test_what_was_edited_or_deleted_is_gone_with_the_next_question(ask: Ask) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    [line] = [each.message_id for each in Episode.objects.filter(pair__owner=talk.owner).order_by("said_at")[1:2]]
    assert texts(ask("Bees?", talk))[0] == "I keep bees."
    edit_in_place(**talk.who, message_id=line, content="I keep ducks.")
    assert texts(ask("Bees?", talk)) == []
    remember(talk)
    assert texts(ask("Ducks?", talk))[0] == "I keep ducks."
    delete_lines(**talk.who, message_ids=[line])
    assert texts(ask("Ducks?", talk)) == []


def test_a_forgotten_memory_takes_its_line_along(ask: Ask) -> None:
    talk = told_talk("My locker has number 4711.", "Noted.")
    line = Episode.objects.get(pair__owner=talk.owner, role="player").message_id
    memory = learnt(talk, "The locker is number 4711.", said_in=line)
    assert texts(ask("Which locker?", talk))[0] == "The locker is number 4711."
    forget(user=talk.owner, memory_id=memory.pk)
    assert not [text for text in texts(ask("Which locker?", talk)) if "4711" in text]


def test_what_was_put_into_other_words_stands_for_the_line(ask: Ask) -> None:
    talk = told_talk("My locker has number 4711.", "Noted.")
    line = Episode.objects.get(pair__owner=talk.owner, role="player").message_id
    memory = learnt(talk, "The locker is number 4711.", said_in=line, provenance="rules")
    changed = correct(user=talk.owner, memory_id=memory.pk, text="The locker is number 12.")
    found = texts(ask("Which locker has number 4711?", talk))
    assert found[0] == "The locker is number 12."
    assert "My locker has number 4711." not in found
    take_back(user=talk.owner, character_id=scope_of(talk).character_id, token=changed.undo)
    assert texts(ask("Which locker?", talk))[0] == "The locker is number 4711."


def test_what_comes_from_no_line_counts_only_where_somebody_wrote_it(ask: Ask) -> None:
    talk = told_talk("Hello.", "Good evening.")
    learnt(talk, "The kite is red.", provenance="rules")
    learnt(talk, "The kite is mine.")
    assert texts(ask("Which kite?", talk)) == ["The kite is mine."]


def test_the_later_of_two_holds_on_a_branch_that_knows_it(ask: Ask) -> None:
    talk = told_talk("I live in Rome.", "Lovely.", "I moved, I live in Lisbon.", "Oh!")
    rows = list(Episode.objects.filter(pair__owner=talk.owner, role="player").order_by("said_at"))
    before = learnt(talk, "Lives in Rome.", said_in=rows[0].message_id)
    after = learnt(talk, "Lives in Lisbon.", said_in=rows[1].message_id)
    with writing(before.pair_id):
        Memory.objects.filter(pk=before.pk).update(state=State.SUPERSEDED, superseded_by=after)
    asked = "Where do I live?"
    assert [each.text for each in ask(asked, talk).found if each.source == "memory"] == ["Lives in Lisbon."]
    delete_lines(**talk.who, message_ids=[rows[1].message_id])
    assert [each.text for each in ask(asked, talk).found if each.source == "memory"] == ["Lives in Rome."]


def test_what_goes_into_every_prompt_stands_beside_the_rest(ask: Ask) -> None:
    talk = told_talk("Hello there.", "Hello.")
    learnt(talk, "Is allergic to nuts.", kind="about_player", importance=90)
    learnt(talk, "Owns a red kite.", kind="about_player", importance=30)
    pinned = learnt(talk, "Never mention clowns.", kind="preference")
    set_pinned(user=talk.owner, memory_id=pinned.pk, pinned=True)
    found = ask("Who owns the kite, and are there nuts?", talk)
    assert [each.text for each in found.standing] == ["Never mention clowns.", "Is allergic to nuts."]
    assert texts(found) == ["Owns a red kite."]


def test_other_players_and_other_characters_have_nothing_of_it(ask: Ask) -> None:
    mine, others = told_talk("I keep bees.", "Nice."), told_talk("I keep ducks.", "Nice.")
    assert texts(ask("What do I keep?", mine))[0] == "I keep bees."
    assert texts(ask("What do I keep?", others))[0] == "I keep ducks."
    assert ask("What do I keep?", scope_of(mine, others.owner)).found == ()


# --- with vectors ---


@embedded
def test_meaning_comes_on_top_of_words(ask: Ask, standin: object) -> None:
    talk = told_talk("I keep bees.", "How nice.", "The cellar floods.", "Poor you.")
    pair = Pair.objects.get(owner=talk.owner)
    assert embed_pair(pair.pk) == 0  # whoever remembers what was said has embedded it
    assert str(Recipe.objects.get()).startswith(f"{MODEL}/")
    assert set(Episode.objects.filter(pair=pair).values_list("model", flat=True)) == {str(Recipe.objects.get())}
    found = ask("Does the cellar flood?", talk)
    assert (found.state, texts(found)[0]) == ("done", "The cellar floods.")
    assert found.read > 0
    assert ask("Does the cellar flood?", talk).read == 0  # another take asks nothing


@embedded
def test_a_model_that_hangs_costs_no_more_than_the_budget_and_words_still_find(ask: Ask, standin: object) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    embed_pair(Pair.objects.get(owner=talk.owner).pk)
    Recipe.objects.update(model="stall")
    with override_settings(MEMORY_EMBEDDING_MODEL="stall"):
        ask("Warm", talk)  # the first question loads
        found = ask("Where are the bees?", talk, seconds=1.0)
        assert (found.state, texts(found)[0]) == ("late", "I keep bees.")
        assert 700 <= found.milliseconds <= 1_000
        # After a few of these nobody waits for it, for a while.
        for _ in range(2):
            ask("Where are the bees?", talk, seconds=0.5)
        found = ask("Where are the bees?", talk, seconds=5.0)
        assert (found.state, texts(found)[0]) == ("failed", "I keep bees.")
        assert found.milliseconds < 1_000


@embedded
def test_a_model_that_is_away_leaves_the_words(ask: Ask, standin: object, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    embed_pair(Pair.objects.get(owner=talk.owner).pk)
    monkeypatch.setattr(settings, "MODEL_BASE_URL", "http://127.0.0.1:9/v1")
    found = ask("Where are the bees?", talk, seconds=5.0)
    assert (found.state, texts(found)[0]) == ("failed", "I keep bees.")


def test_without_any_time_nothing_comes_up_and_nobody_hears_an_error(ask: Ask) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    found = ask("Bees?", talk, seconds=0.0)
    assert (found.state, found.found) == ("late", ())


@embedded
def test_what_goes_into_every_prompt_is_there_also_when_the_rest_is_late(ask: Ask, standin: object) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    memory = learnt(talk, "Is allergic to nuts.", kind="about_player", importance=90)
    [line] = Episode.objects.filter(pair__owner=talk.owner).order_by("said_at")[1:2]
    embed_pair(Pair.objects.get(owner=talk.owner).pk)
    ask("Warm", talk)
    found = ask("Bees?", talk, seconds=1.0, hanging=LIKENESS, again={line.pk})
    assert (found.state, found.found) == ("late", ())
    assert [each.id for each in found.standing] == [memory.pk]
    assert [each.id for each in found.again] == [line.pk]


def test_what_stood_in_a_prompt_is_given_again_as_long_as_it_counts(ask: Ask) -> None:
    talk = told_talk("I keep bees.", "How nice.", "The cellar floods.", "Poor you.")
    bees, cellar = Episode.objects.filter(role="player").order_by("said_at")
    ids = {bees.pk, cellar.pk, talk.id}
    assert {each.id for each in ask("Anything?", talk, again=ids).again} == {bees.pk, cellar.pk}
    delete_lines(**talk.who, message_ids=[bees.message_id])
    assert {each.id for each in ask("Anything?", talk, again=ids).again} <= {cellar.pk}


@embedded
def test_vectors_of_another_recipe_are_never_compared(ask: Ask, standin: object) -> None:
    talk = told_talk("I keep bees.", "How nice.")
    pair = Pair.objects.get(owner=talk.owner)
    embed_pair(pair.pk)
    with override_settings(MEMORY_EMBEDDING_MODEL="another-model"):
        talk.script("The bees sleep.", "So.")
        remember(talk)
        assert embed_pair(pair.pk) == 0  # frozen: nothing is mixed
        assert ask("Where are the bees?", talk).read == 0
        assert waiting() == Episode.objects.count()
        reembed()
        assert waiting() == 0
        assert {str(Recipe.objects.get())} == set(Episode.objects.values_list("model", flat=True))
        assert ask("Where are the bees?", talk).read > 0


def test_reembedding_that_was_cut_short_goes_on_where_it_was(ask: Ask, standin: object) -> None:
    talk = told_talk(*(f"Line number {number} of the talk" for number in range(80)))
    pair = Pair.objects.get(owner=talk.owner)
    with embedded:
        _cut_short_and_asked_again(pair)


def _cut_short_and_asked_again(pair: Pair) -> None:

    class Cut(Exception):
        pass

    def cut(count: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        reembed(cut)
    done = set(Episode.objects.filter(pair=pair).exclude(model="").values_list("pk", flat=True))
    assert 0 < len(done) < Episode.objects.filter(pair=pair).count()
    vectors = dict(Episode.objects.filter(pk__in=done).values_list("pk", "embedding"))
    assert reembed() == Episode.objects.filter(pair=pair).count() - len(done)
    again = dict(Episode.objects.filter(pk__in=done).values_list("pk", "embedding"))
    assert all(list(vectors[key]) == list(again[key]) for key in done)
    assert reembed() == 0


def test_as_much_as_is_asked_for_comes_up(ask: Ask) -> None:
    talk = told_talk(*(f"Apples, and number {number}" for number in range(60)))
    assert len(ask("apples", talk).found) == search.MOST_FOUND
    assert len(ask("apples", talk, bounds=Bounds(50)).found) == 50
    assert len(ask("pears", talk, bounds=Bounds(50, weak=True)).found) == 50
    questions.forget()
