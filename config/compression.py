"""Pages and answers travel compressed: brotli where the browser takes it, else gzip as Django does it.

Sockets do not (docs/adr/0001), nor does an event stream: what is held back to be compressed is not live. Static files
have their own, made beforehand. The length of a page tells an eavesdropper nothing about a secret in it that somebody
else's words are compressed with (BREACH): Django adds a random name to gzip, we add a random comment to HTML in brotli.
"""

import re
import secrets

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

LEAST_BYTES = 512  # below, headers weigh more than what is saved
QUALITY = 4  # a page of 100 KB in two milliseconds
MOST_PADDING = 100
WORDS = re.compile(
    r"text/(?!event-stream)|application/(.*\+)?(json|xml|yaml|javascript|vnd\.oai\.openapi)|image/svg\+xml"
)
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class Compression(GZipMiddleware):
    max_random_bytes = MOST_PADDING

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or len(response.content) < LEAST_BYTES:
            return response
        if response.has_header("Content-Encoding") or not WORDS.match(response.headers.get("Content-Type", "")):
            return response
        # An ETag names the state of a thing, however that travels: it is what a later write is compared with.
        tag = response.headers.get("ETag")
        html = response.headers["Content-Type"].startswith("text/html")
        if html and TAKES_BROTLI.search(request.headers.get("Accept-Encoding", "")):
            self._brotli(response)
        else:
            super().process_response(request, response)
        if tag is not None:
            response.headers["ETag"] = tag
        return response

    def _brotli(self, response: HttpResponse) -> None:
        patch_vary_headers(response, ("Accept-Encoding",))
        padding = secrets.token_urlsafe(MOST_PADDING)[: secrets.randbelow(MOST_PADDING)]
        response.content = brotli.compress(
            response.content + f"<!--{padding}-->".encode(), mode=brotli.MODE_TEXT, quality=QUALITY
        )
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
