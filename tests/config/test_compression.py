"""What travels compressed, and what must not."""

import gzip

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.compression import Compression

PAGE = "<p>" + "Sit, and be warm. " * 200 + "</p>"


def answered(response: HttpResponse | StreamingHttpResponse, accept: str = "gzip, deflate, br") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accept})
    return Compression(lambda _: response)(request)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("accept", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("gzip, br;q=0", "gzip"), ("br;q=0.5, gzip", "br"), ("", None)],
)
def test_a_page_travels_as_the_browser_takes_it(client: Client, db: None, accept: str, coding: str | None) -> None:
    answer = client.get("/account/login/", headers={"Accept-Encoding": accept})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"] or coding is None
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert b"</html>" in unpack(answer.content)
    assert len(answer.content) == int(answer.headers["Content-Length"])


def test_a_program_gets_gzip_and_the_tag_it_can_write_with(client: Client, db: None) -> None:
    answer = client.get("/api/v1/protocol.json", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    tagged = HttpResponse(PAGE, content_type="application/json", headers={"ETag": '"a"'})
    assert answered(tagged).headers["ETag"] == '"a"'


def test_the_length_of_a_page_changes_by_chance() -> None:
    for accept in ("br", "gzip"):
        assert len({len(answered(HttpResponse(PAGE), accept).content) for _ in range(40)}) > 5


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(b"\x89PNG" * 500, content_type="image/png"),
        HttpResponse(PAGE, headers={"Content-Encoding": "identity"}),
        HttpResponse(PAGE, content_type="text/event-stream"),
        StreamingHttpResponse(["data: one\n\n"] * 500, content_type="text/event-stream"),
        StreamingHttpResponse([PAGE], content_type="text/html"),
    ],
    ids=["short", "picture", "coded", "events", "event stream", "streamed"],
)
def test_this_goes_as_it_is(response: HttpResponse | StreamingHttpResponse) -> None:
    before = dict(response.headers)
    assert answered(response).headers == before
