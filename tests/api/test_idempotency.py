"""A POST that is sent again gets the first answer, and nothing happens twice."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import IdempotentRequest
from characters.models import Character, Webhook
from tests.api.conftest import Program, refused
from tests.characters.bitmaps import png
from tests.factories import UserFactory

MIRA = {"language": "en", "name": "Mira"}


def test_the_second_time_the_first_answer_comes_again(program: Program) -> None:
    first = program.post("characters/", MIRA, idempotency_key="one")
    again = program.post("characters/", MIRA, idempotency_key="one")
    assert again.content == first.content
    assert [again[name] for name in ("Location", "ETag")] == [first[name] for name in ("Location", "ETag")]
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert "Idempotency-Replayed" not in first
    assert Character.objects.filter(owner__isnull=False).count() == 1


def test_without_a_name_it_happens_twice(program: Program) -> None:
    for _time in range(2):
        program.post("characters/", MIRA)
    assert Character.objects.filter(owner__isnull=False).count() == 2


def test_a_name_is_not_taken_for_another_request(program: Program) -> None:
    program.post("characters/", MIRA, idempotency_key="one")
    refused(program.post("characters/", MIRA | {"name": "Ada"}, idempotency_key="one"), 422, "idempotency_key_reused")
    refused(program.post("drafts/", {}, idempotency_key="one"), 422, "idempotency_key_reused")


def test_what_was_refused_may_be_put_right(program: Program) -> None:
    refused(program.post("characters/", MIRA | {"name": ""}, idempotency_key="one"), 400, "invalid")
    assert program.post("characters/", MIRA, idempotency_key="one").status_code == 201


def test_what_fails_halfway_has_not_happened(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("characters.api.characters.etag_of", fall)
        refused(program.post("characters/", MIRA, idempotency_key="one"), 500, "internal")
    assert not Character.objects.filter(owner__isnull=False).exists()
    assert program.post("characters/", MIRA, idempotency_key="one").status_code == 201


def test_names_are_each_person_s_own(program: Program, bobs: Program) -> None:
    assert program.post("characters/", MIRA, idempotency_key="one").status_code == 201
    answer = bobs.post("characters/", MIRA, idempotency_key="one")
    assert "Idempotency-Replayed" not in answer


def test_after_a_day_a_name_is_free(program: Program) -> None:
    program.post("characters/", MIRA, idempotency_key="one")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert program.post("characters/", MIRA | {"name": "Ada"}, idempotency_key="one").json()["name"] == "Ada"


@pytest.mark.parametrize("name", ["", "x" * 101, "a b", "é"])
def test_a_name_has_a_shape(program: Program, name: str) -> None:
    told = refused(program.post("characters/", MIRA, idempotency_key=name), 400, "invalid")
    assert told["field"] == "Idempotency-Key"


def test_a_secret_that_is_shown_once_is_kept_sealed(program: Program) -> None:
    body = {"url": "https://example.org/hook", "events": ["character.published"]}
    first = program.post("webhooks/", body, idempotency_key="one")
    again = program.post("webhooks/", body, idempotency_key="one")
    secret = first.json()["secret"]
    assert again.json()["secret"] == secret
    assert secret.encode() not in bytes(IdempotentRequest.objects.get().body)
    assert Webhook.objects.count() == 1


def test_the_same_file_is_the_same_request(program: Program) -> None:
    from io import BytesIO

    def bring(data: bytes) -> Any:
        file = BytesIO(data)
        file.name = "mira.png"
        return program.client.post("/api/v1/pictures/", {"file": file}, headers={"idempotency-key": "one"})

    first, again = bring(png()), bring(png())
    assert (first.status_code, again.content) == (201, first.content)
    refused(bring(png(700, 900)), 422, "idempotency_key_reused")


def test_two_at_once_make_one(committed: None) -> None:
    alice = UserFactory()
    program, answers = Program(alice), []

    def ask() -> None:
        try:
            answers.append(program.post("characters/", MIRA, idempotency_key="at-once"))
        finally:
            connections.close_all()

    threads = [Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Character.objects.filter(owner=alice).count() == 1
    connection.close()
