"""Static files through the server: whole, cacheable, and without a word in the operator's log."""

import http.client

from tests.stack import Server


def test_static_files_come_whole_in_parts_and_not_twice(server: Server) -> None:
    path, before = "/static/css/tokens.css", len(server.said())

    def ask(method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            line.request(method, path, headers=headers)
            answer = line.getresponse()
            return answer, answer.read()
        finally:
            line.close()

    whole, text = ask()
    assert whole.status == 200
    assert whole.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert int(whole.headers["Content-Length"]) == len(text) > 0

    head, nothing = ask("HEAD")
    assert (head.status, nothing, int(head.headers["Content-Length"])) == (200, b"", len(text))

    part, piece = ask(Range="bytes=2-9")
    assert (part.status, piece) == (206, text[2:10])

    again, nothing = ask(**{"If-Modified-Since": whole.headers["Last-Modified"]})
    assert (again.status, nothing, again.headers["Content-Type"]) == (304, b"", None)
    assert "Warning" not in server.said()[before:]
