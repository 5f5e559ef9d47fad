"""The routes of the stand-in: the OpenAI protocol, and /standin/* for tests that ask what was sent."""

import base64
import json
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from inference.standin import behaviours, judge, pictures, schema, vectors
from inference.standin.behaviours import Behaviour, Failure
from inference.standin.http import Connection, Request, problem
from inference.standin.playback import Pace, Playback
from inference.standin.prompt import Prompt, count_tokens, prompt_of
from inference.standin.record import Entry, Records
from inference.standin.steps import End, Finish, Raw, Steps, Wait
from inference.standin.understudy import drafts, speak

MODELS = ("understudy", "understudy-paints", "text-embedding-3-small", "omni-moderation-latest")
MAX_DIMENSIONS = 4096
REMEMBERED = 4096
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DEFAULT_PACE = Pace(first=0.25, rate=30)


class Standin:
    def __init__(
        self, *, pace: Pace = DEFAULT_PACE, keep: int = 256, key: str = "", loopback_only: bool = True
    ) -> None:
        self.pace, self.key, self.loopback_only = pace, key, loopback_only
        self.records = Records(keep)
        self._asked: OrderedDict[tuple[str, bytes], int] = OrderedDict()

    def connection(self) -> Connection:
        return Connection(self.handle)

    def handle(self, connection: Connection, request: Request) -> None:
        try:
            self._route(connection, request)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            connection.json(400, problem(f"bad request: {error}"))

    def _route(self, connection: Connection, request: Request) -> None:
        # A page elsewhere that points its own name at this machine must not read what players say.
        if self.loopback_only and urlsplit("//" + request.headers.get("host", "")).hostname not in LOOPBACK:
            return connection.json(403, problem("this server answers on loopback only", "permission_error"))
        path = request.path.rstrip("/")
        if path == "/health":
            return connection.json(200, {"status": "ok"})
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return connection.json(401, problem("wrong key", "authentication_error", "invalid_api_key"))
        if path.startswith("/standin"):
            return self._inspect(connection, request, path)
        path = path.removeprefix("/v1")
        if path == "/models" and request.method == "GET":
            data = [{"id": name, "object": "model", "created": 0, "owned_by": "standin"} for name in MODELS]
            return connection.json(200, {"object": "list", "data": data})
        routes: dict[str, Callable[[Connection, dict[str, Any], Entry], None]] = {
            "/chat/completions": self._chat,
            "/embeddings": self._embed,
            "/moderations": self._moderate,
            "/images/generations": self._draw,
        }
        if path.startswith("/audio/") and request.method == "POST":
            message = "the stand-in has no voice yet; connect a provider for speech"
            return connection.json(501, problem(message, "server_error", "not_implemented"))
        if path not in routes or request.method != "POST":
            return connection.json(404, problem(f"no such route: {request.method} {request.path}"))
        body = request.json()
        if not isinstance(body, dict):
            raise ValueError("the body must be an object")
        entry = self.records.add(request, body)
        routes[path](connection, body, entry)
        return None

    def _inspect(self, connection: Connection, request: Request, path: str) -> None:
        if path == "/standin/requests" and request.method == "DELETE":
            self.records.clear()
            return connection.json(200, {"cleared": True})
        if path == "/standin/requests":
            found = [entry.shown() for entry in self.records.find(request.query)]
            return connection.json(200, {"total": self.records.total, "requests": found})
        return connection.json(404, problem("no such route"))

    def _answer(self, connection: Connection, entry: Entry, status: int, answer: Any, **headers: str) -> None:
        entry.status = status
        entry.end()
        connection.json(status, answer, **headers)

    def _nth(self, model: str, key: bytes) -> int:
        """How often this very thing was asked before."""
        seen = self._asked.pop((model, key), 0)
        self._asked[(model, key)] = seen + 1
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return seen

    def _chat(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        prompt = prompt_of(body)
        if prompt.model == "missing-model":
            missing = problem("no such model", code="model_not_found")
            return self._answer(connection, entry, 404, missing)
        behaviour = behaviours.behaviour_for(prompt.model, default=self.pace, understudy=speak)
        nth = self._nth(prompt.model, prompt.key)
        if behaviour.failure and not (behaviour.failure.times is not None and nth >= behaviour.failure.times):
            return self._fail(connection, entry, behaviour.failure)
        if behaviour.instead:
            return self._instead(connection, entry, behaviour.instead)
        seed = body.get("seed")
        prompt = replace(prompt, take=nth if seed is None else int(seed))
        steps = structured(prompt) if prompt.schema is not None else behaviour.steps(prompt)
        if body.get("stream"):
            options = body.get("stream_options") or {}
            Playback(
                connection,
                steps,
                model=prompt.model,
                pace=behaviour.pace,
                framing=behaviour.framing,
                prompt_tokens=prompt.tokens,
                usage=bool(options.get("include_usage")),
                limit=prompt.limit,
                entry=entry,
            )
        else:
            self._whole(connection, prompt, behaviour, steps, entry)
        return None

    def _fail(self, connection: Connection, entry: Entry, failure: Failure) -> None:
        headers = {"retry_after": failure.retry_after} if failure.retry_after else {}
        message = problem(f"simulated error {failure.status}", "simulated", f"simulated_{failure.status}")
        self._answer(connection, entry, failure.status, message, **headers)

    def _instead(self, connection: Connection, entry: Entry, what: str) -> None:
        page = b"<!doctype html><title>Not a model</title>"
        entry.status = 302 if what == "redirect" else 200
        entry.end()
        location = {"location": "/v1/models"} if what == "redirect" else {}
        connection.head(entry.status, "text/html", length=len(page), **location)
        connection.transport.write(page)
        connection.next()

    def _whole(self, connection: Connection, prompt: Prompt, behaviour: Behaviour, steps: Steps, entry: Entry) -> None:
        """The same steps without a stream; what would break a stream breaks this answer."""
        said: list[str] = []
        finish: str | None = "stop"
        for step in steps:
            if isinstance(step, str):
                if prompt.limit and len(said) >= prompt.limit:
                    finish = "length"
                    break
                said.append(step)
            elif isinstance(step, Finish):
                finish = step.reason
            elif step is End.CUT:
                return connection.transport.abort()
            elif step is End.EOF:
                finish = None
            elif step is End.HANG or isinstance(step, Wait):
                return None
            elif isinstance(step, Raw):
                entry.end()
                connection.head(200, "application/json", length=len(step.data))
                connection.transport.write(step.data)
                return connection.next()
        answer = {
            "id": f"chatcmpl-standin-{entry.id}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": prompt.model,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "".join(said), "refusal": None},
                    "finish_reason": finish,
                    "logprobs": None,
                }
            ],
            "usage": usage(prompt.tokens(), len(said)),
        }
        wait = behaviour.pace.first
        if prompt.model.startswith("sim-") and behaviour.pace.rate:
            wait += len(said) / behaviour.pace.rate
        entry.pieces = len(said)
        self._later(connection, entry, answer, wait)
        return None

    def _later(self, connection: Connection, entry: Entry, answer: Any, wait: float) -> None:
        def deliver() -> None:
            if connection.transport.is_closing():
                entry.end(disconnected=True)
            else:
                self._answer(connection, entry, 200, answer)

        if wait > 0:
            connection.loop.call_later(wait, deliver)
        else:
            deliver()

    def _draw(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        model = str(body.get("model", ""))
        if model == "missing-model":
            return self._answer(connection, entry, 404, problem("no such model", code="model_not_found"))
        data = pictures.drawn(body)
        behaviour = behaviours.behaviour_for(model, default=self.pace, understudy=speak)
        nth = self._nth(model, str(body["prompt"]).encode("utf-8", "surrogatepass"))
        if behaviour.failure and not (behaviour.failure.times is not None and nth >= behaviour.failure.times):
            return self._fail(connection, entry, behaviour.failure)
        if behaviour.instead:
            return self._instead(connection, entry, behaviour.instead)
        wait = pictures.seconds_for(model, self.pace.first)
        if wait is not None:
            self._later(connection, entry, {"created": int(time.time()), "data": data}, wait)
        return None

    def _embed(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        given = body["input"]
        items = [given] if isinstance(given, str) or (given and isinstance(given[0], int)) else list(given)
        texts = [item if isinstance(item, str) else json.dumps(item) for item in items]
        dimensions = int(body.get("dimensions") or vectors.DIMENSIONS)
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise ValueError("dimensions out of range")
        found: list[Any] = [vectors.vector(text, dimensions) for text in texts]
        if body.get("encoding_format") == "base64":
            found = [base64.b64encode(struct.pack(f"<{dimensions}f", *values)).decode() for values in found]
        tokens = sum(count_tokens(text) for text in texts)
        data = [{"object": "embedding", "index": i, "embedding": values} for i, values in enumerate(found)]
        answer = {
            "object": "list",
            "model": body.get("model", ""),
            "data": data,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
        self._answer(connection, entry, 200, answer)

    def _moderate(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        given = body["input"]
        texts = [given] if isinstance(given, str) else [str(one) for one in given]
        results = [judge.judge(text) for text in texts]
        answer = {"id": f"modr-standin-{entry.id}", "model": body.get("model", ""), "results": results}
        self._answer(connection, entry, 200, answer)


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def structured(prompt: Prompt) -> Steps:
    """JSON that the asked-for schema accepts, in pieces like any text."""
    assert prompt.schema is not None
    seed = int.from_bytes(blake2b(prompt.key + bytes([prompt.take % 256]), digest_size=4).digest(), "big")
    instance = schema.Filler(prompt.schema, drafts(prompt), seed).fill()
    text = json.dumps(instance, ensure_ascii=False)
    yield from (text[i : i + 8] for i in range(0, len(text), 8))
