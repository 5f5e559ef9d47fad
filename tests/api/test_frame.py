"""What holds for every request, whatever it asks."""

import json

import pytest
from django.test import Client

from accounts.api.parsers import MAX_JSON, JsonParser
from accounts.api.problems import Malformed
from accounts.errors import TooLarge
from accounts.models import User
from tests.api.conftest import Program, refused


def test_an_address_that_does_not_exist_is_a_problem_for_everybody(db: None) -> None:
    for path in ("/api/v1/", "/api/v1/nothing/", "/api/v1/me"):
        for method in ("get", "post", "put", "delete"):
            refused(getattr(Client(), method)(path), 404, "not_found")


def test_a_wrong_method_says_which_are_right(program: Program) -> None:
    answer = program.delete("me/")
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_problems_speak_the_language_that_was_asked_for(db: None) -> None:
    told = Client(headers={"accept-language": "zh-CN"}).get("/api/v1/nothing/").json()
    assert any("一" <= sign <= "鿿" for sign in told["title"])


def test_the_same_state_is_answered_without_a_body(program: Program) -> None:
    tag = program.get("me/")["ETag"]
    again = program.get("me/", if_none_match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert program.get("me/", if_none_match='"other"').status_code == 200


def test_what_one_person_reads_is_not_kept_for_others(program: Program) -> None:
    answer = program.get("me/")
    assert "private" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]


def test_a_head_has_no_body(program: Program) -> None:
    assert program.ask("head", "me/").content == b""


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'"text"', b"7", b"\xff", b'{"a": "\\ud800"}', b"[" * 100_000,
     b'{"a": ' + b"9" * 5_000 + b"}"],
)  # fmt: skip
def test_what_is_no_strict_json_is_refused(text: bytes) -> None:
    import io

    with pytest.raises(Malformed):
        JsonParser().parse(io.BytesIO(text))


def test_a_body_has_a_size() -> None:
    import io

    with pytest.raises(TooLarge) as refusal:
        JsonParser().parse(io.BytesIO(json.dumps({"a": "x" * MAX_JSON}).encode()))
    assert refusal.value.extra["limit"] == MAX_JSON


def test_errors_do_not_show_what_is_inside(program: Program, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("accounts.api.views.display_name", fall)
    told = refused(program.get("me/"), 500, "internal")
    assert "secret" not in json.dumps(told)
