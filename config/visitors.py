"""Who opens a socket."""

from http.cookies import CookieError
from typing import Any

from django.conf import settings
from django.http.cookie import parse_cookie

from accounts.visits import Visit, find_visit
from chat.database import LOST, in_thread
from chat.services.tickets import redeem, ticket_in


class Visitors:
    """Puts the visit that the session cookie, or a ticket, stands for into the scope; None when nobody is signed in.

    The stack that Channels has for this keeps session and user beside every socket, and looks at the session with every
    frame that is sent: a tenth of what a token costs.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        try:
            who: dict[str, Any] = await visitor(scope) | {"database_away": False}
        except LOST:
            # The socket is accepted all the same: only a close code tells a browser to come again.
            who = {"visit": None, "database_away": True}
        return await self.application(scope | who, receive, send)


async def visitor(scope: dict[str, Any]) -> dict[str, Any]:
    """By the ticket where there is one: then it alone counts, and for the one conversation it was made for."""
    if ticket := ticket_in(scope["query_string"]):
        admission = await redeem(ticket)
        return {"visit": admission.visit, "only": admission.conversation_id} if admission else {"visit": None}
    return {"visit": await visit_under(session_key(scope))}


def session_key(scope: dict[str, Any]) -> str | None:
    cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    try:
        return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None


async def visit_under(key: str | None) -> Visit | None:
    return await _find_visit(key) if key else None


_find_visit = in_thread(find_visit)
