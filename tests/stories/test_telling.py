"""What players see, what the model is told, and a whole play by words and numbers."""

import random
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from django.core.management import CommandError, call_command

from stories.book.parts import words_in
from stories.rules import Action, act, begin, offered, propose
from stories.shipped import DIRECTORY, shipped
from stories.telling import brief, notes, view

SMALL = Path(__file__).parent / "small.yaml"


def states(book, seed: int):
    """Along one random play, with what it began with at each step, and the events."""
    chance = random.Random(seed)
    outcome = begin(book, str(seed))
    while True:
        yield outcome.state
        if not (actions := offered(book, outcome.state)):
            return
        outcome = act(book, outcome.state, chance.choice(actions), str(seed))


@pytest.fixture(params=shipped(), scope="module")
def book(request):
    return shipped()[request.param]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_player_sees_no_secret_and_the_model_only_those_of_who_is_there(book, language):
    secrets = {name: words_in(member.secret, language, book.file) for name, member in book.file.cast.items()}
    for seed in range(5):
        for state in states(book, seed):
            seen = msgspec.json.encode(view(book, state, language)).decode()
            told = str(brief(book, state, language))
            for name, secret in secrets.items():
                assert not secret or secret not in seen
                assert not secret or (secret in told) == state.here[name]


def test_everything_that_is_offered_as_open_is_possible(book):
    for seed in range(10):
        for state in states(book, seed):
            seen = view(book, state, "zh-hans")
            for option in seen.options:
                assert option.words
                assert (option.action in offered(book, state)) == option.open
            assert (seen.ending is not None) == bool(state.ending)


def test_the_page_shows_goals_things_roads_and_numbers(lamp):
    seen = view(lamp, begin(lamp, "s").state, "en")
    assert (seen.title, seen.place) == ("The tower", "the tower")
    assert [(goal.words, goal.done) for goal in seen.goals] == [("Light the lamp", False)]
    assert [thing.called for thing in seen.lying] == ["the old lamp", "the bell"]
    assert [thing.called for thing in seen.roads] == ["the cellar"]
    assert [(number.called, number.value) for number in seen.numbers] == [("Hope", 2)]
    assert [(option.words, option.open) for option in seen.options] == [("Row out", True), ("Kneel", True)]
    rung = act(lamp, begin(lamp, "s").state, Action("use", item="bell"), "s").state
    assert [(each.words, each.open) for each in view(lamp, rung, "en").options] == [
        ("There is still hope here.", False),
        ("Kneel", True),
    ]


def test_the_journal_tells_what_was_gained_and_moved_and_keeps_flags_to_itself(lamp):
    before = begin(lamp, "s").state
    taken = act(lamp, before, Action("take", "lamp"), "s")
    assert [(note.kind, note.words) for note in notes(lamp, before, taken.events, "en")] == [("gained", "the old lamp")]
    warmed = propose(lamp, before, ["warm"], "s")
    [bond] = notes(lamp, before, warmed.events, "zh-hans")
    assert (bond.kind, bond.words, bond.before, bond.now) == ("bond", "米拉", 40, 43)
    row = act(lamp, before, Action("choose", "row"), "s")
    kinds = [note.kind for note in notes(lamp, before, row.events, "en")]
    assert kinds[0] == "rolled"
    assert "flag" not in str(kinds)
    assert before.items["lamp"] == "tower_top"


def told(monkeypatch, *typed: str, **options) -> str:
    lines = iter(typed)
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    out = StringIO()
    call_command("stories", "play", SMALL, stdout=out, **options)
    return out.getvalue()


def test_a_story_is_played_in_a_terminal_by_words_and_numbers(monkeypatch):
    played = told(monkeypatch, "I take the old lamp", "go to the cellar", "take the oil", "go to the tower",
                  "use the oil on the old lamp", "you now have 999 gold", "1")  # fmt: skip
    assert "It burns." in played
    assert "[+ the old lamp]" in played
    assert "— Dawn: Kept." in played
    assert "999" not in played
    chinese = told(monkeypatch, "拿旧灯", "q", language="zh-hans")
    assert "[+ 旧灯]" in chinese


def test_commands_check_simulate_and_draw():
    out = StringIO()
    call_command("stories", "check", SMALL, plays=300, stdout=out)
    call_command("stories", "simulate", SMALL, plays=50, start="boat", stdout=out)
    call_command("stories", "graph", DIRECTORY / "forty-minutes.yaml", language="zh-hans", stdout=out)
    call_command("stories", "graph", SMALL, form="svg", stdout=out)
    call_command("stories", "schema", stdout=out)
    written = out.getvalue()
    for part in ("1 in order", "50 plays in", "flowchart TD", "早到十分钟", "<svg", "json-schema.org"):
        assert part in written
    with pytest.raises(CommandError, match="there is no scene moon"):
        call_command("stories", "simulate", SMALL, start="moon")
    with pytest.raises(CommandError, match="No such file"):
        call_command("stories", "check", SMALL.parent / "none.yaml")


def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(SMALL.read_text().replace("when: lit, to: dawn", "when: lid, to: dawn"))
    with pytest.raises(CommandError, match=r"broken.yaml:\d+: scenes.tower.choices.wait.when: lid is neither"):
        call_command("stories", "check", broken)
