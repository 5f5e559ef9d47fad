"""The children of `make run`: started, started again when they die, ended together."""

import signal
import sys
import time
from collections.abc import Callable

from config.run.child import Child, stop_all

STOP_SECONDS = 2.5  # for the children; the services take well under a second more
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


class Keeper:
    """Starts the children and starts them again when they die, each time after a longer pause."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.makers: dict[str, Callable[[], Child]] = {}
        self.children: dict[str, Child] = {}
        self.started: dict[str, float] = {}
        self.pause: dict[str, float] = {}
        self.due: dict[str, float] = {}

    def add(self, name: str, *module: str) -> Child:
        """`python -m` this."""
        self.makers[name] = lambda: Child(name, [sys.executable, "-m", *module])
        self.pause[name] = 0.5
        return self._start(name)

    def watch(self) -> None:
        """Until somebody asks us to end."""
        while True:
            time.sleep(0.3)
            self.look()

    def look(self) -> None:
        now = time.monotonic()
        for name, child in list(self.children.items()):
            if child.alive:
                continue
            if name not in self.due:
                if now - self.started[name] > STEADY_SECONDS:
                    self.pause[name] = 0.5
                self.say(f"{name} ended ({ending(child)}); starting it again in {self.pause[name]:g} s")
                child.kill()  # what it started goes too
                self.due[name] = now + self.pause[name]
                self.pause[name] = min(self.pause[name] * 2, LONGEST_PAUSE)
            elif now >= self.due[name]:
                del self.due[name]
                self._start(name)

    def stop(self) -> None:
        stop_all(list(self.children.values()), STOP_SECONDS)

    def _start(self, name: str) -> Child:
        self.children[name] = self.makers[name]()
        self.started[name] = time.monotonic()
        return self.children[name]


def ending(child: Child) -> str:
    code = child.process.returncode
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
