"""From which browser and address a session is used: sealed, for the person alone to see."""

import base64
import json
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost
from accounts.limits import client_ip
from accounts.models import Session, User

ORIGIN = "origin"
MAX_AGENT = 300
# The first that is found counts: nearly all of them call themselves Safari, and most Chrome too.
BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


class Origin(NamedTuple):
    agent: str = ""
    address: str = ""


def note_browser(request: HttpRequest) -> None:
    """Keep where this session is used from now, in it."""
    origin = Origin(request.headers.get("User-Agent", "")[:MAX_AGENT], client_ip(request) or "")
    user_id = UUID(request.session[SESSION_KEY])
    with suppress(ContentLost):  # on their way out: their key is gone already
        sealed = cipher_of(User(pk=user_id)).seal(json.dumps(origin), _place(user_id))
        request.session[ORIGIN] = base64.b64encode(sealed).decode()


def origin_in(noted: str, user_id: UUID) -> Origin:
    """What was kept; an empty one where nothing was, or it cannot be read any more."""
    try:
        sealed = base64.b64decode(noted)
        return Origin(*json.loads(cipher_for(key_id_of(sealed)).open(sealed, _place(user_id))))
    except (ContentLost, ValueError):
        return Origin()


def browser_called(agent: str) -> str:
    """What somebody knows their browser as: "Firefox on Linux"."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not say which")


def _place(user_id: UUID) -> Place:
    return Place(Session._meta.db_table, user_id)
