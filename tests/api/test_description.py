"""The description against a real server: whatever it allows, and much that it does not, is answered as it says."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import plans
from config.api_docs import description
from tests import numbers
from tests.api.conftest import Program
from tests.api.world import a_world
from tests.factories import UserFactory
from tests.stack import Server

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


def test_the_description_is_whole_and_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_description_is_served(server: Server) -> None:
    status, told = server.get_json("/api/v1/schema/")
    assert status == 200
    assert told == json.loads(json.dumps(description()))


def names() -> Iterator[str]:
    """All but event streams, which have no end: tests/chat/test_http_stream.py."""
    for methods in description()["paths"].values():
        for told in methods.values():
            if "text/event-stream" not in json.dumps(told["responses"]):
                yield told["operationId"]


@pytest.fixture(scope="module")
def described() -> Any:
    return schemathesis.openapi.from_dict(json.loads(json.dumps(description())))


def somebody(*, has_everything: bool) -> tuple[Program, dict[str, Any]]:
    """With what the parameters of addresses are called for."""
    program = Program(UserFactory(plan=plans.UNLIMITED))
    return program, a_world(program.made.key.user).arguments if has_everything else {}


@cache
def whoever_only_reads() -> tuple[Program, dict[str, Any]]:
    """One for all operations that change nothing: making one of everything takes longer than asking for it."""
    return somebody(has_everything=True)


@pytest.mark.parametrize("name", [*names()])
def test_every_answer_is_as_described(server: Server, described: Any, name: str) -> None:
    operation = described.find_operation_by_id(name)
    only_reads = operation.method == "get"
    program, arguments = whoever_only_reads() if only_reads else somebody(has_everything="{" in operation.path)
    headers = {"Authorization": f"Bearer {program.made.secret}"}
    kinds = {mode: operation.as_strategy(generation_mode=mode) for mode in GenerationMode}

    @settings(max_examples=numbers.times("requests to an operation"))
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(kinds[data.draw(MODES)])
        if case.path_parameters and data.draw(st.integers(0, 3)):
            # Most of the time something that is there; for a while, since it may be deleted on the way.
            known = arguments | {"format": "lorebook_v3" if "lorebooks" in case.path else "json"}
            case.path_parameters = {each: str(known[each]) for each in case.path_parameters}
        given_headers = {each: value for each, value in (case.headers or {}).items() if each != "Authorization"}
        if "wait" in (case.query or {}) or operation.path.endswith("/poll/"):
            case.query = {**(case.query or {}), "wait": data.draw(st.sampled_from(["0", "1", "-1", "soon"]))}
        if "If-Match" in given_headers and data.draw(st.booleans()):
            given_headers["If-Match"] = "*"
        case.headers = given_headers
        answer = case.call(base_url=server.base_url, headers=headers, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    ask()
