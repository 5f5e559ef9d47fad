"""`python -m inference.standin --port N`: serve until SIGINT or SIGTERM. No Django, no settings, no files."""

import argparse
import asyncio
import os
import signal

from inference.standin.behaviours import CATALOGUE
from inference.standin.playback import Pace
from inference.standin.server import DEFAULT_PACE, LOOPBACK, Standin

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop  # type: ignore[assignment]


def arguments() -> argparse.Namespace:
    names = "\n".join(f"  {pattern:<68} {what}" for pattern, what, _ in CATALOGUE)
    parser = argparse.ArgumentParser(
        prog="python -m inference.standin",
        description="A local model server that speaks the OpenAI protocol. Not a model.",
        epilog=f"behaviours by model name:\n{names}\n  any other name: the understudy",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--ttft", type=float, default=DEFAULT_PACE.first * 1000, help="ms to the first token")
    parser.add_argument("--tps", type=float, default=DEFAULT_PACE.rate, help="tokens a second, 0 = at once")
    parser.add_argument("--keep", type=int, default=256, help="requests to remember, 0 = none")
    parser.add_argument("--ready", action="store_true", help="the mouth and the ear are started now, not when needed")
    parser.add_argument("--api-key", default=os.environ.get("STANDIN_API_KEY", ""), help="demand this key")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    standin = Standin(
        pace=Pace(options.ttft / 1000, options.tps),
        keep=options.keep,
        key=options.api_key,
        loopback_only=options.host in LOOPBACK,
    )
    server = await loop.create_server(standin.connection, options.host, options.port, backlog=4096)
    if options.ready:
        await asyncio.gather(standin.mouth.open(), standin.ear.open())
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    port = server.sockets[0].getsockname()[1]
    print(f"standin on http://{options.host}:{port}/v1 pid {os.getpid()}", flush=True)  # noqa: T201
    await stop.wait()
    server.close()
    standin.ear.close()
    standin.mouth.close()


def main() -> None:
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(arguments()))


if __name__ == "__main__":
    main()
