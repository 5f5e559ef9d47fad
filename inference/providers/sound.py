"""Speech by the OpenAI protocol, over our own connections: as it is made, so that it begins to be heard meanwhile."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from inference.base import BrokenStream, SpeechRequest, TooSlow, Unreachable
from inference.http import ConnectionFailed
from inference.providers.lanes import Lane
from inference.providers.ssml import ssml_of
from inference.refusals import error_for

MOST_BYTES = 64 * 1024 * 1024  # twenty minutes
ERROR_BYTES = 64 * 1024
SAMPLE = 2  # bytes


def arguments(request: SpeechRequest, *, as_ssml: bool = False) -> dict[str, Any]:
    """What was not asked for is left out: strict servers refuse what they do not know. SSML says by itself how it is
    said."""
    if as_ssml:
        return _asked(request, ssml_of(request))
    optional = {"speed": request.speed if request.speed != 1.0 else None, "instructions": request.style or None}
    return _asked(request, request.text) | {name: value for name, value in optional.items() if value is not None}


def _asked(request: SpeechRequest, said: str) -> dict[str, Any]:
    return {"model": request.model, "input": said, "voice": request.voice, "response_format": "pcm"}


class Sound:
    """An answer that is heard while it comes, as a Receiver of it: whole samples, whatever the pieces are."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.said = bytearray()  # in place of sound
        self.heard = 0
        self.moved = asyncio.Event()
        self.whole: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hear = hear
        self._rest = b""

    @property
    def is_sound(self) -> bool:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self.status == 200 and (kind.startswith("audio/") or kind in ("", "application/octet-stream"))

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.headers = status, headers

    def received(self, data: bytes) -> None:
        self.moved.set()
        if not self.is_sound:
            self.said += data[: ERROR_BYTES - len(self.said)]
            return
        data = self._rest + data
        whole = len(data) - len(data) % SAMPLE
        self._rest = data[whole:]
        self.heard += whole
        if self.heard > MOST_BYTES:
            self.ended(ConnectionFailed("too many bytes"))
        elif whole and not self.whole.done():
            self._hear(data[:whole])

    def ended(self, error: ConnectionFailed | None) -> None:
        self.moved.set()
        if self.whole.done():
            return
        if error is None:
            self.whole.set_result(None)
        else:
            self.whole.set_exception(error)


async def ask_to_say(
    lane: Lane, path: str, headers: dict[str, str], body: bytes, hear: Callable[[bytes], None]
) -> None:
    """One attempt. Raises ModelError by cause; once something was heard, one that is not to be repeated."""
    server, sound = lane.server, Sound(hear)
    try:
        connection = await server.connection()
    except ConnectionFailed as error:
        raise Unreachable(str(error)) from error
    try:
        connection.ask(server.request(path, headers, body), sound)
        await _heard_out(sound, lane)
    except ConnectionFailed as error:
        connection.leave()
        raise Unreachable(str(error), code="connection_lost", retryable=not sound.heard) from error
    except BaseException:
        connection.leave()
        raise
    server.keep(connection)
    if sound.status != 200:
        raise error_for(sound.status, sound.headers, bytes(sound.said))
    if not sound.heard:
        raise BrokenStream("no sound in the answer", code="malformed")


async def _heard_out(sound: Sound, lane: Lane) -> None:
    deadlines = lane.endpoint.deadlines
    while not sound.whole.done():
        sound.moved.clear()
        try:
            async with asyncio.timeout(deadlines.between if sound.heard else deadlines.first):
                await sound.moved.wait()
        except TimeoutError:
            error = TooSlow("between_tokens" if sound.heard else "first_token")
            error.retryable = False
            raise error from None
    await sound.whole
