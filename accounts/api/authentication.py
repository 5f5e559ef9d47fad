"""Who is asking: a program with a key, or a browser with a session (and a CSRF token)."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts.api_keys import KeyRefused, find_key
from accounts.models import ApiKey, User


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer drm_…`. A key that does not work is told so, also where a session would do."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            key = find_key(secret.strip().decode("ascii"))
        except UnicodeDecodeError as error:
            raise KeyRefused from error
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
