"""The page of the REST API: all that the description says, shown by this server alone."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from config.api_docs import description

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (path, method, told) for path, methods in description()["paths"].items() for method, told in methods.items()
]


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: Any) -> str:
    """To somebody who is not signed in; it is long, and shown once for all that is looked for on it."""
    with django_db_blocker.unblock():
        text: str = Client().get("/api/docs/").content.decode()
    return text


def part_of(shown: str, name: str) -> str:
    """What is shown of one operation."""
    assert shown.count(f'id="op-{name}"') == 1
    return shown.partition(f'id="op-{name}"')[2].partition("</details>")[0]


def test_every_operation_stands_there_with_its_address_and_what_it_takes_and_answers(shown: str) -> None:
    assert shown.count('class="api__op"') == len(OPERATIONS) > 100
    for path, method, told in OPERATIONS:
        part = part_of(shown, told["operationId"])
        assert f'>{method.upper()}</code> <code class="api__path">{escape(path)}</code>' in part
        assert escape(told["summary"]) in part
        named = [parameter["name"] for parameter in told.get("parameters", [])]
        assert [name for name in named if f"<code>{name}</code>" not in part] == []
        assert [status for status in told["responses"] if f"<code>{status}</code>" not in part] == []
        assert f"<code>{told['x-scope']}</code>" in part if told.get("x-scope") else "Any key" in part


def properties(told: Any) -> list[str]:
    """The fields of a body that is described by name."""
    bodies = told.get("requestBody", {}).get("content", {})
    for body in bodies.values():
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        schema = description()["components"]["schemas"].get(name, {})
        return [field for field, inner in schema.get("properties", {}).items() if not inner.get("readOnly")]
    return []


def test_every_field_of_a_body_is_named(shown: str) -> None:
    looked_at = 0
    for _path, _method, told in OPERATIONS:
        part = part_of(shown, told["operationId"])
        for field in properties(told):
            looked_at += 1
            assert re.search(rf"\b{field}\b", part), (told["operationId"], field)
    assert looked_at > 100


def test_limits_and_needs_are_said(shown: str) -> None:
    part = part_of(shown, "entries_bulk")
    for words in ("action", "enable | disable | delete | place", "entry_ids", "missing_ids", "lore:write"):
        assert words in part


def test_nothing_on_it_comes_from_elsewhere(client: Client, shown: str) -> None:
    addresses = re.findall(r'\b(?:src|href|action|data-[a-z-]+)="([^"]*)"', shown)
    assert [each for each in addresses if re.match(r"(?:[a-z]+:)?//", each)] == []
    assert "script-src 'self'" in client.get("/api/docs/")["Content-Security-Policy"]


def test_other_pages_lead_to_places_that_are_there(shown: str) -> None:
    assert 'id="webhooks"' in shown
    for tag in {told["tags"][0] for _path, _method, told in OPERATIONS}:
        assert f'href="#{tag}"' in shown
        assert f'id="{tag}"' in shown


def test_what_holds_everywhere_is_told_in_both_languages(client: Client, shown: str) -> None:
    assert "428 without, 412 when somebody was faster" in shown
    chinese = client.get("/api/docs/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "If-Match" in chinese
    assert "428 without" not in chinese
