"""Stories of the house, each played to two endings over the socket."""

import pytest

from chat.models import EndingMet
from chat.services.plays.starting import start_play
from stories.books import book_of
from stories.models import Story
from tests.chat.plays.stage import act
from tests.chat.rooms.stage import Room, person
from tests.chat.stage import in_database, sign_in
from tests.stories.ways import SEED, two_ways


@pytest.mark.parametrize("name", ["bell-under-the-lake", "article-fourteen"])
async def test_the_same_start_leads_to_two_endings(plays, name):
    def ready():
        version = Story.objects.get(slug=name).published
        alice = person("Alice")
        talks = [start_play(user=alice, version=version, language="en", seed=SEED) for _ending in range(2)]
        return [Room(talk, sign_in(alice), {}) for talk in talks], two_ways(book_of(version))

    rooms, ways = await in_database(ready)
    for room, (ending, way) in zip(rooms, ways, strict=True):
        plays.talks.append(room.talk)
        page = await plays.open(room.talk, room.host)
        for action in way:
            done = await act(page, action.verb, action.target)
        assert done.events[-1]["payload"]["view"]["ending"]["name"] == ending
    met = await in_database(
        lambda: set(EndingMet.objects.filter(user=room.talk.owner_id).values_list("ending", flat=True))
    )
    assert met == {ending for ending, _way in ways}
    assert len(met) == 2
