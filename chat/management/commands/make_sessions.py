import json
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import plans
from accounts.ids import uuid7
from accounts.models import Age, User
from accounts.people import create_people
from accounts.sessions import open_sessions
from characters.models import Character
from characters.selectors import edition_of
from chat.models import Conversation
from chat.services.conversations import start_conversation
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.room import make_room

BATCH = 100


class Command(BaseCommand):
    help = (
        "Fresh accounts without limits, each signed in and with a started conversation: for load and test tools. "
        "Prints one line each; --json makes it one object with user, session_cookie, conversation_id and ws_url."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=_positive, default=1)
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--in-rooms-of", type=_positive, default=1, help="So many of them share a room each.")
        parser.add_argument("--character", help="slug of the preset to talk to; otherwise they take turns")
        parser.add_argument("--language", default="en", choices=[code for code, _ in settings.LANGUAGES])

    def handle(
        self,
        *args: Any,
        count: int,
        as_json: bool,
        character: str | None,
        language: str,
        in_rooms_of: int,
        **options: Any,
    ) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("sessions for tools are not made in production")
        cast = presets(character)
        batch = max(in_rooms_of, BATCH - BATCH % in_rooms_of)  # whole rooms
        for start in range(0, count, batch):
            size = min(batch, count - start)
            for made in make_sessions(count=size, cast=cast, language=language, in_rooms_of=in_rooms_of):
                self.stdout.write(json.dumps(made) if as_json else " ".join(made.values()))


def presets(slug: str | None) -> list[Character]:
    cast = Character.objects.filter(owner=None, deleted_at=None).exclude(slug=None).order_by("slug")
    found = list(cast.filter(slug=slug) if slug else cast)
    if not found:
        raise CommandError(f"no preset character {slug}" if slug else "no preset characters: run load_presets first")
    return found


@transaction.atomic
def make_sessions(*, count: int, cast: list[Character], language: str, in_rooms_of: int = 1) -> list[dict[str, str]]:
    users = create_people(
        [
            User(email=f"session-{uuid7().hex}@example.com", plan_id=plans.UNLIMITED, age=Age.ADULT)
            for _ in range(count)
        ],
        language=language,
    )
    made = []
    for number, (user, cookie) in enumerate(zip(users, open_sessions(users), strict=True)):
        character = cast[number % len(cast)]
        version = edition_of(character, language)
        if number % in_rooms_of == 0:
            conversation = start_conversation(owner=user, character=character, version=version, greeting=0)
            token = _open_room(user, conversation) if in_rooms_of > 1 else ""
        else:
            join_room(user=user, token=token)
        made.append(
            {
                "user": str(user.pk),
                "session_cookie": cookie,
                "conversation_id": str(conversation.pk),
                "ws_url": f"ws://{settings.HOST}:{settings.PORT}/ws/chat/{conversation.pk}/",
            }
        )
    return made


def _open_room(host: User, conversation: Conversation) -> str:
    """The token by which the others come in."""
    make_room(user=host, conversation_id=conversation.pk)
    return invite(user=host, conversation_id=conversation.pk).token


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("at least 1")
    return number
