"""Alice, and somebody of each role who asks for what is hers."""

import http.client
from functools import cache
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.test import Client

from accounts.guests import BACKEND
from accounts.models import User
from accounts.organisations.people import make_organisation
from tests.factories import GuestFactory, UserFactory
from tests.stack import Server

ROLES = ("anonymous", "guest", "stranger", "owner", "moderator", "operator")
CSRF = "c" * 32


class World:
    """A session for each role. `others`: those of all but the owner, where they are somebody already."""

    def __init__(self, server: Server, others: dict[str, str] | None = None) -> None:
        self.server = server
        self.alice = UserFactory()
        make_organisation(owner=self.alice, name="The Guild")
        self.cookies = (others or sessions_of_others()) | {"owner": session_of(self.alice)}

    def of_another_owner(self) -> "World":
        """Another Alice; who else asks is the same, which serves where they are refused."""
        return World(self.server, {role: cookie for role, cookie in self.cookies.items() if role != "owner"})

    def ask(
        self, role: str, method: str, path: str, data: dict[str, str] | None = None, *, csrf: bool = True
    ) -> tuple[int, bytes]:
        cookies = [self.cookies[role], f"csrftoken={CSRF}"]
        headers = {"Cookie": "; ".join(filter(None, cookies)), "Accept": "text/html"}
        body = None
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"X-CSRFToken": CSRF} if csrf else {}
            body = urlencode(data or {})
        elif data:
            path += f"?{urlencode(data)}"
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


@cache
def shared_world(server: Server) -> World:
    """For what changes nothing; making one takes longer than asking."""
    return World(server)


def sessions_of_others() -> dict[str, str]:
    moderator, operator = UserFactory(is_staff=True), UserFactory(is_staff=True, is_superuser=True)
    moderator.groups.add(Group.objects.get_or_create(name="moderators")[0])
    people: dict[str, User] = {
        "guest": GuestFactory(),
        "stranger": UserFactory(),
        "moderator": moderator,
        "operator": operator,
    }
    return {"anonymous": ""} | {role: session_of(user) for role, user in people.items()}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return f"sessionid={client.cookies['sessionid'].value}"
