"""How an operation is described: once here, so that every one names its scope, its headers and its problems alike."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from accounts.api_keys import Scope

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")

_waiting: list[Callable[[], object]] = []


class FieldProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """What was wrong (RFC 9457). `code` is for programs, `detail` for people, in their language."""

    type = serializers.CharField(help_text="urn:dramatis:problem: and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField(required=False, help_text="Which field or parameter was wrong.")
    limit = serializers.JSONField(required=False, help_text="The bound that was broken.")
    scope = serializers.CharField(required=False, help_text="The scope that the key lacks.")
    retry_after = serializers.FloatField(required=False, help_text="Seconds.")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]  # the standard's name


PROBLEMS = {
    400: "Something in the request is wrong: `field` names it, `limit` the bound.",
    401: "No key and no session, or a key that does not work.",
    403: "The key lacks a scope, or you may not do that.",
    404: "There is nothing here, or it is somebody else's: the two look alike.",
    409: "Something stands against it as things are.",
    410: "It was good once, and is not any more.",
    412: "It changed since you read it.",
    413: "Too large; `limit` is in bytes.",
    415: "Another kind of content is needed.",
    422: "This Idempotency-Key was used for another request.",
    428: "If-Match is missing.",
    429: "Too fast; `Retry-After` says when to come again.",
    502: "The model did not answer as asked.",
    503: "Not possible right now; nothing was changed.",
}


def header(name: str, description: str, *, statuses: Sequence[int] = ()) -> OpenApiParameter:
    """Of the request or, with `statuses`, of these answers."""
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, description=description, response=list(statuses) if statuses else False
    )


def query(name: str, description: str, *, type: Any = str, enum: Sequence[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, type, OpenApiParameter.QUERY, description=description, enum=enum)


LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
    OpenApiParameter.QUERY,
    description="Entries a page.",
)
CURSOR = OpenApiParameter(
    "cursor",
    {"type": "string", "maxLength": 500},
    OpenApiParameter.QUERY,
    description="Where the page begins: take it from `next`.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,100}$"},
    OpenApiParameter.HEADER,
    description="Your own name for this request: sent again, it gets the same answer.",
)


def _when_asked(describe: Callable[P, Callable[[F], F]]) -> Callable[P, Callable[[F], F]]:
    """Operations are described with the first look at the description: most processes are never asked for it."""

    @wraps(describe)
    def wait(*args: P.args, **kwargs: P.kwargs) -> Callable[[F], F]:
        def keep(method: F) -> F:
            _waiting.append(lambda: describe(*args, **kwargs)(method))
            return method

        return keep

    return wait


def describe_operations() -> None:
    """What `operation` says of each comes to hang on it."""
    while _waiting:
        _waiting.pop()()


@_when_asked
def operation(
    name: str,
    summary: str,
    *,
    answer: Any = None,
    status: int = 200,
    takes: Any = None,
    media: str = "application/json",
    scope: Scope | None = None,
    tag: str,
    parameters: Sequence[OpenApiParameter] = (),
    tagged: bool = False,
    match: str = "",
    once: bool = False,
    paged: bool = False,
    problems: Sequence[int] = (),
    description: str = "",
    statuses: Mapping[Any, Any] | None = None,
) -> Callable[[F], F]:
    """`tagged`: the answer has an ETag; `match`: "needed" or "optional" If-Match; `once`: takes an Idempotency-Key.

    `statuses` stands in for `answer`: what comes by status, or by status and media type.
    """
    expected = {400, 401, 403, 429, 503, *problems}
    given = list(parameters)
    if tagged:
        given.append(header("ETag", "The state that was answered, for If-Match and If-None-Match.", statuses=[status]))
        if status == 200 and not takes:
            given.append(header("If-None-Match", "An ETag that you have: 304 if nothing changed."))
    if match:
        given.append(header("If-Match", f"The ETag that you read; {match}."))
        expected |= {412, 428} if match == "needed" else {412}
    if once:
        given.append(IDEMPOTENCY_KEY)
        expected |= {409, 422}
    if takes is not None:
        expected |= {413, 415}
    if paged:
        given += [LIMIT, CURSOR]
        answer = _page_of(name, answer)
    answers: dict[Any, Any] = dict(statuses or {})
    if not answers:
        answers = {status: answer if answer is not None else OpenApiResponse(description="Done.")}
    if tagged and status == 200 and not takes:
        answers[304] = OpenApiResponse(description="Nothing changed.")
    for number in sorted(expected):
        answers[(number, "application/problem+json")] = OpenApiResponse(ProblemSerializer, PROBLEMS[number])
    needs = f"Scope `{scope.value}`." if scope else "Any key."
    return extend_schema(
        operation_id=name,
        summary=summary,
        description=f"{description}\n\n{needs}".strip(),
        parameters=given,
        request={media: takes} if takes is not None else None,
        responses=answers,
        tags=[tag],
        extensions={"x-scope": scope.value} if scope else None,
    )


def close_requests(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the description: a field that is not there is refused, in every body."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    return result


def _page_of(name: str, answer: Any) -> Any:
    entries = answer(many=True) if isinstance(answer, type) else answer
    return inline_serializer(
        f"{''.join(part.capitalize() for part in name.split('_'))}Page",
        {"next": serializers.URLField(allow_null=True, help_text="The address of the next page."), "results": entries},
    )


FILE, JSON_FILE = OpenApiTypes.BINARY, OpenApiTypes.OBJECT
