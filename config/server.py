"""The ASGI server: uvicorn in this process, on a socket of our own. `python -m config.server [--port N]`"""

import argparse
import errno
import gc
import os
import socket
import sys

SEND_BUFFER = 64 * 1024
USER_TIMEOUT_MS = 20_000
# So many objects more than were let go since, and cycles are looked for. A reply makes thousands that go by themselves:
# with Python's 700 the search was a twentieth of what one costs.
GARBAGE = 10_000


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; what it sets, accepted ones inherit.

    A reader that stops reading holds back at most a small kernel buffer, and one that is gone is noticed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        raise SystemExit(explain(error, host, port)) from None
    return listener


def explain(error: BaseException, host: str, port: int) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"PORT {port} is taken on {host}: stop what listens there, or set PORT to another one"
    if number == errno.EACCES:
        return f"PORT {port} needs rights that this user lacks: set PORT above 1023"
    return f"HOST {host} PORT {port} cannot be listened on: {error}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.conf import settings

    parser = argparse.ArgumentParser(prog="python -m config.server", description="Serve pages, API and sockets.")
    parser.add_argument("--host", default=settings.HOST)
    parser.add_argument("--port", type=int, default=settings.PORT)
    options = parser.parse_args()
    listener = listen(options.host, options.port)

    # What is loaded now stays: nothing of it is garbage while it loads, and no collection looks through it later.
    gc.disable()
    import uvicorn

    from config.asgi import application
    from config.observability import files, tracing
    from config.sockets import BoundedProtocol, Server

    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()

    files.make_room()
    tracing.start("web")
    config = uvicorn.Config(
        application,
        ws=BoundedProtocol,
        ws_per_message_deflate=False,
        ws_max_size=256 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is behind a proxy is Django's to say (TRUSTED_PROXY_COUNT).
        proxy_headers=False,
        # For requests under way; running turns are waited for by the lifespan (DRAIN_SECONDS).
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    server.run(sockets=[listener])
    sys.exit(0 if server.started else 3)


if __name__ == "__main__":
    main()
