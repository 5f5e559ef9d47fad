"""Product errors as the chat's HTTP answers give them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.errors import NotFound, ProductError, SignInNeeded

View = Callable[..., HttpResponseBase]


def answers_json(view: View) -> View:
    """A view for scripts: needs somebody signed in, and turns product errors into `{"error": {...}}`."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if not request.user.is_authenticated:
                raise SignInNeeded
            return view(request, *args, **kwargs)
        except ProductError as error:
            return JsonResponse({"error": error.as_dict()}, status=error.status)

    return wrapped


def page(view: View) -> View:
    """A page: what is not there, or not the viewer's, is a plain 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404(_("There is nothing here.")) from None

    return wrapped
