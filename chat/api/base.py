"""What views of conversations share: scopes, who speaks, who comes to listen, the name of a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request

from accounts.api import idempotency
from accounts.api.base import ApiView
from accounts.api.live import LiveView, aside
from accounts.api_keys import Scope
from accounts.errors import Invalid
from accounts.ids import uuid7
from accounts.limits import charge, client_ip, message_buckets
from accounts.models import ApiKey, User
from accounts.visits import Visit, visit_of
from characters.models import Character
from characters.selectors.discovery import may_see
from characters.views.parts import rating_of
from chat.services.turns import Speaker

TAG = "conversations"


class TalkView(ApiView):
    """Guests too, by their session: the page comes here when its socket does not get through."""

    reads: ClassVar[Scope | None] = Scope.CHAT_READ
    writes: ClassVar[Scope | None] = Scope.CHAT_WRITE

    def pay_for_beginning(self) -> None:
        """A talk that is begun costs as much of one's pace as a line. Raises RateLimited."""
        speaker = speaker_of(self.request, self.user)
        self.rates += charge(
            message_buckets(speaker.user_id, speaker.pace, speaker.ip, speaker.key_id),
            closed=speaker.key_id is not None,
        )


class LiveTalkView(LiveView):
    reads: ClassVar[Scope | None] = Scope.CHAT_READ
    writes: ClassVar[Scope | None] = Scope.CHAT_WRITE

    @asynccontextmanager
    async def client_id(self, given: UUID | None = None) -> AsyncIterator[UUID]:
        """The id under which the input is stored once: the client's own, or what its Idempotency-Key stands for."""
        if idempotency.HEADER not in self.request.headers:
            yield given or uuid7()
            return
        row, first = await aside(idempotency.claim, self.request, self.user)
        try:
            yield given or row.pk
        except Exception:
            # What was refused may be put right under the same key.
            await aside(row.delete)
            raise
        if not first:
            self.headers["Idempotency-Replayed"] = "true"


def may_meet(request: Request, user: User, character: Character) -> bool:
    """What is rated above what a browser asked for stays behind its curtain; whoever writes a program asked for it."""
    return isinstance(request.auth, ApiKey) or may_see(user, character, rating_of(request))


def speaker_of(request: Request, user: User) -> Speaker:
    return Speaker(user.pk, user.plan, client_ip(request), key_of(request))


def key_of(request: Request) -> UUID | None:
    return request.auth.pk if isinstance(request.auth, ApiKey) else None


def visit_to(request: Request, user: User) -> Visit:
    """For as long as this session or key holds."""
    if isinstance(request.auth, ApiKey):
        return visit_of(user, key=request.auth)
    return visit_of(user, session_key=request.session.session_key or "")


def uuid_in(asked: dict[str, Any], name: str) -> UUID | None:
    try:
        return UUID(asked[name]) if name in asked else None
    except ValueError:
        raise Invalid(field=name) from None


def seconds_in(asked: dict[str, Any], name: str, *, most: int, default: int = 0) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= most):
        raise Invalid(field=name, limit=most)
    return int(text)
