"""Views that come with the first request for them, and with them megabytes that few processes ever need."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from accounts.views import View


def later(name: str) -> View:
    """The view of this dotted name. Django sees a plain one: it may be neither asynchronous nor exempt from CSRF."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = import_string(name)(request, *args, **kwargs)
        return answer

    view.__name__ = name
    return view
