"""People with a talk each, made in a process of its own: JSON lines. `python -m bench.talks MODEL=COUNT …`"""

import json
import os
import sys
from typing import Any

import django


def session_of(user: Any) -> str:
    """The cookie of a browser in which they are signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.sessionstore import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main(wanted: dict[str, int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    django.setup()

    from accounts import plans
    from accounts.consents.answers import answer, newest
    from accounts.models import DataUse, User
    from accounts.people import create_people
    from characters.models import Character, CharacterVersion
    from chat.services.conversations import start_conversation

    for model, count in wanted.items():
        people = create_people([User(is_guest=True, plan_id=plans.UNLIMITED) for _ in range(count)], language="en")
        character = Character.objects.create(owner=people[0], visibility="public")
        version = CharacterVersion.objects.create(
            character=character,
            number=1,
            language="en",
            name="Mira",
            greetings=["*looks up* “Hello {{user}}. Sit down, the soup is still warm.”"],
            description="A tavern keeper who has seen three wars and believes in none of them. " * 6,
            personality="Warm, dry, patient with drunks and impatient with kings.",
            generation={"model": model, "temperature": 0.9},
        )
        for user in people:
            answer(user=user, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
            conversation = start_conversation(owner=user, character=character, version=version)
            print(json.dumps({"model": model, "conversation": str(conversation.pk), "session": session_of(user)}))


if __name__ == "__main__":
    main({model: int(count) for model, _, count in (argument.partition("=") for argument in sys.argv[1:])})
