"""Each story of the house played to two endings, by the words of its choices, in either language."""

import pytest

from stories.events import Told
from stories.meaning import meant
from stories.rules import Action, act, begin
from stories.rules.act import Outcome
from stories.shipped import shipped
from stories.telling import view

PATHS: dict[str, dict[str, list[str | Action]]] = {
    "bell-under-the-lake": {
        "current": [
            "listen", "own", "room", Action("inspect", "boots"), "show", "carry", "sing", "buy", "jar", "down",
            "market", "wren", "changer", "dusk", "trade",
        ],
        "broken_word": [
            "listen", "own", "knight", "room", "pocket", "name", "sing", "rope", "ask", "down", "road", "rowan", "dawn",
            "hall", "oath",
        ],
    },
    "last-car-across": {
        "stays": [
            "drive", "true", "arrive", "tell", "home", "love", "lost", "take", "tower", "letter", "honest", "down",
            "forgive", "dinner", "leave", "tell", "ask", "morning", "plain", "mend", "airport", "ask",
        ],
        "two_bowls": [
            "refuse", "regret", "home", "lost", "cat", "forgive", "dinner", "leave", "qiao", "morning", "plain",
            "silent", "stall",
        ],
    },
    "article-fourteen": {
        "moved_over": [
            "stop", "truth", "corridor", "move", "round", "names", "leave", "die", "both", "me", "memory", "report",
            "sign", "move",
        ],
        "taken": [
            "arm", "primes", "none", "stand", "wall", "take", "bluff", "none", "lie", "name", "silence", "key",
        ],
    },
}  # fmt: skip


def played(name: str, ending: str, language: str) -> list[Outcome]:
    """The choices are typed in their own words; no dice are cast on these paths."""
    book = shipped()[name]
    outcomes = [begin(book, "s")]
    for step in PATHS[name][ending]:
        state = outcomes[-1].state
        action = step if isinstance(step, Action) else Action("choose", step)
        if not isinstance(step, Action):
            words = next(each.words for each in view(book, state, language).options if each.action == action)
            assert meant(book, state, words) == action
        outcomes.append(act(book, state, action, "s"))
    return outcomes


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("name", "ending"), [(name, ending) for name, paths in PATHS.items() for ending in paths])
def test_a_story_is_played_to_its_end(name, ending, language):
    assert played(name, ending, language)[-1].state.ending == ending


def test_what_was_said_in_the_first_scene_is_read_in_a_later_one():
    book = shipped()["bell-under-the-lake"]
    outcome = begin(book, "s")
    for step in ("ring", "deny", "room"):
        outcome = act(book, outcome.state, Action("choose", step), "s")
    for action in (Action("inspect", "boots"), Action("choose", "show")):
        outcome = act(book, outcome.state, action, "s")
    told = "\n".join(book.told(each.path, "en", each.lines) for each in outcome.events if isinstance(each, Told))
    assert "*Ringer: rang all night, he says.*" in told
    assert "owing: nothing" in book.told("items.jar.about", "en", (0,))
