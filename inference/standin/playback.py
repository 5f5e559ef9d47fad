"""Plays the steps of one behaviour as server-sent events, driven by loop timers: no task per stream."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from inference.standin.http import Connection
from inference.standin.record import Entry
from inference.standin.steps import End, Finish, Raw, Step, Steps, Thought, Wait

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to the first token; tokens a second, 0 = as fast as the socket takes them."""

    first: float = 0.0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Framing:
    crlf: bool = False
    # One byte a write, one write a turn of the loop.
    drip: bool = False
    # `data:{…}` without the usual space.
    tight: bool = False


class Playback:
    """A `Sender`. Timing is by absolute deadline, so a late timer does not slow the stream down."""

    def __init__(
        self,
        connection: Connection,
        steps: Steps,
        *,
        model: str,
        pace: Pace,
        framing: Framing,
        prompt_tokens: Callable[[], int],
        usage: bool,
        limit: int,
        entry: Entry,
    ) -> None:
        self.connection, self.loop, self.steps = connection, connection.loop, steps
        self.framing, self.entry, self.limit = framing, entry, limit
        self.prompt_tokens, self.with_usage = prompt_tokens, usage
        self.said = 0
        self.gap = 1 / pace.rate if pace.rate > 0 else 0.0
        self.due = self.loop.time() + pace.first
        self.over = False
        self.waiting_for_room = False
        self.queue = bytearray()
        self.over_after_queue = False
        number = next(_numbers)
        self.base = (
            f'"id":"chatcmpl-standin{number:06d}","object":"chat.completion.chunk",'
            f'"created":{int(time.time())},"model":{json.dumps(model)}'
        )
        connection.sender = self
        connection.head(200, "text/event-stream; charset=utf-8", cache_control="no-cache")
        entry.status = 200
        self._delta({"role": "assistant", "content": ""})
        self._again_at(self.due)

    def resumed(self) -> None:
        if self.waiting_for_room:
            self.waiting_for_room = False
            self._again()

    def lost(self) -> None:
        if not self.over:
            self.over = True
            self.entry.end(disconnected=True)

    def _again(self) -> None:
        self.loop.call_soon(self._play)

    def _again_at(self, due: float) -> None:
        if due > self.loop.time():
            self.loop.call_at(due, self._play)
        else:
            self._again()

    def _play(self) -> None:
        if self.over:
            return
        if self.queue:
            return self._drip()
        if self.connection.paused:
            self.waiting_for_room = True
            return
        step: Step = next(self.steps, Finish())
        if isinstance(step, str | Thought) and self.limit and self.said >= self.limit:
            step = Finish("length")
        match step:
            case str() | Thought():
                self._say(step)
            case Wait():
                self.due = self.loop.time() + step.seconds
            case Raw():
                self._event(step.data)
            case Finish():
                return self._finish(step)
            case End():
                return self._end(step)
        self._again_at(self.due)

    def _say(self, step: str | Thought) -> None:
        self._delta({"content": step} if isinstance(step, str) else {"reasoning_content": step.text})
        self.said += 1
        self.entry.pieces = self.said
        self.due += self.gap

    def _delta(self, delta: dict[str, Any], finish: str | None = None) -> None:
        text = json.dumps(delta, ensure_ascii=False)
        reason = f'"{finish}"' if finish else "null"
        usage = ',"usage":null' if self.with_usage else ""
        self._data(f'{{{self.base},"choices":[{{"index":0,"delta":{text},"finish_reason":{reason}}}]{usage}}}')

    def _data(self, payload: str) -> None:
        end = "\r\n\r\n" if self.framing.crlf else "\n\n"
        colon = "data:" if self.framing.tight else "data: "
        self._event(f"{colon}{payload}{end}".encode())

    def _event(self, data: bytes) -> None:
        if self.framing.drip:
            self.queue += data
        else:
            self.connection.chunk(data)

    def _drip(self) -> None:
        self.connection.chunk(bytes(self.queue[:1]))
        del self.queue[:1]
        if not self.queue and self.over_after_queue:
            return self._close()
        self._again()

    def _finish(self, step: Finish) -> None:
        if step.reason:
            self._delta({}, finish=step.reason)
        if step.usage and self.with_usage:
            # Counted now: a long prompt must not delay the first token.
            prompt = self.prompt_tokens()
            tokens = {
                "prompt_tokens": prompt,
                "completion_tokens": self.said,
                "total_tokens": prompt + self.said,
            }
            self._data(f'{{{self.base},"choices":[],"usage":{json.dumps(tokens)}}}')
        if step.done:
            self._data("[DONE]")
        if not step.close:
            return
        if self.queue:
            self.over_after_queue = True
            self._again()
        else:
            self._close()

    def _close(self) -> None:
        self.over = True
        self.entry.end()
        self.connection.end_chunks()

    def _end(self, step: End) -> None:
        if step is End.CUT:
            self.over = True
            self.entry.end()
            self.connection.transport.abort()
        elif step is End.EOF:
            self._close()
