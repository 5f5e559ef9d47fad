"""Plays of a story of the house, one for each player, made in a process of its own: JSON lines, and after them how
often an action waits for the database.

python -m bench.plays MODEL COUNT
"""

import json
import os
import sys

import django

STORY = "bell-under-the-lake"


def main(model: str, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    django.setup()

    from asgiref.sync import async_to_sync

    from accounts import plans
    from accounts.ids import uuid7
    from accounts.models import User
    from accounts.people import create_people
    from bench.talks import session_of
    from bench.trips import trips
    from characters.services import create_version
    from chat.database import close_pool
    from chat.models import CastMember
    from chat.services.plays.acting import accept_action
    from chat.services.plays.starting import start_play
    from stories.models import Story
    from stories.rules import Action

    people = create_people([User(is_guest=True, plan_id=plans.UNLIMITED) for _ in range(count + 1)], language="en")
    version = Story.objects.get(slug=STORY).published
    assert version is not None
    talks = [start_play(user=user, version=version, language="en", seed=str(at)) for at, user in enumerate(people)]
    first = CastMember.objects.filter(conversation=talks[0]).select_related("character", "version")
    for member in first:
        edition = {"name": member.version.name, "description": "…" * 200, "generation": {"model": model}}
        [played] = create_version(character=member.character, editions={"en": edition})
        CastMember.objects.filter(conversation__in=talks, character=member.character).update(version=played)
    for user, talk in zip(people[:count], talks[:count], strict=True):
        print(json.dumps({"conversation": str(talk.pk), "session": session_of(user)}))

    async def acted() -> None:
        await accept_action(
            user_id=people[-1].pk, conversation_id=talks[-1].pk, action=Action("inspect", "rope"), client_id=uuid7()
        )

    async def waits() -> int:
        await acted()  # what a process reads once is no trip of an action's
        try:
            return await trips(acted())
        finally:
            await close_pool()

    print(json.dumps({"trips": async_to_sync(waits)()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
