"""The routes of the stand-in: the OpenAI protocol, chats of Anthropic's and Gemini's, and /standin/* for tests that
ask what was sent."""

import asyncio
import base64
import json
import re
import struct
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote, urlsplit

from inference.standin import behaviours, hearing, judge, pictures, schema, speech, vectors
from inference.standin.behaviours import Behaviour, Failure
from inference.standin.faces import AnthropicFace, Counted, Face, GeminiFace, OpenAIFace
from inference.standin.faces.openai import failure as openai_failure
from inference.standin.faces.openai import usage
from inference.standin.http import Connection, Request, problem
from inference.standin.playback import Pace, Playback
from inference.standin.prompt import Prompt, count_tokens
from inference.standin.record import Entry, Records
from inference.standin.steps import End, Finish, Odd, Steps, Wait
from inference.standin.understudy import drafts, speak

MODELS = (
    "understudy", "understudy-paints", hearing.EAR, speech.VOICE, "text-embedding-3-small", "omni-moderation-latest",
)  # fmt: skip
MAX_DIMENSIONS = 4096
REMEMBERED = 4096
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DEFAULT_PACE = Pace(first=0.25, rate=30)
GEMINI = re.compile(r"/gemini/v1beta/models/(?P<model>[^/:]+):streamGenerateContent")


class Standin:
    def __init__(
        self, *, pace: Pace = DEFAULT_PACE, keep: int = 256, key: str = "", loopback_only: bool = True
    ) -> None:
        self.pace, self.key, self.loopback_only = pace, key, loopback_only
        self.records = Records(keep)
        self._asked: OrderedDict[tuple[str, bytes], int] = OrderedDict()
        self.ear = hearing.Ear()
        self._listening: set[asyncio.Task[None]] = set()
        self.mouth = speech.Mouth()
        self._speaking: set[asyncio.Task[None]] = set()

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
        if self.key and self.key not in keys_in(request):
            return connection.json(401, problem("wrong key", "authentication_error", "invalid_api_key"))
        if path.startswith("/standin"):
            return self._inspect(connection, request, path)
        if found := GEMINI.fullmatch(path):
            return self._generate(connection, request, unquote(found["model"]))
        path = path.removeprefix("/v1")
        if path == "/models" and request.method == "GET":
            data = [{"id": name, "object": "model", "created": 0, "owned_by": "standin"} for name in MODELS]
            return connection.json(200, {"object": "list", "data": data})
        routes: dict[str, Callable[[Connection, dict[str, Any], Entry], None]] = {
            "/chat/completions": self._complete,
            "/anthropic/v1/messages": self._messages,
            "/embeddings": self._embed,
            "/moderations": self._moderate,
            "/images/generations": self._draw,
            "/audio/speech": self._utter,
        }
        if path == "/audio/transcriptions" and request.method == "POST":
            return self._write_down(connection, request)
        if path.startswith("/audio/") and path not in routes and request.method == "POST":
            message = "the stand-in does nothing else with sound than write it down and speak"
            return connection.json(501, problem(message, "server_error", "not_implemented"))
        if path not in routes or request.method != "POST":
            return connection.json(404, problem(f"no such route: {request.method} {request.path}"))
        body = body_of(request)
        routes[path](connection, body, self.records.add(request, body))
        return None

    def _generate(self, connection: Connection, request: Request, model: str) -> None:
        if request.method != "POST" or request.query.get("alt") != "sse":
            raise ValueError("the stand-in only streams here")
        body = body_of(request)
        entry = self.records.add(request, body, model)
        self._streamed(connection, GeminiFace(body, model), entry)

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

    def _complete(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        face = OpenAIFace(body)
        behaviour = self._behaviour(connection, face, entry)
        if behaviour is None:
            return None
        if body.get("stream"):
            return self._play(connection, face, behaviour, entry)
        prompt, steps = self._steps(face, behaviour)
        return self._whole(connection, prompt, behaviour, steps, entry)

    def _messages(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        self._streamed(connection, AnthropicFace(body), entry)

    def _streamed(self, connection: Connection, face: Face, entry: Entry) -> None:
        if behaviour := self._behaviour(connection, face, entry):
            self._play(connection, face, behaviour, entry)

    def _play(self, connection: Connection, face: Face, behaviour: Behaviour, entry: Entry) -> None:
        _, steps = self._steps(face, behaviour)
        Playback(connection, face, steps, pace=behaviour.pace, framing=behaviour.framing, entry=entry)

    def _behaviour(self, connection: Connection, face: Face, entry: Entry) -> Behaviour | None:
        """What this model does; None when it has been answered already: by an error, or by something else."""
        prompt = face.prompt
        if prompt.model == "missing-model":
            self._fail(connection, face, entry, Failure(404))
            return None
        behaviour = behaviours.behaviour_for(prompt.model, default=self.pace, understudy=speak)
        failure, nth = behaviour.failure, self._asked.get((prompt.model, prompt.key), 0)
        if failure and not (failure.times is not None and nth >= failure.times):
            self._nth(prompt.model, prompt.key)
            self._fail(connection, face, entry, failure)
            return None
        if behaviour.instead:
            self._instead(connection, entry, behaviour.instead)
            return None
        return behaviour

    def _steps(self, face: Face, behaviour: Behaviour) -> tuple[Prompt, Steps]:
        nth = self._nth(face.prompt.model, face.prompt.key)
        prompt = replace(face.prompt, take=nth if face.seed is None else int(face.seed))
        return prompt, structured(prompt) if prompt.schema is not None else behaviour.steps(prompt)

    def _fail(self, connection: Connection, face: Face, entry: Entry, failure: Failure) -> None:
        message, headers = face.failure(failure.status, failure.retry_after)
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
            elif isinstance(step, Odd):
                entry.end()
                connection.head(200, "application/json", length=1)
                connection.transport.write(b"{")
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
            "usage": usage(Counted(prompt.tokens(), len(said))),
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
            message, headers = openai_failure(behaviour.failure.status, behaviour.failure.retry_after)
            return self._answer(connection, entry, behaviour.failure.status, message, **headers)
        if behaviour.instead:
            return self._instead(connection, entry, behaviour.instead)
        wait = pictures.seconds_for(model, self.pace.first)
        if wait is not None:
            self._later(connection, entry, {"created": int(time.time()), "data": data}, wait)
        return None

    def _write_down(self, connection: Connection, request: Request) -> None:
        form = hearing.form_in(request.headers.get("content-type", ""), request.body)
        model, sound = str(form.get("model", "")), form.pop("file")[hearing.HEAD :]
        entry = self.records.add(request, form | {"bytes": len(sound)})
        behaviour = behaviours.behaviour_for(model, default=Pace(0, 0), understudy=speak)
        if (failure := behaviour.failure) and not (
            failure.times is not None and self._nth(model, b"") >= failure.times
        ):
            message, headers = openai_failure(failure.status, failure.retry_after)
            return self._answer(connection, entry, failure.status, message, **headers)
        text = hearing.scripted(model, sound)
        if text is not None:
            return self._later(connection, entry, {"text": text}, behaviour.pace.first)
        task = asyncio.ensure_future(self._hear(connection, sound, str(form.get("language", "")), entry))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)
        return None

    async def _hear(self, connection: Connection, sound: bytes, language: str, entry: Entry) -> None:
        try:
            answer, status = {"text": await self.ear.hear(sound, language)}, 200
        except hearing.CannotHear as error:
            code, message = error.args
            status = 400 if code == "unsupported_language" else 501
            answer = problem(message, "invalid_request_error" if status == 400 else "server_error", code)
        if not connection.transport.is_closing():
            self._answer(connection, entry, status, answer)

    def _utter(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        model, asked = str(body.get("model", "")), speech.asked_in(body)
        behaviour = behaviours.behaviour_for(model, default=Pace(0, 0), understudy=speak)
        nth = self._nth(model, asked["text"].encode("utf-8", "surrogatepass"))
        if behaviour.failure and not (behaviour.failure.times is not None and nth >= behaviour.failure.times):
            message, headers = openai_failure(behaviour.failure.status, behaviour.failure.retry_after)
            return self._answer(connection, entry, behaviour.failure.status, message, **headers)
        if behaviour.instead:
            return self._instead(connection, entry, behaviour.instead)
        if model == "missing-model":
            return self._answer(connection, entry, 404, problem("no such model", code="model_not_found"))
        if model.startswith(("tone", "503")):
            sound = speech.hum(asked, cut=model == "tone-cut")
        elif speech.can_speak():
            sound = self.mouth.say(asked)
        else:
            message = "the stand-in speaks where requirements-voice.txt is installed; or connect a provider"
            return self._answer(connection, entry, 501, problem(message, "server_error", "not_implemented"))
        task = connection.loop.create_task(self._sound(connection, sound, behaviour.pace.first, entry))
        self._speaking.add(task)
        task.add_done_callback(self._speaking.discard)
        return None

    async def _sound(self, connection: Connection, sound: AsyncGenerator[bytes], wait: float, entry: Entry) -> None:
        entry.status = 200
        await asyncio.sleep(wait)
        connection.head(200, "audio/pcm")
        try:
            async with aclosing(sound):
                async for piece in sound:
                    if connection.transport.is_closing():
                        return entry.end(disconnected=True)
                    connection.chunk(piece)
                    entry.pieces += 1
        except (OSError, EOFError):  # whoever speaks has died
            return connection.transport.abort()
        entry.end()
        return connection.end_chunks()

    def _embed(self, connection: Connection, body: dict[str, Any], entry: Entry) -> None:
        """Of a model called `stall`: nothing, ever."""
        if body.get("model") == "stall":
            return
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
        if body.get("model") == "missing-model":
            return self._answer(connection, entry, 404, problem("no such model", code="model_not_found"))
        given = body["input"]
        texts = [given] if isinstance(given, str) else [str(one) for one in given]
        results = [judge.judge(text) for text in texts]
        answer = {"id": f"modr-standin-{entry.id}", "model": body.get("model", ""), "results": results}
        return self._answer(connection, entry, 200, answer)


def body_of(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise ValueError("the body must be an object")
    return body


def keys_in(request: Request) -> tuple[str, ...]:
    """Each vendor has a header of its own for it."""
    headers = request.headers
    return (
        headers.get("authorization", "").removeprefix("Bearer "),
        headers.get("x-api-key", ""),
        headers.get("x-goog-api-key", ""),
    )


def structured(prompt: Prompt) -> Steps:
    """JSON that the asked-for schema accepts, in pieces like any text."""
    assert prompt.schema is not None
    seed = int.from_bytes(blake2b(prompt.key + bytes([prompt.take % 256]), digest_size=4).digest(), "big")
    said = next((line.content for line in reversed(prompt.lines) if line.role == "user"), "")
    instance = schema.Filler(prompt.schema, drafts(prompt), seed, said).fill()
    text = json.dumps(instance, ensure_ascii=False)
    yield from (text[i : i + 8] for i in range(0, len(text), 8))
