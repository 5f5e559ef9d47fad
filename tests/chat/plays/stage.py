"""Plays for tests: the small story, or one of the house, begun by somebody."""

from dataclasses import dataclass
from typing import Any

from accounts.ids import uuid7
from accounts.models import User
from characters.models import Visibility
from characters.services import create_version
from chat.models import Conversation, PlayEntry
from chat.plays.staged import entry_row
from chat.selectors.plays import staged_at
from chat.services.plays.starting import start_play
from stories.models import Story
from stories.rules import Action
from stories.services import create_story, put_on_stage
from tests.chat.client import Frame, Page
from tests.chat.rooms.stage import Room, RoomStage, person, said
from tests.chat.stage import in_database, sign_in
from tests.stories.conftest import SMALL


def small_story(owner: User, source: str = SMALL) -> Story:
    """Everybody may play it by its link."""
    story = create_story(owner=owner, source=source)
    assert story.published is not None
    put_on_stage(story=story, version=story.published, visibility=Visibility.UNLISTED)
    return story


def begun(user: User, story: Story, model: str = "script-3", **given: Any) -> Conversation:
    """Its cast is answered for by this behaviour of the stand-in."""
    assert story.published is not None
    talk = start_play(user=user, version=story.published, **{"seed": "s"} | given)
    for member in talk.cast.select_related("character", "version"):
        name = member.version.name
        edition = {"name": name, "description": "…", "generation": {"model": model}}
        [version] = create_version(character=member.character, editions={"en": edition})
        talk.cast.filter(pk=member.pk).update(version=version)
    return talk


@dataclass
class Acting:
    """What came of an action: its events, its `ack`, or the error."""

    answer: Frame
    events: list[Frame]


class PlayStage(RoomStage):
    async def begun(self, model: str = "script-3", source: str = SMALL, **given: Any) -> Room:
        def make() -> Room:
            owner = person("Alice")
            return Room(begun(owner, small_story(owner, source), model, **given), sign_in(owner), {})

        made = await in_database(make)
        self.talks.append(made.talk)
        return made


async def act(page: Page, verb: str, target: str = "", item: str = "", **fields: Any) -> Acting:
    """Without waiting for what is said of it."""
    client_id = fields.pop("client_id", None) or uuid7()
    seen = len(page.frames)
    args = {"args": {"item": item}} if item else {}
    await page.send("action", action_id=verb, target_id=target, client_id=client_id, **args, **fields)
    answer = await page.wait_for("ack", "error", client_id=str(client_id))
    return Acting(answer, [frame for frame in page.frames[seen:] if frame["type"] == "game_event"])


def did(talk: Conversation, verb: Any, target: str = "", item: str = "", *, after: Any) -> Any:
    """An action as it lies in the database, without anybody who answers; the message it hangs on."""
    play = talk.play
    happened = staged_at(play, after).act(Action(verb, target, item))
    talk.head_id = after
    line = said(talk, talk.owner)
    play.count += 1
    play.save(update_fields=["count"])
    PlayEntry.objects.create(play=play, **entry_row(happened.hung_on(line.pk), seq=play.count))
    return line.pk
