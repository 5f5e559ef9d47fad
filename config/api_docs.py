"""The description of the REST API (OpenAPI), and the page that shows it: made from the code, without a script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.settings import spectacular_settings

Description = Mapping[str, Any]
_DONE = "Done."


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a table: a parameter, or a field of a body or an answer. `depth` is how far inside it lies."""

    name: str
    kind: str
    needed: bool
    says: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    parameters: list[Field]
    takes: str
    body: list[Field]
    answers: list[tuple[str, str]]
    fields: list[Field]


@cache
def description() -> Description:
    """Made once in a process: it depends on the code alone."""
    found: Description = spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema(request=None, public=True)
    return found


@cache
def _as_json() -> bytes:
    return json.dumps(description(), ensure_ascii=False).encode()


@require_safe
@cache_control(public=True, max_age=300)
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_as_json(), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "help/api.html", {"groups": _groups(), "base": request.build_absolute_uri("/api/v1/")})


@cache
def _groups() -> dict[str, list[Operation]]:
    """The operations by their tag, in the order of the addresses."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in description()["paths"].items():
        for method, told in methods.items():
            groups.setdefault(told["tags"][0], []).append(_operation(method, path, told))
    return groups


def _operation(method: str, path: str, told: Description) -> Operation:
    bodies: Mapping[str, Description] = told.get("requestBody", {}).get("content", {})
    takes, body = next(iter(bodies.items()), ("", {}))
    good: Description = next((answer for status, answer in told["responses"].items() if status < "300"), {})
    content: Description = next(iter(good.get("content", {}).values()), {})
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        says=_marked(told.get("description", "").rpartition("\n\n")[0]),
        scope=told.get("x-scope", ""),
        parameters=[
            Field(
                each["name"], _kind(each["schema"]), each.get("required", False), _marked(each.get("description", ""))
            )
            for each in told.get("parameters", [])
        ],
        takes=takes,
        body=list(_fields(body.get("schema", {}), writing=True)),
        answers=[
            (status, _marked(answer.get("description", "")) or _DONE) for status, answer in told["responses"].items()
        ],
        fields=list(_fields(content.get("schema", {}), writing=False)),
    )


def _fields(told: Description, *, writing: bool, depth: int = 0) -> Iterator[Field]:
    """The fields of an object, and of what lies inside it, three levels down. Fields that are alike make one line."""
    told = _plain(told)
    needed = told.get("required", [])
    fields = list(told.get("properties", {}).items())
    alike = len(fields) > 2 and all(inner == fields[0][1] and "properties" in inner for _, inner in fields)
    for name, inner in [(", ".join(name for name, _ in fields), fields[0][1])] if alike else fields:
        whole = _plain(inner)
        if whole.get("readOnly" if writing else "writeOnly"):
            continue
        yield Field(name, _kind(inner), name in needed, _marked(whole.get("description", "")), depth)
        below = _plain(whole["items"]) if whole.get("type") == "array" else whole
        if depth < 2 and "properties" in below:
            yield from _fields(below, writing=writing, depth=depth + 1)


def _marked(text: str) -> str:
    """What stands between backticks is code."""
    pieces = [("code" if place % 2 else "", piece) for place, piece in enumerate(text.split("`"))]
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", each) if kind else each,) for kind, each in pieces)
    )


def _plain(told: Description) -> Description:
    """What a reference refers to; of alternatives the one that says most."""
    while True:
        if "$ref" in told:
            told = description()["components"]["schemas"][told["$ref"].rpartition("/")[2]]
        elif "allOf" in told:
            rest = {name: value for name, value in told.items() if name != "allOf"}
            told = {**_plain(told["allOf"][0]), **rest}
        elif "oneOf" in told:
            told = told["oneOf"][0]
        else:
            return told


def _kind(told: Description) -> str:
    plain = _plain(told)
    kind = plain.get("format") or plain.get("type", "any")
    if kind == "array":
        return f"list of {_kind(plain['items'])}"
    if "enum" in plain:
        return " | ".join(str(each) for each in plain["enum"] if each is not None)
    if "maxLength" in plain:
        kind += f", at most {plain['maxLength']:,} characters"
    if "maximum" in plain and "minimum" in plain:
        kind += f", {plain['minimum']:,} to {plain['maximum']:,}"
    return f"{kind} or null" if plain.get("nullable") or told.get("nullable") else str(kind)
