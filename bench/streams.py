"""Goals 1 to 9, 13 and 14: the servers side by side, in shuffled order, a fresh process each time."""

import asyncio
import json
import math
import random
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import asdict

import uvloop

from bench import scenarios
from bench.load import Heard, percentile
from bench.report import Figures
from bench.scenarios import HELD, PACED, START, Person, Seating
from bench.servers import PYTHON, Server, Stage

MOST_HELD = 560
# Where the search begins; it goes on in steps of a tenth, up or down.
LIKELY_HELD = {"product": 240, "tutorial": 55}


def run(work: Awaitable[object]) -> object:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)  # type: ignore[arg-type]


def make_people(stage: Stage, wanted: dict[str, int]) -> list[Person]:
    command = [PYTHON, "-m", "bench.talks", *(f"{model}={count}" for model, count in wanted.items())]
    done = subprocess.run(command, env=stage.environ, stdout=subprocess.PIPE, check=True)
    return [Person(**json.loads(line)) for line in done.stdout.splitlines()]


class Programme:
    def __init__(self, stage: Stage, upstream: Server, figures: Figures, *, rounds: int, quick: bool) -> None:
        self.stage, self.upstream, self.figures = stage, upstream, figures
        self.rounds, self.quick = rounds, quick
        self.say: Callable[[str], None] = print

    def note(self, server: str, heard: Heard) -> None:
        self.figures.errors.update({f"{server}: {why}": count for why, count in heard.errors.items()})

    # ------------------------------------------------------------ goals 1 to 4, 6, 7, 9

    def side_by_side(self) -> None:
        people = make_people(self.stage, {model: count * self.rounds * 2 for model, count in scenarios.SEATS.items()})
        at_product = scenarios.at_product(people)
        for number in range(self.rounds):
            order: list[tuple[str, Callable[[], AbstractContextManager[Server]], Seating]] = [
                ("product", self.stage.product, at_product),
                ("core", self.stage.core, at_product),
                ("tutorial", self.stage.tutorial, scenarios.at_tutorial),
                ("floor", self.stage.floor, scenarios.at_floor),
            ]
            random.shuffle(order)
            self._first("direct", self.upstream, scenarios.at_upstream)
            for name, start, seating in order:
                self.say(f"round {number + 1}: {name}")
                with start() as server:
                    self.figures.add(name, "memory", server.memory())
                    self._first(name, server, seating)
                    self._start(name, server, seating)
                    self._paced(name, server, seating)
                    self._burst(name, server, seating)

    def _heard(self, name: str, work: Awaitable[Heard]) -> Heard:
        heard = run(work)
        assert isinstance(heard, Heard)
        self.note(name, heard)
        return heard

    def _first(self, name: str, server: Server, seating: Seating) -> None:
        heard = self._heard(name, scenarios.first_token(server, seating, 40 if self.quick else 120))
        self.figures.add(name, "first p50", percentile(heard.first, 0.5))
        self.figures.add(name, "first p95", percentile(heard.first, 0.95))

    def _start(self, name: str, server: Server, seating: Seating) -> None:
        heard = self._heard(name, scenarios.start(server, seating, 60 if self.quick else 150))
        self.figures.add(name, "start cpu", 1000 * heard.cpu / max(1, heard.replies))

    def _paced(self, name: str, server: Server, seating: Seating) -> None:
        heard = self._heard(name, scenarios.paced(server, seating, 1 if self.quick else 2))
        self.figures.add(name, "token cpu", 1e6 * heard.cpu / max(1, heard.tokens))
        self.figures.add(name, "reply cpu", 1e3 * heard.cpu / max(1, heard.replies))
        self.figures.add(name, "waited", heard.waited / heard.wall)
        self.figures.add(name, "delay p50", percentile(heard.delay, 0.5))
        self.figures.add(name, "delay p95", percentile(heard.delay, 0.95))

    def _burst(self, name: str, server: Server, seating: Seating) -> None:
        heard = self._heard(name, scenarios.burst(server, seating, 5 if self.quick else 12))
        self.figures.add(name, "burst", heard.tokens / heard.wall)
        self.figures.add(name, "burst cpu", 1e6 * heard.cpu / max(1, heard.tokens))
        self.figures.add(name, "fairness", percentile(heard.first, 0.5))

    # ------------------------------------------------------------ goal 5

    def held(self, rounds: int) -> list[dict[str, object]]:
        if math.isnan(self.figures("direct", "first p50")):
            self._first("direct", self.upstream, scenarios.at_upstream)
        direct = self.figures("direct", "first p50")
        people = make_people(self.stage, {HELD: MOST_HELD})
        told = []
        for number in range(rounds):
            for name, start, most in (
                ("tutorial", self.stage.tutorial, 120),
                ("product", self.stage.product, MOST_HELD),
            ):
                with start() as server:
                    seating = scenarios.at_product(people) if name == "product" else scenarios.at_tutorial
                    seats = seating(server, HELD, most)
                    run(scenarios.hold(server, seats[: LIKELY_HELD[name] // 4], direct))
                    begin = round(self.figures(name, "held") if number else 0) or LIKELY_HELD[name]
                    best, levels = run(
                        scenarios.search(server, seats, direct, begin=begin, tries=6 if self.quick else 9)
                    )  # type: ignore[misc]
                self.figures.add(name, "held", best)
                for level in levels:
                    self.say(
                        f"held, {name}: {level.streams} {'yes' if level.held else 'no'}, delay p95 {level.delay:.1f},"
                        f" first p95 {level.first:.1f} ms, server {level.cpu:.2f}, generator {level.own:.2f} of a core,"
                        f" kept waiting {level.waited:.2f}" + (f", {level.errors} errors" if level.errors else "")
                    )
                    told.append({"server": name} | asdict(level))
        return told

    # ------------------------------------------------------------ goal 8

    def idle(self, rounds: int) -> None:
        count = 550 if self.quick else 2050
        people = make_people(self.stage, {START: count})
        for _ in range(rounds):
            for name in ("bare", "product"):
                self.say(f"idle sockets: {name}")
                with self.stage.bare() if name == "bare" else self.stage.product() as server:
                    if name == "bare":
                        seats = scenarios.at_floor(server, START, count)
                    else:
                        seats = scenarios.at_product(people)(server, START, count)
                    kib, heard = run(scenarios.idle(server, seats, hold_seconds=3))  # type: ignore[misc]
                self.note(name, heard)
                self.figures.add(name, "idle", kib)

    # ------------------------------------------------------------ goal 13

    def two_processes(self, rounds: int) -> None:
        """What resuming costs: the same load without a flush, with it, and with a second process that watches."""
        people = make_people(self.stage, {PACED: 40 * 3 * rounds})
        for number in range(rounds):
            mine = [people[at : at + 40] for at in range(number * 120, number * 120 + 120, 40)]
            for (name, seconds, watched), talkers in zip(
                (("no flush", "3600", False), ("flush", "0.2", False), ("watched", "0.2", True)), mine, strict=True
            ):
                self.say(f"two processes: {name}")
                with self.stage.product(FLUSH_SECONDS=seconds) as server:
                    seats = scenarios.at_product(talkers)(server, PACED, 40)
                    if not watched:
                        heard = self._heard(
                            "product", scenarios.speak(server, seats, PACED, replies=2, warm=1, spread=2.5)
                        )
                    else:
                        with self.stage.second() as second:
                            others = [scenarios.seat_of(second, person) for person in talkers]
                            heard, over = run(scenarios.watched(server, seats, second, others))  # type: ignore[misc]
                        self.note("second process", over)
                        self.note("product", heard)
                        self.figures.add("second process", "token cpu", 1e6 * over.cpu / max(1, over.tokens))
                        self.figures.add("second process", "delay p95", percentile(over.delay, 0.95))
                self.figures.add(f"product, {name}", "token cpu", 1e6 * heard.cpu / max(1, heard.tokens))
