"""A very fast server of the OpenAI streaming protocol, so that what is measured is not the model.

One core sends 138,000 chunks a second. The model's name says what it does:

    sim-ttft50-tps40-n120-stamp     first token after 50 ms, then 40 tokens a second, 120 in all (tps0: no pause)

With `-stamp` each token is " T" and 13 digits, CLOCK_MONOTONIC in microseconds when it was sent. A reader on the
same machine knows then what everything between added, also when tokens were joined on the way, and can tell
missing and doubled ones. One write a token, by absolute deadline: a late timer does not slow the stream.

    python -m bench.upstream --port 9100
"""

import argparse
import asyncio
import json
import re
import socket
import time
from typing import Any

import uvloop

WORDS = (
    " the", " a", " rain", " light", " over", " old", " city", " and", " she", " said", ",", " quiet", " door",
    " open", "ed", " with", " hand", " of", " gold", " as", " if", " time", " had", " stop", "ped", ".",
)  # fmt: skip
PARAMETER = re.compile(r"-(ttft|tps|n)(\d+(?:\.\d+)?)")
STATS = {"streams": 0, "open": 0, "most": 0, "dropped": 0, "chunks": 0}


class Stream:
    """One reply, driven by loop timers: a task for each would cost more than the reply."""

    __slots__ = ("body", "due", "gap", "head", "limit", "link", "n", "sent", "stamp", "tail", "timer", "usage")

    def __init__(self, link: "Link", request: dict[str, Any], body: int) -> None:
        self.link, self.body = link, body
        model = request.get("model", "")
        wants = {name: float(value) for name, value in PARAMETER.findall(model)}
        self.stamp = model.endswith("-stamp")
        self.n = int(wants.get("n", 120))
        self.limit = int(request.get("max_completion_tokens") or request.get("max_tokens") or self.n)
        self.gap = 1 / wants["tps"] if wants.get("tps") else 0.0
        self.sent = 0
        STATS["streams"] += 1
        STATS["open"] += 1
        STATS["most"] = max(STATS["most"], STATS["open"])
        base = (
            f'"id":"chatcmpl-sim{STATS["streams"]:08d}","object":"chat.completion.chunk","created":{int(time.time())},'
            f'"model":{json.dumps(model)},"system_fingerprint":"fp_sim"'
        )
        self.usage = (request.get("stream_options") or {}).get("include_usage") and base
        self.head = f'data: {{{base},"choices":[{{"index":0,"delta":'
        self.tail = ',"logprobs":null,"finish_reason":null}]' + (',"usage":null' if self.usage else "") + "}\n\n"
        link.head(200, b"text/event-stream; charset=utf-8", None)
        self.emit('{"role":"assistant","content":""}')
        wait = wants.get("ttft", 0) / 1000
        self.due = time.monotonic() + wait
        self.timer = link.loop.call_later(wait, self.step) if wait else link.loop.call_soon(self.step)

    def emit(self, delta: str, tail: str = "") -> None:
        self.link.chunk((self.head + delta + (tail or self.tail)).encode())

    def step(self) -> None:
        if self.sent >= min(self.n, self.limit):
            return self.finish()
        if self.link.paused:
            self.timer = None
            return
        text = f" T{time.monotonic_ns() // 1000:013d}" if self.stamp else WORDS[self.sent % len(WORDS)]
        self.emit(f'{{"content":"{text}"}}')
        STATS["chunks"] += 1
        self.sent += 1
        loop = self.link.loop
        self.due += self.gap
        wait = self.due - time.monotonic() if self.gap else 0
        self.timer = loop.call_later(wait, self.step) if wait > 0 else loop.call_soon(self.step)

    def finish(self) -> None:
        reason = "length" if self.limit < self.n else "stop"
        self.emit("{}", self.tail.replace('"finish_reason":null', f'"finish_reason":"{reason}"'))
        if self.usage:
            prompt = self.body // 4
            self.link.chunk(
                f'data: {{{self.usage},"choices":[],"usage":{{"prompt_tokens":{prompt},"completion_tokens":{self.sent},'
                f'"total_tokens":{prompt + self.sent}}}}}\n\n'.encode()
            )
        self.link.chunk(b"data: [DONE]\n\n")
        self.drop()
        self.link.end()

    def resume(self) -> None:
        if self.timer is None:
            self.timer = self.link.loop.call_soon(self.step)

    def drop(self) -> None:
        STATS["open"] -= 1
        self.link.stream = None
        if self.timer is not None:
            self.timer.cancel()


class Link(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as far as clients of models use it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.buffer = b""
        self.stream: Stream | None = None
        self.paused = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.stream:
            STATS["dropped"] += 1
            self.stream.drop()

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        if self.stream:
            self.stream.resume()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.stream is None and self.take():
            pass

    def take(self) -> bool:
        """One whole request, if there is one."""
        head, mark, rest = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return False
        first, *lines = head.split(b"\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        size = int(fields.get(b"content-length", b"0"))
        if len(rest) < size:
            return False
        body, self.buffer = rest[:size], rest[size:]
        method, path, _ = first.decode().split(" ")
        if method == "POST" and path.endswith("/chat/completions"):
            request = json.loads(body)
            if request.get("stream"):
                self.stream = Stream(self, request, size)
                return True
        self.json(200 if path == "/stats" else 404, STATS)
        return True

    def head(self, status: int, kind: bytes, length: int | None) -> None:
        size = b"transfer-encoding: chunked" if length is None else b"content-length: %d" % length
        self.transport.write(b"HTTP/1.1 %d -\r\ncontent-type: %b\r\n%b\r\n\r\n" % (status, kind, size))

    def json(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.head(status, b"application/json", len(body))
        self.transport.write(body)

    def chunk(self, data: bytes) -> None:
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        self.transport.write(b"0\r\n\r\n")
        if self.buffer:
            self.loop.call_soon(self.data_received, b"")


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Link(loop), "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
