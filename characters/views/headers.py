"""What goes with a drawn portrait: packing, tag, and for how long it may be kept."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from characters.pictures import Picture

FOR_EVER = "max-age=31536000, immutable"
PORTRAIT_POLICY = "default-src 'none'; sandbox"


def send_svg(request: HttpRequest, drawn: Picture, *, shared: bool) -> HttpResponse:
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{drawn.tag}{"-gz" if packs else ""}"'
    response: HttpResponse
    if tag in (each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(drawn.packed if packs else drawn.svg, content_type="image/svg+xml; charset=utf-8")
        if packs:
            response["Content-Encoding"] = "gzip"
        response["Content-Security-Policy"] = PORTRAIT_POLICY
    response["Cache-Control"] = f"{'public' if shared else 'private'}, {FOR_EVER}"
    response["ETag"] = tag
    patch_vary_headers(response, ("Accept-Encoding",))
    return response
