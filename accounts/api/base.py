"""What every view of the API does: who asks, may they, not too fast; then the view; then what every answer carries."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api import idempotency
from accounts.api.authentication import KeyAuthentication
from accounts.api.idempotency import Replayed
from accounts.api.parsers import JsonParser
from accounts.api.problems import handle
from accounts.api_keys import Scope, ScopeMissing, allows, charge_request
from accounts.errors import Forbidden, Invalid
from accounts.limits import Rates
from accounts.limits.headers import tell
from accounts.models import ApiKey, IdempotentRequest, User

SAFE = ("GET", "HEAD", "OPTIONS")


class AlwaysJson(BaseContentNegotiation):
    """Whatever a client accepts; what is no JSON (a card, a picture) is answered by the view itself."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """`reads` and `writes` are the scopes a key needs; a session needs none. None: any key will do."""

    reads: ClassVar[Scope | None] = None
    writes: ClassVar[Scope | None] = None

    authentication_classes: Sequence[type[BaseAuthentication]] = (KeyAuthentication, SessionAuthentication)
    permission_classes = ()
    throttle_classes = ()
    parser_classes: Sequence[type[BaseParser]] = (JsonParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson
    metadata_class = None

    @property
    def user(self) -> User:
        """Whom the key or the session belongs to."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or idempotency.HEADER not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        self.remembered: IdempotentRequest | None = None
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif self.remembered is not None:
                assert isinstance(response, HttpResponse)
                if isinstance(response, Response):
                    response.render()
                idempotency.remember(self.remembered, response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise NotAuthenticated
        key = request.auth if isinstance(request.auth, ApiKey) else None
        self.rates: Rates = charge_request(user=self.user, key=key)
        scope = self.reads if request.method in SAFE else self.writes
        if key is not None and scope is not None and not allows(key, scope):
            raise ScopeMissing(scope=scope.value)
        if hasattr(self, "remembered"):
            self.remembered = idempotency.begin(request, self.user)

    def handle_exception(self, exc: Exception) -> Any:
        return exc.response if isinstance(exc, Replayed) else super().handle_exception(exc)

    def get_exception_handler(self) -> Any:
        return handle

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        tell(response, getattr(self, "rates", ()))
        # What one person may read is nobody else's, and changes.
        if "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ("Authorization", "Cookie", "Accept-Language"))
        return response


class MembersView(ApiView):
    """Not for guests: what is here belongs to an account that can be come back to."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.user.is_guest:
            raise Forbidden(_("Create an account first."))


def read_body(serializer: type[Serializer[Any]], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The body, checked; what the serializer does not know is refused, so that a typing error is noticed."""
    data = request.data
    if not isinstance(data, Mapping):
        raise Invalid(_("An object is needed here."))
    reader = serializer(data=data, partial=partial)
    unknown = sorted(set(data) - {name for name, field in reader.fields.items() if not field.read_only})
    if unknown:
        raise Invalid(_("There is no such field."), field=unknown[0])
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)


def asked_for(request: Request, *known: str) -> dict[str, str]:
    """The query's values; a name that means nothing here is refused."""
    for name, values in request.query_params.lists():
        if name not in known:
            raise Invalid(_("There is no such parameter."), field=name)
        if len(values) > 1:
            raise Invalid(_("This parameter is given twice."), field=name)
        if "\x00" in values[0] or len(values[0]) > 500:
            raise Invalid(field=name)
    return {name: request.query_params[name] for name in known if name in request.query_params}
