"""What comes of actions, by hand; by properties in test_log.py."""

import msgspec
import pytest

from stories.events import Met, Rolled, Told
from stories.rules import Action, Outcome, Refused, act, begin, offered, propose
from stories.rules.proposals import answer_schema, open_proposals
from stories.state import State
from tests.stories.conftest import SMALL, book_of


def play(book, *actions: Action, seed: str = "s") -> Outcome:
    outcome = begin(book, seed)
    for action in actions:
        outcome = act(book, outcome.state, action, seed)
    return outcome


def told(book, outcome: Outcome, language: str = "en") -> list[str]:
    return [book.told(each.path, language, each.lines) for each in outcome.events if isinstance(each, Told)]


def do(verb, target="", item="") -> Action:
    return Action(verb, target, item)


TAKE, DOWN, UP = do("take", "lamp"), do("go", "cellar"), do("go", "tower_top")
LIGHT = (TAKE, DOWN, do("take", "oil"), UP, do("use", "lamp", "oil"))


def test_a_story_begins_with_its_first_scene(lamp):
    outcome = begin(lamp, "s")
    assert told(lamp, outcome) == ["Fog."]
    assert told(lamp, outcome, "zh-hans") == ["有雾。"]
    state = outcome.state
    assert (state.scene, state.place, state.here) == ("tower", "tower_top", {"mira": True, "tam": False})


def test_things_are_taken_used_and_given_and_numbers_stay_in_their_bounds(lamp):
    outcome = play(lamp, *LIGHT)
    assert told(lamp, outcome) == ["It burns."]
    assert (outcome.state.flags["lit"], outcome.state.bonds["mira"]) == (True, 100)
    assert outcome.state.items == {"lamp": "you", "oil": "you", "bell": "tower_top"}
    given = act(lamp, outcome.state, do("give", "mira", "lamp"), "s")
    assert given.state.items["lamp"] == "mira"
    assert act(lamp, given.state, do("use", item="bell"), "s").state.counters["hope"] == 5


def test_what_happens_by_itself_happens_once(lamp):
    outcome = play(lamp, *[do("inspect", "bell")] * 3)
    assert told(lamp, outcome) == ["Heavy.", "Mira looks out."]
    assert outcome.state.counters["hope"] == 1
    assert told(lamp, act(lamp, outcome.state, do("talk", "mira"), "s")) == []


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (do("take", "bell"), "fixed"),
        (do("take", "oil"), "not_here"),
        (do("take", "mira"), "not_here"),
        (do("take", "nothing"), "not_here"),
        (do("use", "lamp", "oil"), "not_yours"),
        (do("use", "lamp"), "unknown"),
        (do("give", "mira", "lamp"), "not_yours"),
        (do("give", "mira"), "unknown"),
        (do("give", "tam", "lamp"), "not_yours"),
        (do("talk", "tam"), "not_here"),
        (do("attack", "tam"), "not_here"),
        (do("attack", "mira", "bell"), "not_yours"),
        (do("go", "tower_top"), "no_road"),
        (do("choose", "wait"), "not_now"),
        (do("choose", "fly"), "unknown"),
        (do("custom", "fly"), "unknown"),
        (do("roll", "luck"), "unknown"),
        (do("inspect", "mira", "lamp"), "not_yours"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_and_changes_nothing(lamp, action, reason):
    state = begin(lamp, "s").state
    before = msgspec.json.encode(state)
    with pytest.raises(Refused) as refused:
        act(lamp, state, action, "s")
    assert refused.value.reason == reason
    assert msgspec.json.encode(state) == before


def test_an_attack_that_the_story_has_no_answer_to_harms_nobody(lamp):
    before = begin(lamp, "s").state
    after = act(lamp, before, do("attack", "mira"), "s").state
    assert changes(before, after) == {"step", "moves"}


def changes(one: State, other: State) -> set[str]:
    return {name for name, value in one.as_dict().items() if other.as_dict()[name] != value}


def test_dice_are_those_of_the_seed_and_of_the_place_in_the_play(lamp):
    def rolls(seed: str, *before: Action) -> Rolled:
        return next(e for e in play(lamp, *before, do("choose", "row"), seed=seed).events if isinstance(e, Rolled))

    assert rolls("s") == rolls("s")
    assert len({rolls(f"{seed}").rolls for seed in range(40)}) > 10
    assert len({rolls("s", *[do("talk", "mira")] * times).rolls for times in range(3)}) == 3
    for seed in range(20):
        roll = rolls(str(seed))
        assert (roll.plus, roll.needs, roll.passed) == (4, 12, sum(roll.rolls) + 4 >= 12)


def test_a_branch_of_the_dice_leads_on(lamp):
    outcome = next(
        found for seed in range(50) if not (found := play(lamp, do("choose", "row"), seed=str(seed))).state.ending
    )
    assert outcome.state.scene == "boat"
    assert outcome.state.moods["tam"] == "fear"
    assert Met("scene", "scenes.boat") in outcome.events
    assert told(lamp, outcome)[-1] == "A boy."


def test_words_depend_on_what_happened(lamp):
    row = do("choose", "row")
    seed = next(str(each) for each in range(50) if play(lamp, row, seed=str(each)).state.counters["hope"] == 2)
    outcome = play(lamp, row, do("choose", "back"), seed=seed)
    assert told(lamp, outcome) == ["Fog.\n\nAgain."]


def test_endings_are_reached_and_nothing_follows(lamp):
    outcome = play(lamp, *LIGHT, do("choose", "wait"))
    assert outcome.state.ending == "dawn"
    assert told(lamp, outcome) == ["They come."]
    assert offered(lamp, outcome.state) == []
    with pytest.raises(Refused, match="over"):
        act(lamp, outcome.state, do("talk", "mira"), "s")


def test_an_ending_may_come_by_itself(lamp):
    row = do("choose", "row")
    seed = next(str(each) for each in range(50) if play(lamp, row, seed=str(each)).state.counters["hope"] == 0)
    assert play(lamp, row, seed=seed).state.ending == "dark"


def test_what_is_offered_is_possible_and_leads_on(lamp):
    state = begin(lamp, "s").state
    assert offered(lamp, state) == [
        do("choose", "row"), do("use", item="bell"), do("custom", "kneel"), do("take", "lamp"), do("go", "cellar"),
    ]  # fmt: skip


def test_nothing_is_offered_twice():
    text = SMALL.replace("verb: use, item: bell", "verb: take, target: lamp")
    for name in ("kneel", "light"):
        text = text.replace(
            f"      {name}: {{verb", f"      more_{name}: {{verb: go, target: cellar}}\n      {name}: {{verb"
        )
    book = book_of(text)
    actions = offered(book, begin(book, "s").state)
    assert len(actions) == len(set(actions))
    assert do("take", "lamp") in actions


def test_a_model_brings_about_what_the_scene_declares_and_no_more(lamp):
    state = begin(lamp, "s").state
    assert list(open_proposals(lamp, state)) == ["warm"]
    asked = ["warm", "warm", "shut", "gold += 999", "hope += 9", "choose wait"]
    after = propose(lamp, state, asked, "s").state
    assert after.bonds["mira"] == 43
    assert changes(state, after) == {"bonds", "done"}
    twice = propose(lamp, after, ["warm"], "s").state
    assert twice.bonds["mira"] == 46
    assert changes(twice, propose(lamp, twice, ["warm"], "s").state) == set()
    assert answer_schema(lamp, state)["properties"]["happened"]["items"] == {"type": "string", "enum": ["warm"]}
    assert answer_schema(lamp, twice)["properties"]["happened"]["maxItems"] == 0


ANSWERED = {
    "inspect": ("target: mira", do("inspect", "mira")),
    "take": ("target: lamp", do("take", "lamp")),
    "use": ("item: bell", do("use", "", "bell")),
    "give": ("item: lamp, target: mira", do("give", "mira", "lamp")),
    "attack": ("target: mira", do("attack", "mira")),
    "go": ("target: cellar", do("go", "cellar")),
    "talk": ("target: mira", do("talk", "mira")),
    "roll": ("target: storm", do("roll", "storm")),
    "custom": ("label: {en: Sing, zh-hans: 唱}", do("custom", "answer")),
}


@pytest.mark.parametrize("verb", ANSWERED)
def test_a_story_answers_to_every_verb_as_it_is_written_and_to_no_other(verb):
    rest, action = ANSWERED[verb]
    written = f"answer: {{verb: {verb}, {rest}, do: warned = true, text: {{en: Answered., zh-hans: 应了。}}}}"
    book = book_of(
        SMALL.replace("      light: {verb", f"      {written}\n      light: {{verb", 1).replace(
            "gift: {verb: give", "gift: {when: lit, verb: give"
        )
    )
    before = play(book, do("take", "lamp")) if verb == "give" else begin(book, "s")
    assert action in offered(book, before.state)
    outcome = act(book, before.state, action, "s")
    assert outcome.state.flags["warned"]
    assert "Answered." in told(book, outcome)
    other = next(each for name, (_rest, each) in ANSWERED.items() if name not in (verb, "roll", "custom", "give"))
    assert not act(book, before.state, other, "s").state.flags["warned"]
