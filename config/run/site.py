"""The processes that make a site: a server, a worker, a clock, and a stand-in where no model is named."""

import os

from config.run.address import Address
from config.run.keeper import Keeper
from config.services import ports

CELERY = ("celery", "--quiet", "-A")


class Site:
    def __init__(self, keeper: Keeper, address: Address) -> None:
        self.keeper, self.address = keeper, address
        self.standin_port: int | None = None
        if not (os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_KEY")):
            # Settled before the settings are read: they say where it answers.
            self.standin_port = ports.free_port()
            os.environ["STANDIN_URL"] = f"http://127.0.0.1:{self.standin_port}/v1"

    def open(self) -> None:
        """Start everything; back when the server is ready."""
        if self.standin_port is not None:
            # It remembers no requests: whoever else is on this machine could ask it for them.
            self.keeper.add("stand-in", "inference.standin", "--port", str(self.standin_port), "--keep", "0", "--ready")
        server = self.keeper.add("server", "config.server")
        # That root runs it is known, and on one's own machine no reason to warn.
        os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker")
        self.keeper.add(
            "worker", *CELERY, "config.worker", "worker", "--loglevel=WARNING", "--concurrency=2", "--without-gossip"
        )
        self.keeper.add("beat", *CELERY, "config.celery", "beat", "--loglevel=WARNING", "--pidfile=")
        self.address.wait_for(server)
