"""Where somebody may be sent."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether it leads to a page of this site, by a line that is no worse than the one they came by."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
