"""Where a play could come apart: at its end, without its story, for a guest, in another line's place."""

from typing import Any

import pytest

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.models import Plan, User
from chat import protocol
from chat.models import Conversation, EndingMet, PlayEntry
from chat.plays.staged import state_in
from chat.services.plays.acting import accept_action
from chat.services.plays.errors import ActionRefused
from chat.services.turns.room_accept import accept_in_room
from stories.rules import Action
from stories.services.releases import save_version
from stories.services.shelf import delete_story
from stories.state import State
from tests.chat.plays.stage import begun, small_story
from tests.chat.rooms.stage import person
from tests.chat.stage import in_database
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.usefixtures("committed")


async def played(user: User | None = None) -> Conversation:
    def begin() -> Conversation:
        owner = user or person("Alice")
        return begun(owner, small_story(owner))

    return await in_database(begin)


async def does(talk: Conversation, *action: Any, after: Any = None) -> State:
    """The state that it left. Nobody speaks in this process: the turn that begins is over at once."""
    accepted = await accept_action(
        user_id=talk.owner_id, conversation_id=talk.pk, action=Action(*action), client_id=uuid7(), parent_id=after
    )
    await in_database(lambda: talk.turns.filter(status="running").update(status="stopped"))
    assert accepted.event is not None
    return accepted.event.happened.after.state


async def test_nothing_follows_an_ending_and_from_before_it_the_story_goes_on():
    talk = await played()
    begin = talk.head_id
    for action in (("use", "", "bell"), ("take", "lamp"), ("give", "mira", "lamp"), ("choose", "row")):
        await does(talk, *action)
    state = await does(talk, "choose", "on")
    assert state.ending == "sea"
    met = await EndingMet.objects.aget(user=talk.owner_id)
    assert (met.ending, met.conversation_id, met.times) == ("sea", talk.pk, 1)
    with pytest.raises(ActionRefused) as refused:
        await does(talk, "inspect", "mira")
    assert refused.value.extra["reason"] == "over"
    state = await does(talk, "take", "lamp", after=begin)
    assert (state.ending, state.scene, state.items["lamp"]) == ("", "tower", "you")


async def test_a_story_that_is_written_anew_and_then_taken_away_is_played_on_as_it_began():
    talk = await played()

    def change() -> None:
        story = talk.play.version.story
        save_version(
            story=story, source=SMALL.replace("start: 2, low: 0", "start: 1, low: 0").replace("1.0.0", "1.1.0")
        )
        delete_story(story=story)

    await in_database(change)
    state = await does(talk, "use", "", "bell")
    assert state.counters["hope"] == 5
    assert (await does(talk, "go", "cellar")).place == "cellar"


async def test_who_has_no_more_messages_today_does_nothing_and_leaves_no_trace():
    def brief() -> User:
        alice = person("Alice")
        alice.plan, _ = Plan.objects.get_or_create(code="brief", defaults={"messages_per_day": 1})
        alice.save(update_fields=["plan"])
        return alice

    talk = await played(await in_database(brief))
    await does(talk, "take", "lamp")
    with pytest.raises(AllowanceUsedUp):
        await does(talk, "go", "cellar")
    assert await PlayEntry.objects.filter(play=talk.pk).acount() == 2
    await talk.arefresh_from_db()
    assert talk.head_id is not None
    last = await PlayEntry.objects.aget(pk=talk.head_id)
    assert state_in(last.state).place == "tower_top"


async def test_other_words_in_a_lines_place_take_its_deed_back():
    talk = await played()

    async def says(content: str, instead_of: Any = None) -> Any:
        said = await accept_in_room(
            user_id=talk.owner_id, conversation_id=talk.pk, content=content, client_id=uuid7(), instead_of=instead_of
        )
        await in_database(lambda: talk.turns.filter(status="running").update(status="stopped"))
        return said

    taken = await says("I take the lamp.")
    assert taken.event.happened.after.state.items["lamp"] == "you"
    other = await says("What a night.", instead_of=taken.message_id)
    assert other.event is None
    anew = await says("我拿起旧灯。")
    assert anew.event.happened.before.state.items["lamp"] == "tower_top"


@pytest.mark.parametrize("verb", ["custom", "choose", "inspect"])
def test_names_are_short_whatever_is_sent(verb):
    frame = f'{{"type":"action","action_id":"{verb}","target_id":"{"x" * 100_000}","client_id":"{uuid7()}"}}'
    with pytest.raises(protocol.FrameError) as refused:
        protocol.decode(frame)
    assert refused.value.frame.code in ("invalid_frame", "too_long")
    assert len(refused.value.frame.message) < 1_000
