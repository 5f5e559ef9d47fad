"""Which state of a thing somebody has read: ETag, If-None-Match, If-Match.

The tag is a digest of what the API says of the thing, so that it changes exactly when that does. What changes without
anybody editing (counters) has no place in what is tagged.
"""

import hashlib
import json
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.api.problems import PreconditionFailed, PreconditionRequired


def etag_of(representation: Any) -> str:
    text = json.dumps(representation, sort_keys=True, cls=JSONEncoder)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tagged(request: Request, representation: Any, *, status: int = 200) -> Response | HttpResponse:
    """The answer with its ETag; 304 without a body to somebody who has it."""
    tag = etag_of(representation)
    known = {each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))}
    response: Response | HttpResponse
    if request.method == "GET" and (tag in known or "*" in known):
        response = HttpResponse(status=304)
    else:
        response = Response(representation, status=status)
    response["ETag"] = tag
    return response


def check_match(request: Request, representation: Any, *, needed: bool = True) -> None:
    """Before a write, under the lock of the row. Raises PreconditionRequired or PreconditionFailed."""
    given = request.headers.get("If-Match", "")
    if not given:
        if needed:
            raise PreconditionRequired
        return
    tags = parse_etags(given)
    # A weak tag promises too little to write on.
    if "*" not in tags and etag_of(representation) not in tags:
        raise PreconditionFailed
