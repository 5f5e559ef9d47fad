"""`make run`: everything the product needs, in the foreground, until Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from types import FrameType, SimpleNamespace
from typing import Any, NoReturn

from config import dotenv
from config import env as environment
from config.run.address import Address
from config.run.keeper import Keeper
from config.run.screen import screen
from config.run.site import Site
from config.services import LocalServices, ServiceError


class Stopped(Exception):
    """Somebody asked us to end."""


def stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> NoReturn:
        ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    """What is being stopped need not be told twice."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def say(line: str) -> None:
    print(line, flush=True)


def run() -> None:
    environment.use(**dotenv.read(dotenv.PROJECT / ".env"))
    address = Address.wanted()
    address.check_free()
    services, keeper = LocalServices(), Keeper(say)
    own = services.services_wanted()
    say("Starting Postgres and Redis" if own else "Using the Postgres and Redis of the environment")
    with services.attached() as variables:
        environment.use(**variables)
        site = Site(keeper, address)
        try:
            values = read_environment()
            told = prepare()
            say("Starting the servers")
            site.open()
            say(
                screen(
                    address=address.url,
                    accounts=told["accounts"],
                    model=told["model"],
                    model_url=None if told["standin"] else values.OPENAI_BASE_URL or "https://api.openai.com/v1",
                    folders=services.folders(),
                )
            )
            keeper.watch()
        finally:
            ignore_signals()
            keeper.stop()


def read_environment() -> SimpleNamespace:
    environment.adopt_local_files()
    environment.use(ALLOWED_HOSTS="localhost", LOG_FORMAT="console", LOG_LEVEL="WARNING", DRAIN_SECONDS="2")
    return environment.load()


def prepare() -> dict[str, Any]:
    """Migrations, presets, static files, demo accounts: in a child, so that this process stays small."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.run.prepare"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate()
    except Stopped:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    if process.returncode:
        raise SystemExit(f"Preparing failed (exit code {process.returncode}); what it said is above.")
    return dict(json.loads(told.strip().splitlines()[-1]))


def main() -> int:
    stop_on_signals()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        run()
    except Stopped:
        say("\nStopped.")
        return 0
    except ServiceError as error:
        print(f"Services: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
