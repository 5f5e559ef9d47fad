"""Plays of a story of the house, one for each player, made in a process of its own: JSON lines.

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

    from accounts import plans
    from accounts.models import User
    from accounts.people import create_people
    from bench.talks import session_of
    from characters.services import create_version
    from chat.models import CastMember
    from chat.services.plays.starting import start_play
    from stories.models import Story

    people = create_people([User(is_guest=True, plan_id=plans.UNLIMITED) for _ in range(count)], language="en")
    version = Story.objects.get(slug=STORY).published
    assert version is not None
    talks = [start_play(user=user, version=version, language="en", seed=str(at)) for at, user in enumerate(people)]
    first = CastMember.objects.filter(conversation=talks[0]).select_related("character", "version")
    for member in first:
        edition = {"name": member.version.name, "description": "…" * 200, "generation": {"model": model}}
        [played] = create_version(character=member.character, editions={"en": edition})
        CastMember.objects.filter(conversation__in=talks, character=member.character).update(version=played)
    for user, talk in zip(people, talks, strict=True):
        print(json.dumps({"conversation": str(talk.pk), "session": session_of(user)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
