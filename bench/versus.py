"""This tree beside another one: the CPU of their servers, in turns, over the same load and services.

    git worktree add ../before HEAD~1 && python -m bench.versus ../before

Both servers run all the time, each with a Redis database of its own, so that each takes itself for the only process.
CPU is the process's own clock, so other programs disturb it little; taking turns makes them disturb both alike.
"""

import argparse
import random
import statistics
import subprocess
import time
from collections import Counter, defaultdict
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from bench.load import Crowd, Heard
from bench.scenarios import BURST, PACED, START, at_product, tokens_of
from bench.servers import OTHER_CORE, PYTHON, SETTLED, Server, Stage, pinned, scratch_folder
from bench.streams import make_people, run
from config.services import LocalServices

# Seats, replies of each a turn, seconds over which they begin; and what is counted.
LOADS = {
    "start": (START, 1, 60, 0.0),
    "starts": (START, 16, 10, 0.0),
    "paced": (PACED, 40, 1, 2.5),
    "burst": (BURST, 8, 4, 0.0),
}
HERE = Path(__file__).parent.parent
Costs = dict[str, list[tuple[float, float]]]  # by load: milliseconds a reply of the other tree, and of this one


async def measure(servers: list[Server], stage: Stage, loads: list[str], rounds: int) -> Costs:
    wanted: Counter[str] = Counter()
    for model, count, *_ in map(LOADS.__getitem__, loads):
        wanted[model] += len(servers) * count
    seats, costs = at_product(make_people(stage, wanted)), defaultdict(list)
    async with AsyncExitStack() as stack:
        crowds = {}
        for load in loads:
            model, count, *_ = LOADS[load]
            for server in servers:
                crowd = Crowd(seats(server, model, count), expect=tokens_of(model), pid=server.pid)
                crowds[load, server.name] = await stack.enter_async_context(crowd)
        for number in range(-1, rounds):
            for load in loads:
                _, _, replies, spread = LOADS[load]
                cost = {}
                for server in random.sample(servers, len(servers)):
                    heard = await crowds[load, server.name].speak(replies, spread=spread)
                    cost[server.name] = milliseconds(server, heard)
                if number >= 0:  # the first is to warm up
                    costs[load].append((cost["other"], cost["this"]))
    return costs


def milliseconds(server: Server, heard: Heard) -> float:
    for why, count in heard.errors.items():
        print(f"{server.name}: {why}, {count} times")
    return 1000 * heard.cpu / max(1, heard.replies)


def tell(costs: Costs) -> None:
    for load, pairs in costs.items():
        before, after = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios = sorted(this / other for other, this in pairs)
        least, most = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        print(
            f"{load:6} {before:7.3f} -> {after:7.3f} ms CPU a reply of {tokens_of(LOADS[load][0])} tokens"
            f"   ratio {statistics.median(ratios):.3f} (middle half {least:.3f} to {most:.3f}, {len(pairs)} rounds)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, help="where the other tree is")
    parser.add_argument("--loads", nargs="+", choices=LOADS, default=["start", "paced"])
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    pinned(OTHER_CORE)
    with scratch_folder() as folder, ExitStack() as stack:
        services = LocalServices(folder / "var", given={})
        stack.callback(services.destroy)
        stage = Stage(stack.enter_context(services.attached()), folder)
        subprocess.run([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env=stage.environ, check=True)
        stack.enter_context(stage.upstream())
        redis = stage.environ["REDIS_URL"].removesuffix("/0")
        trees = {"other": options.other.resolve(), "this": HERE}
        servers = [
            stack.enter_context(stage.product_of(tree, name, REDIS_URL=f"{redis}/{number}"))
            for number, (name, tree) in enumerate(trees.items(), 1)
        ]
        time.sleep(SETTLED)
        costs = run(measure(servers, stage, options.loads, options.rounds))
        tell(costs)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
