"""Plays the steps of one behaviour as server-sent events, driven by loop timers: no task per stream."""

from dataclasses import dataclass

from inference.standin.faces import Counted, Face
from inference.standin.http import Connection
from inference.standin.record import Entry
from inference.standin.steps import End, Finish, Odd, Step, Steps, Thought, Wait


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
        self, connection: Connection, face: Face, steps: Steps, *, pace: Pace, framing: Framing, entry: Entry
    ) -> None:
        self.connection, self.loop, self.face, self.steps = connection, connection.loop, face, steps
        self.framing, self.entry, self.limit = framing, entry, face.prompt.limit
        self.said = 0
        self.gap = 1 / pace.rate if pace.rate > 0 else 0.0
        self.due = self.loop.time() + pace.first
        self.over = False
        self.waiting_for_room = False
        self.queue = bytearray()
        self.over_after_queue = False
        connection.sender = self
        connection.head(200, "text/event-stream; charset=utf-8", cache_control="no-cache")
        entry.status = 200
        self._event(face.begin())
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
            case Odd():
                self._event(self.face.odd(step))
            case Finish():
                return self._finish(step)
            case End():
                return self._end(step)
        self._again_at(self.due)

    def _say(self, step: str | Thought) -> None:
        self._event(self.face.say(step) if isinstance(step, str) else self.face.think(step.text))
        self.said += 1
        self.entry.pieces = self.said
        self.due += self.gap

    def _event(self, data: bytes) -> None:
        if self.framing.tight:
            data = data.replace(b"data: ", b"data:").replace(b"event: ", b"event:")
        if self.framing.crlf:
            data = data.replace(b"\n", b"\r\n")
        if self.framing.drip:
            self.queue += data
        elif data:
            self.connection.chunk(data)

    def _drip(self) -> None:
        self.connection.chunk(bytes(self.queue[:1]))
        del self.queue[:1]
        if not self.queue and self.over_after_queue:
            return self._close()
        self._again()

    def _finish(self, step: Finish) -> None:
        self._event(self.face.finish(step, counted(self.face, step, self.said) if step.usage else None))
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


def counted(face: Face, step: Finish, said: int) -> Counted:
    """What is reported at the end. Counted only now: a long prompt must not delay the first token."""
    prompt = face.prompt.tokens()
    cached, written = int(prompt * step.cached) or face.cached, face.written
    return Counted(prompt * step.times, said * step.times, cached, written)
